"""The chance that a two-sided t test finds an effect, and the effect it finds."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
import scipy

from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def detection_power(
    effect: float,
    std_error: float,
    df: float,
    *,
    alpha: float = 0.05,
    both_tails: bool = True,
) -> float:
    """Return the chance that a two-sided t test finds a true effect.

    Parameters
    ----------
    effect, std_error : float
        In the same unit.
    df : float
        Degrees of freedom; below 1 nothing can be tested and the chance is 0.
    alpha : float
        Two-sided level.
    both_tails : bool
        Whether a significant result of the wrong sign counts as found. It
        does in the test, and does here; R's ``power.t.test`` leaves it out
        unless ``strict = TRUE``.

    Returns
    -------
    float
        Probability, between 0 and 1.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    References
    ----------
    Johnson, N. L., Kotz, S., Balakrishnan, N. (1995). Continuous Univariate
    Distributions 2. Wiley, chapter 31 (noncentral t).
    """
    require("effect", effect, math.isfinite(effect))
    require("std_error", std_error, 0 < std_error < math.inf)
    require("df", df, not math.isnan(df))
    require("alpha", alpha, 0 < alpha < 1)
    if df < 1:
        return 0.0
    critical = float(t_quantile(1 - alpha, df))
    shift = abs(effect) / std_error
    ratio, chance = _std_error_ratio(df)
    found = scipy.special.ndtr(shift - critical * ratio)
    if both_tails:
        found = found + scipy.special.ndtr(-shift - critical * ratio)
    return float(found @ chance)


@lru_cache(maxsize=128)
def _std_error_ratio(df: float) -> tuple[FloatArray, FloatArray]:
    """Return values and chances of the estimated over the true standard error.

    Mixing the normal distribution over them gives the noncentral t.
    scipy.stats.nct is not used: it loses digits when the degrees of freedom
    are many and gives NaN in the far tail when they are few.
    """
    if math.isinf(df):
        return np.ones(1), np.ones(1)
    spread = scipy.stats.chi(df, scale=1 / math.sqrt(df))
    low, high = spread.ppf([1e-15, 1 - 1e-15])
    nodes, weights = _quadrature()
    ratio = low + (nodes + 1) * (high - low) / 2
    return ratio, weights * spread.pdf(ratio) * (high - low) / 2


@cache
def _quadrature() -> tuple[FloatArray, FloatArray]:
    return cast("tuple[FloatArray, FloatArray]", scipy.special.roots_legendre(500))


def smallest_ratio(df: float, alpha: float, power: float) -> float:
    """Return effect over standard error at which the power is reached.

    Raises
    ------
    DesignError
        ``impossible_plan`` unless 0 < alpha < power < 1.
    """
    require("alpha", alpha, 0 < alpha < 1)
    require("power", power, alpha < power < 1)
    if df < 1:
        return math.inf

    def missing_power(ratio: float) -> float:
        return detection_power(ratio, 1, df, alpha=alpha) - power

    high = float(t_quantile(1 - alpha, df))
    while missing_power(high) < 0:
        high *= 2
    return float(scipy.optimize.brentq(missing_power, 0, high, xtol=1e-9))
