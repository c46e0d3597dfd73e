import io
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from imppulse.cli.diagnose import WRITTEN, write_together
from imppulse.cli.language import Language, say
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.calibration.calibration import (
    Calibration,
    calibrate_within,
    greg,
    post_stratify,
    rake,
)
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.calibration.trimming import Trimming, trim_weights
from imppulse.evidence.survey.design import SampleDesign
from imppulse.tables import (
    Table,
    TableError,
    read,
    require_columns,
    require_complete,
    require_numbers,
    require_weights,
)
from imppulse.tables.margins_file import MarginsFile, read_margins

if TYPE_CHECKING:
    from collections.abc import Mapping

    Margins = dict[str | tuple[str, ...], Mapping[object, float]]

COLUMNS = (
    "margin", "level", "n", "share_before", "share_population", "share_after",
)  # fmt: skip
QUALITY = (
    "{n} answers count as {effective_n}; one carries {largest_share} of the weight "
    "at most; weights changed by {smallest_g} to {largest_g}"
)
TRIMMED = (
    "trimmed: {raised} weights raised, {lowered} lowered; {n} answers count as "
    "{effective_n}; the margins no longer hold exactly"
)


TYPES = (".csv", ".parquet")


class Method(StrEnum):
    rake = "rake"
    post_stratify = "post-stratify"
    greg = "greg"
    logit = "logit"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    method: Method
    bounds: str | None
    trim: str | None
    minimum: float | None

    def __post_init__(self) -> None:
        if (self.method is Method.logit) != (self.bounds is not None):
            raise TableError("weights_bounds", {})

    def calibrated(
        self, frame: pl.DataFrame, design: SampleDesign, known: Population
    ) -> Calibration:
        if self.bounds is not None:
            return calibrate_within(
                frame,
                design,
                known,
                bounds=_pair("--bounds", self.bounds),
                minimum_effective_n=self.minimum,
            )
        calibrate = {
            Method.rake: rake,
            Method.post_stratify: post_stratify,
            Method.greg: greg,
        }[self.method]
        return calibrate(frame, design, known, minimum_effective_n=self.minimum)

    def trimmed(self, made: Calibration) -> Trimming | None:
        if self.trim is None:
            return None
        lower, upper = _pair("--trim", self.trim)
        return trim_weights(made.frame, made.design, lower=lower, upper=upper)


def weight(  # noqa: PLR0913 (one argument per option of the verb)
    file: File,
    *,
    margins: Annotated[
        Path, typer.Option(help="Margins file (TOML): the population by level.")
    ],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.")],
    method: Annotated[
        Method, typer.Option(help="How weights are brought to the margins.")
    ] = Method.rake,
    bounds: Annotated[
        str | None,
        typer.Option(help="For logit: least and greatest change of a weight: .5,2."),
    ] = None,
    trim: Annotated[
        str | None,
        typer.Option(help="Keep weights between multiples of their mean: .3,3."),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--weight", help="Column of weights before.")
    ] = None,
    minimum: Annotated[
        float | None,
        typer.Option(
            "--minimum-effective-n",
            help="Refuse weights that leave fewer answers than this, in effect.",
        ),
    ] = None,
    sheet: Sheet = None,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Weight answers to the population: a file with the weights, and a report."""
    asked = _Asked(method=method, bounds=bounds, trim=trim, minimum=minimum)
    check_output(file, out)
    table, known = prepared(read(file, sheet=sheet), read_margins(margins), weight=base)
    made = asked.calibrated(table.frame, SampleDesign(weight=base), known)
    cut = asked.trimmed(made)
    frame = made.frame if cut is None else cut.frame
    write_together(out.parent, {out.name: written(frame, out)})
    rows = _rows(made, cut, frame)
    show(
        Result(COLUMNS, rows, _document(made, cut), _notes(made, cut, lang)),
        shown,
        lang,
    )
    sys.stderr.write(say(lang, WRITTEN, files=str(out)) + "\n")


def _pair(option: str, text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(","))
    except ValueError as reason:
        raise TableError(
            "weights_not_a_pair", {"option": option, "found": text}
        ) from reason
    return low, high


def check_output(file: Path, out: Path) -> None:
    """Refuse a file that cannot be written, or that would replace the answers."""
    if out.suffix.lower() not in TYPES:
        facts = {"file": str(out), "found": out.suffix or out.name}
        raise TableError("weights_output_type", facts)
    if out.resolve() == file.resolve():
        raise TableError("weights_over_answers", {"file": str(out)})


def prepared(
    table: Table, margins: MarginsFile, *, weight: str | None
) -> tuple[Table, Population]:
    """Return the table as weighting needs it, and the margins in its own values."""
    require_columns(table, margins.columns)
    require_complete(table, margins.columns)
    table = require_numbers(table, margins.totals)
    require_complete(table, margins.totals)
    if weight is not None:
        table = require_weights(table, weight)
    held = {
        column: {str(value): value for value in table.frame[column].unique()}
        for column in margins.columns
    }
    counts: Margins = {
        margin: {
            tuple(
                held[column].get(level, level)
                for column, level in zip(margin, levels, strict=True)
            ): count
            for levels, count in given.items()
        }
        for margin, given in margins.margins.items()
    }
    return table, Population(margins=counts, totals=margins.totals, size=margins.size)


def written(frame: pl.DataFrame, out: Path) -> bytes:
    content = io.BytesIO()
    if out.suffix.lower() == ".csv":
        frame.write_csv(content)
    else:
        frame.write_parquet(content)
    return content.getvalue()


def _rows(made: Calibration, cut: Trimming | None, frame: pl.DataFrame) -> list[Row]:
    rows = [
        {column: getattr(level, column) for column in COLUMNS} for level in made.levels
    ]
    if cut is None:
        return rows
    after = {
        (" x ".join(margin), " x ".join(map(str, levels))): sum_ / cut.population
        for margin in made.design.margins
        for *levels, sum_ in frame.group_by(margin)
        .agg(pl.col(cut.weight).sum())
        .iter_rows()
    }
    return [
        row | {"share_after": after[str(row["margin"]), str(row["level"])]}
        for row in rows
    ]


def _document(made: Calibration, cut: Trimming | None) -> Row:
    document: Row = {**made.to_dict(), "trimming": cut and cut.to_dict()}
    document.pop("levels")  # these are the rows
    return document


def _notes(made: Calibration, cut: Trimming | None, language: str) -> list[str]:
    names = ("n", "effective_n", "largest_share", "smallest_g", "largest_g")
    notes = [say(language, QUALITY, **{name: getattr(made, name) for name in names})]
    if cut is not None:
        cuts = ("raised", "lowered", "n", "effective_n")
        facts = {name: getattr(cut, name) for name in cuts}
        notes.append(say(language, TRIMMED, **facts))
    return notes
