"""Starting a study, its desk, its plan of waves, its checklist, its publication."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.methods import only_by_form
from imppulse.network.models import Territory
from imppulse.studies import desk, lawful, permissions
from imppulse.studies.actions import composing, planning, studies
from imppulse.studies.forms.studying import ClearanceForm, PlanForm, StudyForm
from imppulse.studies.models import Study, Wave
from imppulse.studies.views.own import done, key_of, own_study, posted


def form_page(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    """Show one form with its question; `back` leads where one came from."""
    return render(request, "studies/new_form.html", {"form": form, **words})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    led = permissions.territories_led(request.user)
    if not led.exists():
        raise Http404
    first = led.filter(slug=request.GET.get("territory", "")).first() or only(led)
    form = StudyForm(posted(request), led=led, initial={"territory": first})
    made: list[Study] = []
    if form.is_valid() and done(
        request,
        lambda: made.append(
            studies.start_study(form.facts, texts=form.texts, by=key_of(request))
        ),
        _("The study exists. Only its territories see it until it is published."),
    ):
        return redirect("studies:desk", made[0].slug)
    return form_page(
        request,
        form,
        title=_("Which study do you want to start?"),
        lead=_(
            "One language is enough to begin; the page then says what is missing in the other."
        ),
        button=_("Start the study"),
    )


def only(led: Any) -> Territory | None:
    found: list[Territory] = list(led[:2])
    return found[0] if len(found) == 1 else None


@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug)
    led = permissions.territories_led(request.user)
    own = led | Territory.objects.filter(pk=study.territory_id)
    form = StudyForm(posted(request), led=own.distinct(), study=study)
    if form.is_valid() and done(
        request,
        lambda: studies.change_study(
            study, form.facts, texts=form.texts, by=key_of(request)
        ),
        _("Saved."),
    ):
        return redirect("studies:desk", slug)
    return form_page(
        request,
        form,
        study=study,
        simulated=study.simulated,
        title=_("What is this study about?"),
        button=_("Save"),
    )


@login_required
def work(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug, second=True)
    drafts = [
        desk.DraftCard(draft, composing.board_of(draft))
        for draft in study.drafts.prefetch_related("steps")
    ]
    fresh = studies.drafts_of(study)
    context = {
        "study": study,
        "simulated": study.simulated,
        "next": desk.next_step(study, drafts, timezone.localdate()),
        "missing": desk.missing_texts(study),
        "drafts": drafts,
        "parts": study.parts.prefetch_related("texts", "excerpts"),
        "questionnaires": study.questionnaires.filter(replaced_by=None),
        "waves": study.waves.all(),
        "clearances": checklist(study),
        "real_police": not study.simulated and "police_officers" in study.sides,
        "fresh": fresh,
        "may_publish": key_of(request)
        not in {study.written_by, *(text.written_by for text in fresh)},
        "writes": permissions.can_write(request.user, study),
    }
    return render(request, "studies/new_desk.html", context)


@only_by_form
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug, second=True)
    done(
        request,
        lambda: studies.publish_study(study, by=key_of(request)),
        _("The study is published."),
    )
    return redirect("studies:desk", slug)


# Waves


def plan_form(request: HttpRequest, study: Study, wave: Wave | None = None) -> PlanForm:
    offered = planning.questionnaires_for(study)
    return PlanForm(posted(request), study=study, offered=offered, wave=wave)


def show_plan(request: HttpRequest, study: Study, form: PlanForm) -> HttpResponse:
    context = {"study": study, "simulated": study.simulated, "form": form}
    return render(request, "studies/new_wave.html", context)


@login_required
def plan_wave(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug)
    form = plan_form(request, study)
    if form.is_valid() and done(
        request,
        lambda: planning.plan(study, form.plan, by=key_of(request)),
        _("The wave is planned."),
    ):
        return redirect("studies:desk", slug)
    return show_plan(request, study, form)


def planned_wave(study: Study, number: int) -> Wave:
    return get_object_or_404(study.waves, number=number)


@login_required
def change_plan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    study = own_study(request, slug)
    wave = planned_wave(study, number)
    form = plan_form(request, study, wave)
    if form.is_valid() and done(
        request,
        lambda: planning.change_plan(wave, form.plan, by=key_of(request)),
        _("Saved."),
    ):
        return redirect("studies:wave", slug, number)
    return show_plan(request, study, form)


@only_by_form
@login_required
def drop_plan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    study = own_study(request, slug)
    wave = planned_wave(study, number)
    done(
        request,
        lambda: planning.drop_plan(wave, by=key_of(request)),
        _("The plan is dropped."),
    )
    return redirect("studies:desk", slug)


# The checklist before police officers are asked


def checklist(study: Study) -> list[dict[str, Any]]:
    given = {each.kind: each for each in study.clearances.all()}
    return [
        {"kind": kind, "label": label, "what": what, "given": given.get(kind)}
        for kind, (label, what) in lawful.clearances(study).items()
    ]


@login_required
def clearances(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug)
    context = {
        "study": study,
        "simulated": study.simulated,
        "rows": checklist(study),
    }
    return render(request, "studies/new_clearances.html", context)


@login_required
def clearance(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    study = own_study(request, slug)
    if kind not in lawful.clearances(study):
        raise Http404
    label, what = lawful.clearances(study)[kind]
    given = study.clearances.filter(kind=kind).values(*ClearanceForm.base_fields)
    form = ClearanceForm(posted(request), initial=dict(given[0]) if given else None)
    if form.is_valid() and done(
        request,
        lambda: studies.record_clearance(
            study, kind, **form.cleaned_data, by=key_of(request)
        ),
        _("Recorded."),
    ):
        return redirect("studies:clearances", slug)
    return form_page(
        request,
        form,
        study=study,
        simulated=study.simulated,
        title=label[:1].upper() + label[1:],
        lead=what
        or _(
            "Record what was given, when, and by which authority. The letter itself stays in your files."
        ),
        button=_("Record"),
    )


@only_by_form
@login_required
def remove_clearance(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    study = own_study(request, slug)
    done(
        request,
        lambda: studies.remove_clearance(study, kind, by=key_of(request)),
        _("Removed."),
    )
    return redirect("studies:clearances", slug)
