"""What a regression reads: cells of a cluster where it can, single answers else.

Categorical covariates alone need no rows: one group-by leaves a sum for each
combination of levels in each cluster. A continuous covariate needs its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.rows import as_names, is_missing
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_formula import Formula
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Observations:
    """Complete answers of positive weight inside the domain.

    Attributes
    ----------
    table : Totals
        The design of the whole sample.
    names : tuple of str
        Categorical columns.
    labels : tuple of tuple
        Levels in use of each, sorted.
    codes : (rows, names) int
        Level of each row.
    continuous : (rows, covariates) float
    cluster : (rows,) int
    answers, weight, total, square : (rows,) float
        Number of answers, sums of w, wy and wyy.
    """

    table: Totals
    names: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    codes: IntArray
    continuous: FloatArray
    cluster: IntArray
    answers: FloatArray
    weight: FloatArray
    total: FloatArray
    square: FloatArray

    @property
    def presence(self) -> BoolArray:
        """Clusters that hold an observation, (clusters,)."""
        count = len(self.table.stratum_of_cluster)
        return np.bincount(self.cluster, minlength=count) > 0

    def merged(self) -> Observations:
        """Return one row per combination of levels where nothing is continuous."""
        if self.continuous.shape[1]:
            return self
        sizes = [len(levels) for levels in self.labels]
        flat = np.zeros(len(self.weight), dtype=np.int64)
        for k, size in enumerate(sizes):
            flat = flat * size + self.codes[:, k]
        _, first, place = np.unique(flat, return_index=True, return_inverse=True)
        sums = {
            kind: np.bincount(place, getattr(self, kind)).astype(float)
            for kind in ("answers", "weight", "total", "square")
        }
        return Observations(
            table=self.table,
            names=self.names,
            labels=self.labels,
            codes=self.codes[first],
            continuous=self.continuous[first],
            cluster=np.zeros(len(first), dtype=np.int64),
            **sums,
        )


def read_observations(
    frame: IntoFrame, design: SampleDesign, formula: Formula
) -> Observations:
    """Read the columns of a formula; missing values leave the domain.

    Raises
    ------
    DesignError, EstimationError
        Those of `totals`; ``no_complete_answers``, ``domain_not_binary``.
    """
    read = _read_rows if formula.continuous else _read_cells
    observations = read(frame, design, formula)
    if not len(observations.weight):
        raise EstimationError(
            "no_complete_answers",
            "no row of positive weight answers all columns of the regression",
            columns=(formula.outcome, *formula.categorical, *formula.continuous),
        )
    return observations


def _read_cells(
    frame: IntoFrame, design: SampleDesign, formula: Formula
) -> Observations:
    table = totals(frame, design, formula.outcome, by=formula.domain_keys)
    sums = {kind: table.sums[kind][:, 0] for kind in _KINDS}
    inside = _inside([domain[: formula.where is not None] for domain in table.domains])
    domain = table.domain_of_row
    kept = (domain >= 0) & (sums["weight"] > 0) & inside[domain]
    skipped = len(formula.domain_keys) - len(formula.categorical)
    labels, codes = _levels(
        [values[skipped:] for values in table.domains], domain[kept]
    )
    return Observations(
        table=table,
        names=formula.categorical,
        labels=labels,
        codes=codes,
        continuous=np.empty((int(kept.sum()), 0)),
        cluster=table.cluster_of_row[kept],
        **{kind: values[kept] for kind, values in sums.items()},
    )


_KINDS = ("answers", "weight", "total", "square")


def _read_rows(
    frame: IntoFrame, design: SampleDesign, formula: Formula
) -> Observations:
    measures = (formula.outcome, *formula.continuous)
    table = totals(frame, design, measures, by=_drawn(design))
    rows, groups = _grouped(frame, design, formula)
    group = rows["group"].to_numpy()
    first = len(table.by)
    levels = [row[first:] for row in groups]
    skipped = len(formula.domain_keys) - len(formula.categorical)
    inside = _inside([level[:skipped] for level in levels])
    known = np.array([not any(map(is_missing, level)) for level in levels], dtype=bool)
    kept = (inside & known)[group]
    cluster = _cluster_of_rows(table, [row[:first] for row in groups], group)[kept]
    weight, y, *continuous = (
        np.asarray(rows[name].to_numpy(), dtype=float)[kept]
        for name in ("w", *(f"y_{k}" for k in range(len(measures))))
    )
    labels, codes = _levels([level[skipped:] for level in levels], group[kept])
    return Observations(
        table=table,
        names=formula.categorical,
        labels=labels,
        codes=codes,
        continuous=np.column_stack(continuous),
        cluster=cluster,
        answers=np.ones(len(weight)),
        weight=weight,
        total=weight * y,
        square=weight * y * y,
    )


def _drawn(design: SampleDesign) -> tuple[str, ...]:
    """Columns that tell which unit of the sample a row belongs to."""
    stages = design.clusters[: 2 if design.two_stage else 1]
    return as_names([name for name in (design.strata, *stages) if name is not None])


def _grouped(
    frame: IntoFrame, design: SampleDesign, formula: Formula
) -> tuple[nw.DataFrame[Any], list[tuple[Any, ...]]]:
    """Return complete rows with the number of their group, and the groups.

    A group shares unit, domain and levels; columns are called by position.
    """
    read = (*_drawn(design), *formula.domain_keys)
    keys = [f"key_{k}" for k in range(len(read))]
    measures = (formula.outcome, *formula.continuous)
    numbers = [f"y_{k}" for k in range(len(measures))]
    weight = nw.lit(1.0) if design.weight is None else _number(design.weight)
    columns = [
        *(nw.col(name).alias(key) for key, name in zip(keys, read, strict=True)),
        weight.alias("w"),
        *(_number(name).alias(y) for y, name in zip(numbers, measures, strict=True)),
    ]
    lazy = nw.from_native(frame).lazy().select(*columns)
    complete = lazy.filter(nw.col("w") > 0).drop_nulls([*keys, *numbers])
    rows = complete.collect()
    if not keys:
        zeros = np.zeros(len(rows), dtype=np.int64)
        return rows.with_columns(_numbered(rows, zeros)), [()]
    groups = rows.select(*keys).unique().sort(*keys)
    numbered = groups.with_columns(_numbered(groups, np.arange(len(groups))))
    # Engines return joined rows in any order; a fixed one keeps the last digits.
    joined = rows.join(numbered, on=keys, how="inner").sort("group", *numbers, "w")
    return joined, [*groups.iter_rows()]


def _number(name: str) -> nw.Expr:
    value = nw.col(name).cast(nw.Float64)
    return nw.when(~(value.is_null() | value.is_nan())).then(value)


def _numbered(frame: nw.DataFrame[Any], numbers: IntArray) -> nw.Series[Any]:
    return nw.new_series("group", numbers, backend=frame.implementation)


def _cluster_of_rows(
    table: Totals, units: list[tuple[Any, ...]], group: IntArray
) -> IntArray:
    """Return the place of each row's cluster in the design."""
    if table.design.cluster is None:
        return _own_clusters(table, units, group)
    of_domain = np.zeros(len(table.domains), dtype=np.int64)
    of_domain[table.domain_of_row] = table.cluster_of_row
    place = dict(zip(table.domains, of_domain.tolist(), strict=True))
    return np.array([place[unit] for unit in units], dtype=np.int64)[group]


def _own_clusters(
    table: Totals, units: list[tuple[Any, ...]], group: IntArray
) -> IntArray:
    """Give each row a cluster of its stratum; which one makes no difference."""
    stratum_at = {label: k for k, label in enumerate(table.strata)}
    of_group = [stratum_at[unit[0] if unit else None] for unit in units]
    stratum = np.array(of_group, dtype=np.int64)[group]
    order = np.argsort(stratum, kind="stable")
    first = np.searchsorted(stratum[order], stratum[order])
    start = np.searchsorted(table.stratum_of_cluster, stratum[order])
    cluster = np.empty(len(group), dtype=np.int64)
    cluster[order] = start + np.arange(len(group)) - first
    return cluster


def _inside(markers: Sequence[tuple[object, ...]]) -> BoolArray:
    """Tell which cells the domain holds; without a marker, all."""
    for value in {value for marker in markers for value in marker}:
        if not is_missing(value) and value not in (0, 1):
            raise EstimationError(
                "domain_not_binary",
                f"the column of the domain must hold true and false, not {value!r}",
                value=value,
            )
    return np.array([marker in ((), (1,)) for marker in markers], dtype=bool)


def _levels(
    levels: Sequence[tuple[object, ...]], cell: IntArray
) -> tuple[tuple[tuple[object, ...], ...], IntArray]:
    """Return the sorted levels in use of each column, and those of each row."""
    used, place = np.unique(cell, return_inverse=True)
    columns = list(zip(*(levels[k] for k in used), strict=True))
    labels = tuple(in_order(column) for column in columns)
    codes = np.zeros((len(cell), len(columns)), dtype=np.int64)
    for k, column in enumerate(columns):
        code_of = {label: code for code, label in enumerate(labels[k])}
        codes[:, k] = np.array([code_of[value] for value in column])[place]
    return labels, codes


def in_order(values: Iterable[object]) -> tuple[object, ...]:
    """Return the distinct values sorted; whole floats become integers."""
    plain = {_plain(value): None for value in values}
    return tuple(sorted(plain, key=_kind_and_value))


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _kind_and_value(value: object) -> tuple[str, Any]:
    return ("" if isinstance(value, int | float) else type(value).__name__, value)
