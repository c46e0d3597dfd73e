"""A mapping held against a file: everything that is taken, changed, left out or wrong."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field

import polars as pl

from imppulse.tables.deliveries.asked import FACTS, SIDE, WEIGHT, AskedItem
from imppulse.tables.deliveries.mapping import Mapping
from imppulse.tables.deliveries.values import Recoded, as_text, recoded
from imppulse.tables.errors import TableError
from imppulse.tables.table import Table

Items = AnyMapping[str, AskedItem]


@dataclass(frozen=True)
class Summary:
    """What becomes of a file, column by column."""

    rows: int
    taken: tuple[tuple[str, str, int], ...]  # column, question, filled cells
    changed: tuple[tuple[str, str, str], ...]  # question, value found, code stored
    left_out: tuple[str, ...]
    unasked: tuple[str, ...]  # questions without a column


@dataclass(frozen=True)
class Checked:
    """A file under a mapping; it can be taken when there is no problem."""

    frame: pl.DataFrame
    summary: Summary
    problems: tuple[TableError, ...] = ()
    unknown: AnyMapping[str, AnyMapping[str, int]] = field(default_factory=dict)


def check(
    table: Table, mapping: Mapping, *, items: Items, sides: Sequence[str]
) -> Checked:
    """Lay out the mapped columns; what is no answer becomes a problem with its row."""
    mapped = {
        target: column
        for target, column in mapping.by_target.items()
        if column in table.frame.columns
    }
    answers = {
        target: recoded(
            table,
            column,
            item=items[target],
            given=mapping.values.get(target, {}),
        )
        for target, column in mapped.items()
        if target in items
    }
    facts = {name: fact(table, mapped[name], name) for name in FACTS if name in mapped}
    facts |= constants(table, mapping, facts)
    frame = pl.DataFrame(
        [*facts.values(), *(each.answers for each in answers.values())]
    )
    problems = [
        *wrong_columns(table, mapping, items),
        *(problem for each in answers.values() for problem in each.problems),
        *wrong_sides(table, facts, sides),
        *wrong_weights(table, mapped, facts),
    ]
    if not answers:
        problems.append(table.error("delivery_no_item"))
    return Checked(
        frame=frame,
        summary=summary(table, mapping, items, answers=answers),
        problems=tuple(problems),
        unknown={name: each.unknown for name, each in answers.items() if each.unknown},
    )


def fact(table: Table, column: str, name: str) -> pl.Series:
    text = as_text(table.frame[column])
    if name == WEIGHT:
        points = text.str.replace(",", ".", literal=True)
        return points.cast(pl.Float64, strict=False).alias(name)
    labels = {str(code): label for code, label in table.labels.get(column, {}).items()}
    return text.replace(labels).alias(name) if labels else text.alias(name)


def constants(
    table: Table, mapping: Mapping, facts: AnyMapping[str, pl.Series]
) -> dict[str, pl.Series]:
    return {
        name: pl.Series(name, [value] * table.frame.height, dtype=pl.String)
        for name, value in mapping.constants.items()
        if name in FACTS and name != WEIGHT and name not in facts and value
    }


def wrong_columns(table: Table, mapping: Mapping, items: Items) -> Iterator[TableError]:
    first: dict[str, str] = {}
    for column, target in mapping.columns.items():
        if not target:
            continue
        if column not in table.frame.columns:
            yield table.error("delivery_column_unknown", column=column)
        elif target not in items and target not in FACTS:
            yield table.error("delivery_target_unknown", column=column, target=target)
        elif first.setdefault(target, column) != column:
            facts = {"target": target, "other": first[target]}
            yield table.error("delivery_item_twice", column=column, **facts)


def wrong_sides(
    table: Table, facts: AnyMapping[str, pl.Series], sides: Sequence[str]
) -> Iterator[TableError]:
    if SIDE not in facts:
        yield table.error("delivery_no_side")
        return
    side = facts[SIDE]
    wrong = side.is_null() | ~side.is_in(list(sides)).fill_null(value=False)
    if wrong.any():
        index = int(wrong.arg_max() or 0)
        yield table.error(
            "delivery_side_missing", row=table.row_number(index), known=sides
        )


def wrong_weights(
    table: Table, mapped: AnyMapping[str, str], facts: AnyMapping[str, pl.Series]
) -> Iterator[TableError]:
    if WEIGHT not in facts:
        return
    weight = facts[WEIGHT]
    wrong = ~(weight.is_finite() & (weight >= 0)).fill_null(value=False)
    if wrong.any() or not weight.sum():
        index = int(wrong.arg_max() or 0)
        column = mapped[WEIGHT]
        found = table.frame[column][index]
        place = {"row": table.row_number(index), "column": column, "found": found}
        yield table.error("delivery_weight", **place)


def summary(
    table: Table, mapping: Mapping, items: Items, *, answers: AnyMapping[str, Recoded]
) -> Summary:
    columns = {
        column: mapping.columns.get(column, "") for column in table.frame.columns
    }
    return Summary(
        rows=table.frame.height,
        taken=tuple(
            (column, target, int(as_text(table.frame[column]).count()))
            for column, target in columns.items()
            if target
        ),
        changed=tuple(
            (name, found, code)
            for name, each in answers.items()
            for found, code in each.changed
        ),
        left_out=tuple(column for column, target in columns.items() if not target),
        unasked=tuple(name for name in items if name not in answers),
    )
