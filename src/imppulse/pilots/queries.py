"""Reads for the pages of pilots."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from imppulse import instruments
from imppulse.instruments import Factor, Lever
from imppulse.network.permissions import Reader, visible
from imppulse.pilots.choices import Arm, Stage
from imppulse.pilots.models import Action, BudgetLine, Indicator, Pilot, PilotArea

WHOLE = 1000  # width of the picture of the timetable, in its own units


def pilots(reader: Reader) -> QuerySet[Pilot]:
    return (
        visible(Pilot.objects.all(), reader)
        .select_related("territory__country", "force__country", "study__territory")
        .prefetch_related("texts", "territory__texts", "force__texts", "study__texts")
    )


def whole_pilots(reader: Reader) -> QuerySet[Pilot]:
    return pilots(reader).prefetch_related(
        Prefetch("actions", Action.objects.prefetch_related("texts")),
        Prefetch("budget", BudgetLine.objects.prefetch_related("texts")),
        Prefetch("indicators", Indicator.objects.prefetch_related("texts")),
        Prefetch("areas", PilotArea.objects.select_related("district")),
        "sessions",
    )


def factor_of(pilot: Pilot) -> Factor | None:
    return next((f for f in instruments.factors() if f.name == pilot.factor_code), None)


def lever_of(pilot: Pilot) -> Lever | None:
    return next((f for f in instruments.levers() if f.name == pilot.lever_code), None)


@dataclass(frozen=True, slots=True)
class ListedPilot:
    pilot: Pilot
    factor: Factor | None
    lever: Lever | None

    @property
    def has_result(self) -> bool:
        return self.pilot.stage in {Stage.EVALUATED, Stage.CLOSED, Stage.STOPPED}


def listed(
    reader: Reader, *, territory: str = "", factor: str = ""
) -> list[ListedPilot]:
    found = pilots(reader)
    if territory:
        found = found.filter(territory__slug=territory)
    if factor:
        found = found.filter(factor_code=factor)
    return [ListedPilot(each, factor_of(each), lever_of(each)) for each in found]


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the timetable: where it starts and how long it is, out of `WHOLE`."""

    action: Action
    start: int
    length: int


def timetable(pilot: Pilot) -> list[Step]:
    actions = list(pilot.actions.all())
    if not actions:
        return []
    first = min(action.starts_on for action in actions)
    days: int = (max(action.ends_on for action in actions) - first).days + 1

    def place(day: datetime.date) -> int:
        return round(float((day - first).days * WHOLE / days))

    return [
        Step(
            action,
            place(action.starts_on),
            max(
                place(action.ends_on + datetime.timedelta(1)) - place(action.starts_on),
                8,
            ),
        )
        for action in actions
    ]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered: sessions, and how many came (a person may come twice)."""

    sessions: int
    population: int
    police_officers: int

    @property
    def participants(self) -> int:
        return self.population + self.police_officers


def delivery(pilot: Pilot) -> Delivery:
    sums = pilot.sessions.aggregate(
        population=Sum("population", default=0),
        police_officers=Sum("police_officers", default=0),
    )
    return Delivery(pilot.sessions.count(), **sums)


def total_budget(pilot: Pilot) -> int:
    euros: int = sum(line.euros for line in pilot.budget.all())
    return euros


def areas(pilot: Pilot, arm: Arm) -> list[PilotArea]:
    return [area for area in pilot.areas.all() if area.arm == arm]
