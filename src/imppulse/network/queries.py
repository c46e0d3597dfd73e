"""Reads for the pages of the network."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from imppulse import instruments
from imppulse.instruments import Construct, Factor, Lever
from imppulse.network.choices import FactTopic, Holder
from imppulse.network.models import (
    Country,
    Force,
    ForceFact,
    Invitation,
    Organisation,
    Responsibility,
    Role,
    Series,
    Situation,
    Territory,
)
from imppulse.network.permissions import (
    Reader,
    visible,
    visible_forces,
    visible_territories,
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


def territories(reader: Reader) -> QuerySet[Territory]:
    return visible_territories(reader).listed()


def organisations() -> QuerySet[Organisation]:
    return Organisation.objects.prefetch_related(
        "texts", "country__texts", "territory__texts"
    ).select_related("country", "territory")


def forces(reader: Reader) -> QuerySet[Force]:
    found: QuerySet[Force] = (
        visible_forces(reader)
        .select_related("country")
        .prefetch_related("texts", "country__texts")
    )
    return found


def countries_without_force() -> QuerySet[Country]:
    """List the countries of the network whose forces nobody has described yet."""
    found: QuerySet[Country] = Country.objects.filter(forces=None).with_texts()
    return found


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


@dataclass(frozen=True, slots=True)
class People:
    """Roles held now, roles of the past, and links not used yet."""

    current: tuple[Role, ...]
    past: tuple[Role, ...]
    invited: tuple[Invitation, ...]


def people(territory: Territory | None, today: date) -> People:
    roles = Role.objects.filter(territory=territory).select_related("person")
    ordered = list(roles.order_by("kind", "since"))
    return People(
        tuple(role for role in ordered if role.until is None),
        tuple(role for role in ordered if role.until is not None),
        tuple(Invitation.objects.pending(today).filter(territory=territory)),
    )


def series(territory: Territory, reader: Reader) -> QuerySet[Series]:
    """List the series of a territory, with their values and breaks, as four queries."""
    found: QuerySet[Series] = (
        visible(Series.objects.all(), reader)
        .filter(territory=territory)
        .select_related("territory__country")
        .prefetch_related("texts", "values", "breaks")
    )
    return found
