"""Factors and levers: what the instruments hold, the same for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from imppulse import instruments
from imppulse.network import queries
from imppulse.network.choices import Seat


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
