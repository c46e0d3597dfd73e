"""Means, totals and ratios on calibrated weights, with the variance they deserve.

What calibration explains no longer varies: the variance is that of the
residuals of each linearised value on what was known of the population. The
residuals are linear in sums by cluster and in sums by margin cell, so two
group-bys suffice, and no row is ever brought into memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibration_model import (
    CalibrationModel,
    calibration_model,
)
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Estimates, t_quantile
from imppulse.evidence.survey.linearisation import (
    check_answers,
    design_effects,
    domain_df,
    domain_sums,
    linearise,
    lonely_strata,
    scaled_deviations,
)
from imppulse.evidence.survey.rows import as_names
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.calibration.calibrated_design import CalibratedDesign

    FloatArray = NDArray[np.float64]

Statistic = Literal["mean", "total", "ratio"]


@traced
def calibrated_mean(
    frame: IntoFrame,
    items: str | Sequence[str],
    design: CalibratedDesign,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate means by domain on calibrated weights.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation, with the
        weights before and after calibration.
    items : str or sequence of str
        Numeric or boolean columns; null and NaN are missing.
    design : CalibratedDesign
        As `Calibration.design` gives it.
    by : str or sequence of str
        Columns whose combinations are the domains.
    level : float
        Confidence level of the t intervals.

    Returns
    -------
    Estimates
        As `estimates.mean`, its covariance that of the calibration residuals.

    Raises
    ------
    DesignError
        ``one_cluster``, ``lonely_strata``, ``every_stratum_lonely``,
        ``missing_design_value``, and those of `totals`.
    EstimationError
        ``no_answers``, and those of `totals`.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. (1992). Calibration estimators in survey
    sampling. JASA 87, 376-382, section 3: every distance has the variance of
    the regression estimator.
    Sarndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey
    Sampling. Springer, section 6.6.
    """
    task = _Task(as_names(items), as_names(by), {}, "mean")
    return _estimated(frame, design, task, level)


@traced
def calibrated_total(
    frame: IntoFrame,
    items: str | Sequence[str],
    design: CalibratedDesign,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate population totals by domain on calibrated weights.

    Parameters
    ----------
    frame, items, design, by, level
        As in `calibrated_mean`; rows without an answer add nothing.

    Returns
    -------
    Estimates
        Totals; `deff` is not given (NaN).

    Raises
    ------
    DesignError, EstimationError
        Those of `calibrated_mean`.

    References
    ----------
    Those of `calibrated_mean`.
    """
    task = _Task(as_names(items), as_names(by), {}, "total")
    return _estimated(frame, design, task, level)


@traced
def calibrated_ratio(
    frame: IntoFrame,
    numerator: str,
    denominator: str,
    *,
    design: CalibratedDesign,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate the ratio of two totals by domain on calibrated weights.

    Parameters
    ----------
    frame, design, by, level
        As in `calibrated_mean`.
    numerator, denominator : str
        Numeric columns; a row counts when both are answered.

    Returns
    -------
    Estimates
        One item named ``numerator/denominator``.

    Raises
    ------
    DesignError, EstimationError
        Those of `calibrated_mean`.

    References
    ----------
    Those of `calibrated_mean`.
    """
    pair = {numerator: denominator}
    task = _Task((numerator,), as_names(by), pair, "ratio")
    return _estimated(frame, design, task, level)


@dataclass(frozen=True)
class _Task:
    items: tuple[str, ...]
    by: tuple[str, ...]
    denominators: Mapping[str, str]
    statistic: Statistic

    @property
    def pairs(self) -> dict[str, str | None]:
        return {item: self.denominators.get(item) for item in self.items}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(
            f"{item}/{self.denominators[item]}" if item in self.denominators else item
            for item in self.items
        )


def _estimated(  # noqa: PLR0917 - those of the public functions, and what they ask
    frame: IntoFrame, design: CalibratedDesign, task: _Task, level: float
) -> Estimates:
    model = calibration_model(frame, design, task.pairs, by=task.by)
    table, known = _cluster_sums(frame, design, task, model)
    check_answers(table)
    estimated, parts = _linearised(table, task.statistic)
    factors = _factors(table, task.statistic, estimated)
    linearised = parts - known @ _coefficients(table, model, factors)
    presence = np.hstack(
        [table.spread("answers", k) > 0 for k in range(len(table.items))]
    )
    deviations = scaled_deviations(table, linearised, presence)
    std_error = np.sqrt((deviations**2).sum(axis=0)).reshape(estimated.shape)
    df = domain_df(table, presence).reshape(estimated.shape)
    reach = std_error * t_quantile(level, df)
    lonely = np.flatnonzero(lonely_strata(table))
    return Estimates(
        statistic=task.statistic,
        items=task.names,
        by=table.by,
        domains=table.domains,
        estimate=estimated,
        std_error=std_error,
        ci_low=estimated - reach,
        ci_high=estimated + reach,
        n=domain_sums(table, "answers").astype(np.int64),
        df=df,
        deff=_deff(table, task.statistic, estimated, std_error),
        level=level,
        interval="mean",
        lonely=table.design.lonely,
        lonely_strata=tuple(table.strata[h] for h in lonely),
        deviations=deviations,
        presence=presence,
        stratum_of_cluster=table.stratum_of_cluster,
    )


def _linearised(table: Totals, statistic: Statistic) -> tuple[FloatArray, FloatArray]:
    if statistic != "total":
        return linearise(table)
    parts = [table.spread("total", k) for k in range(len(table.items))]
    return domain_sums(table, "total"), np.hstack(parts)


def _factors(table: Totals, statistic: Statistic, estimated: FloatArray) -> FloatArray:
    """Return what y and its denominator count in each value, (items, domains, 2)."""
    if statistic == "total":
        return np.stack([np.ones_like(estimated), np.zeros_like(estimated)], axis=-1)
    below = domain_sums(table, "denominator")
    below = np.where(below == 0, np.nan, below)
    return np.stack([1 / below, -estimated / below], axis=-1)


def _coefficients(
    table: Totals, model: CalibrationModel, factors: FloatArray
) -> FloatArray:
    cells = [
        (model.moments[domain][:, k], factors[k, j])
        for k in range(len(table.items))
        for j, domain in enumerate(table.domains)
    ]
    return model.coefficients(cells)


def _deff(table: Totals, statistic: Statistic, *found: FloatArray) -> FloatArray:
    if statistic == "total":
        return np.full(found[0].shape, np.nan)
    return design_effects(table, *found)


def _cluster_sums(  # noqa: PLR0917 - the rows, their design, the task, its model
    frame: IntoFrame, design: CalibratedDesign, task: _Task, model: CalibrationModel
) -> tuple[Totals, FloatArray]:
    """Return the totals of the items, and what calibration knew of each cluster."""
    back = nw.lit(1.0)
    if design.trimmed is not None:
        # Clusters weigh the known columns as calibration did, before trimming.
        back = nw.col(design.calibrated) / nw.col(design.trimmed)
    columns = {f"_known_{j}": x * back for j, x in enumerate(model.columns)}
    widened = nw.from_native(frame).with_columns(**columns).to_native()
    sample = replace(design.design, weight=design.weight)
    table = totals(
        widened,
        sample,
        [*task.items, *columns],
        by=task.by,
        denominators=task.denominators,
    )
    k = len(task.items)
    sums = table.sums["total"][:, k:]
    clusters = len(table.stratum_of_cluster)
    known = [np.bincount(table.cluster_of_row, sum_, clusters) for sum_ in sums.T]
    own = replace(
        table,
        items=table.items[:k],
        denominators=table.denominators[:k],
        sums={kind: values[:, :k] for kind, values in table.sums.items()},
    )
    return own, np.array(known, dtype=float).T
