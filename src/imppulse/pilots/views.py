from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.network.permissions import can_lead, can_publish, can_translate
from imppulse.pilots import actions, queries
from imppulse.pilots.choices import Arm, Stage
from imppulse.pilots.forms import SessionForm, TextForm
from imppulse.pilots.models import Pilot

FIELD_NAMES = {
    "title": gettext_lazy("What is tried"),
    "summary": gettext_lazy("Summary"),
    "target_group": gettext_lazy("For whom"),
    "factor": gettext_lazy("The factor"),
    "action": gettext_lazy("The action"),
    "mechanism": gettext_lazy("Why it should work"),
    "outcome": gettext_lazy("What should change"),
    "assumptions": gettext_lazy("What this rests on"),
    "unwanted_effects": gettext_lazy("What might go wrong"),
    "learned": gettext_lazy("What was learned"),
}


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def pilots(request: HttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "") for name in ("territory", "factor")}
    return render(
        request,
        "pilots/pilots.html",
        {
            "listed": queries.listed(request.user, **chosen),
            "filtered": any(chosen.values()),
        },
    )


def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.whole_pilots(request.user), slug=slug)
    return render(
        request,
        "pilots/pilot.html",
        {
            "pilot": found,
            "factor": queries.factor_of(found),
            "lever": queries.lever_of(found),
            "chain": [
                (name, FIELD_NAMES[name])
                for name in ("factor", "action", "mechanism", "outcome")
            ],
            "timetable": queries.timetable(found),
            "whole": queries.WHOLE,
            "total": queries.total_budget(found),
            "delivery": queries.delivery(found),
            "pilot_areas": queries.areas(found, Arm.PILOT),
            "comparison_areas": queries.areas(found, Arm.COMPARISON),
            "stopped": found.stage == Stage.STOPPED,
            "delivers": found.stage in actions.DELIVERING,
            "plan": getattr(found, "plan", None),
            "leads": can_lead(request.user, found.territory),
            "writes": may_write(request, found),
            "following": actions.following(found),
            "simulated": found.simulated,
        },
    )


def may_write(request: HttpRequest, found: Pilot) -> bool:
    return (
        can_lead(request.user, found.territory)
        or can_translate(request.user)
        or can_publish(request.user)
    )


def person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


@login_required
def session(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if not can_lead(request.user, found.territory):
        raise PermissionDenied
    form = SessionForm(posted(request))
    if form.is_valid() and logged(request, found, form.cleaned_data):
        return redirect(found)
    context = {"pilot": found, "form": form, "simulated": found.simulated}
    return render(request, "pilots/session.html", context)


def logged(request: HttpRequest, found: Pilot, counts: dict[str, Any]) -> bool:
    try:
        actions.log_session(found, **counts, by=person(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, _("The session is logged."))
    return True


@login_required
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if not may_write(request, found):
        raise PermissionDenied
    waiting = {name: actions.newest_drafts(found, name) for name in Pilot.text_fields}
    context = {
        "pilot": found,
        "fields": [(name, FIELD_NAMES[name], waiting[name]) for name in waiting],
        "publishes": can_publish(request.user),
        "simulated": found.simulated,
    }
    return render(request, "pilots/texts.html", context)


@login_required
def text(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if not (can_lead(request.user, found.territory) or can_translate(request.user)):
        raise PermissionDenied
    if field not in Pilot.text_fields:
        raise Http404
    form = TextForm(posted(request), pilot=found, text_field=field)
    if form.is_valid():
        written = actions.edit_text(
            found, field, bodies=form.cleaned_data, by=person(request).key
        )
        if written:
            messages.success(
                request, _("Saved as a draft: a second person publishes it.")
            )
        return redirect("pilots:texts", slug=slug)
    context = {
        "pilot": found,
        "field": field,
        "name": FIELD_NAMES[field],
        "form": form,
        "simulated": found.simulated,
    }
    return render(request, "pilots/text.html", context)


@only_by_form
@login_required
def publish_text(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if not can_publish(request.user):
        raise PermissionDenied
    try:
        actions.publish_field(found, field, by=person(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Published."))
    return redirect("pilots:texts", slug=slug)


@only_by_form
@login_required
def advance(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if not can_lead(request.user, found.territory):
        raise PermissionDenied
    try:
        actions.advance(found, by=person(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(found)
