"""Names and types of columns that arrive as text."""

from collections import Counter
from collections.abc import Sequence

import polars as pl

from imppulse.tables.table import Source

MISSING = ("", "NA", "NaN", "nan")
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
COLUMN_LIMIT = 5_000  # of any file of answers; also keeps odd files from taking minutes
# 075 is the code of a district, not the number 75
CODE = r"^[+-]?0\d"


def check_names(
    source: Source, header: Sequence[object], sheet: str | None = None
) -> list[str]:
    names = ["" if name is None else str(name).strip() for name in header]
    place = {"sheet": sheet} if sheet else {}
    if len(names) > COLUMN_LIMIT:
        raise source.error(
            "too_many_columns", found=len(names), most=COLUMN_LIMIT, **place
        )
    if "" in names:
        raise source.error("column_without_name", number=names.index("") + 1, **place)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        numbers = [i for i, name in enumerate(names, 1) if name == twice[0]]
        raise source.error(
            "duplicate_column", column=twice[0], numbers=numbers, **place
        )
    return names


def typed(frame: pl.DataFrame, *, decimal_comma: bool) -> pl.DataFrame:
    """Give each column of text the type that all its cells allow."""
    columns = [
        _typed(frame[name].str.strip_chars(), decimal_comma=decimal_comma)
        for name in frame.columns
    ]
    return pl.DataFrame(columns)


def _typed(column: pl.Series, *, decimal_comma: bool) -> pl.Series:
    column = column.set(column.is_in(MISSING), None)
    if column.null_count() == len(column) or column.str.contains(CODE).any():
        return column
    if numbers_of(column) is None and decimal_comma:
        with_points = column.str.replace(",", ".", literal=True)
        number = numbers_of(with_points)
    else:
        number = numbers_of(column)
    return column if number is None else number


def numbers_of(column: pl.Series) -> pl.Series | None:
    """Return the numbers that a column of text holds; None when one is not a number."""
    if not_numbers(column).any():
        return None
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() == column.null_count():
        return whole
    return column.cast(pl.Float64, strict=False)


def not_numbers(column: pl.Series) -> pl.Series:
    return ~column.str.contains(NUMBER).fill_null(value=True)


def first_text(column: pl.Series) -> int:
    """Return where the first cell stands that is no number, decimal comma or not."""
    plain = not_numbers(column)
    either = plain & not_numbers(column.str.replace(",", ".", literal=True))
    return int((either if either.any() else plain).arg_max() or 0)
