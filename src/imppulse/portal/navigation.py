"""Main navigation in the order of the cycle."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Name = str | Promise


@dataclass(frozen=True)
class Page:
    name: Name
    view: str

    @property
    def url(self) -> str:
        return reverse(self.view)


@dataclass(frozen=True)
class Stage:
    code: str
    name: Name
    pages: tuple[Page, ...]

    @property
    def url(self) -> str:
        return self.pages[0].url


NAVIGATION = (
    Stage(
        "diagnose",
        pgettext_lazy("stage of the cycle", "Diagnose"),
        (
            Page(_("Local studies"), "studies:studies"),
            Page(_("Territories"), "network:territories"),
            Page(_("Police forces"), "network:forces"),
            Page(_("Factors of estrangement"), "network:factors"),
            Page(_("Questions"), "studies:bank"),
        ),
    ),
    Stage(
        "pilot",
        pgettext_lazy("stage of the cycle", "Pilot"),
        (
            Page(_("Pilot projects"), "pilots:pilots"),
            Page(_("Levers of the local authority"), "network:levers"),
        ),
    ),
    Stage(
        "evaluate",
        pgettext_lazy("stage of the cycle", "Evaluate"),
        (
            Page(_("What could you honestly find out?"), "portal:guide"),
            Page(_("How strong a sentence may be"), "evaluations:rules"),
            Page(_("Evidence from several territories"), "library:syntheses"),
        ),
    ),
    Stage(
        "share",
        pgettext_lazy("stage of the cycle", "Share"),
        (
            Page(_("Practices"), "library:practices"),
            Page(_("Recommendations"), "library:recommendations"),
            Page(_("Principles"), "library:principles"),
            Page(_("Meetings"), "meetings:meetings"),
            Page(_("Books"), "publication:books"),
        ),
    ),
)

SERVICE_PAGES = (
    Page(_("About and source"), "portal:about"),
    Page(_("Method"), "evaluations:rules"),
    Page(_("Glossary"), "portal:glossary"),
    Page(_("Accessibility"), "portal:accessibility"),
    Page(_("Privacy"), "portal:privacy"),
)
