"""Ranks with their uncertainty: which order the data support, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import check_level, t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]
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
        ``level_out_of_range``; ``rank_columns_differ``; ``rank_of_no_number`` and
        ``rank_std_error_negative``, naming the row.

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
    check_level(level)
    values, errors, degrees = _checked(estimates, std_errors, df)
    count = len(values)
    critical = t_quantile(1 - (1 - level) / max(count, 1), degrees)
    reach = np.nan_to_num(critical * errors, nan=np.inf)
    low, high = values - reach, values + reach
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    rank = scipy.stats.rankdata(-values, method="min").astype(np.int64)
    return Ranks(rank=rank, low=above + 1, high=count - below)


def _checked(
    estimates: ArrayLike, std_errors: ArrayLike, df: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return three columns of one length, or refuse the first bad row."""
    given = (estimates, std_errors, df)
    values, errors, degrees = (np.asarray(each, dtype=float) for each in given)
    shapes = values.shape, errors.shape, degrees.shape
    if values.ndim != 1 or len({*shapes}) > 1:
        raise EstimationError(
            "rank_columns_differ",
            "one estimate, standard error and number of degrees of freedom are needed "
            f"for each row, not the shapes {', '.join(map(str, shapes))}",
            shapes=tuple(map(str, shapes)),
        )
    said = "cannot be ranked"
    _refuse_first(values, ~np.isfinite(values), code="rank_of_no_number", said=said)
    said = "has a negative standard error"
    _refuse_first(errors, errors < 0, code="rank_std_error_negative", said=said)
    return values, errors, degrees


def _refuse_first(
    values: FloatArray, wrong: NDArray[np.bool_], *, code: str, said: str
) -> None:
    if not wrong.any():
        return
    place = int(np.flatnonzero(wrong)[0])
    value = float(values[place])
    raise EstimationError(
        code, f"row {place + 1} {said}: {value}", row=place + 1, value=value
    )
