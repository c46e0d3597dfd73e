"""What each predictor adds to R squared, over all orders in which they enter."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def shares(covariance: FloatArray) -> FloatArray:
    """Average what each predictor adds to R squared over all orders of entry.

    Parameters
    ----------
    covariance : (1 + predictors, 1 + predictors) float
        Of the outcome, first, and the predictors.

    Returns
    -------
    (predictors,) float
    """
    count = len(covariance) - 1
    explained = _explained_by_subsets(covariance)
    members = np.arange(1 << count)
    size = np.bitwise_count(members)
    orders = np.array(
        [factorial(k) * factorial(count - k - 1) for k in range(count)] + [0]
    ) / factorial(count)
    found = np.empty(count)
    for j in range(count):
        without = members[(members >> j) & 1 == 0]
        gain = explained[without | 1 << j] - explained[without]
        found[j] = orders[size[without]] @ gain
    return found


def _explained_by_subsets(covariance: FloatArray) -> FloatArray:
    """Return R squared of every subset of predictors, by its bits."""
    count = len(covariance) - 1
    explained = np.zeros(1 << count)
    for size in range(1, count + 1):
        subsets = np.array([*combinations(range(count), size)])
        inner = covariance[1 + subsets[:, :, None], 1 + subsets[:, None, :]]
        outer = covariance[0, 1 + subsets][:, :, None]
        slopes = _solved(inner, outer)
        bits = (1 << subsets).sum(axis=1)
        explained[bits] = (outer * slopes).sum(axis=(1, 2)) / covariance[0, 0]
    return explained


def _solved(inner: FloatArray, outer: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.solve(inner, outer))
    except np.linalg.LinAlgError:
        # A bootstrap draw can leave a rare answer out: what remains still counts.
        return np.asarray(np.linalg.pinv(inner, hermitian=True) @ outer)
