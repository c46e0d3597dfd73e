"""One-time codes on letters: made in batches, exchanged once for a pass, never kept."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import codes, sealing
from imppulse.studies.actions.answers import TAKING_ANSWERS, hand_out_pass
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import CollectionMode, Side, WaveState
from imppulse.studies.models import AccessCode, FieldCount, Wave

MOST_AT_ONCE = 500
PREPARING = (WaveState.PLANNED, *TAKING_ANSWERS)


@dataclass(frozen=True)
class Letter:
    """A code as it is printed: it exists on the letter alone."""

    number: int
    stratum: str
    code: str


@transaction.atomic
def make_codes(
    wave: Wave, side: str, *, stratum: str = "", count: int, by: str
) -> list[Letter]:
    """Make codes for one side and stratum; they are given back once and kept as fingerprints."""
    held = locked(wave)
    refuse_unless(held, *PREPARING)
    refuse_wrong_size(held, count)
    refuse_other_stratum(held, side, stratum)
    last = held.access_codes.aggregate(last=Max("letter"))["last"] or 0
    made = [
        Letter(number, stratum, sealing.make_access_code())
        for number in range(last + 1, last + count + 1)
    ]
    AccessCode.objects.bulk_create(
        AccessCode(
            wave=held,
            side=side,
            stratum=stratum,
            letter=letter.number,
            hash=sealing.access_code_hash(letter.code),
        )
        for letter in made
    )
    count_invited(held)
    note("make_codes", held, by=by, side=side, stratum=stratum, count=count)
    return made


def refuse_wrong_size(wave: Wave, count: int) -> None:
    if wave.mode != CollectionMode.ACCESS_CODES:
        raise Refused("open_link", _("This wave is an open link: it needs no codes."))
    if not 1 <= count <= MOST_AT_ONCE:
        sentence = _("Make between 1 and %(most)s letters at a time.")
        raise Refused("batch_size", sentence % {"most": MOST_AT_ONCE})


def refuse_other_stratum(wave: Wave, side: str, stratum: str) -> None:
    if not wave.questionnaires.filter(side=side).exists():
        raise Refused("no_such_side", _("This wave does not ask this side."))
    if side == Side.POLICE_OFFICERS and stratum:
        raise Refused(
            "no_stratum",
            _("Police officers are counted per force, never per district."),
        )
    if stratum and not wave.study.territory.districts.filter(code=stratum).exists():
        raise Refused("no_such_stratum", _("The territory has no such district."))


def count_invited(wave: Wave) -> None:
    sent = wave.access_codes.values("side").annotate(n=Count("pk")).order_by("side")
    wave.invited = {row["side"]: row["n"] for row in sent}
    wave.save(update_fields=["invited", "simulated"])


@transaction.atomic
def renew_codes(wave: Wave, side: str, *, stratum: str = "", by: str) -> list[Letter]:
    """Give every unused letter of a stratum a new code, for a reminder; the old one ends."""
    held = locked(wave)
    refuse_unless(held, *PREPARING)
    unused = list(held.access_codes.filter(side=side, stratum=stratum, used=False))
    if not unused:
        raise Refused("nothing_unused", _("No letter of this group is left unused."))
    made = [Letter(row.letter, stratum, sealing.make_access_code()) for row in unused]
    for row, letter in zip(unused, made, strict=True):
        row.hash = sealing.access_code_hash(letter.code)
    AccessCode.objects.bulk_update(unused, ["hash"], batch_size=500)
    note("renew_codes", held, by=by, side=side, stratum=stratum, count=len(made))
    return made


def find_code(code: str) -> AccessCode:
    """Find the letter of a code, used or not."""
    try:
        fingerprint = sealing.access_code_hash(code)
    except codes.UnreadableCode:
        raise Refused(
            "unreadable_code",
            _("This code is mistyped or cut short. Check both groups of six."),
        ) from None
    related = AccessCode.objects.select_related("wave__study__territory__country")
    found = related.filter(hash=fingerprint).first()
    if found is None:
        raise Refused(
            "unknown_code",
            _("We do not know this code. A newer letter may have replaced it."),
        )
    return found


@transaction.atomic
def exchange_code(code: str, *, on: datetime.date) -> str:
    """Take a code once and give a random pass, which nothing ties to it."""
    found = find_code(code)
    wave = locked(found.wave)
    refuse_unless(wave, *TAKING_ANSWERS)
    remember_counts(wave, on)
    if not AccessCode.objects.filter(pk=found.pk, used=False).update(used=True):
        raise Refused("code_used", _("This code was already used."))
    return hand_out_pass(wave)


def remember_counts(wave: Wave, today: datetime.date) -> None:
    """Before the first change of a day, keep the counts of the day before: only these are shown."""
    if wave.counts.filter(before=today).exists():
        return
    FieldCount.objects.bulk_create(
        FieldCount(wave=wave, before=today, **row)
        for row in wave.access_codes.values("side", "stratum")
        .annotate(used=Count("pk", filter=Q(used=True)))
        .order_by("side", "stratum")
    )
