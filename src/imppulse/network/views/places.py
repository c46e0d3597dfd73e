"""Territories and forces as everybody may read them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from imppulse.network import queries
from imppulse.network.permissions import can_create_territories


def territories(request: HttpRequest) -> HttpResponse:
    context = {
        "territories": queries.territories(request.user),
        "organisations": queries.organisations(),
        "may_create": can_create_territories(request.user),
    }
    return render(request, "network/territories.html", context)


def who_does_what(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.territories(request.user), slug=slug)
    forces = queries.forces(request.user).filter(territories=found)
    context = {
        "territory": found,
        "table": queries.who_does_what(forces),
        "simulated": found.simulated,
    }
    return render(request, "network/who_does_what.html", context)


def forces(request: HttpRequest) -> HttpResponse:
    context = {
        "forces": queries.forces(request.user),
        "unknown": queries.countries_without_force(),
        "may_create": can_create_territories(request.user),
    }
    return render(request, "network/forces.html", context)


def force(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.forces(request.user), slug=slug)
    context = {
        "force": found,
        "topics": queries.facts_by_topic(found),
        "table": queries.who_does_what(
            queries.forces(request.user).filter(pk=found.pk)
        ),
        "simulated": found.simulated,
    }
    return render(request, "network/force.html", context)
