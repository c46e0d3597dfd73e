from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from imppulse import instruments
from imppulse.network import queries
from imppulse.network.choices import Seat


def territories(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "network/territories.html",
        {
            "territories": queries.territories(),
            "organisations": queries.organisations(),
        },
    )


def territory(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.territories(), slug=slug)
    return render(
        request,
        "network/territory.html",
        {
            "territory": found,
            "forces": queries.forces().filter(territories=found),
            "organisations": queries.organisations().filter(territory=found),
            "simulated": found.simulated,
        },
    )


def who_does_what(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.territories(), slug=slug)
    return render(
        request,
        "network/who_does_what.html",
        {
            "territory": found,
            "table": queries.who_does_what(queries.forces().filter(territories=found)),
            "simulated": found.simulated,
        },
    )


def forces(request: HttpRequest) -> HttpResponse:
    return render(request, "network/forces.html", {"forces": queries.forces()})


def force(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.forces(), slug=slug)
    return render(
        request,
        "network/force.html",
        {
            "force": found,
            "topics": queries.facts_by_topic(found),
            "table": queries.who_does_what(queries.forces().filter(pk=found.pk)),
            "simulated": found.simulated,
        },
    )


def factors(request: HttpRequest) -> HttpResponse:
    every = instruments.factors()
    return render(
        request,
        "network/factors.html",
        {
            "named_by_the_project": [one for one in every if one.article],
            "others": [one for one in every if not one.article],
        },
    )


def factor(request: HttpRequest, code: str) -> HttpResponse:
    found = next((one for one in instruments.factors() if one.name == code), None)
    if found is None:
        raise Http404
    return render(
        request,
        "network/factor.html",
        {
            "factor": found,
            "seats": [Seat(seat.value).label for seat in found.seats],
            "measures": queries.measures(found),
            "levers": [one for one in instruments.levers() if code in one.reaches],
            "sources": [instruments.source(name) for name in found.sources],
        },
    )


def levers(request: HttpRequest) -> HttpResponse:
    return render(request, "network/levers.html", {"levers": queries.levers()})
