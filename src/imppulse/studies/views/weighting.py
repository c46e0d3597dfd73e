"""Weighting a closed wave: for those who work on the study, and its evaluator."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.studies import actions, margins, queries, weight_pictures
from imppulse.studies.choices import AgeGroup
from imppulse.studies.forms import WeightingForm
from imppulse.studies.models import Wave, Weighting
from imppulse.studies.reports import MARGIN_NAMES
from imppulse.studies.views.own import done, key_of, own_study
from imppulse.studies.weighting import Wanted


def closed_wave(request: HttpRequest, slug: str, number: int) -> Wave:
    study = own_study(request, slug, second=True)
    wave: Wave = get_object_or_404(study.waves.closed(), number=number)
    if not wave.respondents:
        raise Http404
    return wave


def level_names(wave: Wave) -> dict[str, dict[str, str]]:
    districts = wave.study.territory.districts.values_list("code", "name")
    ages = {value: str(label) for value, label in AgeGroup.choices}
    return {"age_group": ages, "district": dict(districts)}


@login_required
def weights(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = closed_wave(request, slug, number)
    form = WeightingForm(
        request.POST or None,
        request.FILES or None,
        levels=margins.levels(queries.answers_as_closed(wave)),
        names=level_names(wave),
    )
    if request.method == "POST" and form.is_valid():
        made = weighed(request, wave, form)
        if made is not None:
            address = request.path
            return redirect(f"{address}?version={made.version}")
    return show(request, wave, form)


def weighed(request: HttpRequest, wave: Wave, form: WeightingForm) -> Weighting | None:
    """Make the weights; what is refused is told at the top of the form."""
    given = form.cleaned_data
    try:
        wanted = Wanted(
            margins=asked_margins(wave, form),
            minimum_effective_n=given["minimum_effective_n"],
            **form.bounds,
        )
        return actions.weigh_wave(
            wave, wanted, source=given["source"], by=key_of(request)
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None


def asked_margins(wave: Wave, form: WeightingForm) -> margins.Counts:
    file = form.cleaned_data["file"]
    if not file:
        return form.typed
    language = get_language() or "en"
    return margins.from_file(file.read(), file.name, wave=wave, language=language)


def show(request: HttpRequest, wave: Wave, form: WeightingForm) -> HttpResponse:
    versions = list(wave.weightings.all())
    wanted = request.GET.get("version", "")
    chosen = next((v for v in versions if str(v.version) == wanted), None)
    chosen = chosen or next((v for v in versions if v.in_use), None)
    context: dict[str, Any] = {
        "wave": wave,
        "study": wave.study,
        "simulated": wave.simulated,
        "form": form,
        "margins": [
            {"name": MARGIN_NAMES[column], "fields": form.of(column)}
            for column in form.columns
        ],
        "versions": versions,
        "chosen": chosen,
        "unweighted": not any(each.in_use for each in versions),
        "pictures": weight_pictures.pictures(chosen, level_names(wave))
        if chosen
        else [],
    }
    return render(request, "studies/weights.html", context)


@only_by_form
@login_required
def use(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = closed_wave(request, slug, number)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() else 0
    done(
        request,
        lambda: actions.use_weighting(wave, version, by=key_of(request)),
        _("The diagnosis uses these weights from now on."),
    )
    return redirect("studies:weights", slug, number)
