from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import closing, sealing, storage
from imppulse.studies.actions.retention import begin_retention
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import WaveState
from imppulse.studies.models import Study, Wave


@contextmanager
def closing_from(wave: Wave, state: WaveState) -> Iterator[Wave]:
    """Hold a wave until it is closed; a failure leaves it as it was, and no file."""
    ours = None
    try:
        with transaction.atomic():
            held = locked(wave)
            refuse_unless(held, state)
            storage.discard(held)  # what a closing that was killed may have left
            ours = held
            yield held
    except BaseException:
        # Only what this closing wrote: the file of a wave closed by another stays.
        if ours is not None and ours.is_closed:
            storage.remove(ours.file, ours.weights_file, ours.comments_file)
        raise


def close_wave(wave: Wave, *, key: PrivateKey, by: str) -> Wave:
    """Turn the sealed answers of a wave into one file, then forget them."""
    with closing_from(wave, WaveState.OPEN) as held:
        refuse_strict(held)
        refuse_wrong_key(held, key)
        refuse_uneven_count(held)
        layout = closing.layout_of(held)
        rows = closing.shuffled(closing.rows(layout, closing.opened(held, key)))
        said = closing.comments(closing.opened_comments(held, key))
        store(held, rows, weights=ones(rows), comments=closing.shuffled(said))
        forget_sealed(held)
        begin_retention(held, by=by)
        note("close", held, by=by, answers=rows.height, checksum=held.checksum)
    return held


def import_closed_wave(
    study: Study, number: int, frame: pl.DataFrame, *, by: str
) -> Wave:
    """Store answers that a survey institute delivers, as the file of a planned wave."""
    with closing_from(study.waves.get(number=number), WaveState.PLANNED) as held:
        rows = closing.shuffled(closing.delivered(held, frame))
        store(held, rows.drop("weight"), weights=rows["weight"])
        begin_retention(held, by=by)
        note("import", held, by=by, answers=rows.height, checksum=held.checksum)
    return held


def ones(rows: pl.DataFrame) -> pl.Series:
    return pl.Series([1.0] * rows.height, dtype=pl.Float64)


def store(
    wave: Wave,
    rows: pl.DataFrame,
    *,
    weights: pl.Series,
    comments: pl.DataFrame | None = None,
) -> None:
    kept = comments if comments is not None and comments.height else None
    files = storage.write(wave, rows, weights, comments=kept)
    for name, value in files.fields().items():
        setattr(wave, name, value)
    wave.state, wave.closed_on = WaveState.CLOSED, timezone.localdate()
    wave.respondents, wave.demonstration_key = rows.height, ""
    wave.save()


def forget_sealed(wave: Wave) -> None:
    """Delete what was sealed, and what would open what was left for later."""
    for rows in (wave.answers, wave.remarks, wave.resumptions):
        rows.all().delete()


def refuse_strict(wave: Wave) -> None:
    if wave.is_strict:
        raise Refused(
            "strict",
            _("The key of this wave is used on a holder’s own computer only."),
        )


def refuse_wrong_key(wave: Wave, key: PrivateKey) -> None:
    if sealing.public_name(key) != wave.public_key:
        raise Refused(
            "wrong_key", _("This key does not open the answers of this wave.")
        )


def refuse_uneven_count(wave: Wave) -> None:
    """Answers, and comments, with those withdrawn: as many as the passes spent."""
    spent = wave.passes.filter(spent=True).count()
    for rows in (wave.answers, wave.remarks):
        if rows.count() + wave.withdrawals != spent:
            raise Refused(
                "uneven_count",
                _("Answers and withdrawals are not as many as the passes spent."),
            )


def demonstration_key(wave: Wave) -> PrivateKey:
    if not wave.demonstration_key:
        raise Refused("no_key", _("This wave keeps no key: two shares are needed."))
    return sealing.private_key(wave.demonstration_key)


def key_to_close(wave: Wave, shares: Sequence[str]) -> PrivateKey:
    """Give the key that a demonstration keeps, or the one that two shares make."""
    if wave.demonstration_key:
        return demonstration_key(wave)
    return sealing.join_shares(shares, wave.public_key)
