"""Aggregate files: make one, check one, put several together."""

from pathlib import Path
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
from imppulse.cli.language import Language, say, word
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.disclosure import aggregates, released
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.results import Estimates
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate
from imppulse.evidence.survey.totals import totals
from imppulse.evidence.synthesis import synthesis
from imppulse.tables import TableError, read
from imppulse.tables.aggregates import (
    LOST,
    AggregateFile,
    read_aggregate,
    write_aggregate,
)
from imppulse.tables.signatures import signer

COLUMNS = (
    "item", "domain", "estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff",
)  # fmt: skip
CHECKED = (
    "file", "territory", "threshold", "released", "hidden", "smallest_n", "signature",
)  # fmt: skip
WRITTEN = "written: {files}"
HIDDEN = "hidden domains: {domains}"
GONE = "not in the file: {what}"
POOLED = "synthesis of {item}, {contrast}: {estimate} ({ci_low} to {ci_high}), k = {k}"
TOO_FEW = "{item}: three territories are needed for a synthesis; there are {k}"
UNSIGNED = "none"

app = typer.Typer(help="Hand on estimates without answers: make, check, pool.")

Manifest = Annotated[
    Path, typer.Argument(help="Manifest of an aggregate file (.json).", metavar="FILE")
]
Manifests = Annotated[
    list[Path], typer.Argument(help="Manifests of aggregate files.", metavar="FILES")
]
SmallestCell = Annotated[
    int, typer.Option(help="Smallest number of respondents in a cell.")
]


@app.command()
def make(  # noqa: PLR0913 (one argument per option of the verb)
    file: File,
    *,
    items: Annotated[list[str], typer.Option(help="Columns to estimate: a,b.")],
    territory: Annotated[str, typer.Option(help="Name of the territory.")],
    out: Annotated[Path, typer.Option(help="Manifest to write: NAME.json.")],
    threshold: SmallestCell = PUBLISHED_THRESHOLD,
    clusters: Annotated[
        bool, typer.Option("--clusters", help="Hand on sums by cluster as well.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(help="File of a key to sign with (Ed25519).")
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
    """Write the means that may be handed on, with all their covariances."""
    design = SampleDesign(
        weight=weight,
        strata=strata,
        cluster=stages(cluster),
        fpc=stages(fpc),
        lonely=lonely.value,
    )
    wanted, domains = names(items), names(by or [])
    table = checked(read(file, sheet=sheet), wanted, domains, design=design)
    sums = totals(table.frame, design, wanted, by=domains)
    made = aggregates.aggregate(
        estimate(sums).from_data(table.checksum),
        territory=territory,
        totals=sums,
        threshold=threshold,
        with_clusters=clusters,
    )
    files = write_aggregate(made, out, signer(key) if key else None)
    notes = [say(lang, WRITTEN, files=", ".join(map(str, files))), *_limits(made, lang)]
    rows = _rows(made.estimates)
    show(Result(COLUMNS, rows, made.to_dict(), notes), shown, lang)


@app.command()
def check(
    file: Manifest, *, shown: Shown = Format.table, lang: Lang = Language.en
) -> None:
    """Check a file: its checksums, its signature, and that no cell is small."""
    found = read_aggregate(file)
    notes = _limits(found.aggregate, lang)
    row = _checked_row(found, lang)
    document: Row = {"checksum": found.checksum, "lost": found.aggregate.lost}
    show(Result(CHECKED, [row], document, notes), shown, lang)


@app.command()
def pool(
    files: Manifests,
    *,
    contrast: Annotated[
        str | None, typer.Option(help="Contrast of domains, or in --each territory.")
    ] = None,
    each: Annotated[
        bool,
        typer.Option(
            "--each", help="The contrast in every territory, and a synthesis."
        ),
    ] = False,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Put the estimates of several territories together, and contrast them."""
    if each and contrast is None:
        raise TableError("aggregate_uncontrasted", {"option": "--each"})
    found = [read_aggregate(file).aggregate for file in files]
    together = released.pool(found)
    if contrast is None:
        result = Result(COLUMNS, _rows(together), together.to_dict())
    elif each:
        result = _in_each(found, contrast, lang)
    else:
        rows = contrasts.contrast_rows(together, contrast)
        result = Result(contrasts.COLUMNS, rows)
    show(result, shown, lang)


def _in_each(found: list[aggregates.Aggregate], text: str, language: str) -> Result:
    rows: list[Row] = [
        {"territory": part.territory, **row}
        for part in found
        for row in contrasts.contrast_rows(part.estimates, text)
    ]
    document: Row = {"syntheses": {}}
    notes = []
    for item in dict.fromkeys(str(row["item"]) for row in rows):
        effects = [row for row in rows if row["item"] == item]
        pooled, note = _synthesis(item, effects, language)
        document["syntheses"] = {**_as_dict(document["syntheses"]), item: pooled}
        notes.append(note)
    return Result(("territory", *contrasts.COLUMNS), rows, document, notes)


def _as_dict(value: object) -> Row:
    return value if isinstance(value, dict) else {}


def _synthesis(item: str, effects: list[Row], language: str) -> tuple[Row, str]:
    pooled = synthesis.synthesise(
        [_number(row["estimate"]) for row in effects],
        [_number(row["std_error"]) for row in effects],
        labels=[str(row["territory"]) for row in effects],
    )
    if isinstance(pooled, synthesis.TooFewStudies):
        return pooled.to_dict(), say(language, TOO_FEW, item=item, k=pooled.k)
    facts = {
        name: getattr(pooled, name) for name in ("estimate", "ci_low", "ci_high", "k")
    }
    contrast = effects[0]["contrast"]
    return pooled.to_dict(), say(
        language, POOLED, item=item, contrast=contrast, **facts
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _rows(estimates: Estimates) -> list[Row]:
    rows: list[Row] = []
    for item in estimates.items:
        for domain in estimates.domains:
            cell = estimates.at(item, domain)
            label = domain_label(domain) or "all"
            numbers = {name: getattr(cell, name) for name in COLUMNS[2:]}
            rows.append(whole_df({"item": item, "domain": label, **numbers}))
    return rows


def _checked_row(found: AggregateFile, language: str) -> Row:
    held = found.aggregate
    n = held.estimates.n
    return {
        "file": found.name,
        "territory": held.territory,
        "threshold": held.threshold,
        "released": len(held.estimates.domains),
        "hidden": len(held.hidden),
        "smallest_n": int(n[n > 0].min()) if n.any() else None,
        "signature": found.signed_by or word(UNSIGNED, language),
    }


def _limits(held: aggregates.Aggregate, language: str) -> list[str]:
    """Return what a reader must know: hidden domains, and what is not there."""
    hidden = ", ".join(domain_label(domain) for domain in held.hidden)
    notes = [say(language, HIDDEN, domains=hidden)] if hidden else []
    gone = [LOST[code][language] for code in held.lost]
    return [*notes, *(say(language, GONE, what=what) for what in gone)]
