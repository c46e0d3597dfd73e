"""The finding of each drawn evaluation; draws that no rule tells apart share one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.findings.design_facts import DesignFacts
from imppulse.evidence.findings.findings import Finding, find
from imppulse.evidence.findings.strength import (
    HIGHEST_ATTRITION,
    LARGEST_BASELINE_DIFFERENCE,
    LARGEST_GAP,
)

if TYPE_CHECKING:
    from imppulse.evidence.planning.drawn_evaluations import DrawnEvaluations
    from imppulse.evidence.planning.rehearsal_plan import RehearsalPlan

ATTRITION_OF_AN_OBSERVATION = 0.40
FEWEST_INDIVIDUALS = 30


def findings_of(plan: RehearsalPlan, drawn: DrawnEvaluations) -> list[Finding]:
    """Find once for all draws that no rule tells apart."""
    _alike, first, kind = np.unique(
        distinctions(plan, drawn), axis=0, return_index=True, return_inverse=True
    )
    found = [finding_of(plan, drawn, at) for at in first.tolist()]
    return [found[each] for each in kind.ravel().tolist()]


def distinctions(
    plan: RehearsalPlan, drawn: DrawnEvaluations
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return on which side of every threshold of the rules each draw lies."""
    low, high, margin = drawn.ci_low, drawn.ci_high, plan.margin
    sides = [low > -margin, high < margin, low > 0, high < 0]
    sides += [
        drawn.response_gap <= LARGEST_GAP,
        drawn.attrition_gap <= LARGEST_GAP,
        drawn.attrition < HIGHEST_ATTRITION,
        drawn.attrition > HIGHEST_ATTRITION,
        drawn.attrition > ATTRITION_OF_AN_OBSERVATION,
        drawn.effective_n < PUBLISHED_THRESHOLD,
        *(people.astype(int) >= FEWEST_INDIVIDUALS for people in drawn.people),
    ]
    if drawn.baseline_difference is not None:
        sides.append(drawn.baseline_difference < LARGEST_BASELINE_DIFFERENCE)
    if drawn.pre_trend_low is not None and drawn.pre_trend_high is not None:
        sides += [drawn.pre_trend_low > -margin, drawn.pre_trend_high < margin]
    return np.stack(sides, axis=1)


@dataclass(frozen=True)
class _Interval:
    estimate: float
    ci_low: float
    ci_high: float


def finding_of(plan: RehearsalPlan, drawn: DrawnEvaluations, at: int) -> Finding:
    """Find for one draw, as if it were the evaluation."""
    ends = (drawn.estimate[at], drawn.ci_low[at], drawn.ci_high[at])
    return find(
        _facts(plan, drawn, at),
        _Interval(*map(float, ends)),
        plan.margin,
        higher_is_better=plan.higher_is_better,
    )


def _facts(plan: RehearsalPlan, drawn: DrawnEvaluations, at: int) -> DesignFacts:
    """State the design as it came out, everything else kept as planned."""
    treated, comparison = plan.treated, plan.comparison
    if not plan.in_areas:
        treated, comparison = (int(people[at]) for people in drawn.people)
    trend = drawn.pre_trend_low, drawn.pre_trend_high
    return DesignFacts(
        points_before=plan.waves_before,
        points_after=1,
        treated=max(treated, 1),
        comparison=comparison,
        unit=plan.unit,
        assignment=plan.assignment,
        inference=plan.inference,
        response_gap=float(drawn.response_gap[at]),
        attrition=float(drawn.attrition[at]),
        attrition_gap=float(drawn.attrition_gap[at]),
        primary_outcome=True,
        self_selected=plan.self_selected,
        scale_comparable=True,
        plan_locked_before_follow_up=True,
        primary_outcome_changed=False,
        instrument_or_mode_changed=False,
        contamination_reported=False,
        effective_n=float(drawn.effective_n[at]),
        baseline_difference=_at(drawn.baseline_difference, at),
        pre_trend=None
        if trend[0] is None or trend[1] is None
        else (float(trend[0][at]), float(trend[1][at])),
        dose=1.0,
    )


def _at(values: np.ndarray[Any, np.dtype[np.float64]] | None, at: int) -> float | None:
    return None if values is None else float(values[at])
