"""Design facts, measured from the data and the records. Nothing here is typed in by hand."""

import math

import polars as pl

from imppulse.evaluations.choices import DeviationKind
from imppulse.evaluations.measures import OUTCOME, Measured, in_wave
from imppulse.evaluations.models import Plan
from imppulse.evidence.findings.findings import Assignment, DesignFacts, Inference, Unit
from imppulse.evidence.results import Estimates
from imppulse.pilots.choices import Arm
from imppulse.pilots.models import Pilot
from imppulse.studies.choices import Side
from imppulse.studies.models import Wave

UNKNOWN_RESPONSE_GAP = 1.0  # unknown is stated as what helps least
# A claim in a plan is no draw: a draw made here or countersigned is recorded elsewhere.
ASSIGNMENTS = {"claimed_random": Assignment.CLAIMED_RANDOM}


def design_facts(
    plan: Plan, waves: tuple[Wave, Wave], *, data: Measured, means: Estimates
) -> DesignFacts:
    kinds = set(plan.deviations.values_list("kind", flat=True))
    claimed = plan.document["facts"].get("assignment", "")
    before, after = waves
    return DesignFacts(
        points_before=1,
        points_after=1,
        treated=data.areas[Arm.PILOT],
        comparison=data.areas[Arm.COMPARISON],
        unit=Unit.CLUSTERS,
        assignment=ASSIGNMENTS.get(claimed, Assignment.NOT_RANDOM),
        inference=(
            Inference.SMALL_SAMPLE if data.area_is_unit else Inference.LARGE_SAMPLE
        ),
        response_gap=UNKNOWN_RESPONSE_GAP,
        attrition=max(data.lost.values()),
        attrition_gap=abs(data.lost[Arm.PILOT] - data.lost[Arm.COMPARISON]),
        primary_outcome=True,
        self_selected=any(wave.self_selected for wave in waves),
        scale_comparable=same_scale(plan, waves),
        plan_locked_before_follow_up=locked_before(plan, after),
        primary_outcome_changed=(
            DeviationKind.OUTCOME in kinds
            or plan.document["outcome"]["name"] != plan.outcome
        ),
        instrument_or_mode_changed=before.mode != after.mode
        or wordings(before, plan) != wordings(after, plan),
        contamination_reported=DeviationKind.CONTAMINATION in kinds,
        effective_n=effective_n(means),
        baseline_difference=largest_difference(in_wave(data.rows, before)),
        dose=dose(plan.pilot, plan.document["facts"]),
    )


def locked_before(plan: Plan, follow_up: Wave) -> bool:
    if plan.locked_at is None or follow_up.closed_on is None:
        return False
    return plan.locked_at.date() <= follow_up.closed_on


def wordings(wave: Wave, plan: Plan) -> list[object]:
    """Give the questions of the outcome with their words, as one wave asked them."""
    names = [item["name"] for item in plan.document["outcome"]["items"]]
    return [
        item
        for questionnaire in wave.questionnaires.filter(side=Side.POPULATION)
        for item in questionnaire.items
        if item["name"] in names
    ]


def same_scale(plan: Plan, waves: tuple[Wave, Wave]) -> bool:
    """Tell whether the answers mean the same: the codes and the end that is good."""
    locked = scales(plan.document["outcome"]["items"])
    return all(scales(wordings(wave, plan)) == locked for wave in waves)


def scales(items: list[object]) -> list[tuple[object, ...]]:
    return [
        (
            item["name"],
            item["scale"],
            item["reversed"],
            tuple((option["code"], option["missing"]) for option in item["options"]),
        )
        for item in items
        if isinstance(item, dict)
    ]


def effective_n(means: Estimates) -> float:
    """Respondents over the design effect, in the smallest cell; never more than counted."""
    return min(
        float(row["n"] / max(row["deff"], 1.0) if row["deff"] > 0 else row["n"])
        for row in means.rows()
    )


def dose(pilot: Pilot, planned: dict[str, object]) -> float | None:
    """Share delivered of the sessions foreseen; of the indicators where none were."""
    foreseen = planned.get("sessions")
    if isinstance(foreseen, int) and foreseen > 0:
        return float(pilot.sessions.count() / foreseen)
    shares = [
        min(indicator.achieved / indicator.target, 1.0)
        for indicator in pilot.indicators.exclude(achieved=None).exclude(target=0)
    ]
    return sum(shares) / len(shares) if shares else None


def largest_difference(rows: pl.DataFrame) -> float | None:
    """Compare both sides before the start: the outcome, and each age group, in SD."""
    arms = rows.partition_by("arm", as_dict=True)
    pilot, comparison = arms.get((Arm.PILOT,)), arms.get((Arm.COMPARISON,))
    if pilot is None or comparison is None:
        return None
    ages = rows["age_group"].drop_nulls().unique().sort()
    compared = [
        pl.col(OUTCOME),
        *((pl.col("age_group") == age).cast(pl.Float64) for age in ages),
    ]
    return max(
        apart(pilot, comparison, value) / (deviation(rows, value) or 1.0)
        for value in compared
    )


def apart(first: pl.DataFrame, second: pl.DataFrame, value: pl.Expr) -> float:
    return abs(weighted_mean(first, value) - weighted_mean(second, value))


def deviation(rows: pl.DataFrame, value: pl.Expr) -> float:
    variance = weighted_mean(rows, value**2) - weighted_mean(rows, value) ** 2
    return math.sqrt(max(variance, 0.0))


def weighted_mean(rows: pl.DataFrame, value: pl.Expr) -> float:
    weight = pl.when(value.is_not_null()).then("weight")
    return float(rows.select((value * pl.col("weight")).sum() / weight.sum()).item())
