"""The soft launch: a few test answers prove wording and key, then all of it is thrown away."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import closing, codes, sealing
from imppulse.studies.actions.closing import refuse_uneven_count, refuse_wrong_key
from imppulse.studies.actions.waves import (
    add_links,
    locked,
    refuse_unless,
    refuse_unreviewed,
)
from imppulse.studies.choices import WaveState
from imppulse.studies.models import HandOver, Wave


@transaction.atomic
def start_rehearsal(wave: Wave, *, by: str) -> None:
    """Open a real wave for test answers, sealed with the key whose shares were handed out."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    refuse_unreviewed(held)
    if held.simulated:
        raise Refused("simulated", _("A simulated wave needs no rehearsal."))
    if not held.public_key or HandOver.objects.filter(wave=held).exists():
        raise Refused(
            "key_holders", _("Hand out the three shares first, then rehearse.")
        )
    held.state, held.rehearsed_on = WaveState.REHEARSAL, None
    held.save()
    add_links(held)
    note("start_rehearsal", held, by=by)


@transaction.atomic
def end_rehearsal(wave: Wave, *, key: PrivateKey, on: datetime.date, by: str) -> int:
    """Open every test answer with the shares typed back, then delete all; gives their number."""
    held = locked(wave)
    refuse_unless(held, WaveState.REHEARSAL)
    refuse_wrong_key(held, key)
    refuse_uneven_count(held)
    layout = closing.layout_of(held)
    read = closing.rows(layout, closing.opened(held, key)).height
    closing.comments(closing.opened_comments(held, key))
    forget_rehearsal(held, on, by=by, answers=read)
    return read


@transaction.atomic
def end_strict_rehearsal(wave: Wave, *, proof: str, on: datetime.date, by: str) -> None:
    """End the rehearsal of a wave whose key is elsewhere, by what only the key could read."""
    held = locked(wave)
    refuse_unless(held, WaveState.REHEARSAL)
    if not held.proof or fingerprint(proof) != held.proof:
        raise Refused(
            "wrong_proof",
            _("This is not the proof that the exported file holds. Check each group."),
        )
    forget_rehearsal(held, on, by=by, answers=held.answers.count())


def fingerprint(proof: str) -> str:
    try:
        return sealing.proof_hash(codes.read(proof, sealing.PROOF_BYTES))
    except codes.UnreadableCode:
        return ""


def forget_rehearsal(wave: Wave, on: datetime.date, *, by: str, answers: int) -> None:
    if not answers:
        raise Refused(
            "nothing_rehearsed",
            _("Nothing was rehearsed: answer the questionnaire at least once."),
        )
    for rows in (
        wave.answers,
        wave.remarks,
        wave.passes,
        wave.resumptions,
        wave.access_codes,
        wave.counts,
        wave.links,
    ):
        rows.all().delete()
    wave.state, wave.rehearsed_on = WaveState.PLANNED, on
    wave.withdrawals, wave.invited, wave.proof = 0, {}, ""
    wave.save()
    note("end_rehearsal", wave, by=by, answers=answers)
