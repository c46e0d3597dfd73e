"""What was drawn at each stage, and how much of it the population holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import DesignError
from imppulse.evidence.survey.rows import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    import narwhals as nw
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]
    Refusal = Callable[[str, BoolArray], None]


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

    table: nw.DataFrame[Any]
    order: IntArray

    def of_strata(self, drawn: Drawn, strata: tuple[object, ...]) -> FloatArray:
        """Return the share of each stratum's clusters that were drawn, (strata,)."""
        if "fpc_low" not in self.table.columns:
            return np.zeros(len(strata))
        first = np.flatnonzero(np.diff(drawn.primary_of_cluster, prepend=-1))
        count = np.bincount(drawn.stratum_of_cluster[first])
        wrong = _wrong("strata", strata)
        return _fractions(self._range("fpc", drawn.stratum), count, wrong)

    def of_primaries(
        self, drawn: Drawn, labels: tuple[object, ...]
    ) -> FloatArray | None:
        """Return the share of each cluster's units that were drawn, (primaries,)."""
        if "unit_fpc_low" not in self.table.columns:
            return None
        first = np.flatnonzero(np.diff(drawn.primary, prepend=-1))
        count = np.bincount(drawn.primary_of_cluster)
        wrong = _wrong("clusters", tuple(labels[k] for k in drawn.label[first]))
        return _fractions(self._range("unit_fpc", drawn.primary), count, wrong)

    def _range(self, name: str, group: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest correction of each group."""
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        low = np.minimum.reduceat(
            numbers(self.table, f"{name}_low")[self.order], starts
        )
        high = numbers(self.table, f"{name}_high")[self.order]
        return low, np.maximum.reduceat(high, starts)


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
