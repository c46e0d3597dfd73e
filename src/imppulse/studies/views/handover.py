"""Before a real wave opens: key holders, their shares, the rehearsal; after it closed: the end of the shares."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.studies import actions
from imppulse.studies.forms import (
    CollectingForm,
    KeyHoldersForm,
    ProofForm,
    PublicKeyForm,
    SharesForm,
)
from imppulse.studies.models import HandOver, Wave
from imppulse.studies.views.waves import key_of, own_wave


@login_required
def holders(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Name the three people who will hold a share, by role."""
    found = own_wave(request, slug, number)
    form = KeyHoldersForm(request.POST or None, wave=found)
    if form.is_valid():
        try:
            actions.name_key_holders(found, form.holders, by=key_of(request))
            messages.success(request, _("The three key holders are recorded."))
            return redirect("studies:wave", slug, number)
        except Refused as refused:
            form.add_error(None, refused.sentence)
    return render(request, "studies/key_holders.html", facts(found) | {"form": form})


@login_required
def collecting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say how a planned wave is collected: key, comments, paper."""
    found = own_wave(request, slug, number)
    now = {name: getattr(found, name) for name in CollectingForm.base_fields}
    form = CollectingForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            actions.set_collecting(found, by=key_of(request), **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("studies:wave", slug, number)
        except Refused as refused:
            form.add_error(None, refused.sentence)
    return render(request, "studies/collecting.html", facts(found) | {"form": form})


def facts(found: Wave) -> dict[str, object]:
    return {"wave": found, "study": found.study, "simulated": found.simulated}


@only_by_form
@never_cache
@login_required
def hand_over(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Walk through the hand-over: call a holder, show their share once, call the next."""
    found = own_wave(request, slug, number)
    try:
        return hand_over_page(request, found)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("studies:wave", slug, number)


def hand_over_page(request: HttpRequest, found: Wave) -> HttpResponse:
    go, rest = request.POST.get("go"), request.POST.get("rest", "")
    if go == "begin":
        rest = actions.begin_handover(found, by=key_of(request))
    elif go == "show":
        return show_share(request, found, rest)
    under_way = HandOver.objects.filter(wave=found).first()
    if under_way is None:
        messages.success(request, _("The three shares are handed out."))
        return redirect("studies:wave", found.study.slug, found.number)
    holder = found.key_holders.get(place=under_way.shown + 1)
    context = facts(found) | {"holder": holder, "rest": rest}
    return render(request, "studies/share_next.html", context)


def show_share(request: HttpRequest, found: Wave, rest: str) -> HttpResponse:
    sheet = actions.show_next_share(found, rest, on=timezone.localdate())
    context = facts(found) | {
        "sheet": sheet,
        "holder": found.key_holders.get(place=sheet.place),
        "today": timezone.localdate(),
    }
    return render(request, "studies/share.html", context)


@only_by_form
@login_required
def public_key(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    form = PublicKeyForm(request.POST)
    try:
        given = form.cleaned_data["public_key"] if form.is_valid() else ""
        actions.set_public_key(found, given, by=key_of(request))
        messages.success(request, _("The public key is recorded."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


@only_by_form
@login_required
def rehearse(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        actions.start_rehearsal(found, by=key_of(request))
        messages.success(request, _("The rehearsal is open: answer as a respondent."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


@only_by_form
@login_required
def end_rehearsal(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """End the rehearsal with two shares, or with the proof that the key elsewhere works."""
    found = own_wave(request, slug, number)
    try:
        count = end_with_proof(request, found)
        messages.success(
            request,
            _(
                "Rehearsed: the key opened the test answers (%(count)s), and all of it is deleted."
            )
            % {"count": count},
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)


def end_with_proof(request: HttpRequest, found: Wave) -> int:
    today, by = timezone.localdate(), key_of(request)
    if found.is_strict:
        proof = ProofForm(request.POST)
        given = proof.cleaned_data["proof"] if proof.is_valid() else ""
        count = found.answers.count()
        actions.end_strict_rehearsal(found, proof=given, on=today, by=by)
        return count
    form = SharesForm(request.POST)
    shares = form.shares if form.is_valid() else []
    key = actions.key_to_close(found, shares)
    return actions.end_rehearsal(found, key=key, on=today, by=by)


@only_by_form
@login_required
def destroyed(
    request: HttpRequest, slug: str, number: int, *, place: int
) -> HttpResponse:
    found = own_wave(request, slug, number)
    try:
        actions.record_destroyed_share(found, place, by=key_of(request))
        messages.success(request, _("Recorded: this share is destroyed."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("studies:wave", slug, number)
