"""Confidence limits of an estimate, by the kind of interval.

Private to the estimators; `estimates` documents what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Limits = tuple[FloatArray, FloatArray]

Interval = Literal["logit", "korn-graubard", "mean"]
INTERVALS = ("logit", "korn-graubard", "mean")


@dataclass(frozen=True, eq=False)
class Cells:
    """What an interval is made of; all arrays have one shape.

    Attributes
    ----------
    estimate, std_error, df : float
    n : int
        Respondents of positive weight who answered.
    level : float
        Confidence level.
    """

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    n: NDArray[np.int64]
    level: float


def limits(interval: Interval, cells: Cells) -> Limits:
    """Return the lower and the upper limit of every cell.

    Raises
    ------
    EstimationError
        ``unknown_interval``, ``level_out_of_range``.
    """
    if interval == "mean":
        margin = cells.std_error * t_quantile(cells.level, cells.df)
        return cells.estimate - margin, cells.estimate + margin
    if interval == "logit":
        return _logit(cells)
    if interval == "korn-graubard":
        return _korn_graubard(cells)
    raise EstimationError(
        "unknown_interval",
        f"interval must be one of {', '.join(INTERVALS)}, not {interval!r}",
        given=interval,
        choices=INTERVALS,
    )


def _logit(cells: Cells) -> Limits:
    """Take the t interval on the log-odds; NaN for shares of 0 and 1."""
    share = cells.estimate
    inner = np.where((share > 0) & (share < 1), share, np.nan)
    # The derivative of the log-odds is 1 / (p (1 - p)).
    reach = cells.std_error * t_quantile(cells.level, cells.df) / (inner * (1 - inner))
    return scipy.special.expit(scipy.special.logit(inner) - reach), scipy.special.expit(
        scipy.special.logit(inner) + reach
    )


def _korn_graubard(cells: Cells) -> Limits:
    """Take Clopper and Pearson's limits for the effective number of answers."""
    share, count = cells.estimate, _effective_answers(cells)
    tail, yes, no = (1 - cells.level) / 2, count * share, count * (1 - share)
    with np.errstate(invalid="ignore"):
        low = scipy.special.betaincinv(yes, no + 1, tail)
        high = scipy.special.betaincinv(yes + 1, no, 1 - tail)
    known = np.isfinite(count)
    low = np.where(known & (share == 0), 0.0, low)
    return np.asarray(low, float), np.where(known & (share == 1), 1.0, high)


def _effective_answers(cells: Cells) -> FloatArray:
    """Answers of a simple random sample as precise, at the degrees of freedom.

    Where everybody answers alike no variance tells: all answers are counted.
    """
    share, variance = cells.estimate, cells.std_error**2
    alike = (share == 0) | (share == 1)
    usable = np.where(variance > 0, variance, np.nan)
    effective = np.where(alike, cells.n, share * (1 - share) / usable)
    known = np.where(np.isfinite(cells.std_error), effective, np.nan)
    of_sample = t_quantile(cells.level, np.maximum(cells.n - 1.0, 0.0))
    return np.asarray(known * (of_sample / t_quantile(cells.level, cells.df)) ** 2)
