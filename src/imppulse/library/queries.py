"""Reads for the pages of the library."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from imppulse import instruments
from imppulse.core.models import PublishableQuerySet
from imppulse.library.models import Practice, Principle, Recommendation, Synthesis
from imppulse.library.telling import index_name, short_result
from imppulse.network.choices import RoleKind
from imppulse.network.models import Territory
from imppulse.network.permissions import Reader, has_role, visible
from imppulse.pilots.models import Pilot

WORLD = "territory__country"
RESULT = "plan__evaluation"


def practices(reader: Reader) -> PublishableQuerySet:
    listed: PublishableQuerySet = Practice.objects.select_related(
        WORLD, f"pilot__{RESULT}"
    ).prefetch_related("texts", "territory__texts", f"{WORLD}__texts")
    return visible(listed, reader)


def syntheses(reader: Reader) -> PublishableQuerySet:
    pilots = Pilot.objects.select_related(WORLD, RESULT).prefetch_related(
        "territory__texts"
    )
    return _open_to(Synthesis.objects.all(), reader).prefetch_related(
        "texts", Prefetch("pilots", pilots)
    )


def recommendations(reader: Reader) -> PublishableQuerySet:
    return (
        _open_to(Recommendation.objects.all(), reader)
        .select_related("meeting__country")
        .prefetch_related(
            "texts",
            "meeting__texts",
            f"practices__{WORLD}",
            f"syntheses__pilots__{WORLD}",
            f"evaluations__plan__pilot__{WORLD}",
            "reservations__texts",
            "reservations__territory__texts",
            "reservations__organisation__texts",
        )
    )


def principles(reader: Reader) -> PublishableQuerySet:
    return _open_to(Principle.objects.all(), reader).with_texts()


def pilots(reader: Reader) -> PublishableQuerySet:
    """List the pilots that have a plan, with what it gave."""
    listed: PublishableQuerySet = Pilot.objects.select_related(
        WORLD, RESULT
    ).prefetch_related("territory__texts")
    return visible(listed, reader)


def _open_to(records: PublishableQuerySet, reader: Reader) -> PublishableQuerySet:
    """Show drafts to those who publish and to those who translate."""
    if has_role(reader, RoleKind.COORDINATOR, RoleKind.TRANSLATOR):
        return records
    return records.published()


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """Outcomes by territory, in words; `untested` names the outcomes nobody has tried."""

    territories: tuple[Territory, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    untested: tuple[str, ...]


def evidence_map(found: list[Pilot]) -> EvidenceMap | None:
    """Lay out the pilots of one world: all real or all simulated."""
    planned = [pilot for pilot in found if hasattr(pilot, "plan")]
    if not planned:
        return None
    cells: dict[str, dict[int, Cell]] = defaultdict(dict)
    for pilot in planned:
        cells[pilot.plan.outcome][pilot.territory_id] = _cell(pilot)
    stopped = [p for p in found if not hasattr(p, "plan")]
    territories = {pilot.territory_id: pilot.territory for pilot in found}
    for pilot in stopped:
        for outcome in _outcomes_of(pilot) & set(cells):
            cells[outcome].setdefault(pilot.territory_id, _cell(pilot))
    return EvidenceMap(
        tuple(territories.values()),
        tuple(
            (index_name(outcome), tuple(row.get(key) for key in territories))
            for outcome, row in cells.items()
        ),
        untested(set(cells)),
    )


def _outcomes_of(pilot: Pilot) -> set[str]:
    measured = instruments.factor(pilot.factor_code).measured_by.values()
    return {name for side in measured for name in side}


def _cell(pilot: Pilot) -> Cell:
    return Cell(short_result(pilot), pilot.get_absolute_url())


def untested(tested: set[str]) -> tuple[str, ...]:
    """Name the indices of the four ends and of the root factors that no pilot took on."""
    ends = [name for end in instruments.outcomes() for name in end.constructs]
    roots = [
        name
        for factor in instruments.factors()
        if factor.article
        for side in factor.measured_by.values()
        for name in side
    ]
    return tuple(
        index_name(name) for name in dict.fromkeys(ends + roots) if name not in tested
    )
