"""How fieldwork goes: letters sent and used, answers received, usable ones; never an outcome."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Count, Q

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.studies import queries
from imppulse.studies.choices import Side
from imppulse.studies.models import Wave

Stratum = tuple[str, str]  # side, code of a district
USABLE_SHARE = 0.5


@dataclass(frozen=True)
class Batch:
    """Letters of one side and stratum; `used` is None under the threshold."""

    side: str
    stratum: str
    sent: int
    used: int | None
    name: str = ""

    @property
    def side_label(self) -> str:
        return str(Side(self.side).label)


@dataclass(frozen=True)
class Monitor:
    batches: list[Batch]
    sent: int
    used: int | None
    received: int | None
    usable: list[dict[str, Any]]


def used_before(wave: Wave, today: datetime.date) -> dict[Stratum, int]:
    """Count used codes as the day began: as they are now if nothing has changed today."""
    kept = wave.counts.filter(before=today).values_list("side", "stratum", "used")
    if found := {(side, stratum): used for side, stratum, used in kept}:
        return found
    if wave.counts.filter(before__gt=today).exists():
        return {}
    now = wave.access_codes.values("side", "stratum").annotate(
        used_now=Count("pk", filter=Q(used=True))
    )
    return {
        (row["side"], row["stratum"]): row["used_now"]
        for row in now.order_by("side", "stratum")
    }


def batches(wave: Wave, used: Mapping[Stratum, int]) -> list[Batch]:
    names = dict(wave.study.territory.districts.values_list("code", "name"))
    sent = wave.access_codes.values("side", "stratum").annotate(n=Count("pk"))
    return [
        Batch(
            side=row["side"],
            stratum=row["stratum"],
            sent=row["n"],
            used=queries.shown_count(used.get((row["side"], row["stratum"]), 0)),
            name=names.get(row["stratum"], ""),
        )
        for row in sent.order_by("side", "stratum")
    ]


def monitor(wave: Wave, today: datetime.date) -> Monitor:
    """Give the counts of the day before; a total only where it gives no hidden stratum away."""
    listed = batches(wave, used_before(wave, today))
    shown = [batch.used for batch in listed if batch.used is not None]
    whole = len(shown) == len(listed)
    return Monitor(
        batches=listed,
        sent=sum(batch.sent for batch in listed),
        used=sum(shown) if whole and listed else None,
        received=queries.answers_received(wave, today) if whole else None,
        usable=usable(wave) if wave.is_closed else [],
    )


def usable(wave: Wave) -> list[dict[str, Any]]:
    """After closing: answers with at least half of the questions of their side, by stratum."""
    answers = queries.closed_answers(wave)
    asked = {
        questionnaire.side: [item["name"] for item in questionnaire.items]
        for questionnaire in wave.questionnaires.all()
    }
    return [
        row | {"side_label": str(Side(side).label)}
        for side, items in asked.items()
        for row in usable_of(answers, side, items)
    ]


def usable_of(
    answers: pl.DataFrame, side: str, items: list[str]
) -> list[dict[str, Any]]:
    share = pl.mean_horizontal(pl.col(name).is_not_null() for name in items)
    counted = (
        answers.filter(pl.col("side") == side)
        .group_by("stratum")
        .agg(received=pl.len(), usable=(share >= USABLE_SHARE).sum())
        .sort("stratum")
    )
    rows = [{"side": side, **row} for row in counted.to_dicts()]
    small = [row for row in rows if row["usable"] < PUBLISHED_THRESHOLD]
    for row in small:
        row["usable"] = row["received"] = None
    return rows
