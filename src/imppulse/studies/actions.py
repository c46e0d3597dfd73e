"""What is done to studies and waves, one verb each. Nothing is noted about a single answer."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.encoding import HexEncoder
from nacl.public import PrivateKey

from imppulse import instruments
from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.instruments import ForceName
from imppulse.network.models import Force
from imppulse.studies import analysis, closing, codes, sealing, snapshots, storage
from imppulse.studies.choices import CollectionMode, WaveState
from imppulse.studies.models import (
    Answer,
    AnswerLink,
    Diagnosis,
    Pass,
    Questionnaire,
    Study,
    Wave,
)


@transaction.atomic
def publish_questionnaire(
    name: str, *, force: Force, complaints: Mapping[str, str], by: str
) -> Questionnaire:
    """Copy a questionnaire of the bank, worded about one force; the same copy is made once."""
    asked = instruments.questionnaire(name)
    content = snapshots.snapshot(asked, force_name(force), complaints)
    published, created = Questionnaire.objects.get_or_create(
        name=name,
        version=asked.version,
        force=force,
        side=asked.side.value,
        defaults={
            "content": content,
            "checksum": snapshots.checksum(content),
            "published_on": timezone.localdate(),
        },
    )
    if published.checksum != snapshots.checksum(content):
        raise Refused(
            "published_questionnaire",
            _("This version is published with other words: give it a new version."),
        )
    if created:
        note("publish", published, by=by, checksum=published.checksum)
    return published


def force_name(force: Force) -> ForceName:
    subjects = {code: force.text("subject", code) for code, _name in settings.LANGUAGES}
    if missing := [code for code, text in subjects.items() if text is None]:
        sentence = _("The force has no name with its article in: %(languages)s.")
        raise Refused("force_name", sentence % {"languages": ", ".join(missing)})
    return ForceName(**{code: text.body for code, text in subjects.items() if text})


@transaction.atomic
def plan_wave(
    study: Study,
    number: int,
    *,
    questionnaires: Iterable[Questionnaire],
    mode: CollectionMode,
    dates: tuple[datetime.date, datetime.date],
    by: str,
) -> Wave:
    opens_on, closes_on = dates
    wave = Wave.objects.create(
        study=study, number=number, mode=mode, opens_on=opens_on, closes_on=closes_on
    )
    wave.questionnaires.set(questionnaires)
    note("plan", wave, by=by)
    return wave


@transaction.atomic
def open_wave(wave: Wave, *, by: str) -> tuple[str, ...]:
    """Open a wave; gives back the key's three shares, which exist nowhere else.

    A simulated wave keeps its key for the demonstration and has no shares.
    """
    refuse_unless(locked(wave), WaveState.PLANNED)  # two openings would make two keys
    refuse_unreviewed(wave)
    seed, wave.public_key = sealing.make_key_pair()
    if wave.simulated:
        key = sealing.key_from_seed(seed)
        wave.demonstration_key = key.encode(HexEncoder).decode()
    wave.state = WaveState.OPEN
    wave.save()
    for questionnaire in wave.questionnaires.all():
        add_link(wave, questionnaire.side)
    note("open", wave, by=by)
    return () if wave.simulated else sealing.shares(seed)


def add_link(wave: Wave, side: str) -> AnswerLink:
    token = codes.written(sealing.make_seed()[:10]).lower()
    return AnswerLink.objects.create(wave=wave, side=side, token=token)


def refuse_unless(wave: Wave, state: WaveState) -> None:
    if wave.state != state:
        sentence = _("This needs a wave that is %(state)s.")
        raise Refused("wrong_state", sentence % {"state": state.label})


def refuse_unreviewed(wave: Wave) -> None:
    """Keep a wave of a real territory closed until its wording was reviewed somewhere."""
    if wave.simulated:
        return
    for questionnaire in wave.questionnaires.all():
        if not questionnaire.content["reviewed"]:
            raise Refused(
                "wording_not_reviewed",
                _("No language of this questionnaire has been reviewed yet."),
            )


# Answers


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


# Closing


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
            storage.remove(ours.file, ours.weights_file)
        raise


def locked(wave: Wave) -> Wave:
    related = Wave.objects.select_related("study__force", "study__territory__country")
    return related.select_for_update(of=("self",)).get(pk=wave.pk)


def close_wave(wave: Wave, *, key: PrivateKey, by: str) -> Wave:
    """Turn the sealed answers of a wave into one file, then forget them."""
    with closing_from(wave, WaveState.OPEN) as held:
        refuse_wrong_key(held, key)
        refuse_uneven_count(held)
        rows = closing.shuffled(closing.rows(held, closing.opened(held, key)))
        store(held, rows, weights=pl.Series([1.0] * rows.height, dtype=pl.Float64))
        held.answers.all().delete()
        note("close", held, by=by, answers=rows.height, checksum=held.checksum)
    return held


def import_closed_wave(
    study: Study, number: int, frame: pl.DataFrame, *, by: str
) -> Wave:
    """Store answers that a survey institute delivers, as the file of a planned wave."""
    with closing_from(study.waves.get(number=number), WaveState.PLANNED) as held:
        rows = closing.shuffled(closing.delivered(held, frame))
        store(held, rows.drop("weight"), weights=rows["weight"])
        note("import", held, by=by, answers=rows.height, checksum=held.checksum)
    return held


def store(wave: Wave, rows: pl.DataFrame, *, weights: pl.Series) -> None:
    for name, value in storage.write(wave, rows, weights).fields().items():
        setattr(wave, name, value)
    wave.state, wave.closed_on = WaveState.CLOSED, timezone.localdate()
    wave.respondents, wave.demonstration_key = rows.height, ""
    wave.save()


def refuse_wrong_key(wave: Wave, key: PrivateKey) -> None:
    if sealing.public_name(key) != wave.public_key:
        raise Refused(
            "wrong_key", _("This key does not open the answers of this wave.")
        )


def refuse_uneven_count(wave: Wave) -> None:
    spent = wave.passes.filter(spent=True).count()
    if wave.answers.count() + wave.withdrawals != spent:
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


# Diagnosis


@transaction.atomic
def diagnose_wave(wave: Wave, *, by: str) -> Diagnosis:
    """Compute what a closed wave says, once."""
    diagnosis = Diagnosis.objects.create(wave=wave, **analysis.diagnosed(wave))
    note("diagnose", wave, by=by, checksum=diagnosis.data_checksum)
    return diagnosis
