"""From a study file and an answer file to what the diagnosis is asked."""

from collections.abc import Mapping
from difflib import get_close_matches

import polars as pl

from imppulse import instruments
from imppulse.evidence.diagnosis.diagnosis import DiagnosisPlan
from imppulse.evidence.survey.design import SampleDesign
from imppulse.instruments import diagnosis_plan
from imppulse.instruments.diagnosis_plan import ASKED
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
    found = diagnosis_plan.plan(
        table.frame,
        design=_design(study),
        force=study.force_code,
        district="district" if "district" in study.columns else None,
        self_selected=study.self_selected,
    )
    if found is None:
        raise table.error("no_known_item")
    return found


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
