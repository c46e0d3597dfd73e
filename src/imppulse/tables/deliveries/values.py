"""From the values of a column to the codes of a question, one rule after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from imppulse.tables.deliveries.asked import NO, YES, AskedItem, folded
from imppulse.tables.deliveries.conventions import number_in
from imppulse.tables.deliveries.mapping import Value
from imppulse.tables.errors import TableError
from imppulse.tables.table import Table

NOTHING = ("", "na", "n/a", "nan", "null", "none", "-oth-", ".")
TRUE, FALSE = ("y", "true"), ("n", "false")
MOST_CODE = 32_767
MOST_UNKNOWN = 30  # values shown of a column: more are no answers at all


@dataclass(frozen=True)
class Recoded:
    answers: pl.Series
    changed: tuple[tuple[str, str], ...]
    unknown: Mapping[str, int]  # value: how often
    problems: tuple[TableError, ...]


def recoded(
    table: Table, column: str, *, item: AskedItem, given: Mapping[str, Value]
) -> Recoded:
    """Read a column as answers to a question; values that are none are named with their row."""
    text = as_text(table.frame[column])
    labels = {
        shown(code): label for code, label in table.labels.get(column, {}).items()
    }
    found = text.drop_nulls().unique(maintain_order=True).to_list()
    codes = {v: code_of(v, item, given, label=labels.get(v, "")) for v in found}
    unknown = tuple(value for value, code in codes.items() if code == "?")
    problems = [*wrong_codes(table, item, given)]
    problems += (unknown_value(table, text, value=value, item=item) for value in unknown[:MOST_UNKNOWN])  # fmt: skip
    known = {v: code for v, code in codes.items() if isinstance(code, int)}
    return Recoded(
        answers=text.replace_strict(known, default=None, return_dtype=pl.Int16).alias(
            item.name
        ),
        changed=tuple(
            (v, shown(c)) for v, c in codes.items() if shown(c) not in {v, "?"}
        ),
        unknown={value: int((text == value).sum()) for value in unknown[:MOST_UNKNOWN]},
        problems=tuple(problems),
    )


def as_text(column: pl.Series) -> pl.Series:
    """Write values as people read them, empty ones as missing; 3.0 is 3."""
    if column.dtype.is_float():
        whole = column.is_finite() & (column == column.round())
        text = pl.select(
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        ).to_series()
    else:
        text = column.cast(pl.String, strict=False)
    text = text.str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(NOTHING), None).alias(column.name)


def shown(code: object) -> str:
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    return "" if code is None else str(code)


def code_of(
    value: str, item: AskedItem, given: Mapping[str, Value], *, label: str
) -> int | str:
    """Give the code of a value, "" for no answer, "?" when nobody can tell."""
    if value in given:
        return "" if given[value] == "" else as_code(given[value], item)
    if label:
        return by_label(value, item, label)
    number = whole(value)
    if number is not None and number in item.options:
        return number
    return by_convention(value, item)


def as_code(value: Value, item: AskedItem) -> int | str:
    number = value if isinstance(value, int) else whole(value)
    return number if number in item.options and number is not None else "?"


def by_label(value: str, item: AskedItem, label: str) -> int | str:
    """Trust the label of a value over its number: scales run both ways."""
    if folded(label) in item.by_label:
        return item.by_label[folded(label)]
    number = whole(value)
    same = number is not None and label in {value, f"{value}.0"}
    return number if same and number in item.options and number is not None else "?"


def by_convention(value: str, item: AskedItem) -> int | str:
    low = value.casefold()
    if folded(value) in item.by_label:
        return item.by_label[folded(value)]
    if low in (*TRUE, "1") or low in (*FALSE, "0"):
        positive = low in (*TRUE, "1")
        said = item.coded(YES if positive else NO)
        return "?" if said is None else said
    number = number_in(value)
    return number if number is not None and number in item.options else "?"


def whole(value: str) -> int | None:
    digits = value.removeprefix("-")
    return (
        int(value)
        if digits.isascii() and digits.isdigit() and len(digits) < 6
        else None
    )


def wrong_codes(
    table: Table, item: AskedItem, given: Mapping[str, Value]
) -> Sequence[TableError]:
    return [
        table.error(
            "delivery_code_unknown",
            found=value,
            code_given=repr(to),
            target=item.name,
            known=item.shown,
        )
        for value, to in given.items()
        if to != "" and as_code(to, item) == "?"
    ]


def unknown_value(
    table: Table, text: pl.Series, *, value: str, item: AskedItem
) -> TableError:
    first = int((text == value).arg_max() or 0)
    return table.error(
        "delivery_value_unknown",
        row=table.row_number(first),
        column=text.name,
        found=value,
        target=item.name,
        known=item.shown,
    )
