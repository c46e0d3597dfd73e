"""For the data-protection officer: what is kept, until when, and what was erased."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from imppulse.core.methods import only_by_form
from imppulse.studies import actions
from imppulse.studies.choices import ErasureKind, Side
from imppulse.studies.forms.retention import ErasureForm, RetentionForm
from imppulse.studies.models import Erasure, Study, Wave
from imppulse.studies.views.own import done, key_of, own_study


@login_required
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug, second=True)
    return show(request, study, ErasureForm(study=study))


def show(request: HttpRequest, study: Study, form: ErasureForm) -> HttpResponse:
    waves = study.waves.closed().select_related("retention")
    context: dict[str, Any] = {
        "study": study,
        "simulated": study.simulated,
        "form": form,
        "waves": [
            {
                "wave": wave,
                "form": RetentionForm(
                    initial=kept_until(wave), auto_id=f"id_%s_{wave.number}"
                ),
            }
            for wave in waves
        ],
        "sides": [Side(code).label for code in sides(study)],
        "erasures": [
            {"line": line, "may_erase": line.asked_by != key_of(request)}
            for line in study.erasures.select_related("wave")
        ],
    }
    return render(request, "studies/retention.html", context)


def kept_until(wave: Wave) -> dict[str, Any]:
    kept = getattr(wave, "retention", None)
    return {"until": kept.until, "reason": kept.reason} if kept else {}


def sides(study: Study) -> list[str]:
    asked = study.waves.values_list("questionnaires__side", flat=True)
    return sorted({side for side in asked if side})


@only_by_form
@login_required
def keep_until(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    study = own_study(request, slug)
    wave: Wave = get_object_or_404(study.waves.closed(), number=number)
    form = RetentionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done(
            request,
            lambda: actions.set_retention(
                wave, given["until"], reason=given["reason"], by=key_of(request)
            ),
            _("The day is set."),
        )
    return redirect("studies:retention", slug)


@only_by_form
@login_required
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug, second=True)
    form = ErasureForm(request.POST, study=study)
    if not form.is_valid():
        return show(request, study, form)
    given = form.cleaned_data
    kind = ErasureKind(given["kind"])
    wave = study.waves.closed().filter(number=given["wave"] or 0).first()
    done(
        request,
        lambda: actions.ask_erasure(
            study,
            kind,
            wave=None if kind is ErasureKind.STUDY else wave,
            what=form.what,
            reason=given["reason"],
            by=key_of(request),
        ),
        _("Asked for: a second person can erase it now."),
    )
    return redirect("studies:retention", slug)


@only_by_form
@login_required
def erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug, second=True)
    asked: Erasure = get_object_or_404(study.erasures, pk=pk)
    done(
        request,
        lambda: actions.erase(asked, by=key_of(request)),
        _("Erased, and written down."),
    )
    return redirect("studies:retention", slug)
