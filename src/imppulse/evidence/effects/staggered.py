"""Staggered starts: places that begin one after the other.

For each group of places that start together and each wave: their change since
the wave before their start, minus that of places that have not started. Every
number is a combination of weighted means, so one pass gives them all with
their covariance. Already treated places never serve as comparison.

References
----------
Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple
time periods. Journal of Econometrics 225, 200-230 (without covariates).
Goodman-Bacon, A. (2021). Difference-in-differences with variation in treatment
timing. Journal of Econometrics 225, 254-277 (why not a plain two-way regression).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

import narwhals as nw
import numpy as np

from imppulse.evidence.effects.staggered_effects import GroupTimeEffects
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import degrees_of_freedom, t_quantile
from imppulse.evidence.survey.answer_columns import (
    as_lazy,
    check_columns,
    check_numeric,
)
from imppulse.evidence.survey.linearisation import scaled_deviations
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]

Control = Literal["not-yet", "never"]
Base = Literal["universal", "varying"]
# Stands for "never" while grouping: engines disagree on how infinity sorts.
NEVER_CODE = 1e300


@traced
def group_time_effects(  # noqa: PLR0913 - the data, when, and against whom
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    start: str,
    control: Control = "not-yet",
    base: Base = "universal",
    level: float = 0.95,
) -> GroupTimeEffects:
    """Estimate the effect in each group of places and each wave.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation; repeated
        cross-sections or a panel, stacked. Clusters keep their label.
    item : str
    design : SampleDesign
        The cluster is the place that starts (or lies inside it).
    wave : str
        Numeric column of waves.
    start : str
        Numeric column: first wave with the pilot in the row's place; missing, infinite
        or 0 where it never starts. Groups that start in the first wave have no "before"
        and are left out.
    control : {"not-yet", "never"}
        Against places not yet started in the later of the two waves compared (and those
        that never start), or only those that never start.
    base : {"universal", "varying"}
        For waves before the start: the change since the last wave before the start, or
        since the wave before. Effects after it are the same.
    level : float

    Returns
    -------
    GroupTimeEffects
        Supposes that without the pilot places would have moved alike, and that nobody
        changed in advance.

    Raises
    ------
    DesignError
        Those of `totals`; ``one_cluster``, ``lonely_strata``.
    EstimationError
        ``unknown_control``, ``unknown_base``, ``no_group``, ``no_controls``,
        ``too_few_waves``, ``level_out_of_range``, and those of `totals`.

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230 (without
    covariates). Goodman-Bacon (2021), Journal of Econometrics 225, 254-277 (why not a
    plain two-way regression).
    """
    _check_choices(control, base)
    t_quantile(level, 1.0)  # refuses an impossible level
    means = _CellMeans(_cells(frame, item, design, names=(wave, start)))
    asked = _comparisons(means, control, base)
    return _estimated(means, asked, control=control, base=base, level=level)


def _estimated(
    means: _CellMeans,
    asked: list[_Comparison],
    *,
    control: Control,
    base: Base,
    level: float,
) -> GroupTimeEffects:
    found = [means.contrast(one) for one in asked]
    sizes = [means.size(one.group) for one in asked]
    parts = np.column_stack([part for _, part in found])
    size_parts = np.column_stack([part for _, part in sizes])
    scaled = means.scaled(np.hstack([parts, size_parts]))
    effects = len(asked)
    return GroupTimeEffects(
        group=np.array([one.group for one in asked]),
        wave=np.array([one.wave for one in asked]),
        estimate=np.array([estimate for estimate, _ in found]),
        std_error=np.linalg.norm(scaled[:, :effects], axis=0),
        control=control,
        base=base,
        df=degrees_of_freedom(means.presence, means.table.stratum_of_cluster),
        n=int(means.table.sums["answers"].sum()),
        level=level,
        size=np.array([size for size, _ in sizes]),
        parts=scaled[:, :effects],
        size_parts=scaled[:, effects:],
    )


def _check_choices(control: str, base: str) -> None:
    for code, given, choices in (
        ("unknown_control", control, get_args(Control)),
        ("unknown_base", base, get_args(Base)),
    ):
        if given not in choices:
            raise EstimationError(
                code,
                f"choose one of {', '.join(choices)}, not {given!r}",
                given=given,
                choices=choices,
            )


def _cells(
    frame: IntoFrame, item: str, design: SampleDesign, *, names: tuple[str, str]
) -> Totals:
    """Return sums by cluster, wave and start; those who never start share one code."""
    table = as_lazy(frame)
    check_columns(table, names)
    for name in names:
        check_numeric(table.collect_schema(), name)
    wave, start = names
    number = nw.col(start).cast(nw.Float64)
    known = ~number.is_null() & ~number.is_nan() & (number > 0) & (number < NEVER_CODE)
    coded = table.with_columns(
        nw.when(known).then(number).otherwise(nw.lit(NEVER_CODE)).alias(start),
        nw.col(wave).cast(nw.Float64).alias(wave),
    )
    return totals(coded.to_native(), design, item, by=(wave, start))


@dataclass(frozen=True)
class _Comparison:
    """A group and wave, the base wave, and the starts it is compared with."""

    group: float
    wave: float
    base: float
    controls: tuple[float, ...]


class _CellMeans:
    """Weighted means of unions of cells, with each cluster's part in them."""

    def __init__(self, table: Totals) -> None:
        self.table = table
        domains = cast("tuple[tuple[float, float], ...]", table.domains)
        place = [(float(wave), float(start)) for wave, start in domains]
        self.waves = sorted({wave for wave, _ in place})
        self.starts = sorted({start for _, start in place})
        self._total, self._weight = table.spread("total", 0), table.spread("weight", 0)
        self.presence = table.spread("answers", 0) > 0
        self._cell = {cell: k for k, cell in enumerate(place)}

    def answered(self, starts: tuple[float, ...], wave: float) -> bool:
        """Whether the union holds answers."""
        at = self._at(starts, wave)
        return bool(at) and bool(self.presence[:, at].any())

    def _at(self, starts: tuple[float, ...], wave: float) -> list[int]:
        cells = ((wave, start) for start in starts)
        return [self._cell[cell] for cell in cells if cell in self._cell]

    def mean(self, starts: tuple[float, ...], wave: float) -> tuple[float, FloatArray]:
        """Weighted mean over starts in one wave, and clusters' parts."""
        at = self._at(starts, wave)
        total, weight = self._total[:, at].sum(axis=1), self._weight[:, at].sum(axis=1)
        middle = float(total.sum() / weight.sum())
        return middle, (total - middle * weight) / weight.sum()

    def contrast(self, asked: _Comparison) -> tuple[float, FloatArray]:
        """Change of the group minus change of its controls."""
        own = (asked.group,)
        signed = (
            (1, self.mean(own, asked.wave)),
            (-1, self.mean(own, asked.base)),
            (-1, self.mean(asked.controls, asked.wave)),
            (1, self.mean(asked.controls, asked.base)),
        )
        estimate = sum(sign * middle for sign, (middle, _) in signed)
        part = sum(
            (sign * each for sign, (_, each) in signed),
            start=np.zeros(len(self._total)),
        )
        return float(estimate), part

    def size(self, group: float) -> tuple[float, FloatArray]:
        """Weight of a group over all waves, and clusters' parts."""
        at = [k for (_, start), k in self._cell.items() if start == group]
        weight = self._weight[:, at].sum(axis=1)
        return float(weight.sum()), weight

    def scaled(self, parts: FloatArray) -> FloatArray:
        """Centre in strata and scale, so that cross products are covariances."""
        everywhere = np.ones(parts.shape, dtype=bool)
        return scaled_deviations(self.table, parts, everywhere)


def _comparisons(means: _CellMeans, control: str, base: str) -> list[_Comparison]:
    """Every group and wave that can be compared, in order."""
    waves = means.waves
    if len(waves) < 2:
        raise EstimationError(
            "too_few_waves",
            f"staggered starts need at least 2 waves, not {len(waves)}",
            waves=len(waves),
            least=2,
        )
    groups = [s for s in means.starts if waves[0] < s <= waves[-1]]
    if not groups:
        raise EstimationError(
            "no_group",
            "no group starts after the first wave",
            column=means.table.by[1],
        )
    asked = [
        _comparison(means, group, wave, varying=base == "varying", control=control)
        for group in groups
        for wave in waves
    ]
    found = [
        one
        for one in asked
        if one is not None
        and all(
            means.answered(starts, wave)
            for starts in ((one.group,), one.controls)
            for wave in (one.wave, one.base)
        )
    ]
    if not found:
        raise EstimationError(
            "no_controls",
            "no group can be compared with another",
            column=means.table.by[1],
        )
    return found


def _comparison(
    means: _CellMeans, group: float, wave: float, *, control: str, varying: bool
) -> _Comparison | None:
    limit = wave if varying and wave < group else group
    earlier = [w for w in means.waves if w < limit]
    if not earlier or earlier[-1] == wave:
        return None
    base = earlier[-1]
    later = [
        start
        for start in means.starts
        if start == NEVER_CODE
        or (control == "not-yet" and start > max(wave, base) and start != group)
    ]
    return _Comparison(group, wave, base, tuple(later))
