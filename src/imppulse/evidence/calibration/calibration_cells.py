"""The table of margin cells: all that calibration needs to know of the rows.

Private to `calibration`: one group-by, whatever engine holds the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibration_targets import named, parts, whole
from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.rows import (
    as_lazy,
    as_names,
    check_known,
    check_numeric,
    is_missing,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.calibration.calibration_targets import Population
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    Margin = str | tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows that calibration treats alike, counted and weighted.

    Attributes
    ----------
    margins : tuple of (str or tuple of str)
    columns : tuple of str
        Numeric columns whose population total is known.
    levels : tuple of tuple
        For each margin its levels, as the engine holds them.
    codes : tuple of (cells,) int
        For each margin the level of each cell.
    values : (cells, totals) float
        Those of `columns`.
    n, weight, square, smallest, largest : (cells,) float
        Rows, and the sum, sum of squares, least and greatest base weight.
    """

    margins: tuple[Margin, ...]
    columns: tuple[str, ...]
    levels: tuple[tuple[tuple[object, ...], ...], ...]
    codes: tuple[IntArray, ...]
    values: FloatArray
    n: FloatArray
    weight: FloatArray
    square: FloatArray
    smallest: FloatArray
    largest: FloatArray


def gather(frame: IntoFrame, design: SampleDesign, population: Population) -> Cells:
    """Reduce the rows to the cells of the margins, or refuse them."""
    table = _collected(frame, design, population)
    _check_rows(table, design, population)
    levels, codes = [], []
    for margin in population.model:
        labels = [table[column].to_list() for column in parts(margin)]
        found = list(zip(*labels, strict=True)) if labels else [()] * len(table)
        known = sorted(set(found), key=repr)
        code = {level: k for k, level in enumerate(known)}
        levels.append(tuple(known))
        codes.append(np.fromiter(map(code.__getitem__, found), np.int64, len(found)))
    sums = {
        name: numbers(table, f"_{name}")
        for name in ("n", "weight", "square", "smallest", "largest")
    }
    values = [numbers(table, f"_value_{k}") for k in range(len(population.totals))]
    return Cells(
        margins=tuple(population.model),
        columns=tuple(population.totals),
        levels=tuple(levels),
        codes=tuple(codes),
        values=np.array(values).reshape(len(values), len(table)).T,
        **sums,
    )


def base_weight(design: SampleDesign) -> nw.Expr:
    """Return the weight a row had before, as a float."""
    if design.weight is None:
        return nw.lit(1.0)
    return nw.col(design.weight).cast(nw.Float64)


def _collected(
    frame: IntoFrame, design: SampleDesign, population: Population
) -> nw.DataFrame[Any]:
    lazy = as_lazy(frame)
    _check_columns(lazy.collect_schema(), design, population)
    w, keys = nw.col("_w"), as_names([*population.columns, *_values(population)])
    usable = ~w.is_null() & (w > 0) & w.is_finite()
    table: nw.DataFrame[Any] = (
        lazy.select(
            *population.columns,
            *(
                nw.col(name).cast(nw.Float64).alias(f"_value_{k}")
                for k, name in enumerate(population.totals)
            ),
            base_weight(design).alias("_w"),
        )
        .with_columns(
            (w * w).alias("_ww"), nw.when(usable).then(0).otherwise(1).alias("_bad")
        )
        .group_by(*keys)
        .agg(
            nw.len().alias("_n"),
            w.sum().alias("_weight"),
            nw.col("_ww").sum().alias("_square"),
            w.min().alias("_smallest"),
            w.max().alias("_largest"),
            nw.col("_bad").sum(),
        )
        .collect()
    )
    return table.sort(*keys) if len(table) else table


def _values(population: Population) -> Sequence[str]:
    return [f"_value_{k}" for k in range(len(population.totals))]


def _check_columns(
    schema: nw.Schema, design: SampleDesign, population: Population
) -> None:
    for name in design.columns:
        check_known(schema, name, DesignError)
    for name in (*population.columns, *population.totals):
        check_known(schema, name, EstimationError)
    if design.weight is not None:
        check_numeric(schema, design.weight, DesignError)
    for name in population.totals:
        check_numeric(schema, name, EstimationError)


def _check_rows(
    table: nw.DataFrame[Any], design: SampleDesign, population: Population
) -> None:
    if not len(table):
        raise DesignError("no_rows", "the data have no rows")
    if rows := int(numbers(table, "_bad").sum()):
        raise DesignError(
            "weight_not_positive",
            f"{rows} rows have a weight in {design.weight!r} that is not above 0",
            column=design.weight,
            rows=rows,
        )
    for column in population.columns:
        _refuse_missing(table, column, [is_missing(v) for v in table[column].to_list()])
    for column, name in zip(population.totals, _values(population), strict=True):
        held = np.asarray(table[name].cast(nw.Float64).to_numpy(), dtype=float)
        _refuse_missing(table, column, ~np.isfinite(held))
        if held.min() == held.max() and population.stated_size is not None:
            raise EstimationError(
                "constant_total",
                f"column {column!r} is {held[0]:g} for everybody: it tells nothing "
                "beyond the size of the population",
                column=column,
                value=float(held[0]),
            )


def _refuse_missing(
    table: nw.DataFrame[Any], column: str, missing: Sequence[bool] | NDArray[np.bool_]
) -> None:
    rows = int(numbers(table, "_n")[np.asarray(missing)].sum())
    if rows:
        raise EstimationError(
            "missing_margin_value",
            f"{rows} rows have no value in {column!r}; weights cannot be made for them",
            column=column,
            rows=rows,
        )


def matched_counts(
    cells: Cells, population: Population, size: float
) -> list[FloatArray]:
    """Return the population count of each level of each margin, in cell order.

    Raises
    ------
    EstimationError
        ``level_without_answers``, ``level_without_margin``.
    """
    return [
        _matched(margin, levels, population.counts(margin, size))
        for margin, levels in zip(cells.margins, cells.levels, strict=True)
    ]


def _matched(
    margin: Margin,
    levels: Sequence[tuple[object, ...]],
    counts: dict[tuple[object, ...], float],
) -> FloatArray:
    found = [tuple(map(whole, level)) for level in levels]
    _refuse_levels(
        "level_without_margin",
        "levels of {margin!r} in the sample that the margin does not give: {levels}",
        margin,
        [level for level in found if level not in counts],
    )
    _refuse_levels(
        "level_without_answers",
        "levels of the margin {margin!r} that nobody in the sample has: {levels}",
        margin,
        [level for level in counts if level not in set(found)],
    )
    return np.array([counts[level] for level in found])


def _refuse_levels(  # noqa: PLR0917 - code, its sentence, and its two facts
    code: str, sentence: str, margin: Margin, levels: Sequence[tuple[object, ...]]
) -> None:
    if levels:
        labels = tuple(" x ".join(map(str, level)) for level in levels)
        stated = sentence.format(margin=named(margin), levels=", ".join(labels))
        raise EstimationError(code, stated, margin=named(margin), levels=labels)
