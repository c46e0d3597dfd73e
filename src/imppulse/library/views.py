from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from imppulse import instruments
from imppulse.library import queries
from imppulse.library.choices import EvidenceStatus
from imppulse.library.models import PublishedStudy, Recommendation, Synthesis
from imppulse.library.pictures import picture, place, story
from imppulse.library.telling import told, told_of
from imppulse.meetings.models import Meeting
from imppulse.network.choices import Holder
from imppulse.network.models import Territory
from imppulse.typesetting.content import Figure


def practices(request: HttpRequest) -> HttpResponse:
    found = queries.practices(request.user)
    factor = request.GET.get("factor", "")
    territory = request.GET.get("territory", "")
    if territory:
        found = found.filter(territory__slug=territory)
    shown = [one for one in found if not factor or factor in one.factor_codes]
    return render(
        request,
        "library/practices.html",
        {
            "practices": [(one, told_of(one.pilot)) for one in shown],
            "factors": instruments.factors(),
            "territories": Territory.objects.filter(
                practices__published_on__isnull=False
            )
            .distinct()
            .with_texts(),
            "factor": factor,
            "territory": territory,
        },
    )


def practice(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.practices(request.user), slug=slug)
    lever = instruments.lever(found.lever_code)
    return render(
        request,
        "library/practice.html",
        {
            "practice": found,
            "told": told_of(found.pilot),
            "lever": lever,
            "holders": [str(Holder(holder.value).label) for holder in lever.holders],
            "factors": [instruments.factor(code) for code in found.factor_codes],
            "sources": found.sources.all(),
            "recommendations": queries.recommendations(request.user).filter(
                practices=found
            ),
            "simulated": found.simulated,
        },
    )


def syntheses(request: HttpRequest) -> HttpResponse:
    found = [(one, story(one)) for one in queries.syntheses(request.user)]
    pilots = list(queries.pilots(request.user))
    own = [pair for pair in found if not (pair[1] and pair[1].published)]
    return render(
        request,
        "library/syntheses.html",
        {
            "real": queries.evidence_map([p for p in pilots if not p.simulated]),
            "fictional": queries.evidence_map([p for p in pilots if p.simulated]),
            "real_syntheses": [pair for pair in own if not pair[0].simulated],
            "fictional_syntheses": [pair for pair in own if pair[0].simulated],
            "published": [pair for pair in found if pair not in own],
        },
    )


def synthesis(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.syntheses(request.user), slug=slug)
    told_story = story(found)
    studies = PublishedStudy.objects.filter(estimates__synthesis=found).distinct()
    return render(
        request,
        "library/synthesis.html",
        {
            "synthesis": found,
            "story": told_story,
            "chart": chart_of(picture(found)) if told_story else None,
            "rows": rows_of(found),
            "pooled": found.results.get("pooled"),
            "studies": studies,
            "corrected": [
                s for s in studies if s.status != EvidenceStatus.AS_PUBLISHED
            ],
            "recommendations": queries.recommendations(request.user).filter(
                syntheses=found
            ),
            "simulated": found.simulated,
        },
    )


def chart_of(figure: Figure) -> dict[str, Any]:
    """Fit a figure to the chart component of the pages."""
    table = figure.table
    return {
        "svg": figure.svg,
        "narrow": {"svg": figure.narrow},
        "table": {"columns": table.header, "rows": table.rows} if table else None,
    }


def rows_of(synthesis: Synthesis) -> list[dict[str, Any]]:
    """Tell each result with its claim, its weight and where it comes from."""
    pilots = {pilot.slug: pilot for pilot in synthesis.pilots.all()}
    weights = synthesis.results.get("weights", {})
    return [
        {
            "row": row,
            "pilot": pilots.get(row["name"]),
            "told": told_of(pilots.get(row["name"])),
            "place": place(row["name"]) if row["kind"] == "published" else "",
            "weight": weights.get(row["key"]),
        }
        for row in synthesis.results.get("rows", [])
        if row["kind"] == "published" or row["name"] in pilots
    ]


def recommendations(request: HttpRequest) -> HttpResponse:
    found = queries.recommendations(request.user)
    slug = request.GET.get("meeting", "")
    meeting = Meeting.objects.filter(slug=slug).prefetch_related("texts").first()
    if meeting:
        found = found.filter(meeting=meeting)
    return render(
        request,
        "library/recommendations.html",
        {"recommendations": found, "meeting": meeting},
    )


def recommendation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.recommendations(request.user), slug=slug)
    lever = instruments.lever(found.lever_code)
    return render(
        request,
        "library/recommendation.html",
        {
            "recommendation": found,
            "lever": lever,
            "holders": [str(Holder(holder.value).label) for holder in lever.holders],
            "reservations": found.reservations.all(),
            "simulated": found.simulated,
            **evidence(request, found),
        },
    )


def evidence(request: HttpRequest, found: Recommendation) -> dict[str, Any]:
    """Give what the recommendation rests on, as far as this reader may see it."""
    evaluations = found.evaluations.select_related(
        "plan__pilot__territory__country", "plan__pilot__study"
    ).prefetch_related("plan__pilot__territory__texts", "plan__pilot__texts")
    seen = {pilot.pk for pilot in queries.pilots(request.user)}
    syntheses = queries.syntheses(request.user).filter(recommendations=found)
    practices = queries.practices(request.user).filter(recommendations=found)
    return {
        "findings": [told(one) for one in evaluations if one.plan.pilot_id in seen],
        "syntheses": [(one, story(one)) for one in syntheses],
        "practices": [(one, told_of(one.pilot)) for one in practices],
    }


def principles(request: HttpRequest) -> HttpResponse:
    found = list(queries.principles(request.user))
    sources = {(one.source_title, one.source_url): one for one in found}
    return render(
        request,
        "library/principles.html",
        {"principles": found, "sources": list(sources.values())},
    )
