"""The only pass over the rows: any dataframe becomes sums by cluster and domain.

Everything estimated later is linear algebra on this small table, so an answer
file of any size is summed once, in the engine that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.rows import (
    RowRequest,
    as_names,
    is_missing,
    missing_design_value,
    numbers,
)
from imppulse.evidence.summands import SUMS, Summands, collect_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import narwhals as nw
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]
    Refusal = Callable[[str, BoolArray], None]


@dataclass(frozen=True, eq=False)
class Totals:
    """Weighted sums of each item by cluster and domain.

    Attributes
    ----------
    design : SampleDesign
    items : tuple of str
    denominators : tuple of (str or None)
        Denominator column of each item; None where the item is averaged.
    by : tuple of str
    domains : tuple of tuple
        Values of `by`, sorted. Rows without a value in `by` belong to none.
    strata : tuple
        Labels, sorted; ``(None,)`` for an unstratified design.
    stratum_of_cluster : (clusters,) int
        Clusters are sorted by stratum. In a two-stage design these are the
        units of the second stage, sorted by first-stage cluster as well.
    primary_of_cluster : (clusters,) int
        First-stage cluster in which each lies; itself in a one-stage design.
    sampling_fraction : (strata,) float
        Share of the stratum's first-stage clusters that were drawn; 0 without
        `fpc`.
    unit_fraction : (primaries,) float or None
        Share of each first-stage cluster's units that were drawn; None in a
        one-stage design.
    cluster_of_row, domain_of_row : (rows,) int
        Where each row of `sums` belongs; domain -1 is none.
    sums : mapping of str to (rows, items) float
        With w the weight, y the item and x its denominator (1 when absent),
        over rows where both are answered: ``answers`` counts rows with w > 0,
        ``weight`` sums w, ``total`` wy, ``square`` wyy, ``denominator`` wx,
        ``cross`` wxy, ``denominator_square`` wxx.
    """

    design: SampleDesign
    items: tuple[str, ...]
    denominators: tuple[str | None, ...]
    by: tuple[str, ...]
    domains: tuple[tuple[object, ...], ...]
    strata: tuple[object, ...]
    stratum_of_cluster: IntArray
    primary_of_cluster: IntArray = field(repr=False)
    sampling_fraction: FloatArray
    unit_fraction: FloatArray | None = field(repr=False)
    cluster_of_row: IntArray = field(repr=False)
    domain_of_row: IntArray = field(repr=False)
    sums: Mapping[str, FloatArray] = field(repr=False)

    @property
    def first_of_primary(self) -> IntArray:
        """Where each first-stage cluster begins among the clusters, (primaries,)."""
        return np.flatnonzero(np.diff(self.primary_of_cluster, prepend=-1))

    @property
    def stratum_of_primary(self) -> IntArray:
        """Stratum of each first-stage cluster, (primaries,)."""
        return self.stratum_of_cluster[self.first_of_primary]

    @property
    def clusters_per_stratum(self) -> IntArray:
        """First-stage clusters drawn in each stratum, (strata,)."""
        return np.bincount(self.stratum_of_primary, minlength=len(self.strata))

    def by_primary(self, values: NDArray[Any], add: np.ufunc = np.add) -> NDArray[Any]:
        """Gather (clusters, ...) into first-stage clusters, (primaries, ...)."""
        if self.unit_fraction is None:
            return values
        return np.asarray(add.reduceat(values, self.first_of_primary, axis=0))

    def spread(self, kind: str, item: int) -> FloatArray:
        """Return one kind of sum of one item, (clusters, domains)."""
        inside = self.domain_of_row >= 0
        shape = len(self.stratum_of_cluster), len(self.domains)
        cell = self.cluster_of_row * shape[1] + self.domain_of_row
        values = self.sums[kind][inside, item]
        flat = np.bincount(cell[inside], values, shape[0] * shape[1])
        return flat.reshape(shape).astype(float)


def totals(
    frame: IntoFrame,
    design: SampleDesign,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    denominators: Mapping[str, str] | None = None,
) -> Totals:
    """Reduce the rows of any dataframe to sums by stratum, cluster and domain.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, a DuckDB relation or a PySpark
        table. ``polars.scan_parquet`` reads a file larger than memory.
    design : SampleDesign
    items : str or sequence of str
        Numeric or boolean columns. Null and NaN are missing: such a row
        leaves the item's domain but its cluster stays in the design.
    by : str or sequence of str
        Columns whose combinations are the domains.
    denominators : mapping of str to str, optional
        Denominator column of an item, for ratios.

    Returns
    -------
    Totals

    Raises
    ------
    DesignError
        ``unknown_column``, ``not_numeric``, ``missing_design_value``,
        ``negative_weight``, ``no_rows``, ``fpc_varies``, ``fpc_not_positive``,
        ``fpc_below_sample``, and for the second stage ``cluster_fpc_varies``,
        ``cluster_fpc_not_positive``, ``cluster_fpc_below_sample``.
    EstimationError
        ``unsupported_frame``, ``no_items``, ``no_domains``,
        ``unknown_column``, ``not_numeric``, ``not_finite``.
    """
    asked = RowRequest(design, as_names(items), as_names(by), dict(denominators or {}))
    table, summed = collect_sums(frame, asked)
    sums = _sums(table, summed, asked.items)
    keys = {key: _key(table, key) for key in ("stratum", "cluster", "unit")}
    for key, (_, code) in keys.items():
        if (code < 0).any():
            raise missing_design_value(asked.keys[key])
    domains, domain = _domains(table, asked.by)
    stratum, cluster, unit = (code for _, code in keys.values())
    # Engines return groups in any order; a fixed one keeps the last digits.
    order = np.lexsort(
        (sums["total"][:, 0], sums["weight"][:, 0], domain, unit, cluster, stratum)
    )
    drawn = _Drawn.of(
        *(code[order] for code in (stratum, cluster, unit)),
        one_per_row=design.cluster is None,
    )
    fpc = _Corrections(table, order)
    strata = keys["stratum"][0]
    return Totals(
        design=design,
        items=asked.items,
        denominators=tuple(asked.denominators.get(item) for item in asked.items),
        by=asked.by,
        domains=domains,
        strata=strata,
        stratum_of_cluster=drawn.stratum_of_cluster,
        primary_of_cluster=drawn.primary_of_cluster,
        sampling_fraction=fpc.of_strata(drawn, strata),
        unit_fraction=fpc.of_primaries(drawn, keys["cluster"][0]),
        cluster_of_row=drawn.cluster_of_row,
        domain_of_row=domain[order],
        sums={kind: values[order] for kind, values in sums.items()},
    )


def _sums(
    table: nw.DataFrame[Any], summed: Summands, items: tuple[str, ...]
) -> dict[str, FloatArray]:
    """Return every kind of sum, (rows, items)."""
    read = {name: numbers(table, name) for name in summed.columns}
    for (_, k), name in summed.place.items():
        if not np.isfinite(read[name]).all():
            raise EstimationError(
                "not_finite", f"column {items[k]!r} holds infinite values",
                column=items[k],
            )  # fmt: skip
    places = range(len(items))
    return {
        kind: np.column_stack([read[summed.place[kind, k]] for k in places])
        for kind in SUMS
    }


def _key(table: nw.DataFrame[Any], key: str) -> tuple[tuple[object, ...], IntArray]:
    """Return the sorted labels of a key and the code of each row; -1 is missing."""
    if key not in table.columns:
        return (None,), np.zeros(len(table), dtype=np.int64)
    column = table[key]
    if column.dtype.is_integer() and not column.null_count():
        whole, codes = np.unique(column.to_numpy(), return_inverse=True)
        return tuple(whole.tolist()), codes
    values = column.to_list()
    label_of = {value: _label(value) for value in set(values)}
    labels = sorted({v for v in label_of.values() if v is not None}, key=_sort_key)
    code_of_label = {label: code for code, label in enumerate(labels)}
    code_of = {value: code_of_label.get(v, -1) for value, v in label_of.items()}
    return tuple(labels), np.fromiter(map(code_of.get, values), np.int64, len(values))


def _label(value: object) -> object:
    """Whole floats become integers: pandas turns integers with gaps into floats."""
    if is_missing(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sort_key(value: object) -> tuple[str, Any]:
    return ("" if isinstance(value, int | float) else type(value).__name__, value)


def _domains(
    table: nw.DataFrame[Any], by: tuple[str, ...]
) -> tuple[tuple[tuple[object, ...], ...], IntArray]:
    """Return the combinations in use and that of each row; -1 is none."""
    if not by:
        return ((),), np.zeros(len(table), dtype=np.int64)
    labels, codes = zip(*(_key(table, f"by_{k}") for k in range(len(by))), strict=True)
    inside = np.logical_and.reduce([code >= 0 for code in codes])
    if not inside.any():
        raise EstimationError(
            "no_domains", f"no row has a value in {', '.join(by)}", by=by
        )
    sizes = tuple(map(len, labels))
    flat = np.ravel_multi_index(tuple(code[inside] for code in codes), sizes)
    used, place = np.unique(flat, return_inverse=True)
    domain = np.full(len(inside), -1)
    domain[inside] = place
    names = [
        [known[k] for k in at]
        for known, at in zip(labels, np.unravel_index(used, sizes), strict=True)
    ]
    return tuple(zip(*names, strict=True)), domain


@dataclass(frozen=True)
class _Drawn:
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
    ) -> _Drawn:
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
class _Corrections:
    """Population sizes or sampling fractions, as the rows state them."""

    table: nw.DataFrame[Any]
    order: IntArray

    def of_strata(self, drawn: _Drawn, strata: tuple[object, ...]) -> FloatArray:
        """Return the share of each stratum's clusters that were drawn, (strata,)."""
        if "fpc_low" not in self.table.columns:
            return np.zeros(len(strata))
        first = np.flatnonzero(np.diff(drawn.primary_of_cluster, prepend=-1))
        count = np.bincount(drawn.stratum_of_cluster[first])
        wrong = _wrong("strata", strata)
        return _fractions(self._range("fpc", drawn.stratum), count, wrong)

    def of_primaries(
        self, drawn: _Drawn, labels: tuple[object, ...]
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
