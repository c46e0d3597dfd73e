from pathlib import Path
from typing import Annotated

import typer

from imppulse.cli.finding_words import TOO_FEW, told
from imppulse.cli.language import Language, say, word
from imppulse.cli.options import Format, Lang, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.evidence.planning import rehearsal
from imppulse.evidence.planning.rehearsal import (
    FindingChance,
    Rehearsal,
    RehearsedVariant,
)
from imppulse.tables import read_plan

COLUMNS = (
    "variant", "treated", "comparison", "strength", "direction", "chance",
    "simulation_error",
)  # fmt: skip
CLEAR = "a clear answer, {variant}: {clear} in 100 (± {error}); a wrong one: {misled}"

Plan = Annotated[
    Path, typer.Argument(help="Plan of the evaluation (TOML).", metavar="PLAN")
]


def rehearse(
    plan: Plan,
    *,
    draws: Annotated[
        int | None, typer.Option(help="Times the plan is played.", min=100)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same chances.", min=0)
    ] = None,
    variants: Annotated[
        bool, typer.Option(help="Show what would change the odds, too.")
    ] = True,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Play a plan through before it starts: possible findings and their chances."""
    described = read_plan(plan)
    played = rehearsal.rehearse(
        described.needed("plausible"),
        draws=described.draws if draws is None else draws,
        seed=described.seed if seed is None else seed,
        variants=variants,
    )
    rows = [
        _row(each, found, shown, lang=lang)
        for each in played.variants
        for found in each.findings
    ]
    notes = [_note(each, lang) for each in played.variants]
    show(Result(COLUMNS, rows, _document(played), notes), shown, lang)


def _row(
    each: RehearsedVariant, found: FindingChance, shown: Format, *, lang: Language
) -> Row:
    direction = told(found.direction, shown, lang)
    if found.suppressed:
        direction = word(TOO_FEW, lang) if shown is Format.table else "suppressed"
    return {
        "variant": told(each.variant, shown, lang),
        "treated": each.treated,
        "comparison": each.comparison,
        "strength": told(found.strength, shown, lang),
        "direction": direction,
        "chance": found.chance,
        "simulation_error": found.simulation_error,
    }


def _note(each: RehearsedVariant, lang: Language) -> str:
    return say(
        lang,
        CLEAR,
        variant=told(each.variant, Format.table, lang),
        clear=round(100 * each.clear),
        error=max(1, round(196 * each.clear_error)),
        misled=round(100 * each.misled),
    )


def _document(played: Rehearsal) -> Row:
    return played.to_dict()
