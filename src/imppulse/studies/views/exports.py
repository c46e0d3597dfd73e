"""What a closed wave gives out: its codebook to everybody, its answers to the evaluator."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from imppulse.core.errors import Refused
from imppulse.instruments.xlsforms.published import published_form
from imppulse.network.permissions import can_evaluate
from imppulse.studies import actions, exports, queries
from imppulse.studies.models import Questionnaire, Study, Wave
from imppulse.studies.views.own import key_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {"csv": "CSV", "sav": "SPSS", "dta": "Stata", "parquet": "Parquet"}


def closed_wave(request: HttpRequest, slug: str, number: int) -> Wave:
    every = queries.listed_studies(request.user, timezone.localdate())
    study: Study = get_object_or_404(every, slug=slug)
    found: Wave = get_object_or_404(study.waves.closed(), number=number)
    found.study = study
    return found


def evaluates(request: HttpRequest, wave: Wave) -> bool:
    return can_evaluate(request.user, wave.study.territory)


@require_safe
def files(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    wave = closed_wave(request, slug, number)
    context = {
        "wave": wave,
        "study": wave.study,
        "simulated": wave.simulated,
        "evaluates": evaluates(request, wave),
        "formats": list(NAMES.items()),
        "questionnaires": wave.questionnaires.order_by("-side"),
        "lacking": exports.codebook(wave).missing_labels(get_language() or "en"),
    }
    return render(request, "studies/export.html", context)


@require_safe
def codebook(
    request: HttpRequest, slug: str, number: int, *, kind: str
) -> HttpResponse:
    wave = closed_wave(request, slug, number)
    if kind not in exports.CODEBOOKS:
        raise Http404
    name = exports.filename(wave, kind).replace(f".{kind}", f"-codebook.{kind}")
    return HttpResponse(
        exports.written_codebook(wave, kind),
        content_type=exports.CODEBOOKS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_safe
def answers(
    request: HttpRequest, slug: str, number: int, *, kind: str
) -> HttpResponseBase:
    wave = closed_wave(request, slug, number)
    if not evaluates(request, wave):
        raise PermissionDenied
    if kind not in exports.FORMATS:
        raise Http404
    try:
        data = exports.encoded(wave, kind, get_language() or "en")
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("studies:files", slug, number)
    actions.record_hand_out(wave, kind=kind, by=key_of(request))
    return FileResponse(
        BytesIO(data),
        as_attachment=True,
        filename=exports.filename(wave, kind),
        content_type=exports.FORMATS[kind],
        headers={"Cache-Control": "private, no-store"},
    )


@require_safe
def xls_form(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a questionnaire of a study as the workbook that ODK and Kobo open."""
    every = queries.listed_studies(request.user, timezone.localdate())
    study: Study = get_object_or_404(every, slug=slug)
    asked = Questionnaire.objects.filter(waves__study=study)
    composed = Questionnaire.objects.filter(study=study)
    found = get_object_or_404((asked | composed).distinct(), pk=pk)
    name = f"{found.name}-{found.version}.xlsx"
    return HttpResponse(
        published_form(found.content).workbook(),
        content_type=WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
