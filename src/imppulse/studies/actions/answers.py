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
from imppulse.studies.models import Answer, Pass, Wave


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
    wave: Wave, *, pass_: str, record: Mapping[str, Any], on: datetime.date
) -> None:
    """Seal and store one answer; its pass is spent once, whoever comes second is told."""
    # As it is now, not as it was read: a closing may have come between.
    refuse_unless(locked(wave), WaveState.OPEN)
    handed_out = wave.passes.filter(hash=sealing.pass_hash(pass_))
    if not handed_out.filter(spent=False).update(spent=True):
        find_pass(wave, pass_)
        raise Refused("already_received", _("Your answers were already received."))
    Answer.objects.create(
        identifier=sealing.row_identifier(sealing.withdrawal_secret(pass_)),
        wave=wave,
        day=on,
        ciphertext=sealing.seal(record, wave.public_key, wave.answer_bytes),
    )


@transaction.atomic
def withdraw(code: str) -> None:
    """Delete the answer a code was given for; possible until its wave closes."""
    try:
        secret = codes.read(code, sealing.SECRET_BYTES)
    except codes.UnreadableCode:
        raise Refused(
            "unreadable_code",
            _("This is not a code we gave out. Check each group of six."),
        ) from None
    found = Answer.objects.filter(identifier=sealing.row_identifier(secret))
    # First the wave, then its answers, as closing does: neither waits for the other.
    wave = (
        Wave.objects.select_for_update(of=("self",)).filter(answers__in=found).first()
    )
    if wave is None or not found.delete()[0]:
        raise Refused("no_such_answer", _("There is no answer left for this code."))
    Wave.objects.filter(pk=wave.pk).update(withdrawals=F("withdrawals") + 1)
