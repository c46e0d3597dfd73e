"""Rows as plain arrays, for methods that need each answer and not only sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.rows import is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]


def as_lazy(frame: IntoFrame) -> nw.LazyFrame[Any]:
    """Return any supported table as a lazy one, or refuse."""
    try:
        return nw.from_native(frame).lazy()
    except TypeError as reason:
        raise EstimationError(
            "unsupported_frame",
            "the data must be a polars, pandas, pyarrow or DuckDB table, "
            f"not {type(frame).__name__}",
            given=type(frame).__name__,
        ) from reason


def check_columns(table: nw.LazyFrame[Any], names: Sequence[str]) -> None:
    """Refuse names that are no columns."""
    known = table.collect_schema().names()
    for name in names:
        if name not in known:
            raise EstimationError(
                "unknown_column",
                f"there is no column {name!r}",
                column=name,
                close=(),
                columns=tuple(known),
            )


def check_numeric(schema: nw.Schema, name: str) -> None:
    """Refuse a column that holds no numbers."""
    kind = schema[name]
    # An entirely empty column has no type to speak of in some engines.
    if not (kind.is_numeric() or kind in (nw.Boolean, nw.Unknown)):
        raise EstimationError(
            "not_numeric",
            f"column {name!r} holds {kind}, not numbers",
            column=name,
            holds=str(kind),
        )


@dataclass(frozen=True)
class Rows:
    """Answers of positive weight, in the order of the data.

    Attributes
    ----------
    values : dict of str to (rows,) float
        Numeric columns; NaN is missing.
    labels : dict of str to (rows,) object
        Columns of labels; None is missing.
    weight : (rows,) float
    """

    values: dict[str, FloatArray]
    labels: dict[str, NDArray[np.object_]]
    weight: FloatArray

    def keep(self, rows: BoolArray) -> Rows:
        """Return the rows where `rows` is true."""
        return Rows(
            {name: column[rows] for name, column in self.values.items()},
            {name: column[rows] for name, column in self.labels.items()},
            self.weight[rows],
        )

    def complete(self) -> Rows:
        """Return the rows that miss no number."""
        present = [~np.isnan(column) for column in self.values.values()]
        return self.keep(np.logical_and.reduce(present))


def read_rows(
    frame: IntoFrame,
    values: Sequence[str],
    labels: Sequence[str],
    *,
    weight: str | None = None,
) -> Rows:
    """Read the columns a method needs.

    Raises
    ------
    DesignError
        ``missing_design_value``, ``negative_weight``, ``no_rows``.
    EstimationError
        ``unsupported_frame``, ``unknown_column``, ``not_numeric``,
        ``not_finite``.
    """
    lazy = as_lazy(frame)
    wanted = list(dict.fromkeys([*values, *labels, *([weight] if weight else [])]))
    check_columns(lazy, wanted)
    table = lazy.select(*wanted).collect()
    if not len(table):
        raise DesignError("no_rows", "the data have no rows")
    heavy = _weights(table, weight)
    numeric = {name: _numbers(table, name) for name in values}
    named = {name: _labels(table, name) for name in labels}
    return Rows(numeric, named, heavy).keep(heavy > 0)


def _numbers(table: nw.DataFrame[Any], name: str) -> FloatArray:
    check_numeric(table.schema, name)
    given = table[name].cast(nw.Float64).to_list()
    column = np.array([np.nan if is_missing(x) else x for x in given], dtype=float)
    if np.isinf(column).any():
        raise EstimationError(
            "not_finite", f"column {name!r} holds infinite values", column=name
        )
    return column


def _weights(table: nw.DataFrame[Any], name: str | None) -> FloatArray:
    if name is None:
        return np.ones(len(table))
    column = _numbers(table, name)
    if missing := int(np.isnan(column).sum()):
        raise DesignError(
            "missing_design_value",
            f"column {name!r} describes the sample and has missing values",
            column=name,
            rows=missing,
        )
    if negative := int((column < 0).sum()):
        raise DesignError(
            "negative_weight",
            f"{negative} rows have a negative weight in {name!r}",
            column=name,
            rows=negative,
        )
    return column


def _labels(table: nw.DataFrame[Any], name: str) -> NDArray[np.object_]:
    given = [None if is_missing(x) else x for x in table[name].to_list()]
    column = np.empty(len(given), dtype=object)
    column[:] = given
    return column


def codes_of(column: NDArray[np.object_], name: str) -> tuple[list[object], IntArray]:
    """Return the labels of a column that describes the sample, and each row's code.

    Raises
    ------
    DesignError
        ``missing_design_value``.
    """
    places: dict[object, int] = {}
    for value in column:
        if value is None:
            raise DesignError(
                "missing_design_value",
                f"column {name!r} describes the sample and has missing values",
                column=name,
            )
        places.setdefault(value, len(places))
    ordered = sorted(places, key=lambda value: (str(type(value)), value))
    code = {value: k for k, value in enumerate(ordered)}
    return ordered, np.fromiter((code[v] for v in column), np.int64, len(column))
