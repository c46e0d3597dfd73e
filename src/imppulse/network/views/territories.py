"""A territory joins by page: country first, then its sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from imppulse.core.errors import Refused
from imppulse.network import actions
from imppulse.network.countries import country_of, name_of
from imppulse.network.forms import CountryForm, ForceForm, TerritoryForm
from imppulse.network.models import Force, Territory
from imppulse.network.permissions import can_create_territories
from imppulse.network.views.access import edited_territory, signed_in

FORM = "network/territory_form.html"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Ask for the country; then, with its forces, for the rest."""
    person = signed_in(request)
    if not can_create_territories(person):
        raise Http404
    chosen = CountryForm(request.GET or None)
    if not chosen.is_valid():
        return render(request, "network/country_form.html", {"form": chosen})
    code = chosen.cleaned_data["country"]
    form = TerritoryForm(request.POST or None, country=code, reader=person)
    if request.method == "POST" and form.is_valid():
        territory = _created(request, form, code)
        messages.success(
            request,
            _("The territory is here. A second person publishes it; until then only the people who work here see it."),
        )  # fmt: skip
        return redirect(territory)
    context = {"form": form, "country_name": _country_name(code)}
    return render(request, FORM, context)


def _country_name(code: str) -> str:
    return name_of(code, get_language() or "en")


@transaction.atomic
def _created(request: HttpRequest, form: TerritoryForm, code: str) -> Territory:
    person = signed_in(request)
    territory = actions.create_territory(
        form.sheet(country_of(code, by=person.key)),
        by=person,
        today=timezone.localdate(),
        leads="leads" in request.POST,
    )
    _add_force(form, territory, by=person.key)
    return territory


def _add_force(form: TerritoryForm, territory: Territory, *, by: str) -> None:
    if form.names_a_force:
        force = actions.create_force(
            territory.country,
            kind=form.force_kind_chosen,
            wordings=form.force_wordings(),
            by=by,
        )
        territory.forces.add(force)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    territory = edited_territory(request, slug)
    person = signed_in(request)
    form = TerritoryForm(
        request.POST or None,
        country=territory.country.code,
        reader=person,
        territory=territory,
    )
    if request.method == "POST" and form.is_valid():
        try:
            _changed(territory, form, by=person.key)
        except Refused as refused:
            form.add_error("districts", str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(territory)
    name = _country_name(territory.country.code)
    context = {"form": form, "country_name": name, "territory": territory}
    return render(request, FORM, context | {"simulated": territory.simulated})


@transaction.atomic
def _changed(territory: Territory, form: TerritoryForm, *, by: str) -> None:
    actions.change_territory(territory, form.sheet(territory.country), by=by)
    _add_force(form, territory, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what would be undone before it is."""
    territory = edited_territory(request, slug)
    if request.method != "POST":
        context = {"territory": territory, "simulated": territory.simulated}
        return render(request, "network/territory_delete.html", context)
    try:
        actions.delete_territory(territory, by=signed_in(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(territory)
    messages.success(request, _("The territory has been removed."))
    return redirect("network:territories")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_force(request: HttpRequest) -> HttpResponse:
    """Add a force of a country by its name; its profile is unknown until facts are sourced."""
    person = signed_in(request)
    if not can_create_territories(person):
        raise Http404
    chosen = CountryForm(request.GET or None)
    if not chosen.is_valid():
        context: dict[str, Any] = {"form": chosen, "for_force": True}
        return render(request, "network/country_form.html", context)
    code = chosen.cleaned_data["country"]
    form = ForceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        force: Force = actions.create_force(
            country_of(code, by=person.key),
            kind=form.force_kind_chosen,
            wordings=form.force_wordings(),
            by=person.key,
        )
        return redirect(force)
    return render(request, "network/force_form.html", {"form": form, "country_name": _country_name(code)})  # fmt: skip
