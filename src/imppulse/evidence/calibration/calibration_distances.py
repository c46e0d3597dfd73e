"""Distances between weights before and after: how g follows from its predictor.

Private to `calibration`. Each distance makes g = scale * F(u), with F(0) = 1
and u linear in what is known of the population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import narwhals as nw
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

# exp of more than this is infinite or nothing beside any bound.
STEEPEST = 500.0


@dataclass(frozen=True)
class Term:
    """One part of u as the rows know it: effects of levels, or a slope."""

    columns: tuple[str, ...]
    levels: tuple[tuple[object, ...], ...]
    effects: tuple[float, ...]

    def expression(self, effects: Sequence[float]) -> nw.Expr:
        """Return for each row the effect of its level, or slope times value."""
        if not self.levels:
            return nw.col(self.columns[0]).cast(nw.Float64) * effects[0]
        chosen = nw.lit(effects[-1])
        for level, effect in zip(self.levels[:-1], effects[:-1], strict=True):
            pairs = zip(self.columns, level, strict=True)
            here = [nw.col(column) == value for column, value in pairs]
            chosen = nw.when(*here).then(nw.lit(effect)).otherwise(chosen)
        return chosen

    @property
    def predictor(self) -> nw.Expr:
        """The part of u."""
        return self.expression(self.effects)


class Distance(Protocol):
    """What Newton's method and the engine need to know of a distance."""

    @property
    def scale(self) -> float:
        """The g-weight where u is 0."""
        ...

    def values(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return g and its derivative."""
        ...

    def expression(self, terms: Sequence[Term]) -> nw.Expr:
        """Return g for the engine that holds the rows."""
        ...


@dataclass(frozen=True)
class Linear:
    """Least squares: g = scale (1 + u)."""

    scale: float = 1.0

    def values(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return g and its derivative."""
        return self.scale * (1 + u), np.full_like(u, self.scale)

    def expression(self, terms: Sequence[Term]) -> nw.Expr:
        """Return g for the engine that holds the rows."""
        return (_summed(terms) + 1) * self.scale


@dataclass(frozen=True)
class Exponential:
    """Raking: g = scale exp(u), above 0 whatever u."""

    scale: float = 1.0

    def values(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return g and its derivative."""
        g = self.scale * np.exp(u)
        return g, g

    def expression(self, terms: Sequence[Term]) -> nw.Expr:
        """Return g for the engine that holds the rows."""
        # Levels multiply; exp runs over the rows only where values differ by row.
        g = nw.lit(self.scale)
        for term in terms:
            raised = np.exp(term.effects).tolist()
            g = g * (term.expression(raised) if term.levels else term.predictor.exp())
        return g


@dataclass(frozen=True)
class Logit:
    """Bounded: g stays between scale * low and scale * high."""

    low: float
    high: float
    scale: float = 1.0

    @property
    def _speed(self) -> float:
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))

    def values(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return g and its derivative."""
        low, high = self.low, self.high
        raised = np.exp(np.clip(self._speed * u, -STEEPEST, STEEPEST))
        below = high - 1 + (1 - low) * raised
        g = (low * (high - 1) + high * (1 - low) * raised) / below
        slope = raised * (high - 1) * (1 - low) * (high - low) / below**2
        return self.scale * g, self.scale * self._speed * slope

    def expression(self, terms: Sequence[Term]) -> nw.Expr:
        """Return g for the engine that holds the rows."""
        low, high = self.low, self.high
        raised = (_summed(terms) * self._speed).clip(-STEEPEST, STEEPEST).exp()
        above = raised * (high * (1 - low)) + low * (high - 1)
        return above / (raised * (1 - low) + (high - 1)) * self.scale


def _summed(terms: Sequence[Term]) -> nw.Expr:
    u = terms[0].predictor
    for term in terms[1:]:
        u = u + term.predictor
    return u
