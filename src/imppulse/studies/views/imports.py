"""A delivered file on its way into a planned wave.

Rows are for the evaluator alone; the prevention lead sees columns, and counts above the threshold.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from imppulse.core.methods import only_by_form
from imppulse.network.permissions import can_evaluate
from imppulse.studies import actions, mapping, pending, permissions, queries
from imppulse.studies.choices import Side, WaveState
from imppulse.studies.forms.imports import (
    LARGEST,
    DeliveryForm,
    MappingFileForm,
    MappingForm,
)
from imppulse.studies.models import Wave
from imppulse.studies.pending import Delivery
from imppulse.studies.views.own import done, key_of, own_study, posted
from imppulse.tables import sentence
from imppulse.tables.deliveries import Checked, write_mapping

PREVIEWED = 20  # rows
ENVELOPE = 64 * 1024  # what a form adds to its file


def planned_wave(request: HttpRequest, slug: str, number: int) -> Wave:
    study = own_study(request, slug, second=True)
    found: Wave = get_object_or_404(study.waves, number=number, state=WaveState.PLANNED)
    found.study = study
    return found


def small_enough(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Turn a request away by its announced length, before a byte of it is read."""
    protected = csrf_protect(view)

    def checked(request: HttpRequest, slug: str, number: int) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST + ENVELOPE:
            messages.error(request, _("This file is larger than 32 MB."))
            return redirect("studies:import", slug, number)
        return protected(request, slug, number)

    return csrf_exempt(checked)


@small_enough
@login_required
def import_(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Receive a file, or show what becomes of the one that waits."""
    wave = planned_wave(request, slug, number)
    form = DeliveryForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        done(
            request,
            lambda: actions.receive(
                wave,
                file.read(),
                name=file.name,
                sheet=form.cleaned_data["sheet"],
                by=key_of(request),
            ),
            _("The file was read. Nothing is imported yet."),
        )
        return redirect("studies:import", slug, number)
    delivery = pending.read(wave)
    if delivery is None:
        return shown(request, wave, "studies/import_file.html", form=form)
    return show_mapping(request, wave, delivery)


def shown(
    request: HttpRequest, wave: Wave, template: str, **context: Any
) -> HttpResponse:
    common = {"wave": wave, "study": wave.study, "simulated": wave.simulated}
    return render(request, template, common | context)


def evaluates(request: HttpRequest, wave: Wave) -> bool:
    return any(can_evaluate(request.user, each) for each in wave.study.territories)


def show_mapping(request: HttpRequest, wave: Wave, delivery: Delivery) -> HttpResponse:
    found = actions.checked(wave, delivery)
    sees_rows = evaluates(request, wave)
    form = mapping_form(request, wave, delivery, found=found)
    summary = found.summary
    return shown(
        request,
        wave,
        "studies/import.html",
        delivery=delivery,
        form=form,
        file_form=MappingFileForm(),
        columns=column_rows(form, found),
        problems=problems(found, sees_rows=sees_rows),
        summary=summary,
        rows=queries.shown_count(summary.rows),
        header=found.frame.columns if sees_rows else [],
        preview=found.frame.head(PREVIEWED).rows() if sees_rows else [],
        sees_rows=sees_rows,
        may_take=permissions.can_run(request.user, wave),
    )


def mapping_form(
    request: HttpRequest, wave: Wave, delivery: Delivery, *, found: Checked
) -> MappingForm:
    return MappingForm(
        posted(request),
        mapping=delivery.mapping,
        targets=mapping.targets(wave, get_language() or "en"),
        unknown=shown_values(found, sees_rows=evaluates(request, wave)),
        items=mapping.asked_items(wave),
        sides=[(side, str(Side(side).label)) for side in mapping.sides(wave)],
    )


def shown_values(found: Checked, *, sees_rows: bool) -> dict[str, list[str]]:
    """List values that are no answers; a rare one could give a person away."""
    return {
        name: [
            value
            for value, count in values.items()
            if sees_rows or queries.shown_count(count) is not None
        ]
        for name, values in found.unknown.items()
    }


def column_rows(form: MappingForm, found: Checked) -> list[dict[str, Any]]:
    filled = {column: count for column, _target, count in found.summary.taken}
    return [
        {
            "name": column,
            "field": field,
            "is_taken": column in filled,
            "filled": queries.shown_count(filled.get(column, 0)),
        }
        for column, field in zip(form.columns, form.column_fields(), strict=True)
    ]


def problems(found: Checked, *, sees_rows: bool) -> list[str]:
    """Say every problem; those that quote an answer from its row, to the evaluator alone."""
    language = get_language() or "en"
    quoted = {"delivery_value_unknown", "delivery_weight"}
    told = [
        sentence(each, language)
        for each in found.problems
        if sees_rows or each.code not in quoted
    ]
    if len(told) < len(found.problems):
        hidden = sorted(
            {
                str(each.facts["column"])
                for each in found.problems
                if each.code in quoted
            }
        )
        words = _("Some values are no answers, in: %(columns)s. Their rows are shown to the evaluator only.")  # fmt: skip
        told.append(words % {"columns": ", ".join(hidden)})
    return told


@only_by_form
@login_required
def map_(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = planned_wave(request, slug, number)
    delivery = pending.read(wave)
    if delivery is None:
        return redirect("studies:import", slug, number)
    found = actions.checked(wave, delivery)
    form = mapping_form(request, wave, delivery, found=found)
    if form.is_valid():
        chosen = form.chosen
        done(
            request,
            lambda: actions.map_columns(wave, chosen, by=key_of(request)),
            _("The mapping is kept."),
        )
    else:
        messages.error(request, _("This choice is not offered: choose again."))
    return redirect("studies:import", slug, number)


@only_by_form
@login_required
def map_by_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = planned_wave(request, slug, number)
    form = MappingFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        done(
            request,
            lambda: actions.take_mapping(
                wave, file.read(LARGEST), name=file.name, by=key_of(request)
            ),
            _("The mapping is kept."),
        )
    return redirect("studies:import", slug, number)


@login_required
def mapping_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = planned_wave(request, slug, number)
    delivery = pending.read(wave)
    if delivery is None:
        raise Http404
    name = f"{slug}-{number}-mapping.toml"
    return HttpResponse(
        write_mapping(delivery.mapping),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@only_by_form
@login_required
def take(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = planned_wave(request, slug, number)
    if not permissions.can_run(request.user, wave):
        raise Http404
    imported = done(
        request,
        lambda: actions.take(wave, by=key_of(request)),
        _("The file is imported, and the wave is closed."),
    )
    return redirect("studies:wave" if imported else "studies:import", slug, number)


@only_by_form
@login_required
def give_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = planned_wave(request, slug, number)
    done(
        request,
        lambda: actions.give_back(wave, by=key_of(request)),
        _("The file is forgotten."),
    )
    return redirect("studies:import", slug, number)
