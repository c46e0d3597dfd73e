"""Why a stronger sentence may not be said, and which design would earn it."""

from imppulse.evidence.findings.findings import Ceiling, Design, Obstacle, Remedy
from imppulse.reporting.language import N_

OBSTACLES: dict[str, str] = {
    Obstacle.NOT_RANDOM: N_("Who got the pilot was not drawn at random."),
    Obstacle.RANDOM_DRAW_NOT_VERIFIED: N_(
        "The draw was neither made by this software nor countersigned by the evaluator."
    ),
    Obstacle.ASSIGNED_INDIVIDUALLY: N_("The pilot was given to persons, not to areas."),
    Obstacle.ASSIGNED_BY_CLUSTER: N_("The pilot was given to areas, not to persons."),
    Obstacle.NO_COMPARISON: N_("Nothing was measured where the pilot did not run."),
    Obstacle.ONE_CLUSTER_PER_ARM: N_(
        "One area with the pilot and one without: any local event would look the same."
    ),
    Obstacle.FEWER_THAN_4_CLUSTERS: N_(
        "Fewer than 4 areas with the pilot, or fewer than 4 without."
    ),
    Obstacle.FEWER_THAN_6_CLUSTERS: N_(
        "Fewer than 6 areas with the pilot, or fewer than 6 without."
    ),
    Obstacle.FEWER_THAN_10_CLUSTERS: N_(
        "Fewer than 10 areas with the pilot, or fewer than 10 without."
    ),
    Obstacle.FEWER_THAN_30_INDIVIDUALS: N_(
        "Fewer than 30 persons with the pilot, or fewer than 30 without."
    ),
    Obstacle.RESPONSE_UNEQUAL: N_(
        "Response differed by over 5 points between the sides, "
        "or was not recorded for each."
    ),
    Obstacle.ATTRITION_UNEQUAL: N_(
        "More were lost on the way on one side: over 5 points of difference."
    ),
    Obstacle.ATTRITION_TOO_HIGH: N_("20 % or more were lost on the way."),
    Obstacle.NO_MEASURE_BEFORE: N_("Nothing was measured before the start."),
    Obstacle.NO_MEASURE_AFTER: N_("Nothing has been measured after the start."),
    Obstacle.FEWER_THAN_3_WAVES_BEFORE: N_("Fewer than 3 waves before the start."),
    Obstacle.FEWER_THAN_8_POINTS_BEFORE: N_(
        "Fewer than 8 measurements before the start."
    ),
    Obstacle.FEWER_THAN_8_POINTS_AFTER: N_(
        "Fewer than 8 measurements after the start."
    ),
    Obstacle.SECONDARY_OUTCOME: N_(
        "The plan does not name this outcome as the main one."
    ),
    Obstacle.INFERENCE_NOT_EXACT: N_(
        "So few areas need an exact test or a wild bootstrap; neither was used."
    ),
    Obstacle.INFERENCE_NOT_FOR_FEW_CLUSTERS: N_(
        "The interval was computed as if there were many areas."
    ),
    Obstacle.BASELINE_NOT_COMPARED: N_(
        "Whether both sides were alike before the start was not checked."
    ),
    Obstacle.BASELINE_DIFFERS: N_("Both sides already differed before the start."),
    Obstacle.PRE_TREND_NOT_MEASURED: N_(
        "Whether both sides moved alike before the start was not measured."
    ),
    Obstacle.PRE_TREND_OUTSIDE_MARGIN: N_(
        "Both sides may already have been moving apart before the start."
    ),
}

CEILINGS: dict[str, str] = {
    Ceiling.SELF_SELECTED: N_(
        "People chose themselves to answer (open link): they do not stand for the others."
    ),
    Ceiling.SCALE_NOT_COMPARABLE: N_(
        "The questions do not measure the same thing on all sides or at all times."
    ),
    Ceiling.ATTRITION_ABOVE_40: N_("More than 40 % were lost on the way."),
    Ceiling.PLAN_NOT_LOCKED: N_(
        "The plan was not locked before the first follow-up answer."
    ),
    Ceiling.PRIMARY_OUTCOME_CHANGED: N_("The main outcome was changed along the way."),
    Ceiling.INSTRUMENT_OR_MODE_CHANGED: N_(
        "The questions or the way of asking changed between the waves."
    ),
    Ceiling.CONTAMINATION_REPORTED: N_(
        "The pilot was reported to have reached the comparison side."
    ),
    Ceiling.ATTRITION_ABOVE_20: N_("More than 20 % were lost on the way."),
    Ceiling.ATTRITION_UNEQUAL: N_(
        "More were lost on the way on one side: over 5 points of difference."
    ),
}

DESIGNS: dict[str, str] = {
    Design.RANDOMISED_CLUSTERS: N_(
        "a verified random draw with at least 10 areas on each side, measured before "
        "and after, with few and equal losses"
    ),
    Design.RANDOMISED_INDIVIDUALS: N_(
        "a verified random draw of at least 30 persons on each side, measured before "
        "and after, with few and equal losses"
    ),
    Design.RANDOMISED_FEW_CLUSTERS: N_(
        "a verified random draw with at least 4 areas on each side, measured before and "
        "after, and an exact test"
    ),
    Design.RANDOMISED_WITHOUT_BASELINE: N_(
        "a verified random draw, large enough and with few and equal losses, even "
        "without a measure before"
    ),
    Design.REPEATED_COMPARISON: N_(
        "at least 6 areas on each side, and 3 waves before the start in which both "
        "sides move alike"
    ),
    Design.COMPARABLE_AREAS: N_(
        "at least 4 areas with the pilot and 4 without, alike before the start, and an "
        "interval made for few areas"
    ),
    Design.BEFORE_AFTER_WITH_COMPARISON: N_(
        "a measure before and after, also in at least one area without the pilot"
    ),
    Design.INTERRUPTED_SERIES: N_(
        "a series of at least 8 measurements before the start and 8 after"
    ),
    Design.BEFORE_AFTER: N_("the same measure before and after the start"),
    Design.ONE_MEASUREMENT: N_("one measurement"),
}

REMEDIES: dict[str, str] = {
    Remedy.DRAWN_SAMPLE: N_("a sample drawn at random instead of an open link"),
    Remedy.COMPARABLE_SCALE: N_(
        "questions shown to measure the same thing on all sides and at all times"
    ),
    Remedy.COMPLETE_FOLLOW_UP: N_("a follow-up with few losses, equal on both sides"),
    Remedy.LOCKED_PLAN: N_("a plan locked before the first follow-up answer"),
    Remedy.KEPT_OUTCOME: N_("the main outcome kept as planned"),
    Remedy.SAME_INSTRUMENT_AND_MODE: N_(
        "the same questions asked in the same way in every wave"
    ),
    Remedy.SEPARATED_ARMS: N_(
        "areas far enough apart that the pilot reaches only its own"
    ),
}

REASONS: dict[str, str] = {**OBSTACLES, **CEILINGS}
EARNING: dict[str, str] = {**DESIGNS, **REMEDIES}
INTERVAL_HOLDS_BOTH = N_(
    "The interval holds a change for the better as well as one for the worse."
)
