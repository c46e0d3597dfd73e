"""Which design earns which sentence: the table, first fit from the top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from imppulse.evidence.findings.design_facts import Assignment, Inference, Unit

if TYPE_CHECKING:
    from imppulse.evidence.findings.design_facts import DesignFacts


class Strength(StrEnum):
    """How strong a sentence may be."""

    DESCRIBED = "described"
    OBSERVED = "observed"
    INDICATED = "indicated"
    INDICATED_SERIES = "indicated_series"
    SUPPORTED = "supported"
    WELL_SUPPORTED = "well_supported"
    SHOWN = "shown"

    @property
    def rank(self) -> int:
        """Position on the scale, 0 to 5; both kinds of "indicated" are 2."""
        return RANKS[self]


RANKS = {
    Strength.DESCRIBED: 0,
    Strength.OBSERVED: 1,
    Strength.INDICATED: 2,
    Strength.INDICATED_SERIES: 2,
    Strength.SUPPORTED: 3,
    Strength.WELL_SUPPORTED: 4,
    Strength.SHOWN: 5,
}


class Design(StrEnum):
    """Designs that earn a sentence."""

    RANDOMISED_CLUSTERS = "randomised_clusters"
    RANDOMISED_INDIVIDUALS = "randomised_individuals"
    RANDOMISED_FEW_CLUSTERS = "randomised_few_clusters"
    RANDOMISED_WITHOUT_BASELINE = "randomised_without_baseline"
    REPEATED_COMPARISON = "repeated_comparison"
    COMPARABLE_AREAS = "comparable_areas"
    BEFORE_AFTER_WITH_COMPARISON = "before_after_with_comparison"
    INTERRUPTED_SERIES = "interrupted_series"
    BEFORE_AFTER = "before_after"
    ONE_MEASUREMENT = "one_measurement"


class Obstacle(StrEnum):
    """Facts that keep a design from earning a sentence."""

    NOT_RANDOM = "not_random"
    RANDOM_DRAW_NOT_VERIFIED = "random_draw_not_verified"
    ASSIGNED_INDIVIDUALLY = "assigned_individually"
    ASSIGNED_BY_CLUSTER = "assigned_by_cluster"
    NO_COMPARISON = "no_comparison"
    ONE_CLUSTER_PER_ARM = "one_cluster_per_arm"
    FEWER_THAN_4_CLUSTERS = "fewer_than_4_clusters"
    FEWER_THAN_6_CLUSTERS = "fewer_than_6_clusters"
    FEWER_THAN_10_CLUSTERS = "fewer_than_10_clusters"
    FEWER_THAN_30_INDIVIDUALS = "fewer_than_30_individuals"
    RESPONSE_UNEQUAL = "response_unequal"
    ATTRITION_UNEQUAL = "attrition_unequal"
    ATTRITION_TOO_HIGH = "attrition_too_high"
    NO_MEASURE_BEFORE = "no_measure_before"
    NO_MEASURE_AFTER = "no_measure_after"
    FEWER_THAN_3_WAVES_BEFORE = "fewer_than_3_waves_before"
    FEWER_THAN_8_POINTS_BEFORE = "fewer_than_8_points_before"
    FEWER_THAN_8_POINTS_AFTER = "fewer_than_8_points_after"
    SECONDARY_OUTCOME = "secondary_outcome"
    INFERENCE_NOT_EXACT = "inference_not_exact"
    INFERENCE_NOT_FOR_FEW_CLUSTERS = "inference_not_for_few_clusters"
    BASELINE_NOT_COMPARED = "baseline_not_compared"
    BASELINE_DIFFERS = "baseline_differs"
    PRE_TREND_NOT_MEASURED = "pre_trend_not_measured"
    PRE_TREND_OUTSIDE_MARGIN = "pre_trend_outside_margin"


LARGEST_GAP = 0.05
HIGHEST_ATTRITION = 0.20
LARGEST_BASELINE_DIFFERENCE = 0.25
EXACT = {Inference.EXACT, Inference.WILD}
FOR_FEW_CLUSTERS = EXACT | {Inference.SMALL_SAMPLE}

Requirement = Callable[["DesignFacts", float], Obstacle | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: a design, what it needs, what it earns."""

    design: Design
    strength: Strength
    needs: tuple[Requirement, ...]

    def obstacles(self, facts: DesignFacts, margin: float) -> tuple[Obstacle, ...]:
        """Return what the facts lack, in the order of the needs."""
        found = (need(facts, margin) for need in self.needs)
        return tuple(obstacle for obstacle in found if obstacle is not None)

    def fits(self, facts: DesignFacts, margin: float) -> bool:
        """Return whether the facts lack nothing."""
        return all(need(facts, margin) is None for need in self.needs)


def fitting(facts: DesignFacts, margin: float) -> Rule:
    """Return the first rule that the facts meet; the last one needs nothing."""
    return next(rule for rule in RULES if rule.fits(facts, margin))


def nearest(facts: DesignFacts, margin: float, *, rank: int) -> Rule:
    """Return the rule of this rank that lacks least; the higher one on a tie."""
    rules = [rule for rule in RULES if rule.strength.rank == rank]
    return min(rules, key=lambda rule: len(rule.obstacles(facts, margin)))


def _need(obstacle: Obstacle, met: Callable[[DesignFacts], bool]) -> Requirement:
    return lambda facts, _margin: None if met(facts) else obstacle


def _random(facts: DesignFacts, _margin: float) -> Obstacle | None:
    if facts.randomised:
        return None
    if facts.assignment == Assignment.CLAIMED_RANDOM:
        return Obstacle.RANDOM_DRAW_NOT_VERIFIED
    return Obstacle.NOT_RANDOM


def _clusters(fewest: int, too_few: Obstacle) -> Requirement:
    def check(facts: DesignFacts, _margin: float) -> Obstacle | None:
        if facts.comparison == 0:
            return Obstacle.NO_COMPARISON
        if facts.unit != Unit.CLUSTERS:
            return Obstacle.ASSIGNED_INDIVIDUALLY
        if facts.smaller_arm >= fewest:
            return None
        if facts.treated == facts.comparison == 1:
            return Obstacle.ONE_CLUSTER_PER_ARM
        return too_few

    return check


def _individuals(facts: DesignFacts, _margin: float) -> Obstacle | None:
    if facts.comparison == 0:
        return Obstacle.NO_COMPARISON
    if facts.unit != Unit.INDIVIDUALS:
        return Obstacle.ASSIGNED_BY_CLUSTER
    return None if facts.smaller_arm >= 30 else Obstacle.FEWER_THAN_30_INDIVIDUALS


def _similar_baseline(facts: DesignFacts, _margin: float) -> Obstacle | None:
    if facts.baseline_difference is None:
        return Obstacle.BASELINE_NOT_COMPARED
    if facts.baseline_difference < LARGEST_BASELINE_DIFFERENCE:
        return None
    return Obstacle.BASELINE_DIFFERS


def _parallel_before(facts: DesignFacts, margin: float) -> Obstacle | None:
    if facts.pre_trend is None:
        return Obstacle.PRE_TREND_NOT_MEASURED
    low, high = facts.pre_trend
    return None if -margin < low <= high < margin else Obstacle.PRE_TREND_OUTSIDE_MARGIN


BEFORE = _need(Obstacle.NO_MEASURE_BEFORE, lambda facts: facts.points_before >= 1)
AFTER = _need(Obstacle.NO_MEASURE_AFTER, lambda facts: facts.points_after >= 1)
COMPARISON = _need(Obstacle.NO_COMPARISON, lambda facts: facts.comparison >= 1)
FOUR_CLUSTERS = _clusters(4, Obstacle.FEWER_THAN_4_CLUSTERS)
SIX_CLUSTERS = _clusters(6, Obstacle.FEWER_THAN_6_CLUSTERS)
TEN_CLUSTERS = _clusters(10, Obstacle.FEWER_THAN_10_CLUSTERS)
EXACT_INFERENCE = _need(
    Obstacle.INFERENCE_NOT_EXACT, lambda facts: facts.inference in EXACT
)
FEW_CLUSTER_INFERENCE = _need(
    Obstacle.INFERENCE_NOT_FOR_FEW_CLUSTERS,
    lambda facts: facts.inference in FOR_FEW_CLUSTERS,
)
KEPT_TRIAL = (
    _need(
        Obstacle.ATTRITION_TOO_HIGH, lambda facts: facts.attrition < HIGHEST_ATTRITION
    ),
    _need(Obstacle.ATTRITION_UNEQUAL, lambda facts: facts.attrition_gap <= LARGEST_GAP),
    _need(Obstacle.RESPONSE_UNEQUAL, lambda facts: facts.response_gap <= LARGEST_GAP),
    _need(Obstacle.SECONDARY_OUTCOME, lambda facts: facts.primary_outcome),
)

RULES = (
    Rule(
        Design.RANDOMISED_CLUSTERS,
        Strength.SHOWN,
        (TEN_CLUSTERS, _random, AFTER, BEFORE, *KEPT_TRIAL),
    ),
    Rule(
        Design.RANDOMISED_INDIVIDUALS,
        Strength.SHOWN,
        (_individuals, _random, AFTER, BEFORE, *KEPT_TRIAL),
    ),
    Rule(
        Design.RANDOMISED_FEW_CLUSTERS,
        Strength.WELL_SUPPORTED,
        (FOUR_CLUSTERS, _random, AFTER, BEFORE, *KEPT_TRIAL, EXACT_INFERENCE),
    ),
    Rule(
        Design.RANDOMISED_WITHOUT_BASELINE,
        Strength.WELL_SUPPORTED,
        (TEN_CLUSTERS, _random, AFTER, *KEPT_TRIAL),
    ),
    Rule(
        Design.RANDOMISED_WITHOUT_BASELINE,
        Strength.WELL_SUPPORTED,
        (_individuals, _random, AFTER, *KEPT_TRIAL),
    ),
    Rule(
        Design.REPEATED_COMPARISON,
        Strength.WELL_SUPPORTED,
        (
            SIX_CLUSTERS,
            AFTER,
            _need(
                Obstacle.FEWER_THAN_3_WAVES_BEFORE,
                lambda facts: facts.points_before >= 3,
            ),
            _parallel_before,
        ),
    ),
    Rule(
        Design.COMPARABLE_AREAS,
        Strength.SUPPORTED,
        (FOUR_CLUSTERS, AFTER, BEFORE, _similar_baseline, FEW_CLUSTER_INFERENCE),
    ),
    Rule(
        Design.BEFORE_AFTER_WITH_COMPARISON,
        Strength.INDICATED,
        (COMPARISON, AFTER, BEFORE),
    ),
    # A series with a comparison has met the rule above.
    Rule(
        Design.INTERRUPTED_SERIES,
        Strength.INDICATED_SERIES,
        (
            _need(
                Obstacle.FEWER_THAN_8_POINTS_BEFORE,
                lambda facts: facts.points_before >= 8,
            ),
            _need(
                Obstacle.FEWER_THAN_8_POINTS_AFTER,
                lambda facts: facts.points_after >= 8,
            ),
        ),
    ),
    Rule(Design.BEFORE_AFTER, Strength.OBSERVED, (AFTER, BEFORE)),
    Rule(Design.ONE_MEASUREMENT, Strength.DESCRIBED, ()),
)
