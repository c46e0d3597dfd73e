import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import erasing, storage
from imppulse.studies.actions.diagnoses import diagnose_again
from imppulse.studies.actions.waves import locked
from imppulse.studies.choices import ErasureKind
from imppulse.studies.models import Erasure, Excerpt, Retention, Study, Wave

MONTHS_KEPT = 24
LONGEST_MONTHS = 120
SYSTEM = "retention"


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Count months on; the first of the month after, so that no day is missing in February."""
    count = day.month + months
    return datetime.date(day.year + count // 12, count % 12 + 1, 1)


@transaction.atomic
def set_retention(
    wave: Wave, until: datetime.date, *, reason: str = "", by: str
) -> Retention:
    """Say until when the answers of a closed wave are kept."""
    if not wave.is_closed:
        raise Refused(
            "not_closed", _("Answers are kept in a file once a wave is closed.")
        )
    start = wave.closed_on or timezone.localdate()
    if not timezone.localdate() < until <= months_after(start, LONGEST_MONTHS):
        raise Refused(
            "retention_date",
            _("The day lies in the future, ten years after the closing at most."),
        )
    kept, _made = Retention.objects.update_or_create(
        wave=wave, defaults={"until": until, "reason": reason, "set_by": by}
    )
    note("keep until", wave, by=by, until=until.isoformat())
    return kept


def begin_retention(wave: Wave, *, by: str) -> Retention:
    """Give a wave that is being closed its day: two years on, until somebody says otherwise."""
    until = months_after(wave.closed_on or timezone.localdate(), MONTHS_KEPT)
    kept, _made = Retention.objects.get_or_create(
        wave=wave, defaults={"until": until, "set_by": by}
    )
    return kept


@transaction.atomic
def ask_erasure(
    study: Study,
    kind: ErasureKind,
    *,
    wave: Wave | None = None,
    what: dict[str, str] | None = None,
    reason: str,
    by: str,
) -> Erasure:
    """Ask for an erasure; a second person does it."""
    if kind is not ErasureKind.STUDY and (wave is None or wave.study_id != study.pk):
        raise Refused("no_wave", _("Name the wave whose answers are to be erased."))
    if not reason.strip():
        raise Refused("no_reason", _("Say why these answers are to be erased."))
    asked = Erasure.objects.create(
        study=study,
        wave=wave,
        kind=kind,
        what=what or {},
        reason=reason,
        asked_by=by,
    )
    note("ask erasure", study, by=by, kind=kind.value)
    return asked


def erase(asked: Erasure, *, by: str) -> Erasure:
    """Erase what was asked; the person who asked cannot do it alone."""
    with transaction.atomic():
        held = Erasure.objects.select_for_update().get(pk=asked.pk)
        if held.done_at is not None:
            raise Refused("erased", _("This is erased already."))
        if by == held.asked_by:
            raise Refused(
                "second_person",
                _("An erasure is done by a second person, not by the one who asked."),
            )
        waves = [held.wave] if held.wave else list(held.study.waves.closed())
        held.facts = {
            str(wave.number): erased(locked(wave), held, by=by)
            for wave in waves
            if wave
        }
        if held.kind == ErasureKind.STUDY:
            Excerpt.objects.filter(part__study=held.study).delete()
        held.done_by, held.done_at = by, timezone.now()
        held.save()
        note("erase", held.study, by=by, kind=held.kind, facts=held.facts)
    return held


def erased(wave: Wave, asked: Erasure, *, by: str) -> dict[str, str]:
    """Erase in one wave; the files go once the log is safely written."""
    if not wave.is_closed or not wave.respondents:
        return {"before": wave.checksum, "after": ""}
    before = wave.checksum
    if asked.kind == ErasureKind.ITEM:
        old = list(erasing.without_item(wave, asked.what.get("item", "")))
    elif asked.kind == ErasureKind.ANSWERS:
        old = list(erasing.without_answers(wave, asked.what))
    else:
        old = erasing.all_files(wave)
        Wave.objects.filter(pk=wave.pk).update(respondents=0)
    transaction.on_commit(partial(storage.remove, *old))
    wave.refresh_from_db()
    if wave.respondents:
        diagnose_again(wave, by=by)
    elif asked.kind == ErasureKind.STUDY and hasattr(wave, "diagnosis"):
        wave.diagnosis.delete()
    return {"before": before, "after": wave.checksum if wave.respondents else ""}


def erase_due(today: datetime.date) -> list[Erasure]:
    """Erase the answers of every wave whose day has come. What was published stays."""
    due = Retention.objects.filter(until__lte=today, wave__respondents__gt=0)
    return [_due(kept) for kept in due.select_related("wave__study")]


def _due(kept: Retention) -> Erasure:
    asked = ask_erasure(
        kept.wave.study,
        ErasureKind.WAVE,
        wave=kept.wave,
        reason=f"retention until {kept.until.isoformat()}",
        by=kept.set_by or "closing",
    )
    return erase(asked, by=SYSTEM)
