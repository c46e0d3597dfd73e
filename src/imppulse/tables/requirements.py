"""What an analysis needs of a table, checked before it starts."""

from collections.abc import Iterable
from difflib import get_close_matches

import polars as pl

from imppulse.tables.columns import first_text, numbers_of
from imppulse.tables.errors import TableError
from imppulse.tables.table import Table


def require_columns(table: Table, columns: Iterable[str]) -> None:
    known = table.frame.columns
    for column in columns:
        if column in known:
            continue
        by_fold = {name.casefold(): name for name in known}
        close = get_close_matches(column.casefold(), by_fold, n=3)
        if close:
            names = [by_fold[name] for name in close]
            raise table.error("unknown_column", column=column, close=names)
        raise table.error("unknown_column_far", column=column, columns=known)


def require_numbers(table: Table, columns: Iterable[str]) -> Table:
    """Return the table with these columns as numbers; not one cell may be text."""
    columns = tuple(dict.fromkeys(columns))
    require_columns(table, columns)
    numbers = [_numbers(table, column) for column in columns]
    return table.with_frame(table.frame.with_columns(numbers))


def require_weights(table: Table, column: str) -> Table:
    """Return the table with usable weights: none missing, none negative, not all zero."""
    table = require_numbers(table, [column])
    weights = table.frame[column]
    if weights.null_count():
        index = _first(weights.is_null())
        raise table.error("missing_weight", column=column, row=table.row_number(index))
    if (negative := weights < 0).any():
        index = _first(negative)
        raise table.error(
            "negative_weight",
            column=column,
            row=table.row_number(index),
            found=weights[index],
        )
    if not (weights > 0).any():
        raise table.error("zero_weights", column=column)
    return table


def require_complete(table: Table, columns: Iterable[str]) -> None:
    require_columns(table, columns := tuple(columns))
    for column in columns:
        if table.frame[column].null_count():
            index = _first(table.frame[column].is_null())
            row = table.row_number(index)
            raise table.error("missing_value", column=column, row=row)


def require_values(table: Table, column: str, known: Iterable[str]) -> None:
    """Hold a column to known values, compared as text."""
    require_complete(table, [column])
    known = tuple(known)
    wrong = ~table.frame[column].cast(pl.String).is_in(known)
    if wrong.any():
        index = _first(wrong)
        raise table.error(
            "unknown_value",
            column=column,
            row=table.row_number(index),
            found=table.frame[column][index],
            known=known,
        )


def require_positive(table: Table, column: str) -> None:
    """Hold a column of numbers to values above zero, as standard errors are."""
    wrong = table.frame[column] <= 0
    if wrong.any():
        raise table.error(
            "not_positive",
            column=column,
            row=table.row_number(_first(wrong)),
            found=table.frame[column][_first(wrong)],
        )


def _numbers(table: Table, column: str) -> pl.Series:
    cells = table.frame[column]
    if cells.null_count() == len(cells):
        raise table.error("all_missing", column=column)
    if cells.dtype == pl.Boolean:
        return cells.cast(pl.Int64)
    if cells.dtype.is_numeric():
        return _finite(table, cells)
    text = cells.cast(pl.String, strict=False)
    numbers = numbers_of(text)
    if numbers is None:
        raise _text_error(table, text, first_text(text))
    return numbers


def _finite(table: Table, cells: pl.Series) -> pl.Series:
    if not cells.dtype.is_float():
        return cells.cast(pl.Float64) if cells.dtype.is_decimal() else cells
    cells = cells.fill_nan(None)
    infinite = cells.is_infinite().fill_null(value=False)
    if infinite.any():
        raise _text_error(table, cells, _first(infinite))
    return cells


def _text_error(table: Table, cells: pl.Series, index: int) -> TableError:
    return table.error(
        "text_in_number_column",
        column=cells.name,
        row=table.row_number(index),
        found=cells[index],
    )


def _first(marks: pl.Series) -> int:
    return int(marks.arg_max() or 0)
