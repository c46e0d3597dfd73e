"""Estimates whose variance comes from replicates: products on cluster totals.

References
----------
Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey
data. JASA 83, 231-241.
Rust, K. F. and Rao, J. N. K. (1996). Variance estimation for complex surveys using
replication techniques. Statistical Methods in Medical Research 5, 283-310.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Estimates, Result, t_quantile
from imppulse.evidence.survey.linearisation import (
    check_answers,
    design_effects,
    domain_df,
    domain_sums,
    item_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imppulse.evidence.replicates.replicates import Replicates
    from imppulse.evidence.survey.totals import Totals

    BoolArray = NDArray[np.bool_]
    FloatArray = NDArray[np.float64]

Statistic = Literal["mean", "total", "ratio"]
STATISTICS: tuple[Statistic, ...] = ("mean", "total", "ratio")


@dataclass(frozen=True, eq=False, kw_only=True)
class ReplicateEstimates(Estimates):
    """Estimates as `estimates.mean` gives them, with replicate variances.

    Attributes
    ----------
    method, replicates, scale, centre
        Of the `Replicates`.
    deviations : (replicates, items * domains) float
        Scaled deviations of the replicates: their cross products are the
        covariance.
    """

    method: str
    replicates: int
    scale: float
    centre: str

    def to_dict(self) -> dict[str, Any]:
        """Return the rows and what they rest on, ready for JSON."""
        names = ("method", "replicates", "scale", "centre")
        return super().to_dict() | {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class ReplicateStatistic(Result):
    """A smooth function of totals with its replicate variance.

    Attributes
    ----------
    estimate, std_error, ci_low, ci_high : float
    df : float
        Clusters minus strata.
    method, replicates, scale, centre
        Of the `Replicates`.
    values : (replicates,) float
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    level: float
    method: str
    replicates: int
    scale: float
    centre: str
    values: FloatArray = field(repr=False)


@traced
def replicate_estimates(
    replicates: Replicates, *, statistic: Statistic = "mean", level: float = 0.95
) -> ReplicateEstimates:
    """Estimate means, totals or ratios of every item in every domain.

    Parameters
    ----------
    replicates : Replicates
    statistic : {"mean", "total", "ratio"}
        ``"ratio"`` needs totals with denominators.
    level : float
        Confidence level of the t intervals.

    Returns
    -------
    ReplicateEstimates
        The standard error is NaN where some replicate leaves a domain without answers:
        Fay's method and the linearised variance keep it.

    Raises
    ------
    EstimationError
        ``unknown_statistic``, ``no_answers``, ``level_out_of_range``.

    References
    ----------
    Rust and Rao (1996), Statistical Methods in Medical Research 5, 283-310.
    """
    table = replicates.table
    full, drawn = _replicated(replicates, statistic)
    presence = _clusters(table, "answers") > 0
    deviations = _cell_deviations(replicates, presence, (full, drawn))
    estimated = full.reshape(len(table.items), len(table.domains))
    std_error = np.sqrt((deviations**2).sum(axis=0)).reshape(estimated.shape)
    df = domain_df(table, presence).reshape(estimated.shape)
    reach = std_error * t_quantile(level, df)
    return ReplicateEstimates(
        statistic=statistic,
        items=item_names(table),
        by=table.by,
        domains=table.domains,
        estimate=estimated,
        std_error=std_error,
        ci_low=estimated - reach,
        ci_high=estimated + reach,
        n=domain_sums(table, "answers").astype(np.int64),
        df=df,
        deff=_design_effects(table, statistic, (estimated, std_error)),
        level=level,
        interval="mean",
        lonely=table.design.lonely,
        lonely_strata=(),
        deviations=deviations,
        presence=presence,
        stratum_of_cluster=table.stratum_of_cluster,
        method=replicates.method,
        replicates=replicates.replicates,
        scale=replicates.scale,
        centre=replicates.centre,
    )


@traced
def function_of_totals(
    replicates: Replicates,
    function: Callable[[FloatArray, FloatArray], float],
    *,
    level: float = 0.95,
) -> ReplicateStatistic:
    """Estimate any smooth function of weighted totals.

    Parameters
    ----------
    replicates : Replicates
    function : callable
        Takes two arrays (items, domains), weighted totals of items and denominators
        (without one, the weight of those who answered); returns a number.
    level : float
        Confidence level of the t interval.

    Returns
    -------
    ReplicateStatistic

    Raises
    ------
    EstimationError
        ``function_not_finite`` on the sample or on a replicate, ``level_out_of_range``.

    References
    ----------
    Rao and Wu (1988), JASA 83, 231-241.
    """
    table = replicates.table
    shape = len(table.items), len(table.domains)
    parts = {kind: _clusters(table, kind) for kind in ("total", "denominator")}
    above, below = (
        np.vstack([part.sum(axis=0), replicates.multipliers @ part])
        for part in parts.values()
    )
    values = np.array(
        [
            float(function(y.reshape(shape), x.reshape(shape)))
            for y, x in zip(above, below, strict=True)
        ]
    )
    _check_finite(values)
    deviations = _deviations(replicates, values[:1], values[1:, None])
    estimate, std_error = float(values[0]), float(np.linalg.norm(deviations))
    reach = float(t_quantile(level, replicates.df)) * std_error
    return ReplicateStatistic(
        estimate=estimate,
        std_error=std_error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        df=float(replicates.df),
        level=level,
        method=replicates.method,
        replicates=replicates.replicates,
        scale=replicates.scale,
        centre=replicates.centre,
        values=values[1:],
    )


def _design_effects(
    table: Totals, statistic: str, found: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return the design effects, which totals do not have."""
    if statistic == "total":
        return np.full(found[0].shape, np.nan)
    return design_effects(table, *found)


def _clusters(table: Totals, kind: str) -> FloatArray:
    """Return one kind of sum, (clusters, items * domains)."""
    return np.hstack([table.spread(kind, k) for k in range(len(table.items))])


def _replicated(
    replicates: Replicates, statistic: Statistic
) -> tuple[FloatArray, FloatArray]:
    """Return the statistics on the full sample and on each replicate."""
    _check(replicates.table, statistic)
    above = _clusters(replicates.table, "total")
    full, drawn = above.sum(axis=0), replicates.multipliers @ above
    if statistic == "total":
        return full, drawn
    below = _clusters(replicates.table, "denominator")
    drawn_below = _product(replicates.multipliers, below, len(replicates.table.items))
    drawn_below[drawn_below == 0] = np.nan
    full_below = np.where(below.any(axis=0), below.sum(axis=0), np.nan)
    drawn /= drawn_below
    return full / full_below, drawn


def _product(multipliers: FloatArray, below: FloatArray, items: int) -> FloatArray:
    """Multiply once where everybody answered every item: denominators are the same."""
    width = below.shape[1] // items
    if (below.reshape(-1, items, width) == below[:, None, :width]).all():
        return np.tile(multipliers @ below[:, :width], items)
    return multipliers @ below


def _deviations(
    replicates: Replicates, full: FloatArray, drawn: FloatArray
) -> FloatArray:
    centre = drawn.mean(axis=0) if replicates.centre == "replicates" else full
    scales = np.sqrt(replicates.scale * replicates.row_scales)
    deviations = drawn - centre
    deviations *= scales[:, None]
    return deviations


def _cell_deviations(
    replicates: Replicates,
    presence: BoolArray,
    statistics: tuple[FloatArray, FloatArray],
) -> FloatArray:
    deviations = _deviations(replicates, *statistics)
    # A single cluster does not differ from itself: that zero is no precision.
    deviations[:, presence.sum(axis=0) < 2] = np.nan
    return deviations


def _check(table: Totals, statistic: str) -> None:
    if statistic not in STATISTICS:
        raise EstimationError(
            "unknown_statistic",
            f"statistic must be one of {', '.join(STATISTICS)}, not {statistic!r}",
            given=statistic,
            choices=STATISTICS,
        )
    check_answers(table)


def _check_finite(values: FloatArray) -> None:
    wrong = ~np.isfinite(values)
    if wrong.any():
        raise EstimationError(
            "function_not_finite",
            f"the function has no finite value on {int(wrong.sum())} of "
            f"{len(values)} (the sample and its replicates)",
            wrong=int(wrong.sum()),
            of=len(values),
        )
