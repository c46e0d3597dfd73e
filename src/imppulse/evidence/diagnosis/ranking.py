"""Ranks with their uncertainty: which order the data support, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ranks of K numbers, the largest first; arrays of shape (K,)."""

    rank: IntArray
    low: IntArray
    high: IntArray


def joint_ranks(
    estimates: ArrayLike, std_errors: ArrayLike, df: ArrayLike, *, level: float = 0.95
) -> Ranks:
    """Rank numbers, largest first, with a joint confidence set of all ranks.

    Parameters
    ----------
    estimates, std_errors, df : array-like, shape (K,)
        Degrees of freedom below 1, or an undefined standard error, leave a
        number without an interval: its rank is then open.
    level : float
        Confidence that all K rank intervals hold at once.

    Returns
    -------
    Ranks
        `low` is 1 plus the count of others that lie entirely above; `high` is
        K minus the count of those entirely below. Equal numbers share a rank.

    Raises
    ------
    EstimationError
        ``level_out_of_range``; ``rank_of_no_number``, naming the row.

    Notes
    -----
    The K intervals hold jointly by Bonferroni's inequality, so the numbers
    may be correlated in any way.

    References
    ----------
    Klein, M., Wright, T., Wieczorek, J. (2020). A joint confidence region for
    an overall ranking of populations. Journal of the Royal Statistical
    Society C 69, doi:10.1111/rssc.12402.
    """
    values = np.asarray(estimates, dtype=float)
    for row in np.flatnonzero(~np.isfinite(values)):
        raise EstimationError(
            "rank_of_no_number",
            f"row {row + 1} cannot be ranked: {values[row]}",
            row=int(row) + 1,
            value=float(values[row]),
        )
    count = len(values)
    critical = t_quantile(1 - (1 - level) / max(count, 1), np.asarray(df, dtype=float))
    reach = critical * np.asarray(std_errors, dtype=float)
    reach = np.where(np.isfinite(reach), reach, np.inf)
    low, high = values - reach, values + reach
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    rank = scipy.stats.rankdata(-values, method="min").astype(np.int64)
    return Ranks(rank=rank, low=above + 1, high=count - below)
