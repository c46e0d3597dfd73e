"""The rows an evaluation of two waves rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from imppulse.evidence.errors import DesignError
from imppulse.evidence.survey.answer_columns import as_lazy, check_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narwhals.typing import IntoFrame

AREA, CELL, DRAWN, WEIGHT = "area ", "cell ", "drawn with ", "weight "
ROW = "row "
EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True)
class TwoWaves:
    """Which columns say what, in the answers of a pilot.

    Parameters
    ----------
    item : str
        Outcome; rows without it are left out.
    arm : str
        Column of arms.
    treated, comparison : object
        Values of `arm`; `comparison` None: before and after alone.
    wave : str
        Column of waves.
    before, after : object
        Values of `wave`; `before` None: measured once, after the start.
    area : str, optional
        Areas that got the pilot or did not; None: persons did.
    weight, stratum, cluster : str, optional
        How people were drawn, inside areas.
    person : str, optional
        Who answered, in a panel.
    compared : tuple of str
        Columns of groups (age, say) to compare before the start.
    self_selected : bool
    level : float
    """

    item: str
    arm: str
    treated: object
    comparison: object | None
    wave: str
    before: object | None
    after: object
    area: str | None = None
    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    person: str | None = None
    compared: tuple[str, ...] = ()
    self_selected: bool = False
    level: float = 0.95

    @property
    def waves(self) -> tuple[object, ...]:
        """Waves that are read."""
        return tuple(wave for wave in (self.before, self.after) if wave is not None)

    @property
    def arms(self) -> tuple[object, ...]:
        """Arms that are read."""
        both = (self.treated, self.comparison)
        return tuple(arm for arm in both if arm is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are read."""
        optional = (self.area, self.weight, self.stratum, self.cluster, self.person)
        named = (self.item, self.arm, self.wave, *optional, *self.compared)
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True, eq=False)
class WaveRows:
    """Answers of the areas measured each time; what was lost on the way.

    Attributes
    ----------
    table : dataframe
        With the columns AREA, CELL and DRAWN added.
    weight : str
    units : dict of arm to int
        Areas, or persons, measured each time.
    lost : dict of arm to float
    clustered : bool
    """

    table: Any
    plan: TwoWaves
    weight: str
    units: dict[object, int]
    lost: dict[object, float]
    clustered: bool

    @property
    def area_is_unit(self) -> bool:
        """Whether both arms have areas enough to compare areas."""
        return (
            self.plan.area is not None
            and len(self.units) == 2
            and min(self.units.values()) >= 2
        )


def rows_of(frame: IntoFrame, plan: TwoWaves) -> WaveRows:
    """Read the rows of both arms in the waves of the plan.

    Raises
    ------
    DesignError
        ``arm_without_answers``.
    EstimationError
        ``unsupported_frame`` or ``unknown_column``.
    """
    table = as_lazy(frame)
    check_columns(table, plan.columns)
    read = table.select(*plan.columns).filter(
        nw.col(plan.arm).is_in(list(plan.arms)),
        nw.col(plan.wave).is_in(list(plan.waves)),
        ~nw.col(plan.item).is_null(),
    )
    rows = read.collect().with_row_index(ROW)
    rows = rows.with_columns(_area(plan).alias(AREA))
    seen = {arm: _seen(rows, plan, arm, column=AREA) for arm in plan.arms}
    _refuse_empty(seen, plan)
    stayed = {arm: set.intersection(*areas) for arm, areas in seen.items()}
    kept = rows.filter(nw.col(AREA).is_in([a for s in stayed.values() for a in s]))
    cluster = plan.cluster or plan.person
    clustered = cluster is not None and not kept[cluster].is_null().all()
    lost = {arm: _lost(areas) for arm, areas in seen.items()}
    if plan.person is not None:
        people = {arm: _seen(rows, plan, arm, column=plan.person) for arm in plan.arms}
        lost = {arm: max(lost[arm], _lost(people[arm])) for arm in plan.arms}
    return WaveRows(
        table=kept.with_columns(*_drawn(plan, cluster)).to_native(),
        plan=plan,
        weight=plan.weight or WEIGHT,
        units={arm: _units(kept, plan, arm, stayed=stayed[arm]) for arm in plan.arms},
        lost=lost,
        clustered=clustered,
    )


def _refuse_empty(seen: dict[object, list[set[object]]], plan: TwoWaves) -> None:
    """Refuse an arm that nobody answered in, in one wave or in the same areas."""
    for arm, areas in seen.items():
        empty = [wave for wave, here in zip(plan.waves, areas, strict=True) if not here]
        if not set.intersection(*areas):
            wave = " and ".join(map(str, empty or plan.waves))
            raise DesignError(
                "arm_without_answers",
                f"no area of {arm!r} has answers in {wave}",
                arm=arm,
                wave=wave,
            )


def _area(plan: TwoWaves) -> nw.Expr:
    if plan.area is None:
        return nw.lit(EVERYWHERE)
    return nw.col(plan.area).cast(nw.String)


def _seen(
    rows: nw.DataFrame[Any], plan: TwoWaves, arm: object, *, column: str
) -> list[set[object]]:
    """Return who or what of an arm was seen in each wave."""
    own = rows.filter(nw.col(plan.arm) == arm)
    return [
        set(own.filter(nw.col(plan.wave) == wave)[column].to_list())
        for wave in plan.waves
    ]


def _lost(seen: Iterable[set[object]]) -> float:
    first, *later = seen
    if not later or not first:
        return 0.0
    return len(first - later[-1]) / len(first)


def _units(
    rows: nw.DataFrame[Any], plan: TwoWaves, arm: object, *, stayed: set[object]
) -> int:
    if plan.area is not None:
        return len(stayed)
    own = rows.filter(nw.col(plan.arm) == arm)
    return min(len(own.filter(nw.col(plan.wave) == wave)) for wave in plan.waves)


def _drawn(plan: TwoWaves, cluster: str | None) -> list[nw.Expr]:
    """Name the stratum of each answer, and its cluster; alone where there was none."""
    stratum = nw.col(AREA)
    if plan.stratum is not None:
        stratum = nw.coalesce(nw.col(plan.stratum).cast(nw.String), nw.col(AREA))
    alone = nw.concat_str(nw.lit("alone"), nw.col(ROW).cast(nw.String), separator=" ")
    together = alone
    if cluster is not None:
        together = nw.coalesce(nw.col(cluster).cast(nw.String), alone)
    wave, arm = nw.col(plan.wave).cast(nw.String), nw.col(plan.arm).cast(nw.String)
    where = nw.col(AREA) if plan.area is not None else arm
    own = [] if plan.weight else [nw.lit(1.0).alias(WEIGHT)]
    return [
        nw.concat_str(wave, where, stratum, separator=" ").alias(CELL),
        together.alias(DRAWN),
        *own,
    ]
