"""Opening and closing a wave: for the territory's prevention lead and the coordinator."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.studies import actions, permissions, queries
from imppulse.studies.forms import (
    CloseForm,
    OpenedFilesForm,
    ProofForm,
    PublicKeyForm,
    SharesForm,
)
from imppulse.studies.models import Diagnosis, HandOver, Wave


def own_wave(request: HttpRequest, slug: str, number: int) -> Wave:
    waves = Wave.objects.select_related("study__territory__country", "study__force")
    wave = get_object_or_404(waves, study__slug=slug, number=number)
    if not permissions.can_run(request.user, wave):
        raise Http404
    return wave


def close_form(request: HttpRequest, wave: Wave) -> CloseForm:
    posted = request.POST if request.method == "POST" else None
    return CloseForm(posted, keeps_key=bool(wave.demonstration_key))


@login_required
def wave(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    return show(request, found, CloseForm(keeps_key=bool(found.demonstration_key)))


def sides_of(found: Wave) -> list[dict[str, Any]] | None:
    diagnosis: Diagnosis | None = getattr(found, "diagnosis", None)
    return diagnosis.results["respondents"] if diagnosis else None


def show(request: HttpRequest, found: Wave, form: CloseForm) -> HttpResponse:
    context = {
        "wave": found,
        "study": found.study,
        "simulated": found.simulated,
        "form": form,
        "total": queries.shown_total(found, sides_of(found)),
        "received": queries.answers_received(found, timezone.localdate()),
        "holders": list(found.key_holders.all()),
        "handed_out": keys_are_ready(found),
        "shares_form": SharesForm(),
        "proof_form": ProofForm(),
        "public_key_form": PublicKeyForm(),
        "opened_form": OpenedFilesForm(),
    }
    return render(request, "studies/wave.html", context)


def keys_are_ready(found: Wave) -> bool:
    under_way = HandOver.objects.filter(wave=found).exists()
    return bool(found.public_key) and not under_way


@only_by_form
@login_required
def open_(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        actions.open_wave(found, by=key_of(request))
        messages.success(request, _("The wave is open."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


@only_by_form
@login_required
def close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    form = close_form(request, found)
    if not form.is_valid():
        return show(request, found, form)
    try:
        closed = actions.close_wave(
            found, key=actions.key_to_close(found, form.shares), by=key_of(request)
        )
        if closed.respondents:
            actions.diagnose_wave(closed, by=key_of(request))
        messages.success(
            request, _("The wave is closed. Its results exist from now on.")
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


def key_of(request: HttpRequest) -> str:
    return request.user.key if isinstance(request.user, Person) else ""
