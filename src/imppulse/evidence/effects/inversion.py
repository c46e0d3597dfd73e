"""Confidence limits as the hypotheses a test does not reject.

Private to the wild bootstrap and to randomisation inference.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HALVINGS = 60
FARTHEST = 2.0**12


def invert(
    p_value: Callable[[float], float],
    estimate: float,
    *,
    step: float,
    alpha: float,
    smallest_p: float,
) -> tuple[float, float]:
    """Return the interval of hypotheses around the estimate with p above alpha.

    A limit is infinite where the test can reject nothing on that side, as
    happens with very few clusters.

    Parameters
    ----------
    p_value : callable
        p value of a hypothesis; 1 at the estimate, smaller far from it.
    estimate : float
    step : float
        Scale of the search, above zero: the standard error, say.
    alpha : float
    smallest_p : float
        What the p value cannot go below.

    Returns
    -------
    (float, float)
    """
    if smallest_p > alpha:
        return -math.inf, math.inf

    def kept(reach: float) -> bool:
        return p_value(estimate + reach * step) > alpha

    low = _farthest_kept(lambda reach: kept(-reach))
    return estimate - low * step, estimate + _farthest_kept(kept) * step


def _farthest_kept(kept: Callable[[float], bool]) -> float:
    """Return how many steps away a hypothesis is last kept."""
    reach = 1.0
    while kept(reach):
        reach *= 2
        if reach > FARTHEST:
            return math.inf
    inner = 0.0 if reach == 1.0 else reach / 2
    for _ in range(HALVINGS):
        middle = (inner + reach) / 2
        if kept(middle):
            inner = middle
        else:
            reach = middle
    return inner
