from enum import StrEnum
from typing import Annotated

import typer

from imppulse.cli.language import Language, say
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.design import SampleDesign
from imppulse.evidence.estimates import mean
from imppulse.evidence.results import Estimates
from imppulse.tables import (
    Table,
    read,
    require_columns,
    require_complete,
    require_numbers,
    require_weights,
)

COLUMNS = (
    "item", "domain", "mean", "std_error", "ci_low", "ci_high", "n", "df", "deff",
)  # fmt: skip
EVERYONE = "all"
OUTSIDE = "rows without a value in “{column}”, in no domain but in the design: {rows}"
LONELY = "strata with one cluster ({strata}) were treated by the choice “{choice}”"


class Lonely(StrEnum):
    refuse = "refuse"
    adjust = "adjust"
    average = "average"
    remove = "remove"


def estimate(  # noqa: PLR0913 (one argument per option of the verb)
    file: File,
    *,
    items: Annotated[
        list[str], typer.Option(help="Columns to estimate the mean of: a,b.")
    ],
    by: Annotated[
        list[str] | None, typer.Option(help="Columns that make the domains: d,e.")
    ] = None,
    weight: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    strata: Annotated[str | None, typer.Option(help="Column of strata.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Column of clusters, nested in strata.")
    ] = None,
    fpc: Annotated[
        str | None,
        typer.Option(help="Column of population sizes, in clusters of the stratum."),
    ] = None,
    lonely: Annotated[
        Lonely, typer.Option(help="What to do with a stratum of one cluster.")
    ] = Lonely.refuse,
    sheet: Sheet = None,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Estimate weighted means with their intervals, as the sample was drawn."""
    design = SampleDesign(
        weight=weight, strata=strata, cluster=cluster, fpc=fpc, lonely=lonely.value
    )
    wanted, domains = _names(items), _names(by or [])
    table = checked(read(file, sheet=sheet), wanted, domains, design=design)
    estimates = mean(table.frame, wanted, design, by=domains)
    notes = _notes(table, estimates, lang)
    show(Result(COLUMNS, _rows(estimates), estimates.to_dict(), notes), shown, lang)


def checked(
    table: Table, items: list[str], by: list[str], *, design: SampleDesign
) -> Table:
    """Return the table as the estimation needs it; rows are named as in the file."""
    table = require_numbers(table, items)
    require_columns(table, by)
    require_complete(table, filter(None, (design.strata, *design.clusters)))
    table = require_numbers(table, list(design.corrections))
    require_complete(table, design.corrections)
    return require_weights(table, design.weight) if design.weight else table


def _names(texts: list[str]) -> list[str]:
    names = (name.strip() for text in texts for name in text.split(","))
    return list(dict.fromkeys(filter(None, names)))


def _rows(estimates: Estimates) -> list[Row]:
    return [
        {
            "item": item,
            "domain": " / ".join(map(str, domain)) or EVERYONE,
            **_numbers(estimates, item, domain),
        }
        for item in estimates.items
        for domain in estimates.domains
    ]


def _numbers(estimates: Estimates, item: str, domain: tuple[object, ...]) -> Row:
    cell = estimates.at(item, domain)
    values = {"mean": cell.estimate} | {
        name: getattr(cell, name) for name in COLUMNS[3:]
    }
    return {
        name: int(value) if name == "df" and value == value // 1 else value
        for name, value in values.items()
    }


def _notes(table: Table, estimates: Estimates, language: str) -> list[str]:
    missing = {column: table.frame[column].null_count() for column in estimates.by}
    notes = [
        say(language, OUTSIDE, column=column, rows=rows)
        for column, rows in missing.items()
        if rows
    ]
    if estimates.lonely_strata:
        strata = ", ".join(map(str, estimates.lonely_strata))
        notes.append(say(language, LONELY, strata=strata, choice=estimates.lonely))
    return notes
