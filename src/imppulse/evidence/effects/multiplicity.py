"""Several outcomes: p values that allow for having looked at all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

Method = Literal["holm", "benjamini-hochberg", "bonferroni", "hochberg"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, eq=False)
class AdjustedPValues(Result):
    """p values of several outcomes, plain and adjusted.

    Attributes
    ----------
    outcomes : tuple of str
    p_value, adjusted : (outcomes,) float
        In the order given; NaN where no p value was given.
    method : str
    """

    outcomes: tuple[str, ...]
    p_value: FloatArray
    adjusted: FloatArray
    method: str

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per outcome."""
        columns = (self.outcomes, self.p_value.tolist(), self.adjusted.tolist())
        names = ("outcome", "p_value", "adjusted")
        return [
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        ]


@traced
def adjust_p_values(
    p_values: Sequence[float] | Mapping[str, float], method: Method = "holm"
) -> AdjustedPValues:
    """Adjust the p values of several outcomes of one study.

    Parameters
    ----------
    p_values : sequence of float, or mapping of outcome to float
        NaN (nothing could be tested) stays NaN and is not counted.
    method : {"holm", "benjamini-hochberg", "bonferroni", "hochberg"}
        ``"holm"`` keeps the chance of one false finding in the family below
        the level, whatever the dependence: for outcomes that carry a
        conclusion. ``"benjamini-hochberg"`` keeps the expected share of false
        findings below it, for independent or positively dependent outcomes:
        for a long list to explore. ``"hochberg"`` needs the same dependence.

    Returns
    -------
    AdjustedPValues

    Raises
    ------
    EstimationError
        ``no_p_values``, ``p_value_out_of_range``, ``unknown_adjustment``.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    Scandinavian Journal of Statistics 6, 65-70.
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery
    rate. Journal of the Royal Statistical Society B 57, 289-300.
    Hochberg, Y. (1988). A sharper Bonferroni procedure. Biometrika 75, 800-802.
    """
    named = p_values if isinstance(p_values, Mapping) else _numbered(p_values)
    p = np.array(list(named.values()), dtype=float)
    _check(p, method)
    adjusted = np.full(len(p), np.nan)
    known = ~np.isnan(p)
    adjusted[known] = _adjust(p[known], method)
    return AdjustedPValues(
        outcomes=tuple(named), p_value=p, adjusted=adjusted, method=method
    )


def _numbered(p_values: Sequence[float]) -> dict[str, float]:
    return {str(k): p for k, p in enumerate(p_values, start=1)}


def _adjust(p: FloatArray, method: Method) -> FloatArray:
    """Return adjusted p values: steps down from the smallest, or up to it."""
    count = len(p)
    if method == "bonferroni":
        return np.minimum(count * p, 1)
    order = np.argsort(p, kind="stable")
    left = count - np.arange(count)
    factor = count / np.arange(1, count + 1) if method == "benjamini-hochberg" else left
    stepped = factor * p[order]
    if method == "holm":
        stepped = np.maximum.accumulate(stepped)
    else:
        stepped = np.minimum.accumulate(stepped[::-1])[::-1]
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def _check(p: FloatArray, method: str) -> None:
    if method not in METHODS:
        raise EstimationError(
            "unknown_adjustment",
            f"the adjustment must be {', '.join(METHODS)}, not {method!r}",
            given=method,
            choices=METHODS,
        )
    if not len(p):
        raise EstimationError("no_p_values", "there is no p value to adjust")
    wrong = p[(p < 0) | (p > 1)]
    if len(wrong):
        raise EstimationError(
            "p_value_out_of_range",
            f"a p value lies between 0 and 1, not {wrong[0]}",
            value=float(wrong[0]),
        )
