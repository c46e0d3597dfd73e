"""The specification for a survey institute, from the plan that the address keeps."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.instruments import ForceName, Questionnaire
from imppulse.instruments.legal import apply_profile
from imppulse.network import queries
from imppulse.network.countries import language_name
from imppulse.network.models import Force, Territory
from imppulse.portal.budget import Budget, BudgetForm
from imppulse.reporting.language import Language
from imppulse.reporting.tender import DistrictSample, TenderPlan, tender_document
from imppulse.typesetting.content import Cover, Document
from imppulse.typesetting.html import blocks
from imppulse.typesetting.pdf import to_pdf

QUESTIONNAIRES = ("population", "police_officers")
ANY_FORCE = ForceName(en="the police", fr="la police")


def tender(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the specification; without a plan in the address, go and make one."""
    found, form = _asked(request, slug)
    if not form.is_valid():
        return redirect(f"{found.get_absolute_url()}#afford")
    document = _document(found, form.budget())
    context = {
        "territory": found,
        "simulated": found.simulated,
        "title": document.title,
        "body": blocks(tuple(b for b in document.blocks if not isinstance(b, Cover))),
        "query": urlencode(form.cleaned_data),
    }
    return render(request, "portal/tender.html", context)


def tender_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    found, form = _asked(request, slug)
    if not form.is_valid():
        raise Http404
    content = to_pdf(_document(found, form.budget()), FONT_DIRECTORY)
    answer = HttpResponse(content, "application/pdf")
    name = f"{slug}-{get_language() or 'en'}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _asked(request: HttpRequest, slug: str) -> tuple[Territory, BudgetForm]:
    territories = queries.territories(request.user)
    found = get_object_or_404(
        territories.prefetch_related("districts", "forces__texts"), slug=slug
    )
    return found, BudgetForm(request.GET, territory=found)


def _document(found: Territory, budget: Budget) -> Document:
    language = Language(get_language() or "en")
    return tender_document(_plan(found, budget, language.code), language)


def _plan(found: Territory, budget: Budget, language: str) -> TenderPlan:
    forces = list(found.forces.all())
    intention, told = budget.intention, budget.prospect
    sides = QUESTIONNAIRES if intention.both_sides else QUESTIONNAIRES[:1]
    return TenderPlan(
        territory=_name(found, language),
        force=force_name(forces[0]) if len(forces) == 1 else ANY_FORCE,
        forces=tuple(_name(force, language) for force in forces),
        languages=tuple(
            language_name(code, language) for code, _n in settings.PUBLICATION_LANGUAGES
        ),
        letters=intention.letters,
        response=intention.response,
        answers=told.answers,
        half_width=told.index_half_width,
        police_officers=intention.police_officers if intention.both_sides else 0,
        districts=_districts(found, budget),
        questionnaires=tuple(
            _questionnaire(side, found.country.code) for side in sides
        ),
        simulated=_("Simulated data, fictional city") if found.simulated else "",
    )


def _name(record: Territory | Force, language: str) -> str:
    text = record.text("name", language)
    return text.body if text else record.slug


def _questionnaire(name: str, country: str) -> Questionnaire:
    """Take a questionnaire as the legal profile of the country leaves it."""
    profile = instruments.legal_profile(country)
    return apply_profile(instruments.questionnaire(name), profile).questionnaire


def force_name(force: Force) -> ForceName:
    english, french = (force.text("subject", code) for code in ("en", "fr"))
    if english is None or french is None:
        return ANY_FORCE
    return ForceName(english.body, french.body)


def _districts(found: Territory, budget: Budget) -> tuple[DistrictSample, ...]:
    codes = {district.name: district.code for district in found.districts.all()}
    return tuple(
        DistrictSample(
            share.name,
            codes.get(share.name, f"district-{number}"),
            share.letters,
            share.answers,
        )
        for number, share in enumerate(budget.shares, start=1)
    )
