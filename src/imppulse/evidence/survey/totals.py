"""The only pass over the rows: any dataframe becomes sums by cluster and domain.

Everything estimated later is linear algebra on this small table, so an answer
file of any size is summed once, in the engine that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.rows import (
    RowRequest,
    as_names,
    is_missing,
    missing_design_value,
)
from imppulse.evidence.survey.stages import Corrections, Drawn, Gathering
from imppulse.evidence.survey.summands import SUMS, collect_sums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign
    from imppulse.evidence.survey.summands import Collected

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    Domains = tuple[tuple[object, ...], ...]
    Keys = dict[str, tuple[tuple[object, ...], IntArray]]
    BoolArray = NDArray[np.bool_]


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

    @cached_property
    def _cell(self) -> tuple[BoolArray | slice, IntArray]:
        """Which rows lie in a domain, and in which cell (cluster by domain)."""
        cell = self.cluster_of_row * len(self.domains) + self.domain_of_row
        inside = self.domain_of_row >= 0
        return (slice(None), cell) if inside.all() else (inside, cell[inside])

    def spread(self, kind: str, item: int) -> FloatArray:
        """Return one kind of sum of one item, (clusters, domains)."""
        inside, cell = self._cell
        shape = len(self.stratum_of_cluster), len(self.domains)
        values = self.sums[kind][inside, item]
        flat = np.bincount(cell, values, shape[0] * shape[1])
        return np.asarray(flat.reshape(shape), dtype=float)

    def domain_sums(self, kind: str) -> FloatArray:
        """Return one kind of sum over all clusters, (items, domains)."""
        inside, size = self._cell[0], len(self.domains)
        domain, values = self.domain_of_row[inside], self.sums[kind][inside]
        return np.array([np.bincount(domain, each, size) for each in values.T])


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
        ``unsupported_frame``, ``mixed_column``, ``no_items``, ``no_domains``,
        ``unknown_column``, ``not_numeric``, ``not_finite``.
    """
    asked = RowRequest(design, as_names(items), as_names(by), dict(denominators or {}))
    found = collect_sums(frame, asked)
    keys = _keys(found, asked)
    domains, gathering = _gathered(found, keys, asked.by)
    drawn = Drawn.of(*gathering.codes[:3], one_per_row=design.cluster is None)
    fpc, strata = Corrections(found.sums, gathering), keys["stratum"][0]
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
        domain_of_row=gathering.codes[3],
        sums=_sums(found, asked.items, gathering),
    )


def _keys(found: Collected, asked: RowRequest) -> Keys:
    """Return labels and codes of strata, clusters and second-stage units."""
    keys = {key: _key(found, key) for key in ("stratum", "cluster", "unit")}
    for key, (_, code) in keys.items():
        if (code < 0).any():
            raise missing_design_value(asked.keys[key])
    return keys


def _gathered(
    found: Collected, keys: Keys, by: tuple[str, ...]
) -> tuple[Domains, Gathering]:
    """Return the domains, and how rows are sorted by stratum, stage and domain."""
    domains, domain = _domains(found, by)
    codes = (code for _, code in keys.values())
    return domains, Gathering.of(found, *codes, domain)


def _sums(
    found: Collected, items: tuple[str, ...], gathering: Gathering
) -> dict[str, FloatArray]:
    """Return every kind of sum, (rows, items); equal kinds are one array."""
    read: dict[str, FloatArray] = {}
    for (_, k), name in found.place.items():
        if name in read:
            continue
        read[name] = gathering.gather(found.sums[name])
        if not np.isfinite(read[name]).all():
            raise EstimationError(
                "not_finite",
                f"column {items[k]!r} holds infinite values",
                column=items[k],
            )
    names = {
        kind: tuple(found.place[kind, k] for k in range(len(items))) for kind in SUMS
    }
    # Transposed: each item is then contiguous.
    stacked = {
        each: np.array([read[name] for name in each]).T for each in {*names.values()}
    }
    return {kind: stacked[each] for kind, each in names.items()}


def _key(found: Collected, key: str) -> tuple[tuple[object, ...], IntArray]:
    """Return the sorted labels of a key and the code of each row; -1 is missing."""
    if key not in found.keys:
        return (None,), np.zeros(len(found), dtype=np.int64)
    column = found.keys[key]
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


def _domains(found: Collected, by: tuple[str, ...]) -> tuple[Domains, IntArray]:
    """Return the combinations in use and that of each row; -1 is none."""
    if not by:
        return ((),), np.zeros(len(found), dtype=np.int64)
    labels, codes = zip(*(_key(found, f"by_{k}") for k in range(len(by))), strict=True)
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
