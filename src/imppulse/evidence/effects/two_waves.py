"""The evaluation of a pilot measured before and after: effect, interval, facts.

The rule of the platform and of the command line, so that both give the same
digits. With two areas a side or more, areas are the units, and the interval is
the wider of the one between areas and that of the sample. Other analyses (a
panel with adjustment, staggered starts, exact tests for few areas) take the
same rows and give a `Contrast` in the place of `effect`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.effects.comparisons import change, difference_in_differences
from imppulse.evidence.effects.few_areas import with_few_areas
from imppulse.evidence.effects.two_wave_rows import (
    AREA,
    CELL,
    DRAWN,
    TwoWaves,
    WaveRows,
    rows_of,
)
from imppulse.evidence.findings.design_facts import Inference, Unit
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Contrast, Estimates, Result
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

__all__ = ["TwoWaveEvaluation", "TwoWaves", "evaluate_two_waves"]


@dataclass(frozen=True, kw_only=True)
class TwoWaveEvaluation(Result):
    """What two waves, or one, say of a pilot, and how they were measured.

    Attributes
    ----------
    effect : Contrast
        Difference in differences; the difference after the start where nothing
        was measured before; the change where there is no comparison.
    before_after : Contrast or None
        The change where the pilot ran, alone.
    means : Estimates
        By arm and wave.
    unit : Unit
    treated, comparison : int
        Areas, or persons, per arm that were measured each time.
    inference : Inference
    attrition, attrition_gap : float
        Areas, or people of a panel, lost on the way; shares 0 to 1.
    effective_n : float
        Smallest over arms and waves.
    baseline_difference : float or None
        Largest difference between the arms before the start, of the outcome and
        of each group of the compared columns, in standard deviations.
    """

    effect: Contrast
    before_after: Contrast | None
    means: Estimates = field(repr=False)
    unit: Unit
    treated: int
    comparison: int
    inference: Inference
    attrition: float
    attrition_gap: float
    effective_n: float
    baseline_difference: float | None


@traced
def evaluate_two_waves(frame: IntoFrame, plan: TwoWaves) -> TwoWaveEvaluation:
    """Evaluate a pilot from its answers, as its plan says.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation; one row
        per answer and wave.
    plan : TwoWaves

    Returns
    -------
    TwoWaveEvaluation
        Areas that were not measured in both waves are left out and counted as
        lost. People who chose themselves to answer allow no interval: it is NaN.

    Raises
    ------
    DesignError, EstimationError
        ``arm_without_answers``, with the arm and the wave; those of `mean`.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Survey Methodology 28, 169-181.
    Donald, S. G. and Lang, K. (2007). Inference with difference-in-differences
    and other panel data. Review of Economics and Statistics 89, 221-233.
    """
    rows = rows_of(frame, plan)
    by = (plan.arm, plan.wave)
    means = mean(rows.table, plan.item, _by_respondent(rows), by=by, level=plan.level)
    effect, alone = _effect(rows, plan), _before_after(rows, plan)
    if plan.self_selected:
        effect = without_interval(effect)
        alone = without_interval(alone) if alone else None
    few = rows.area_is_unit
    return TwoWaveEvaluation(
        effect=effect,
        before_after=alone,
        means=means,
        unit=Unit.CLUSTERS if plan.area else Unit.INDIVIDUALS,
        treated=rows.units[plan.treated],
        comparison=rows.units.get(plan.comparison, 0),
        inference=Inference.SMALL_SAMPLE if few else Inference.LARGE_SAMPLE,
        attrition=max(rows.lost.values()),
        attrition_gap=max(rows.lost.values()) - min(rows.lost.values()),
        effective_n=effective_n(means),
        baseline_difference=_largest_difference(rows, plan),
    )


def without_interval(effect: Contrast) -> Contrast:
    """Return the estimate alone, everything that chance would explain undefined."""
    undefined = dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), math.nan)
    return replace(effect, **undefined)  # type: ignore[arg-type]  # all are floats


def effective_n(means: Estimates) -> float:
    """Return respondents over the design effect in the smallest cell."""
    cells = means.rows()
    return min(
        float(row["n"] / max(row["deff"], 1.0) if row["deff"] > 0 else row["n"])
        for row in cells
    )


def _by_respondent(rows: WaveRows) -> SampleDesign:
    """Follow how people were drawn: by area, in clusters where there were any."""
    apart = AREA if rows.plan.area is not None else rows.plan.arm
    return SampleDesign(
        weight=rows.weight,
        strata=apart if rows.clustered else CELL,
        cluster=DRAWN if rows.clustered else None,
        lonely="adjust",
    )


def _effect(rows: WaveRows, plan: TwoWaves) -> Contrast:
    if plan.comparison is None:
        return _change(rows, plan)
    sampled = _compared(rows, plan, _by_respondent(rows))
    if not rows.area_is_unit:
        return sampled
    # What areas of one arm have in common is taken out; the area is the unit
    by_area = SampleDesign(weight=rows.weight, strata=plan.arm, cluster=AREA)
    units = rows.units[plan.treated], rows.units[plan.comparison]
    between = with_few_areas(_compared(rows, plan, by_area), *units)
    return max(between, sampled, key=lambda each: each.ci_high - each.ci_low)


def _compared(rows: WaveRows, plan: TwoWaves, design: SampleDesign) -> Contrast:
    if plan.before is None:
        means = mean(rows.table, plan.item, design, by=plan.arm, level=plan.level)
        return difference(means, plan.item, plan.treated, plan.comparison)
    return difference_in_differences(
        rows.table,
        plan.item,
        design,
        wave=plan.wave,
        before=plan.before,
        after=plan.after,
        arm=plan.arm,
        treated=plan.treated,
        comparison=plan.comparison,
        level=plan.level,
    )


def _before_after(rows: WaveRows, plan: TwoWaves) -> Contrast | None:
    return None if plan.before is None else _change(rows, plan)


def _change(rows: WaveRows, plan: TwoWaves) -> Contrast:
    table = nw.from_native(rows.table, eager_only=True)
    treated = table.filter(nw.col(plan.arm) == plan.treated).to_native()
    return change(
        treated,
        plan.item,
        _by_respondent(rows),
        wave=plan.wave,
        before=plan.before,
        after=plan.after,
        level=plan.level,
    )


def _largest_difference(rows: WaveRows, plan: TwoWaves) -> float | None:
    """Compare both arms before the start: the outcome, and each group, in SD."""
    if plan.comparison is None or plan.before is None:
        return None
    table = nw.from_native(rows.table, eager_only=True)
    before = table.filter(nw.col(plan.wave) == plan.before)
    weight = before[rows.weight].to_numpy().astype(float)
    treated = (before[plan.arm] == plan.treated).to_numpy().astype(bool)
    values = [before[plan.item].to_numpy().astype(float)]
    for name in plan.compared:
        values += _groups(before[name])
    apart = [_apart(value, weight, treated) for value in values]
    return max((each for each in apart if each is not None), default=None)


def _groups(column: nw.Series[Any]) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Return one column of 0 and 1 per group; NaN where the group is not known."""
    labels = column.to_list()
    known = sorted({label for label in labels if label is not None}, key=str)
    return [
        np.array(
            [math.nan if each is None else float(each == group) for each in labels]
        )
        for group in known
    ]


def _apart(
    value: np.ndarray[Any, np.dtype[np.float64]],
    weight: np.ndarray[Any, np.dtype[np.float64]],
    treated: np.ndarray[Any, np.dtype[np.bool_]],
) -> float | None:
    """Return the difference in standard deviations; None where an arm is unknown."""
    known = ~np.isnan(value) & (weight > 0)
    if not (known & treated).any() or not (known & ~treated).any():
        return None

    def average(x: np.ndarray[Any, np.dtype[np.float64]], rows: Any) -> float:
        return float(np.average(x[known & rows], weights=weight[known & rows]))

    everybody = np.ones(len(value), dtype=bool)
    variance = average(value**2, everybody) - average(value, everybody) ** 2
    spread = math.sqrt(max(variance, 0.0)) or 1.0
    return abs(average(value, treated) - average(value, ~treated)) / spread
