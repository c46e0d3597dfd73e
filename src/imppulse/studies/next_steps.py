"""What can be done about factors: levers of the territory, and what other apps know of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language

from imppulse import instruments
from imppulse.evidence.diagnosis.diagnosis_results import FactorOfSide
from imppulse.instruments.model import Holder
from imppulse.network.choices import TerritoryKind
from imppulse.reporting.diagnosis_names import Step
from imppulse.studies.models import Study

LEVERS_PER_FACTOR = 2
HOLDERS = {
    TerritoryKind.CITY: (Holder.MAYOR, Holder.COUNCIL),
    TerritoryKind.INTERMUNICIPALITY: (Holder.INTERMUNICIPALITY,),
    TerritoryKind.POLICE_ZONE: (Holder.POLICE_ZONE,),
}

Known = Callable[[Study, str], Iterable[Step]]


@dataclass(frozen=True)
class _Sources:
    """Where steps come from beside the levers; apps above this one add theirs."""

    known: list[Known]


SOURCES = _Sources(known=[])


def add_source(known: Known) -> None:
    """Let an app that knows practices say which address a factor."""
    if known not in SOURCES.known:
        SOURCES.known.append(known)


def steps(study: Study, factors: Iterable[FactorOfSide]) -> list[Step]:
    """List levers and practices, for each factor once."""
    found: list[Step] = []
    for code in dict.fromkeys(each.code for each in factors):
        found += levers(study, code)
        for known in SOURCES.known:
            found += known(study, code)
    return found


def levers(study: Study, factor: str) -> list[Step]:
    """Give the levers that reach a factor and that this kind of territory holds."""
    language = get_language() or "en"
    held = HOLDERS.get(TerritoryKind(study.territory.kind), tuple(Holder))
    reaching = [
        lever
        for lever in instruments.levers()
        if factor in lever.reaches and set(held) & set(lever.holders)
    ]
    return [
        Step(
            factor=factor,
            title=lever.title.in_language(language),
            text=lever.explanation.in_language(language),
            link=f"{reverse('network:levers')}#{lever.name}",
        )
        for lever in reaching[:LEVERS_PER_FACTOR]
    ]
