"""From a study file and an answer file to what the diagnosis is asked."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

import polars as pl

from imppulse import instruments
from imppulse.evidence.design import SampleDesign
from imppulse.evidence.diagnosis import DiagnosisPlan, FactorMeasure, Guess
from imppulse.evidence.scales import Index
from imppulse.instruments.indices import index_item, indices
from imppulse.tables import (
    StudyFile,
    Table,
    TableError,
    require_columns,
    require_complete,
    require_numbers,
    require_values,
    require_weights,
)

ASKED = "asked "  # before an item's column: an index may share the item's name
IMAGE, LOCAL = "image", "local_relation"


def prepared(table: Table, study: StudyFile) -> Table:
    """Return the answers under the names of the bank, checked as the file wrote them."""
    table = require_numbers(table, _item_columns(table, study).values())
    table = _checked_design(table, study.design)
    side = study.columns.get("side", "side")
    require_values(table, side, study.sides.values())
    require_columns(table, study.columns.values())
    if study.force_code is not None:
        require_columns(table, [study.columns.get("force", "force")])
    sides = {code: name for name, code in study.sides.items()}
    names = {
        column: ASKED + item for item, column in _item_columns(table, study).items()
    }
    names |= {column: use for use, column in study.columns.items()}
    _refuse_overlap(table, names)
    frame = table.frame.with_columns(
        pl.col(side).cast(pl.String).replace_strict(sides, return_dtype=pl.String)
    )
    return table.with_frame(frame.rename(names))


def plan(table: Table, study: StudyFile) -> DiagnosisPlan:
    """Ask whatever the columns of a prepared table can answer."""
    asked = {c.removeprefix(ASKED) for c in table.frame.columns if c.startswith(ASKED)}
    sides = tuple(s for s in study.sides if s in set(table.frame["side"]))
    guesses = _guesses(asked, sides)
    single = dict.fromkeys(name for g in guesses for name in (g.guess, g.actual))
    measured = tuple(
        _over_answers(index)
        for index in (*indices(), *(Index(n, (index_item(n),)) for n in single))
        if asked.issuperset(item.name for item in index.items)
    )
    if not measured:
        raise table.error("no_known_item")
    names = {index.name for index in measured}
    both = {IMAGE, LOCAL} <= names
    return DiagnosisPlan(
        indices=measured,
        sides=sides,
        design=_design(study),
        force=study.force_code,
        image_index=IMAGE if both else None,
        local_index=LOCAL if both else None,
        guesses=guesses,
        factors=_factors(names, sides),
        district="district" if "district" in study.columns else None,
        self_selected=study.self_selected,
    )


def left_out(table: Table) -> list[str]:
    """Name the indices of the bank that the answers do not hold in full."""
    asked = {c.removeprefix(ASKED) for c in table.frame.columns if c.startswith(ASKED)}
    return [
        index.name
        for index in indices()
        if not asked.issuperset(item.name for item in index.items)
    ]


def _item_columns(table: Table, study: StudyFile) -> dict[str, str]:
    """Map each item of the bank to its column in the file."""
    bank = [item.name for item in instruments.items()]
    for item in study.items:
        if item not in bank:
            close = get_close_matches(item, bank) or ["–"]
            facts = {"file": study.name, "item": item, "close": close}
            raise TableError("unknown_bank_item", facts)
    require_columns(table, study.items.values())
    same = {name: name for name in bank if name in table.frame.columns}
    return same | dict(study.items)


def _checked_design(table: Table, columns: Mapping[str, str]) -> Table:
    require_complete(table, [columns[k] for k in ("strata", "cluster") if k in columns])
    if "fpc" in columns:
        table = require_numbers(table, [columns["fpc"]])
    return require_weights(table, columns["weight"]) if "weight" in columns else table


def _refuse_overlap(table: Table, names: Mapping[str, str]) -> None:
    for column, name in names.items():
        if name != column and name in table.frame.columns and name not in names:
            raise table.error("column_in_the_way", column=name, given=column)


def _design(study: StudyFile) -> SampleDesign:
    """Follow the columns of the design where a use of theirs renamed them."""
    uses = {column: use for use, column in study.columns.items()}
    named = {role: uses.get(column, column) for role, column in study.design.items()}
    return SampleDesign(**named)  # type: ignore[arg-type]  # lonely is checked there


def _over_answers(index: Index) -> Index:
    items = (replace(item, name=ASKED + item.name) for item in index.items)
    return replace(index, items=tuple(items))


def _guesses(asked: set[str], sides: tuple[str, ...]) -> tuple[Guess, ...]:
    return tuple(
        Guess(
            guess=item.name,
            actual=item.guesses.item,
            guesser=item.sides[0].value,
            target=item.guesses.side.value,
        )
        for item in instruments.items()
        if item.guesses
        and {item.name, item.guesses.item} <= asked
        and {item.sides[0].value, item.guesses.side.value} <= set(sides)
    )


def _factors(names: set[str], sides: tuple[str, ...]) -> tuple[FactorMeasure, ...]:
    return tuple(
        FactorMeasure(code=factor.name, indices=measured_by, side=side.value)
        for factor in instruments.factors()
        for side, measured_by in factor.measured_by.items()
        if side.value in sides and measured_by and names.issuperset(measured_by)
    )
