"""The half-hour page of a territory: everything known of it, without any survey."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from imppulse import instruments
from imppulse.network import queries
from imppulse.network.countries import language_name
from imppulse.network.models import Territory
from imppulse.network.permissions import Reader, can_edit, can_invite
from imppulse.network.pictures import numbered, series_pictures
from imppulse.portal import budget, likeness
from imppulse.portal.analysis import (
    MARGIN,
    SD,
)
from imppulse.reporting.language import Language

ASKED = "letters"


def territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Gather what every app knows of a territory on one page to print."""
    found = get_object_or_404(
        queries.territories(request.user).prefetch_related("districts", "forces"),
        slug=slug,
    )
    language = Language(get_language() or "en")
    context = (
        _known(found, request.user, language)
        | _counted(found, request.user)
        | _found_elsewhere(found, request.user)
        | _afforded(request, found, language)
    )
    return render(request, "portal/territory.html", context)


def _known(found: Territory, reader: Reader, language: Language) -> dict[str, Any]:
    forces = queries.forces(reader).filter(territories=found)
    return {
        "territory": found,
        "simulated": found.simulated,
        "forces": forces,
        "organisations": queries.organisations().filter(territory=found),
        "table": queries.who_does_what(forces),
        "spoken": [language_name(code, language.code) for code in found.languages],
        "legal_profile": instruments.legal_profile(found.country.code),
        "keeps": can_edit(reader, found),
        "may_invite": can_invite(reader),
    }


def _counted(found: Territory, reader: Reader) -> dict[str, Any]:
    several = list(queries.series(found, reader))
    return {
        "pictures": series_pictures(several, found),
        "empty_series": [one for one in several if not one.values.all()],
        "incidents": numbered(found),
    }


def _found_elsewhere(found: Territory, reader: Reader) -> dict[str, Any]:
    several = likeness.peers(found, reader)
    return {"peers": several, "found_factors": likeness.found_factors(several)}


def _afforded(
    request: HttpRequest, found: Territory, language: Language
) -> dict[str, Any]:
    form = budget.BudgetForm(
        request.GET if ASKED in request.GET else None, territory=found
    )
    example = not form.is_bound
    context: dict[str, Any] = {"form": form, "example": example}
    answered = budget.BudgetForm.example(found) if example else form
    if not answered.is_valid():
        return context
    plan = answered.budget()
    return context | {
        "budget": plan,
        "sentence": budget.sentence(plan, language),
        "warning": budget.warning(plan, language),
        "assumptions": {
            "sd": SD,
            "margin": MARGIN,
        },
    }
