"""Nothing is noted about a single answer."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.studies import codes, sealing
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import WaveState
from imppulse.studies.models import Answer, Comment, Pass, Resumption, Wave

TAKING_ANSWERS = (WaveState.OPEN, WaveState.REHEARSAL)


def hand_out_pass(wave: Wave) -> str:
    pass_ = sealing.make_pass()
    Pass.objects.create(wave=wave, hash=sealing.pass_hash(pass_))
    return pass_


def find_pass(wave: Wave, pass_: str) -> Pass:
    found = wave.passes.filter(hash=sealing.pass_hash(pass_)).first()
    if found is None:
        raise Refused("unknown_pass", _("This page could not be read back."))
    return found


@transaction.atomic
def submit_answer(
    wave: Wave,
    *,
    pass_: str,
    record: Mapping[str, Any],
    on: datetime.date,
    comment: str = "",
) -> None:
    """Seal and store one answer; its pass is spent once, whoever comes second is told."""
    # As it is now, not as it was read: a closing may have come between.
    refuse_unless(locked(wave), *TAKING_ANSWERS)
    handed_out = wave.passes.filter(hash=sealing.pass_hash(pass_))
    if not handed_out.filter(spent=False).update(spent=True):
        find_pass(wave, pass_)
        raise Refused("already_received", _("Your answers were already received."))
    secret = sealing.withdrawal_secret(pass_)
    Answer.objects.create(
        identifier=sealing.row_identifier(secret),
        wave=wave,
        day=on,
        ciphertext=sealing.seal(record, wave.public_key, wave.answer_bytes),
    )
    store_comment(wave, secret, side=record["side"], comment=comment)
    wave.resumptions.filter(identifier=sealing.resumption_identifier(pass_)).delete()


def store_comment(wave: Wave, secret: bytes, *, side: str, comment: str) -> None:
    """Every submission writes one, empty or not, so that none stands out."""
    said = {"side": side, "comment": comment}
    Comment.objects.create(
        identifier=sealing.comment_identifier(secret),
        wave=wave,
        ciphertext=sealing.seal(said, wave.public_key, wave.comment_bytes),
    )


@transaction.atomic
def withdraw(code: str) -> None:
    """Delete the answer a code was given for, and its comment; possible until its wave closes."""
    try:
        secret = codes.read(code, sealing.SECRET_BYTES)
    except codes.UnreadableCode:
        raise Refused(
            "unreadable_code",
            _("This is not a code we gave out. Check each group of six."),
        ) from None
    found = Answer.objects.filter(
        identifier=sealing.row_identifier(secret), wave__state__in=TAKING_ANSWERS
    )
    # First the wave, then its answers, as closing does: neither waits for the other.
    wave = (
        Wave.objects.select_for_update(of=("self",)).filter(answers__in=found).first()
    )
    if wave is None or not found.delete()[0]:
        raise Refused("no_such_answer", _("There is no answer left for this code."))
    wave.remarks.filter(identifier=sealing.comment_identifier(secret)).delete()
    Wave.objects.filter(pk=wave.pk).update(withdrawals=F("withdrawals") + 1)


# Going on later


def later_bytes(wave: Wave) -> int:
    """Give every draft of a wave one size, comment and all."""
    return 2 * (wave.answer_bytes + wave.comment_bytes)


@transaction.atomic
def keep_for_later(wave: Wave, *, pass_: str, draft: str) -> None:
    """Keep what was answered so far, readable with the resume code alone."""
    refuse_unless(locked(wave), *TAKING_ANSWERS)
    if find_pass(wave, pass_).spent:
        raise Refused("already_received", _("Your answers were already received."))
    Resumption.objects.update_or_create(
        identifier=sealing.resumption_identifier(pass_),
        wave=wave,
        defaults={
            "ciphertext": sealing.seal_for_later(draft, pass_, later_bytes(wave))
        },
    )


def take_up(wave: Wave, resume_code: str) -> tuple[str, str]:
    """Give back the pass and the draft of a resume code; the draft is empty when none was kept."""
    try:
        pass_ = sealing.pass_from(resume_code)
    except codes.UnreadableCode:
        raise Refused(
            "unreadable_code",
            _("This is not a code we gave out. Check each group of six."),
        ) from None
    if not wave.passes.filter(hash=sealing.pass_hash(pass_)).exists():
        raise Refused(
            "unknown_code", _("This survey did not give out this code to go on.")
        )
    kept = wave.resumptions.filter(
        identifier=sealing.resumption_identifier(pass_)
    ).first()
    if kept is None:
        return pass_, ""
    sealed = bytes(kept.ciphertext)
    return pass_, sealing.open_from_earlier(sealed, pass_, later_bytes(wave))
