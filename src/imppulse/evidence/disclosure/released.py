"""Estimates read back from what a territory hands on, alone or several together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Contrast, Estimates, t_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from imppulse.evidence.disclosure.aggregates import Aggregate

    FloatArray = NDArray[np.float64]

TERRITORY = "territory"
ARRAYS = ("estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff")


@dataclass(frozen=True, eq=False)
class ReleasedEstimates(Estimates):
    """Estimates without the clusters they come from.

    Everything `Estimates` does holds; `deviations` are some matrix whose
    cross products are the covariance.

    Attributes
    ----------
    contrast_df : {"clusters", "smallest"}
        Degrees of freedom of a contrast: clusters minus strata of all its
        cells, or the smallest among its cells, which is cautious.
    """

    contrast_df: Literal["clusters", "smallest"]

    def combine(self, coefficients: Mapping[tuple[str, object], float]) -> Contrast:
        """Return a linear combination of cells; see `Estimates.combine`.

        Raises
        ------
        EstimationError
            ``unknown_item`` or ``unknown_domain``.
        """
        found = super().combine(coefficients)
        if self.contrast_df == "clusters":
            return found
        cells = [self.position(*cell) for cell in coefficients]
        df = float(self.df.ravel()[cells].min())
        margin = float(t_quantile(self.level, df)) * found.std_error
        return replace(
            found,
            ci_low=found.estimate - margin,
            ci_high=found.estimate + margin,
            df=df,
            p_value=_p_value(found, df),
        )


def _p_value(found: Contrast, df: float) -> float:

    if not (found.std_error > 0 and df >= 1):
        return math.nan
    return float(2 * scipy.stats.t.sf(abs(found.estimate) / found.std_error, df))


def covariance_root(covariance: FloatArray) -> FloatArray:
    """Return a matrix D with D'D the covariance; cells without one stay NaN."""
    variance = np.diag(covariance)
    scale = np.sqrt(np.where(variance > 0, variance, 0.0))
    used = np.flatnonzero(scale)
    # On correlations, so that cells of large units do not drown the small ones.
    within = covariance[np.ix_(used, used)] / np.outer(scale[used], scale[used])
    values, vectors = np.linalg.eigh(within)
    root = np.zeros((len(used), len(variance)))
    root[:, used] = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T * scale[used]
    if not len(root):  # no cell has a variance: one row still tells the undefined
        root = np.zeros((1, len(variance)))
    root[:, np.isnan(variance)] = np.nan
    return root


@traced
def pool(aggregates: Sequence[Aggregate]) -> ReleasedEstimates:
    """Put the estimates of several territories side by side.

    Samples of different territories are independent: covariances between
    them are zero. What territories share (a common police force, a common
    event) is not in them.

    Parameters
    ----------
    aggregates : sequence of Aggregate
        One per territory, of the same items, statistic and columns.

    Returns
    -------
    ReleasedEstimates
        Domains begin with the territory. A domain that a territory does not
        release is not there. Contrasts between and within territories are
        those of the answers of all territories together, each territory
        having strata of its own.

    Raises
    ------
    EstimationError
        ``nothing_to_pool``, ``territory_repeated``, ``aggregates_differ``.
    """
    _check_alike(aggregates)
    parts = [aggregate.estimates for aggregate in aggregates]
    first = parts[0]
    spans = [len(part.domains) for part in parts]
    arrays: dict[str, Any] = {
        name: np.hstack([getattr(part, name) for part in parts]) for name in ARRAYS
    }
    exact = all(part.contrast_df == "clusters" for part in parts)
    return ReleasedEstimates(
        statistic=first.statistic,
        items=first.items,
        by=(TERRITORY, *first.by),
        domains=tuple(
            (aggregate.territory, *domain)
            for aggregate in aggregates
            for domain in aggregate.estimates.domains
        ),
        level=first.level,
        interval=first.interval,
        lonely=", ".join(dict.fromkeys(part.lonely for part in parts)),
        lonely_strata=tuple(
            (aggregate.territory, stratum)
            for aggregate in aggregates
            for stratum in aggregate.estimates.lonely_strata
        ),
        deviations=_beside([part.deviations for part in parts], spans),
        presence=_beside([part.presence for part in parts], spans),
        stratum_of_cluster=_strata_apart(parts),
        contrast_df="clusters" if exact else "smallest",
        **arrays,
    )


def _check_alike(aggregates: Sequence[Aggregate]) -> None:
    if not aggregates:
        raise EstimationError("nothing_to_pool", "there is no aggregate to pool")
    names = [aggregate.territory for aggregate in aggregates]
    if repeated := tuple({name for name in names if names.count(name) > 1}):
        raise EstimationError(
            "territory_repeated",
            f"several aggregates are of {', '.join(repeated)}",
            territories=repeated,
        )
    for what in ("items", "statistic", "by", "level", "interval"):
        found = {str(getattr(each.estimates, what)): each for each in aggregates}
        if len(found) > 1:
            raise EstimationError(
                "aggregates_differ",
                f"the aggregates differ in {what}: {' | '.join(found)}",
                what=what,
                found=tuple(found),
            )


def _beside(parts: list[NDArray[Any]], spans: list[int]) -> NDArray[Any]:
    """Put blocks on a diagonal, items slowest: zero between territories."""
    items = parts[0].shape[1] // spans[0]
    height = sum(len(part) for part in parts)
    whole = np.zeros((height, items, sum(spans)), dtype=parts[0].dtype)
    row = column = 0
    for part, span in zip(parts, spans, strict=True):
        block = part.reshape(len(part), items, span)
        whole[row : row + len(part), :, column : column + span] = block
        row, column = row + len(part), column + span
    return whole.reshape(height, items * sum(spans))


def _strata_apart(parts: list[ReleasedEstimates]) -> NDArray[np.int64]:
    shifted, start = [], 0
    for part in parts:
        shifted.append(part.stratum_of_cluster + start)
        start += int(part.stratum_of_cluster.max(initial=-1)) + 1
    return np.concatenate(shifted)
