from typing import Annotated

import typer

from imppulse.cli.language import Language, say, word
from imppulse.cli.options import Format, Lang, Shown
from imppulse.cli.output import Result, Row, show
from imppulse.cli.power_answers import (
    COLUMNS,
    Design,
    Likeness,
    Question,
    by_formula,
    by_simulation,
    comparison,
    series,
    stepped,
)
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.planning.power import sd_of_share
from imppulse.evidence.planning.simulated_power import DRAWS

ERROR = "simulated {draws} times; standard error of the power: {error}"

Plan = Annotated[Design, typer.Option(help="How the pilot will be evaluated.")]
People = Annotated[
    int, typer.Option(help="Answers per area and wave; per arm and wave without areas.")
]
Spread = Annotated[
    float | None, typer.Option(help="Standard deviation between people.")
]
Share = Annotated[
    float | None, typer.Option(help="Expected share, for yes/no answers.")
]
Areas = Annotated[
    int | None, typer.Option(help="Areas with the pilot; leave out for persons.")
]
Others = Annotated[
    int | None, typer.Option(help="Areas without it; as many when left out.")
]
Icc = Annotated[float, typer.Option(help="Share of the variance between areas.")]
Kept = Annotated[float, typer.Option(help="What areas keep from wave to wave, 0 to 1.")]
Persons = Annotated[
    float, typer.Option(help="What persons keep, when the same are asked again.")
]
Lost = Annotated[
    float, typer.Option(help="Share of the answers lost after the first wave.")
]
Uneven = Annotated[
    float, typer.Option(help="Coefficient of variation of answers per area.")
]
Weights = Annotated[float, typer.Option(help="Loss by unequal weights, 1 or more.")]
Steps = Annotated[str, typer.Option(help="Areas that start at each step: 2,2,2.")]
Before = Annotated[int, typer.Option(help="Measurements before, in a series.")]
After = Annotated[int, typer.Option(help="Measurements after, in a series.")]
Shock = Annotated[float, typer.Option(help="Moves of a series, as a share of --sd.")]
Alike = Annotated[
    float, typer.Option(help="Correlation of neighbouring moves of a series.")
]
Effect = Annotated[float | None, typer.Option(help="Give the power for this effect.")]
Alpha = Annotated[float, typer.Option(help="Level of the two-sided test.")]
Wanted = Annotated[
    float, typer.Option("--power", help="Give the smallest effect for this power.")
]
Simulate = Annotated[
    int, typer.Option(help="Draws of a simulation beside the formula.", min=0)
]
Seed = Annotated[int, typer.Option(help="Seed of the simulation.", min=0)]


def power(  # noqa: PLR0913 (one argument per option of the verb)
    *,
    design: Plan,
    people: People,
    sd: Spread = None,
    share: Share = None,
    areas: Areas = None,
    comparison_areas: Others = None,
    icc: Icc = 0.0,
    cluster_autocorrelation: Kept = 1.0,
    person_correlation: Persons = 0.0,
    attrition: Lost = 0.0,
    size_cv: Uneven = 0.0,
    weighting_effect: Weights = 1.0,
    steps: Steps = "",
    before: Before = 8,
    after: After = 8,
    shock: Shock = 0.0,
    autocorrelation: Alike = 0.0,
    effect: Effect = None,
    alpha: Alpha = 0.05,
    wanted: Wanted = 0.8,
    simulate: Simulate = 0,
    seed: Seed = 1,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Give the smallest effect a design finds, or its power for an effect."""
    require("sd", sd, (sd is None) != (share is None))
    spread = sd_of_share(share) if share is not None else sd or 0.0
    question = Question(effect, spread, alpha, wanted, seed)
    alike = Likeness(
        icc, cluster_autocorrelation, person_correlation,
        attrition, size_cv, weighting_effect,
    )  # fmt: skip
    if design is Design.series:
        moves = (shock, autocorrelation)
        planned = series(before, after, people=people, moves=moves)
        rows = [by_simulation(planned, question, simulate or DRAWS)]
    else:
        known = (
            stepped(steps, people, alike)
            if design is Design.stepped_start
            else comparison(design, (areas, comparison_areas), people, alike=alike)
        )
        rows = [by_formula(known, question)]
        rows += [by_simulation(known, question, simulate)] if simulate else []
    _show(rows, {"schema": 1, "design": design.value, "sd": spread}, shown, lang=lang)


def _show(rows: list[Row], document: Row, shown: Format, *, lang: Language) -> None:
    errors = [row.pop("simulation_error", None) for row in rows]
    draws = [row.pop("draws", None) for row in rows]
    notes = [
        say(lang, ERROR, draws=count, error=error)
        for count, error in zip(draws, errors, strict=True)
        if error is not None
    ]
    if shown is Format.table:
        rows = [row | {"by": word(str(row["by"]), lang)} for row in rows]
    show(Result(COLUMNS, rows, document, notes), shown, lang)
