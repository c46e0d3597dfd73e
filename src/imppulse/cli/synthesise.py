from enum import StrEnum
from typing import Annotated

import polars as pl
import typer

from imppulse.cli.language import Language, say
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.synthesis import synthesis
from imppulse.tables import (
    Table,
    read,
    require_columns,
    require_complete,
    require_numbers,
    require_positive,
)

COLUMNS = (
    "group", "k", "estimate", "std_error", "ci_low", "ci_high", "pi_low", "pi_high",
    "tau2", "i2", "q", "p_value",
)  # fmt: skip
EVERYTHING = "all"
TOO_FEW = (
    "{group}: {k} of the 3 results that pooling needs; "
    "they go from {low} to {high}, and no pooled number is given"
)


class Method(StrEnum):
    REML = "REML"
    DL = "DL"
    PM = "PM"
    ML = "ML"
    FE = "FE"


class Test(StrEnum):
    knapp_hartung = "knapp-hartung"
    classical = "classical"


def synthesise(  # noqa: PLR0913 (one argument per option of the verb)
    file: File,
    *,
    estimate: Annotated[str, typer.Option(help="Column of estimates.")],
    std_error: Annotated[str, typer.Option(help="Column of their standard errors.")],
    by: Annotated[
        str | None, typer.Option(help="Column that says what is pooled together.")
    ] = None,
    method: Annotated[
        Method, typer.Option(help="Estimator of the variance between studies.")
    ] = Method.REML,
    df: Annotated[
        str | None,
        typer.Option(help="Column of the degrees of freedom of the standard errors."),
    ] = None,
    test: Annotated[
        Test, typer.Option(help="Test and interval of the pooled effect.")
    ] = Test.knapp_hartung,
    sheet: Sheet = None,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Pool the results of several studies, from three comparable ones on."""
    table = checked(read(file, sheet=sheet), estimate, std_error, by=by)
    if df is not None:
        table = require_numbers(table, [df])
        require_complete(table, [df])
        require_positive(table, df)
    rows, notes = [], []
    for group, part in _groups(table, by):
        effect = synthesis.synthesise(
            part[estimate].to_list(),
            part[std_error].to_list(),
            df=None if df is None else part[df].to_list(),
            method=method.value,
            test=test.value,
        )
        if isinstance(effect, synthesis.TooFewStudies):
            found = {"k": effect.k, "low": effect.low, "high": effect.high}
            note = say(lang, TOO_FEW, group=group, **found)
            notes.append(note)
            rows.append(_row(group, {**found, "sentence": note}))
        else:
            rows.append(_row(group, effect.to_dict()))
    chosen: Row = {"schema": 1, "method": method.value, "test": test.value}
    show(Result(COLUMNS, rows, chosen, notes), shown, lang)


def checked(table: Table, estimate: str, std_error: str, *, by: str | None) -> Table:
    numbers = [estimate, std_error]
    require_columns(table, [*numbers, *filter(None, [by])])
    table = require_numbers(table, numbers)
    require_complete(table, [*numbers, *filter(None, [by])])
    require_positive(table, std_error)
    return table


def _groups(table: Table, by: str | None) -> list[tuple[str, pl.DataFrame]]:
    if by is None:
        return [(EVERYTHING, table.frame)]
    groups = table.frame.group_by(by, maintain_order=True)
    return [(str(label), part) for (label,), part in groups]


def _row(group: str, found: Row) -> Row:
    """Every column, null where nothing was pooled; then the range and its sentence."""
    extra = {name: found[name] for name in ("low", "high", "sentence") if name in found}
    return {"group": group} | {name: found.get(name) for name in COLUMNS[1:]} | extra
