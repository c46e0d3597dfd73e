from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.evaluations import actions, documents, queries, restricted, telling
from imppulse.evaluations import rules as rules_of
from imppulse.evaluations.forms import DeviationForm, LockForm
from imppulse.evaluations.models import Plan
from imppulse.network.choices import RoleKind
from imppulse.network.permissions import can_evaluate, can_lead, has_role
from imppulse.pilots.choices import Arm, Stage
from imppulse.pilots.models import Pilot
from imppulse.pilots.queries import delivery, factor_of, total_budget
from imppulse.reporting.language import Language


def language() -> Language:
    return Language(get_language() or "en")


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def plan_seen(request: HttpRequest, slug: str) -> Plan:
    return get_object_or_404(queries.plans(request.user), pilot__slug=slug)


def plan_led(request: HttpRequest, slug: str) -> tuple[Plan, Person]:
    found = plan_seen(request, slug)
    if not isinstance(request.user, Person) or not can_lead(
        request.user, found.pilot.territory
    ):
        raise PermissionDenied
    return found, request.user


def shown(plan: Plan) -> dict[str, Any]:
    code = language().code
    return {
        "plan": plan,
        "pilot": plan.pilot,
        "document": plan.document if plan.is_locked else documents_draft(plan),
        "outcome": queries.outcome_title(plan, code),
        "questions": queries.questions(plan, code),
        "language_code": code,
        "simulated": plan.pilot.simulated,
    }


def documents_draft(plan: Plan) -> dict[str, Any]:
    """Show of a plan that is not locked what would be locked, as far as it is written."""
    return {
        "hypothesis": documents.wordings(plan, "hypothesis"),
        "exclusions": documents.wordings(plan, "exclusions"),
        "areas": {arm: documents.districts(plan, arm) for arm in Arm},
        "facts": plan.facts,
    }


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    found = plan_seen(request, slug)
    leads = can_lead(request.user, found.pilot.territory)
    evaluation = queries.evaluation_of(found)
    context = shown(found) | {
        "leads": leads,
        "computes": (leads or can_evaluate(request.user, found.pilot.territory))
        and found.is_locked
        and evaluation is None,
        "evaluation": evaluation,
    }
    return render(request, "evaluations/plan.html", context)


@login_required
def lock(request: HttpRequest, slug: str) -> HttpResponse:
    found, person = plan_led(request, slug)
    form = LockForm(posted(request))
    if form.is_valid():
        try:
            actions.lock(found, by=person.key)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The plan is locked."))
        return redirect("evaluations:plan", slug=slug)
    return render(request, "evaluations/lock.html", shown(found) | {"form": form})


@login_required
def deviation(request: HttpRequest, slug: str) -> HttpResponse:
    found, person = plan_led(request, slug)
    form = DeviationForm(posted(request))
    if form.is_valid():
        try:
            actions.add_deviation(
                found,
                statement={code: form.cleaned_data[code] for code in ("en", "fr")},
                noted_on=form.cleaned_data["noted_on"],
                kind=form.cleaned_data["kind"],
                by=person.key,
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("Noted. Its words appear once a second person publishes them."),
            )
        return redirect("evaluations:plan", slug=slug)
    return render(request, "evaluations/deviation.html", shown(found) | {"form": form})


@only_by_form
@login_required
def evaluate(request: HttpRequest, slug: str) -> HttpResponse:
    found = plan_seen(request, slug)
    territory = found.pilot.territory
    if not isinstance(request.user, Person) or not (
        can_lead(request.user, territory) or can_evaluate(request.user, territory)
    ):
        raise PermissionDenied
    try:
        evaluation = actions.evaluate(found, by=request.user.key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("evaluations:plan", slug=slug)
    return redirect(evaluation)


def certificate(request: HttpRequest, slug: str) -> HttpResponse:
    found = plan_seen(request, slug)
    if not found.is_locked:
        raise Http404
    return render(request, "evaluations/certificate.html", shown(found))


def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the locked document byte for byte: its SHA-256 is the checksum."""
    found = plan_seen(request, slug)
    if not found.is_locked:
        raise Http404
    return HttpResponse(
        documents.canonical(found.document), content_type="application/json"
    )


@login_required
@require_safe
def answers(
    request: HttpRequest, slug: str, *, number: int, kind: str
) -> HttpResponseBase:
    found, person = pilot_evaluated(request, slug)
    wave = found.study.waves.filter(number=number).first()
    if kind not in restricted.FORMATS or wave is None:
        raise Http404
    try:
        data = actions.hand_out_answers(found, number, kind=kind, by=person.key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("evaluations:result", slug=slug)
    return FileResponse(
        BytesIO(data),
        as_attachment=True,
        filename=restricted.filename(wave, kind),
        content_type=restricted.FORMATS[kind],
        headers={"Cache-Control": "private, no-store"},
    )


def pilot_evaluated(request: HttpRequest, slug: str) -> tuple[Pilot, Person]:
    """Find a pilot of the own territory; for evaluators elsewhere it has no data."""
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    if isinstance(request.user, Person) and evaluates(request, found):
        return found, request.user
    if has_role(request.user, RoleKind.EVALUATOR):
        raise Http404
    raise PermissionDenied


def evaluates(request: HttpRequest, pilot: Pilot) -> bool:
    return can_evaluate(request.user, pilot.territory) and can_evaluate(
        request.user, pilot.study.territory
    )


def result(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.pilots(request.user), slug=slug)
    planned = queries.plan_of(found)
    context = {
        "pilot": found,
        "plan": planned,
        "factor": factor_of(found),
        "delivery": delivery(found),
        "total": total_budget(found),
        "simulated": found.simulated,
        "files": restricted.closed_waves(found) if evaluates(request, found) else [],
    }
    if found.stage == Stage.STOPPED:
        return render(request, "evaluations/stopped.html", context)
    evaluation = queries.evaluation_of(planned)
    if evaluation is None:
        return render(request, "evaluations/no_result.html", context)
    return render(request, "evaluations/result.html", context | told(found, evaluation))


def told(pilot: Pilot, evaluation: Any) -> dict[str, Any]:
    reader = language()
    counted = delivery(pilot).participants
    return {
        "evaluation": evaluation,
        "told": telling.told(evaluation, reader),
        "chart": telling.picture(evaluation, reader, size="wide"),
        "narrow": telling.picture(evaluation, reader, size="narrow"),
        "cells": telling.cells(evaluation, reader),
        "waves": telling.wave_names(evaluation, reader),
        "differences": telling.differences(evaluation, reader),
        "differs": telling.differs(evaluation),
        "outcome": queries.outcome_title(evaluation.plan, reader.code),
        "questions": queries.questions(evaluation.plan, reader.code),
        "cost": total_budget(pilot) / counted if counted else None,
    }


def rules(request: HttpRequest) -> HttpResponse:
    reader = language()
    context = {
        "strengths": rules_of.strengths(reader),
        "ceilings": rules_of.ceilings(reader),
    }
    return render(request, "evaluations/rules.html", context)
