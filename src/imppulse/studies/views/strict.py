"""Strict waves: freeze, save the sealed answers, bring back what the key holders opened."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.studies import actions, storage
from imppulse.studies.forms import OpenedFilesForm
from imppulse.studies.models import Wave
from imppulse.studies.views.waves import key_of, own_wave

PARQUET = "application/vnd.apache.parquet"
MOST_BYTES = 200_000_000


@only_by_form
@login_required
def freeze(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        actions.freeze_wave(found, by=key_of(request))
        messages.success(request, _("The wave is frozen: save the sealed answers."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


@only_by_form
@never_cache
@login_required
def export_sealed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        sealed = actions.export_sealed(found, by=key_of(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("studies:wave", slug, number)
    name = f"{storage.stem(found)}.sealed.parquet"
    saved = HttpResponse(sealed, content_type=PARQUET)
    saved.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return saved


@only_by_form
@login_required
def take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        closed = close_with(request, found)
        if closed.respondents:
            actions.diagnose_wave(closed, by=key_of(request))
        messages.success(
            request, _("The wave is closed. Its results exist from now on.")
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


def close_with(request: HttpRequest, found: Wave) -> Wave:
    form = OpenedFilesForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("two_files", _("Choose both files: answers and comments."))
    files = [form.cleaned_data["answers"], form.cleaned_data["comments"]]
    if sum(file.size for file in files) > MOST_BYTES:
        raise Refused("too_large", _("These files are larger than a wave can be."))
    answers, comments = (file.read() for file in files)
    return actions.take_back_opened(
        found, answers=answers, comments=comments, by=key_of(request)
    )
