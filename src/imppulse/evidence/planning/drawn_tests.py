"""Estimates and tests of many draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnTests:
    """One entry per draw: an estimate without effect, its error, its df."""

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray

    @classmethod
    def joined(cls, parts: Sequence[DrawnTests]) -> DrawnTests:
        """Put portions of the draws together."""
        names = ("estimate", "std_error", "df")
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in names)
        )

    def found(self, effect: float, alpha: float) -> float:
        """Return the share of draws in which this effect would be significant."""
        reach = t_quantile(1 - alpha, self.df) * self.std_error
        return float((np.abs(self.estimate + effect) > reach).mean())
