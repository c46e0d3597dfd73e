"""What was drawn at each stage, and how much of it the population holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from imppulse.evidence.survey.summands import Collected

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]
    Refusal = Callable[[str, BoolArray], None]


@dataclass(frozen=True)
class Gathering:
    """Rows in a fixed order, those of one cluster and domain made one.

    Attributes
    ----------
    order : (rows read,) int
    first : (rows,) int or None
        Where each row begins in that order; None when all stay.
    codes : tuple of (rows,) int
        Stratum, cluster, unit and domain of each row.
    """

    order: IntArray
    first: IntArray | None
    codes: tuple[IntArray, ...]

    @classmethod
    def of(cls, found: Collected, *codes: IntArray) -> Gathering:
        """Sort by stratum, cluster, unit and domain, and then by the sums."""
        # Engines return groups in any order; a fixed one keeps the last digits.
        last = (found.sums[found.place[kind, 0]] for kind in ("total", "weight"))
        order = np.lexsort((*last, *reversed(codes)))
        ordered = tuple(code[order] for code in codes)
        if found.grouped:
            return cls(order, None, ordered)
        first = np.flatnonzero(np.diff(_runs(*ordered), prepend=-1))
        return cls(order, first, tuple(code[first] for code in ordered))

    def gather(self, values: FloatArray, add: np.ufunc = np.add) -> FloatArray:
        """Gather what was read, (rows read,) to (rows,)."""
        ordered = values[self.order]
        return ordered if self.first is None else add.reduceat(ordered, self.first)


@dataclass(frozen=True)
class Drawn:
    """What was drawn, stage by stage; rows are sorted by stratum and stage."""

    stratum_of_cluster: IntArray
    primary_of_cluster: IntArray
    cluster_of_row: IntArray
    stratum: IntArray
    primary: IntArray
    label: IntArray

    @classmethod
    def of(
        cls, stratum: IntArray, cluster: IntArray, unit: IntArray, *, one_per_row: bool
    ) -> Drawn:
        """Give clusters numbers at each stage, from the codes of the sorted rows."""
        rows = np.arange(len(stratum))
        primary = rows if one_per_row else _runs(stratum, cluster)
        last = rows if one_per_row else _runs(primary, unit)
        first = np.flatnonzero(np.diff(last, prepend=-1))
        return cls(stratum[first], primary[first], last, stratum, primary, cluster)


def _runs(*codes: IntArray) -> IntArray:
    """Return the number of each run of equal codes, from zero."""
    changes = [np.diff(code, prepend=code[0]) != 0 for code in codes]
    return np.cumsum(np.logical_or.reduce(changes))


@dataclass(frozen=True)
class Corrections:
    """Population sizes or sampling fractions, as the rows state them."""

    sums: Mapping[str, FloatArray]
    gathering: Gathering

    def of_strata(self, drawn: Drawn, strata: tuple[object, ...]) -> FloatArray:
        """Return the share of each stratum's clusters that were drawn, (strata,)."""
        if "fpc_low" not in self.sums:
            return np.zeros(len(strata))
        first = np.flatnonzero(np.diff(drawn.primary_of_cluster, prepend=-1))
        count = np.bincount(drawn.stratum_of_cluster[first])
        wrong = _wrong("strata", strata)
        return _fractions(self._range("fpc", drawn.stratum), count, wrong)

    def of_primaries(
        self, drawn: Drawn, labels: tuple[object, ...]
    ) -> FloatArray | None:
        """Return the share of each cluster's units that were drawn, (primaries,)."""
        if "unit_fpc_low" not in self.sums:
            return None
        first = np.flatnonzero(np.diff(drawn.primary, prepend=-1))
        count = np.bincount(drawn.primary_of_cluster)
        wrong = _wrong("clusters", tuple(labels[k] for k in drawn.label[first]))
        return _fractions(self._range("unit_fpc", drawn.primary), count, wrong)

    def _range(self, name: str, group: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest correction of each group."""
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        low = self.gathering.gather(self.sums[f"{name}_low"], np.minimum)
        high = self.gathering.gather(self.sums[f"{name}_high"], np.maximum)
        return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)


def _fractions(
    limits: tuple[FloatArray, FloatArray], drawn: IntArray, refuse: Refusal
) -> FloatArray:
    low, high = limits
    refuse("fpc_varies", low != high)
    refuse("fpc_not_positive", low <= 0)
    if (high <= 1).all():
        return low
    refuse("fpc_below_sample", low < drawn)
    return np.asarray(drawn / low)


def _wrong(kind: str, labels: tuple[object, ...]) -> Refusal:
    messages = {
        "fpc_varies": "the population correction varies inside",
        "fpc_not_positive": "the population correction must be above zero in",
        "fpc_below_sample": "more was drawn than the population holds in",
    }

    def refuse(code: str, wrong: BoolArray) -> None:
        if wrong.any():
            where = tuple(labels[k] for k in np.flatnonzero(wrong))
            named = ", ".join(map(repr, where))
            code_of = {"strata": code, "clusters": f"cluster_{code}"}
            raise DesignError(
                code_of[kind], f"{messages[code]} {kind} {named}", **{kind: where}
            )

    return refuse
