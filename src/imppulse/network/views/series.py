"""Administrative series and critical incidents, kept by the people of the territory."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.network import actions, queries
from imppulse.network.choices import BreakKind, IncidentKind
from imppulse.network.forms import BreakForm, IncidentForm, SeriesForm, ValuesForm
from imppulse.network.models import Series, Territory
from imppulse.network.permissions import can_edit
from imppulse.network.pictures import series_pictures
from imppulse.network.series_file import Reading, read_values
from imppulse.network.views.access import edited_territory, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str) -> HttpResponse:
    territory = edited_territory(request, slug)
    form = SeriesForm(request.POST or None)
    if form.is_valid():
        series = actions.create_series(
            territory,
            fields=form.series_fields(),
            wordings=form.wordings(),
            by=signed_in(request).key,
        )
        return redirect("network:series_values", territory.slug, series.pk)
    context = {"form": form, "territory": territory, "simulated": territory.simulated}
    return render(request, "network/series_form.html", context)


def _series(request: HttpRequest, slug: str, pk: int) -> Series:
    territory = edited_territory(request, slug)
    return get_object_or_404(queries.series(territory, request.user), pk=pk)


def series(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one series; whoever keeps it finds here how to go on."""
    territory = get_object_or_404(queries.territories(request.user), slug=slug)
    found = get_object_or_404(queries.series(territory, request.user), pk=pk)
    keeps = can_edit(request.user, territory)
    context = {
        "territory": territory,
        "series": found,
        "pictures": series_pictures([found], territory),
        "keeps": keeps,
        "break_form": BreakForm(series=found) if keeps else None,
        "simulated": territory.simulated,
    }
    return render(request, "network/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def values(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read a table, show what it would change, then keep it: all of it or nothing."""
    found = _series(request, slug, pk)
    form = ValuesForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "form": form,
        "series": found,
        "territory": found.territory,
        "simulated": found.simulated,
    }
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        reading = read_values(table, period=found.period, measure=found.measure)
        if reading.rows and "keep" in request.POST:
            return _kept(request, found, reading)
        context |= {"reading": reading, "table": table} | _difference(found, reading)
    return render(request, "network/series_values.html", context)


def _kept(request: HttpRequest, series: Series, reading: Reading) -> HttpResponse:
    actions.record_values(series, reading.rows, by=signed_in(request).key)
    messages.success(request, _("%d values are kept.") % len(reading.rows))
    return redirect(series)


def _difference(series: Series, reading: Reading) -> dict[str, Any]:
    before = {value.begins_on: value.value for value in series.values.all()}
    return {
        "new": [row for row in reading.rows if row.begins_on not in before],
        "corrected": [
            (row, before[row.begins_on])
            for row in reading.rows
            if before.get(row.begins_on, row.value) != row.value
        ],
    }


@only_by_form
def add_break(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _series(request, slug, pk)
    form = BreakForm(request.POST, series=found)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(found)
    actions.add_break(
        found,
        begins_on=form.cleaned_data["begins"],
        kind=BreakKind(form.cleaned_data["kind"]),
        by=signed_in(request).key,
    )
    return redirect(found)


@only_by_form
def remove_break(request: HttpRequest, slug: str, *, pk: int, at: int) -> HttpResponse:
    found = _series(request, slug, pk)
    actions.remove_break(
        get_object_or_404(found.breaks, pk=at), by=signed_in(request).key
    )
    return redirect(found)


@only_by_form
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _series(request, slug, pk)
    territory = found.territory
    try:
        actions.delete_series(found, by=signed_in(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, _("The series has been removed."))
    return redirect(territory)


@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    territory = edited_territory(request, slug)
    form = IncidentForm(request.POST or None)
    if form.is_valid():
        actions.add_incident(
            territory,
            happened_on=form.cleaned_data["happened_on"],
            kind=IncidentKind(form.cleaned_data["kind"]),
            by=signed_in(request).key,
        )
        return redirect(_incidents_of(territory))
    context = {
        "form": form,
        "territory": territory,
        "incidents": territory.incidents.order_by("-happened_on"),
        "simulated": territory.simulated,
    }
    return render(request, "network/incidents.html", context)


@only_by_form
def remove_incident(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    territory = edited_territory(request, slug)
    found = get_object_or_404(territory.incidents, pk=pk)
    actions.remove_incident(found, by=signed_in(request).key)
    return redirect(_incidents_of(territory))


def _incidents_of(territory: Territory) -> str:
    return reverse("network:incidents", args=[territory.slug])
