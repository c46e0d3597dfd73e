"""Which factors come first: how large, for how many, and how surely.

References
----------
Hall, P., Miller, H. (2009). Using the bootstrap to quantify the authority of an
empirical ranking. Annals of Statistics 37, 3929-3959.
Rao, J. N. K., Wu, C. F. J. (1988). Resampling inference with complex survey data.
JASA 83, 231-241.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.replicates.replicates import bootstrap
from imppulse.evidence.results import Result, check_level
from imppulse.evidence.survey.rows import as_names
from imppulse.evidence.survey.totals import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign
    from imppulse.evidence.survey.totals import Totals

    FloatArray = NDArray[np.float64]

MIDDLE = 50.0
FEWEST_FACTORS = 2


@dataclass(frozen=True, kw_only=True)
class FactorPriority:
    """One factor and its place.

    Attributes
    ----------
    factor : str
    size : float
        100 minus the mean of its index, points.
    spread : float
        Share of people whose index lies under the middle of the scale, 0 to 1.
    certainty : float
        Share of the replicates in which size times spread is at least the middle
        one (median) of all factors, 0 to 1.
    priority : float
        Size x spread x certainty, 0 to 100.
    rank, rank_low, rank_high : int
        By priority, 1 = first; and percentile limits of the rank by size times
        spread over the replicates.
    """

    factor: str
    size: float
    spread: float
    certainty: float
    priority: float
    rank: int
    rank_low: int
    rank_high: int


@dataclass(frozen=True)
class FactorPriorities(Result):
    """Factors, the first one first.

    Attributes
    ----------
    factors : tuple of FactorPriority
    replicates : int
    seed : int
    level : float
    """

    factors: tuple[FactorPriority, ...]
    replicates: int
    seed: int
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per factor, the first one first."""
        return [dict(vars(factor)) for factor in self.factors]


@traced
def factor_priorities(
    frame: IntoFrame,
    indices: str | Sequence[str],
    design: SampleDesign,
    *,
    seed: int,
    replicates: int = 1_000,
    level: float = 0.95,
) -> FactorPriorities:
    """Order factors by size, spread and certainty, with bootstrap rank intervals.

    Parameters
    ----------
    frame : dataframe
        One row per person of one side.
    indices : sequence of str
        One 0-100 index per factor, 100 = good; at least two.
    design : SampleDesign
    seed : int
        The same seed gives the same answer.
    replicates : int
        Of the rescaling bootstrap over clusters.
    level : float
        Share of the replicates inside the rank intervals.

    Returns
    -------
    FactorPriorities
        The product is a convention, not an estimate of importance: how much a factor
        explains is what `relative_importance` asks. Ranks of nearly equal factors are
        unstable; the interval says so. It is a percentile interval of each rank by
        itself: `joint_ranks` holds for all ranks at once, and is wider.

    Raises
    ------
    EstimationError
        ``too_few_factors``, ``index_outside_scale``, ``no_answers``,
        ``too_few_clusters_to_rank``, ``level_out_of_range``, and those of `totals`.
    DesignError
        Those of `bootstrap` and `totals`.

    References
    ----------
    Hall and Miller (2009), Annals of Statistics 37, 3929-3959.
    Rao and Wu (1988), JASA 83, 231-241.
    """
    names = as_names(indices)
    check_level(level)
    if len(names) < FEWEST_FACTORS:
        raise EstimationError(
            "too_few_factors", "ranking needs two factors or more", factors=names
        )
    table = _totals(frame, names, design)
    drawn = bootstrap(table, seed=seed, replicates=replicates)
    weights = np.vstack([np.ones(drawn.clusters), drawn.multipliers])
    size, spread = _size_and_spread(table, weights, len(names))
    return FactorPriorities(
        _ordered(names, size, spread, level=level), replicates, seed, level
    )


def _totals(frame: IntoFrame, names: tuple[str, ...], design: SampleDesign) -> Totals:
    """Return totals of every index and, behind them, of being under the middle."""
    native = nw.from_native(frame)
    # Refuses unknown columns and text before anything is computed from them.
    table = totals(frame, design, names)
    answered = (nw.col(name).cast(nw.Float64) for name in names)
    low = [
        nw.when(~value.is_null() & ~value.is_nan())
        .then(nw.when(value < MIDDLE).then(1.0).otherwise(0.0))
        .alias(f"under_{k}")
        for k, value in enumerate(answered)
    ]
    _check_scale(table)
    under = tuple(f"under_{k}" for k in range(len(names)))
    return totals(native.with_columns(*low).to_native(), design, (*names, *under))


def _check_scale(table: Totals) -> None:
    """Refuse an index whose mean cannot be one of 0 to 100, or that nobody has."""
    weight, total = table.sums["weight"].sum(axis=0), table.sums["total"].sum(axis=0)
    empty = tuple(table.items[k] for k in np.flatnonzero(weight <= 0))
    if empty:
        raise EstimationError(
            "no_answers", f"nobody answered {', '.join(empty)}", items=empty
        )
    means = total / weight
    outside = np.flatnonzero((means < 0) | (means > 100))
    if outside.size:
        first = int(outside[0])
        raise EstimationError(
            "index_outside_scale",
            f"{table.items[first]} has the mean {means[first]:g}, outside 0 to 100",
            item=table.items[first],
            mean=float(means[first]),
        )


def _size_and_spread(
    table: Totals, weights: FloatArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Return both, (1 + replicates, factors), the sample itself first."""
    clusters = len(table.stratum_of_cluster)
    means = []
    for item in range(2 * count):
        above = table.spread("total", item).reshape(clusters)
        below = weights @ table.spread("weight", item).reshape(clusters)
        if (below <= 0).any():
            name = table.items[item % count]
            raise EstimationError(
                "too_few_clusters_to_rank",
                f"too few clusters answered {name}: some replicates hold none of them",
                item=name,
            )
        means.append((weights @ above) / below)
    return 100 - np.column_stack(means[:count]), np.column_stack(means[count:])


def _ordered(
    names: tuple[str, ...], size: FloatArray, spread: FloatArray, *, level: float
) -> tuple[FactorPriority, ...]:
    score = size * spread
    drawn = score[1:]
    certainty = (drawn >= np.median(drawn, axis=1, keepdims=True)).mean(axis=0)
    ranks = scipy.stats.rankdata(-drawn, method="min", axis=1)
    tail = (1 - level) / 2
    low = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
    high = np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")
    priority = score[0] * certainty
    place = scipy.stats.rankdata(-priority, method="min")
    return tuple(
        FactorPriority(
            factor=names[k],
            size=float(size[0, k]),
            spread=float(spread[0, k]),
            certainty=float(certainty[k]),
            priority=float(priority[k]),
            rank=int(place[k]),
            rank_low=int(low[k]),
            rank_high=int(high[k]),
        )
        for k in np.lexsort((-score[0], place))
    )
