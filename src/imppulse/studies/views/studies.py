from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from imppulse import instruments
from imppulse.studies import permissions, queries, reports, wordings
from imppulse.studies.convergence import is_published
from imppulse.studies.models import Diagnosis, Study


def studies(request: HttpRequest) -> HttpResponse:
    found = queries.listed_studies(request.user, timezone.localdate())
    rows = [
        {"study": study, "waves": [wave_facts(wave) for wave in study.waves.all()]}
        for study in found
    ]
    may_start = permissions.territories_led(request.user).exists()
    context = {"rows": rows, "may_start": may_start}
    return render(request, "studies/studies.html", context)


def wave_facts(wave: Any) -> dict[str, Any]:
    received = queries.shown_count(wave.received) if wave.is_open else None
    total = queries.shown_total(wave, wave.by_side)
    return {"wave": wave, "received": received, "total": total}


def found_study(request: HttpRequest, slug: str) -> Study:
    every = queries.whole_study(request.user, timezone.localdate())
    return get_object_or_404(every, slug=slug)


def chosen(request: HttpRequest, diagnoses: list[Diagnosis]) -> Diagnosis | None:
    """Show the first wave's diagnosis, or that of the wave asked for."""
    wanted = request.GET.get("wave", "")
    return next(
        (d for d in diagnoses if str(d.wave.number) == wanted),
        diagnoses[0] if diagnoses else None,
    )


def study(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_study(request, slug)
    diagnoses = queries.diagnoses(found)
    diagnosis = chosen(request, diagnoses)
    waves = [
        wave_facts(wave) | {"may_run": permissions.can_run(request.user, wave)}
        for wave in found.waves.all()
    ]
    context = {
        "study": found,
        "simulated": found.simulated,
        "waves": waves,
        "parts": [part for part in found.parts.all() if is_published(part)],
        "works_on_it": permissions.can_second(request.user, found),
        "diagnoses": diagnoses,
        "diagnosis": diagnosis,
        "languages_of_report": [code for code, _name in wordings.LANGUAGES],
    }
    return render(request, "studies/study.html", context | told(found, diagnosis))


def told(found: Study, diagnosis: Diagnosis | None) -> dict[str, Any]:
    """Put a diagnosis into words, with the passages that speak of its factors."""
    if diagnosis is None:
        return {}
    report = reports.document(diagnosis)
    what, how = reports.html(report)
    return {
        "title": report.title,
        # Escaped by typesetting, which writes every tag itself.
        "report": mark_safe(what),  # noqa: S308
        "how_we_know": mark_safe(how),  # noqa: S308
        "questions": wordings.asked_items(diagnosis),
    }


def report(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    found = found_study(request, slug)
    diagnosis = chosen(request, queries.diagnoses(found))
    if diagnosis is None or language not in dict(wordings.LANGUAGES):
        raise Http404
    name = f"{found.slug}-{language}.pdf"
    return HttpResponse(
        reports.pdf(diagnosis, language, host=request.build_absolute_uri("/")[:-1]),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def question(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    found = found_study(request, slug)
    asked = queries.questionnaires_with(found, item)
    # Questions of the territory's own are asked; no estimate of them is published yet.
    if not asked or item not in {each.name for each in instruments.items()}:
        raise Http404
    context = {
        "study": found,
        "simulated": found.simulated,
        "item": instruments.item(item),
        "sides": wordings.sides(asked, get_language() or "en"),
        "estimates": wordings.estimates(queries.diagnoses(found), item),
    } | wordings.place_of(item)
    return render(request, "studies/question.html", context)
