"""Strict waves: sealed answers leave as a file, and come back opened by their key holders."""

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import closing, sealed_files, sealing
from imppulse.studies.actions.closing import (
    closing_from,
    forget_sealed,
    ones,
    refuse_uneven_count,
    store,
)
from imppulse.studies.actions.retention import begin_retention
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import WaveState
from imppulse.studies.models import Wave
from imppulse.studies.sealed_files import SealedFile

EXPORTED = (WaveState.REHEARSAL, WaveState.FROZEN)


@transaction.atomic
def freeze_wave(wave: Wave, *, by: str) -> None:
    """Take no further answers and no withdrawals: what is exported now is what is closed."""
    held = locked(wave)
    refuse_unless(held, WaveState.OPEN)
    refuse_standard(held)
    refuse_uneven_count(held)
    held.state = WaveState.FROZEN
    held.save()
    held.resumptions.all().delete()
    note("freeze", held, by=by, answers=held.answers.count())


@transaction.atomic
def export_sealed(wave: Wave, *, by: str) -> bytes:
    """Give the sealed answers as a file for the key holders; nothing in it tells when."""
    held = locked(wave)
    refuse_unless(held, *EXPORTED)
    refuse_standard(held)
    held.proof, proof = sealing.make_proof(held.public_key)
    held.save()
    sealed = SealedFile(
        closing.layout_of(held),
        proof,
        list(map(bytes, held.answers.values_list("ciphertext", flat=True))),
        list(map(bytes, held.remarks.values_list("ciphertext", flat=True))),
    )
    note("export_sealed", held, by=by, answers=len(sealed.answers))
    return sealed_files.write(sealed)


def take_back_opened(wave: Wave, *, answers: bytes, comments: bytes, by: str) -> Wave:
    """Store the rows that the key holders bring back, as many as there were answers."""
    with closing_from(wave, WaveState.FROZEN) as held:
        refuse_uneven_count(held)
        layout = closing.layout_of(held)
        sides = held.questionnaires.values_list("side", flat=True)
        rows = sealed_files.brought_back(layout, answers, sides=sides)
        refuse_other_number(held, rows.height)
        said = sealed_files.brought_back_comments(comments)
        store(
            held,
            closing.shuffled(closing.merged(rows)),
            weights=ones(rows),
            comments=closing.shuffled(said),
        )
        forget_sealed(held)
        begin_retention(held, by=by)
        note("close", held, by=by, answers=rows.height, checksum=held.checksum)
    return held


def refuse_other_number(wave: Wave, rows: int) -> None:
    stored = wave.answers.count()
    if rows != stored:
        sentence = _("The file holds %(rows)s rows; %(stored)s answers were frozen.")
        raise Refused("other_number", sentence % {"rows": rows, "stored": stored})


def refuse_standard(wave: Wave) -> None:
    if not wave.is_strict:
        raise Refused("standard", _("This wave is closed here, with two shares."))
