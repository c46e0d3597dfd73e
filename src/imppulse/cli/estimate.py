from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from imppulse.cli import contrasts
from imppulse.cli.design_options import (
    By,
    Cluster,
    Fpc,
    Lonely,
    LonelyChoice,
    Strata,
    Weight,
    checked,
    domain_label,
    names,
    stages,
    whole_df,
)
from imppulse.cli.language import Language, say
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.results import Estimates
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean, ratio, total
from imppulse.evidence.survey.quantiles import Quantiles, quantile
from imppulse.tables import Table, TableError, read

CELL = ("std_error", "ci_low", "ci_high", "n", "df", "deff")
EVERYONE = "all"
OUTSIDE = "rows without a value in “{column}”, in no domain but in the design: {rows}"
LONELY = "strata with one cluster ({strata}) were treated by the choice “{choice}”"


def estimate(  # noqa: PLR0913 (one argument per option of the verb)
    file: File,
    *,
    items: Annotated[
        list[str] | None, typer.Option(help="Columns to estimate: a,b.")
    ] = None,
    total: Annotated[
        bool, typer.Option("--total", help="Totals of the population, not means.")
    ] = False,
    ratio: Annotated[
        str | None, typer.Option(help="Ratio of two totals: numerator/denominator.")
    ] = None,
    quantile: Annotated[
        str | None, typer.Option(help="Quantiles, not means: .25,.5,.75.")
    ] = None,
    contrast: Annotated[
        str | None,
        typer.Option(help="Means of domains, added and subtracted: women - men."),
    ] = None,
    by: By = None,
    weight: Weight = None,
    strata: Strata = None,
    cluster: Cluster = None,
    fpc: Fpc = None,
    lonely: LonelyChoice = Lonely.refuse,
    sheet: Sheet = None,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Estimate with intervals, as the sample was drawn: means, totals, quantiles."""
    design = SampleDesign(
        weight=weight,
        strata=strata,
        cluster=stages(cluster),
        fpc=stages(fpc),
        lonely=lonely.value,
    )
    options = {"--ratio": ratio, "--quantile": quantile, "--contrast": contrast}
    kind, wanted = _kind({"--total": "yes" if total else None, **options})
    columns = _columns(kind, wanted, names(items or []))
    asked = Asked(columns, names(by or []), design, wanted)
    table = checked(read(file, sheet=sheet), columns, asked.by, design=design)
    answer = ANSWERS[kind](asked, table)
    notes = _notes(table, asked.by, answer.found, language=lang)
    document = answer.found.to_dict()
    show(Result(answer.columns, answer.rows, document, notes), shown, lang)


@dataclass(frozen=True)
class Asked:
    columns: list[str]
    by: list[str]
    design: SampleDesign
    wanted: str


@dataclass(frozen=True)
class Answer:
    found: Estimates | Quantiles
    columns: tuple[str, ...]
    rows: list[Row]


def _kind(options: dict[str, str | None]) -> tuple[str, str]:
    """Return the one option that changes what is estimated, and what it asks."""
    given = {name: text for name, text in options.items() if text is not None}
    if len(given) > 1:
        raise TableError("options_exclude", {"options": list(given)})
    return next(iter(given.items()), ("", ""))


def _columns(kind: str, wanted: str, items: list[str]) -> list[str]:
    """Return the columns of numbers; a ratio names its own."""
    if kind != "--ratio":
        if not items:
            raise TableError("option_needed", {"option": "--items"})
        return items
    if items:
        raise TableError("options_exclude", {"options": ["--items", "--ratio"]})
    pair = [name.strip() for name in wanted.split("/")]
    if len(pair) != 2 or not all(pair):
        raise TableError("not_a_ratio", {"given": wanted})
    return pair


def _means(asked: Asked, table: Table) -> Answer:
    return _cells(mean(table.frame, asked.columns, asked.design, by=asked.by), "mean")


def _totals(asked: Asked, table: Table) -> Answer:
    return _cells(total(table.frame, asked.columns, asked.design, by=asked.by), "total")


def _ratio(asked: Asked, table: Table) -> Answer:
    above, below = asked.columns
    found = ratio(table.frame, above, below, design=asked.design, by=asked.by)
    return _cells(found, "ratio")


def _contrast(asked: Asked, table: Table) -> Answer:
    if not asked.by:
        raise TableError("option_needed", {"option": "--by"})
    means = mean(table.frame, asked.columns, asked.design, by=asked.by)
    rows = contrasts.contrast_rows(means, asked.wanted)
    return Answer(means, contrasts.COLUMNS, rows)


def _quantiles(asked: Asked, table: Table) -> Answer:
    if len(asked.columns) > 1:
        raise TableError("one_item", {"option": "--quantile"})
    try:
        shares = [float(share) for share in names([asked.wanted])]
    except ValueError as reason:
        raise TableError("not_shares", {"given": asked.wanted}) from reason
    [item] = asked.columns
    found = quantile(table.frame, item, asked.design, shares, by=asked.by)
    columns = ("item", "domain", "probability", "quantile", *CELL[:-1])
    rows: list[Row] = [
        whole_df({**row, "domain": _shown(tuple(row[name] for name in found.by))})
        for row in found.rows()
    ]
    return Answer(
        found, columns, [{name: row[name] for name in columns} for row in rows]
    )


ANSWERS: dict[str, Callable[[Asked, Table], Answer]] = {
    "": _means,
    "--total": _totals,
    "--ratio": _ratio,
    "--quantile": _quantiles,
    "--contrast": _contrast,
}


def _cells(found: Estimates, name: str) -> Answer:
    rows: list[Row] = []
    for item in found.items:
        for domain in found.domains:
            cell = found.at(item, domain)
            numbers = {field: getattr(cell, field) for field in CELL}
            labels = {"item": item, "domain": _shown(domain), name: cell.estimate}
            rows.append(whole_df(labels | numbers))
    return Answer(found, ("item", "domain", name, *CELL), rows)


def _shown(domain: tuple[object, ...]) -> str:
    return domain_label(domain) or EVERYONE


def _notes(
    table: Table, by: list[str], found: Estimates | Quantiles, *, language: str
) -> list[str]:
    missing = {column: table.frame[column].null_count() for column in by}
    notes = [
        say(language, OUTSIDE, column=column, rows=rows)
        for column, rows in missing.items()
        if rows
    ]
    if found.lonely_strata:
        strata = ", ".join(map(str, found.lonely_strata))
        notes.append(say(language, LONELY, strata=strata, choice=found.lonely))
    return notes
