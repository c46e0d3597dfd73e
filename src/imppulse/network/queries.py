"""Reads for the pages of the network."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from imppulse import instruments
from imppulse.instruments import Construct, Factor, Lever
from imppulse.network.choices import FactTopic, Holder
from imppulse.network.models import (
    Force,
    ForceFact,
    Organisation,
    Responsibility,
    Situation,
    Territory,
)


@dataclass(frozen=True, slots=True)
class SituationRow:
    """One line of "who does what": the situation, and the part of each force in order."""

    situation: Situation
    parts: tuple[Responsibility | None, ...]


@dataclass(frozen=True, slots=True)
class WhoDoesWhat:
    forces: tuple[Force, ...]
    rows: tuple[SituationRow, ...]


def territories() -> QuerySet[Territory]:
    return Territory.objects.listed()


def organisations() -> QuerySet[Organisation]:
    return Organisation.objects.prefetch_related(
        "texts", "country__texts", "territory__texts"
    ).select_related("country", "territory")


def forces() -> QuerySet[Force]:
    return Force.objects.select_related("country").prefetch_related(
        "texts", "country__texts"
    )


def facts_by_topic(force: Force) -> list[tuple[str, list[ForceFact]]]:
    """Every topic is listed; one without a sourced fact stays empty, and is said to be unknown."""
    facts = list(force.facts.prefetch_related("texts"))
    return [
        (str(topic.label), [fact for fact in facts if fact.topic == topic])
        for topic in FactTopic
    ]


def who_does_what(forces: QuerySet[Force]) -> WhoDoesWhat:
    columns = tuple(forces.prefetch_related("texts"))
    parts = Responsibility.objects.filter(force__in=columns).prefetch_related("texts")
    situations = (
        Situation.objects.filter(responsibilities__force__in=columns)
        .distinct()
        .prefetch_related("texts", Prefetch("responsibilities", parts))
    )
    return WhoDoesWhat(columns, tuple(_row(item, columns) for item in situations))


def _row(situation: Situation, columns: tuple[Force, ...]) -> SituationRow:
    known = {part.force_id: part for part in situation.responsibilities.all()}
    return SituationRow(situation, tuple(known.get(force.pk) for force in columns))


@dataclass(frozen=True, slots=True)
class HeldLever:
    lever: Lever
    holders: tuple[str, ...]
    factors: tuple[Factor, ...]


def levers() -> list[HeldLever]:
    return [
        HeldLever(
            lever,
            tuple(str(Holder(holder.value).label) for holder in lever.holders),
            tuple(instruments.factor(name) for name in lever.reaches),
        )
        for lever in instruments.levers()
    ]


def measures(factor: Factor) -> list[Construct]:
    """Return what measures a factor on either side, each once."""
    names = [name for side in factor.measured_by.values() for name in side]
    return [instruments.construct(name) for name in dict.fromkeys(names)]
