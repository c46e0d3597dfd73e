"""Design facts, measured from the data and the records. Nothing here is typed in by hand."""

from imppulse.evaluations.choices import DeviationKind
from imppulse.evaluations.measures import Measured
from imppulse.evaluations.models import Plan
from imppulse.evidence.effects.two_waves import TwoWaveEvaluation
from imppulse.evidence.findings.findings import Assignment, DesignFacts
from imppulse.pilots.models import Pilot
from imppulse.studies.choices import Side
from imppulse.studies.models import Wave

UNKNOWN_RESPONSE_GAP = 1.0  # unknown is stated as what helps least
# A claim in a plan is no draw: a draw made here or countersigned is recorded elsewhere.
ASSIGNMENTS = {"claimed_random": Assignment.CLAIMED_RANDOM}


def design_facts(
    plan: Plan, waves: tuple[Wave, Wave], *, found: TwoWaveEvaluation, data: Measured
) -> DesignFacts:
    kinds = set(plan.deviations.values_list("kind", flat=True))
    claimed = plan.document["facts"].get("assignment", "")
    before, after = waves
    return DesignFacts(
        points_before=1,
        points_after=1,
        treated=found.treated,
        comparison=found.comparison,
        unit=found.unit,
        assignment=ASSIGNMENTS.get(claimed, Assignment.NOT_RANDOM),
        inference=found.inference,
        response_gap=UNKNOWN_RESPONSE_GAP,
        attrition=1.0 if data.comparison_lost else found.attrition,
        attrition_gap=(
            1.0 - found.attrition if data.comparison_lost else found.attrition_gap
        ),
        primary_outcome=True,
        self_selected=data.asked.self_selected,
        scale_comparable=same_scale(plan, waves),
        plan_locked_before_follow_up=locked_before(plan, after),
        primary_outcome_changed=(
            DeviationKind.OUTCOME in kinds
            or plan.document["outcome"]["name"] != plan.outcome
        ),
        instrument_or_mode_changed=before.mode != after.mode
        or wordings(before, plan) != wordings(after, plan),
        contamination_reported=DeviationKind.CONTAMINATION in kinds,
        effective_n=found.effective_n,
        baseline_difference=found.baseline_difference,
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
