"""What a design finds, by formula and by simulation, as rows of a table."""

from dataclasses import dataclass
from enum import StrEnum

from imppulse.cli.output import Row
from imppulse.evidence.planning.drawn_designs import DrawnDesign
from imppulse.evidence.planning.drawn_series import PlannedSeries
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    SteppedWedge,
    design_power,
    smallest_detectable_effect,
)
from imppulse.evidence.planning.simulated_power import (
    simulated_power,
    simulated_smallest_effect,
)

COLUMNS = (
    "by", "effect", "power", "std_error", "df", "respondents", "false_alarms",
)  # fmt: skip
FORMULA, SIMULATION = "formula", "simulation"


class Design(StrEnum):
    trial = "trial"
    trial_with_baseline = "trial-with-baseline"
    difference_in_differences = "difference-in-differences"
    before_after = "before-after"
    stepped_start = "stepped-start"
    series = "series"


ANALYSES = {
    Design.trial: PlannedAnalysis.AFTER,
    Design.trial_with_baseline: PlannedAnalysis.ADJUSTED,
    Design.difference_in_differences: PlannedAnalysis.CHANGE,
    Design.before_after: PlannedAnalysis.CHANGE,
}


@dataclass(frozen=True)
class Likeness:
    """How alike answers are: in an area, over waves, of a person; and what is lost."""

    icc: float
    cluster_autocorrelation: float
    person_correlation: float
    attrition: float
    size_cv: float
    weighting_effect: float


@dataclass(frozen=True)
class Question:
    """What is asked of a design; without effect, the smallest is looked for."""

    effect: float | None
    sd: float
    alpha: float
    power: float
    seed: int


def comparison(
    design: Design,
    areas: tuple[int | None, int | None],
    people: int,
    *,
    alike: Likeness,
) -> PlannedComparison:
    treated, other = areas
    alone = design is Design.before_after
    return PlannedComparison(
        treated=_arm(treated, people, alike),
        comparison=None if alone else _arm(other or treated, people, alike),
        analysis=ANALYSES[design],
        cluster_autocorrelation=alike.cluster_autocorrelation,
        person_correlation=alike.person_correlation,
        attrition=alike.attrition,
    )


def _arm(areas: int | None, people: int, alike: Likeness) -> PlannedSample:
    return PlannedSample(
        invitations=people * (1 if areas is None else areas),
        response_rate=1.0,
        clusters=areas,
        intraclass_correlation=alike.icc,
        cluster_size_cv=alike.size_cv,
        weighting_effect=alike.weighting_effect,
    )


def stepped(steps: str, people: int, alike: Likeness) -> SteppedWedge:
    parts = [part.strip() for part in steps.split(",")]
    require("steps", steps, all(part.isdigit() for part in parts))
    return SteppedWedge(
        starts=tuple(map(int, parts)),
        people=people,
        intraclass_correlation=alike.icc,
        cluster_autocorrelation=alike.cluster_autocorrelation,
    )


def by_formula(planned: PlannedComparison | SteppedWedge, question: Question) -> Row:
    sd, alpha = question.sd, question.alpha
    found = (
        smallest_detectable_effect(planned, sd=sd, alpha=alpha, power=question.power)
        if question.effect is None
        else design_power(planned, question.effect, sd=sd, alpha=alpha)
    )
    stated = found.to_dict()
    return {"by": FORMULA} | {name: stated.get(name) for name in COLUMNS[1:]}


def by_simulation(planned: DrawnDesign, question: Question, draws: int) -> Row:
    """Give the same row from draws, with the simulation error of the power."""
    sd, alpha, seed = question.sd, question.alpha, question.seed
    found = (
        simulated_smallest_effect(
            planned, sd=sd, alpha=alpha, power=question.power, draws=draws, seed=seed
        )
        if question.effect is None
        else simulated_power(
            planned, question.effect, sd=sd, alpha=alpha, draws=draws, seed=seed
        )
    ).to_dict()
    measured = {"df": planned.df, "respondents": planned.respondents} | found
    names = (*COLUMNS[1:], "simulation_error", "draws")
    return {"by": SIMULATION} | {name: measured[name] for name in names}


def series(
    before: int, after: int, *, people: int, moves: tuple[float, float]
) -> PlannedSeries:
    shock, autocorrelation = moves
    return PlannedSeries(
        before=before,
        after=after,
        people=people,
        shock=shock,
        autocorrelation=autocorrelation,
    )
