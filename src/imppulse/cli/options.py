"""Options that several verbs share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imppulse.cli.language import VARIABLE, Language


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


File = Annotated[
    Path, typer.Argument(help="CSV, Excel, SPSS, Stata or Parquet.", metavar="FILE")
]
Sheet = Annotated[
    str | None, typer.Option(help="Sheet of the workbook, when several hold data.")
]
Shown = Annotated[Format, typer.Option("--format", help="How the result is written.")]
Lang = Annotated[
    Language,
    typer.Option(envvar=VARIABLE, help="Language of headings, notes and errors."),
]
