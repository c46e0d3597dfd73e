"""The only pass over the rows: any dataframe becomes sums by cluster and domain.

Everything estimated later is linear algebra on this small table, so an answer
file of any size is read once, in the engine that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.rows import (
    RowRequest,
    as_names,
    check_design_values,
    collect_sums,
    is_missing,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]
    Correction = tuple[FloatArray, FloatArray] | None

SUMS = (
    "answers",
    "weight",
    "total",
    "square",
    "denominator",
    "cross",
    "denominator_square",
)


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
        Clusters are sorted by stratum.
    sampling_fraction : (strata,) float
        Share of the stratum's clusters that were drawn; 0 without `fpc`.
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
    sampling_fraction: FloatArray
    cluster_of_row: IntArray = field(repr=False)
    domain_of_row: IntArray = field(repr=False)
    sums: Mapping[str, FloatArray] = field(repr=False)

    @property
    def clusters_per_stratum(self) -> IntArray:
        """Clusters drawn in each stratum, (strata,)."""
        return np.bincount(self.stratum_of_cluster, minlength=len(self.strata))

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
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
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
        ``fpc_below_sample``.
    EstimationError
        ``unsupported_frame``, ``no_items``, ``no_domains``,
        ``unknown_column``, ``not_numeric``, ``not_finite``.
    """
    asked = RowRequest(design, as_names(items), as_names(by), dict(denominators or {}))
    table = collect_sums(frame, asked)
    check_design_values(table, asked)
    strata, stratum = _key(table, "stratum")
    _, cluster = _key(table, "cluster")
    domains, domain = _domains(table, asked.by)
    sums = {kind: _item_sums(table, kind, asked) for kind in SUMS}
    # Engines return groups in any order; a fixed one keeps the last digits.
    order = np.lexsort(
        (sums["total"][:, 0], sums["weight"][:, 0], domain, cluster, stratum)
    )
    stratum_of_cluster, cluster_of_row = _clusters(
        stratum[order], cluster[order], one_per_row=design.cluster is None
    )
    return Totals(
        design=design,
        items=asked.items,
        denominators=tuple(asked.denominators.get(item) for item in asked.items),
        by=asked.by,
        domains=domains,
        strata=strata,
        stratum_of_cluster=stratum_of_cluster,
        sampling_fraction=_sampling_fractions(
            _correction(table, stratum, order), strata, np.bincount(stratum_of_cluster)
        ),
        cluster_of_row=cluster_of_row,
        domain_of_row=domain[order],
        sums={kind: values[order] for kind, values in sums.items()},
    )


def _item_sums(table: nw.DataFrame[Any], kind: str, asked: RowRequest) -> FloatArray:
    """Return one kind of sum, (rows, items); without x, x is 1."""
    alike = {"denominator": "weight", "cross": "total", "denominator_square": "weight"}
    columns = []
    for k, item in enumerate(asked.items):
        name = kind if item in asked.denominators else alike.get(kind, kind)
        columns.append(numbers(table, f"{name}_{k}"))
        if not np.isfinite(columns[-1]).all():
            raise EstimationError(
                "not_finite", f"column {item!r} holds infinite values", column=item
            )
    return np.column_stack(columns)


def _key(table: nw.DataFrame[Any], key: str) -> tuple[tuple[object, ...], IntArray]:
    """Return the sorted labels of a key and the code of each row; -1 is missing."""
    if key not in table.columns:
        return (None,), np.zeros(len(table), dtype=np.int64)
    values = table[key].to_list()
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


def _clusters(
    stratum: IntArray, cluster: IntArray, *, one_per_row: bool
) -> tuple[IntArray, IntArray]:
    """Return the stratum of each cluster and the cluster of each row."""
    if one_per_row:
        return stratum, np.arange(len(stratum))
    nested = stratum * (cluster.max() + 1) + cluster
    _, first, cluster_of_row = np.unique(nested, return_index=True, return_inverse=True)
    return stratum[first], cluster_of_row


def _sampling_fractions(
    correction: Correction, strata: tuple[object, ...], drawn: IntArray
) -> FloatArray:
    """Return the share of each stratum's clusters that were drawn, (strata,)."""
    if correction is None:
        return np.zeros(len(strata))
    low, high = correction
    _refuse("fpc_varies", strata, low != high)
    _refuse("fpc_not_positive", strata, low <= 0)
    if (high <= 1).all():
        return low
    _refuse("fpc_below_sample", strata, low < drawn)
    return np.asarray(drawn / low)


def _correction(
    table: nw.DataFrame[Any], stratum: IntArray, order: IntArray
) -> Correction:
    """Return the lowest and the highest fpc in each stratum."""
    if "fpc_low" not in table.columns:
        return None
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    low = np.minimum.reduceat(numbers(table, "fpc_low")[order], starts)
    high = np.maximum.reduceat(numbers(table, "fpc_high")[order], starts)
    return low, high


def _refuse(code: str, strata: tuple[object, ...], wrong: BoolArray) -> None:
    messages = {
        "fpc_varies": "the population correction varies inside strata",
        "fpc_not_positive": "the population correction must be above zero in strata",
        "fpc_below_sample": "more clusters were drawn than the population holds in strata",
    }
    if wrong.any():
        where = tuple(strata[k] for k in np.flatnonzero(wrong))
        named = ", ".join(map(repr, where))
        raise DesignError(code, f"{messages[code]} {named}", strata=where)
