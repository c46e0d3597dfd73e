"""Options that say how the people of a file were drawn."""

from enum import StrEnum
from typing import Annotated

import typer

from imppulse.cli.output import Row
from imppulse.evidence.survey.design import SampleDesign
from imppulse.tables import (
    Table,
    require_columns,
    require_complete,
    require_numbers,
    require_weights,
)


class Lonely(StrEnum):
    refuse = "refuse"
    adjust = "adjust"
    average = "average"
    remove = "remove"


By = Annotated[
    list[str] | None, typer.Option(help="Columns that make the domains: d,e.")
]
Weight = Annotated[str | None, typer.Option(help="Column of weights.")]
Strata = Annotated[str | None, typer.Option(help="Column of strata.")]
Cluster = Annotated[
    str | None, typer.Option(help="Column of clusters, nested in strata.")
]
Fpc = Annotated[
    str | None,
    typer.Option(help="Column of population sizes, in clusters of the stratum."),
]
LonelyChoice = Annotated[
    Lonely, typer.Option(help="What to do with a stratum of one cluster.")
]


def names(texts: list[str]) -> list[str]:
    """Return the names of a list written with commas, each once."""
    found = (name.strip() for text in texts for name in text.split(","))
    return list(dict.fromkeys(filter(None, found)))


def stages(text: str | None) -> list[str] | None:
    """Return the columns of one or two stages: a or a,b."""
    return names([text]) if text else None


def checked(
    table: Table, items: list[str], by: list[str], *, design: SampleDesign
) -> Table:
    """Return the table as the estimation needs it; rows are named as in the file."""
    table = require_numbers(table, items)
    require_columns(table, by)
    require_complete(table, filter(None, (design.strata, *design.clusters)))
    for column in design.corrections:
        table = require_numbers(table, [column])
        require_complete(table, [column])
    return require_weights(table, design.weight) if design.weight else table


def domain_label(domain: tuple[object, ...]) -> str:
    """Return a domain as tables show it: North / women."""
    return " / ".join(map(str, domain))


def whole_df(row: Row) -> Row:
    """Return the row with degrees of freedom as a whole number where they are."""
    df = row["df"]
    return row | {"df": int(df)} if isinstance(df, float) and df.is_integer() else row
