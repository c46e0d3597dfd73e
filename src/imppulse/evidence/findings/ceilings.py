"""What lowers a sentence whatever the design; the lowest ceiling wins."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imppulse.evidence.findings.strength import LARGEST_GAP, Strength

if TYPE_CHECKING:
    from imppulse.evidence.findings.design_facts import DesignFacts


class Ceiling(StrEnum):
    """Facts that keep a sentence low."""

    SELF_SELECTED = "self_selected"
    SCALE_NOT_COMPARABLE = "scale_not_comparable"
    ATTRITION_ABOVE_40 = "attrition_above_40"
    PLAN_NOT_LOCKED = "plan_not_locked"
    PRIMARY_OUTCOME_CHANGED = "primary_outcome_changed"
    INSTRUMENT_OR_MODE_CHANGED = "instrument_or_mode_changed"
    CONTAMINATION_REPORTED = "contamination_reported"
    ATTRITION_ABOVE_20 = "attrition_above_20"
    ATTRITION_UNEQUAL = "attrition_unequal"

    @property
    def rank(self) -> int:
        """Highest rank of strength left under this ceiling."""
        return RANKS[self]

    @property
    def remedy(self) -> Remedy:
        """What would have avoided it."""
        return REMEDIES[self]


class Remedy(StrEnum):
    """Choices of design that keep a ceiling away."""

    DRAWN_SAMPLE = "drawn_sample"
    COMPARABLE_SCALE = "comparable_scale"
    COMPLETE_FOLLOW_UP = "complete_follow_up"
    LOCKED_PLAN = "locked_plan"
    KEPT_OUTCOME = "kept_outcome"
    SAME_INSTRUMENT_AND_MODE = "same_instrument_and_mode"
    SEPARATED_ARMS = "separated_arms"


RANKS = {
    Ceiling.SELF_SELECTED: 0,
    Ceiling.SCALE_NOT_COMPARABLE: 0,
    Ceiling.ATTRITION_ABOVE_40: 1,
    Ceiling.PLAN_NOT_LOCKED: 2,
    Ceiling.PRIMARY_OUTCOME_CHANGED: 2,
    Ceiling.INSTRUMENT_OR_MODE_CHANGED: 2,
    Ceiling.CONTAMINATION_REPORTED: 2,
    Ceiling.ATTRITION_ABOVE_20: 3,
    Ceiling.ATTRITION_UNEQUAL: 3,
}
REMEDIES = {
    Ceiling.SELF_SELECTED: Remedy.DRAWN_SAMPLE,
    Ceiling.SCALE_NOT_COMPARABLE: Remedy.COMPARABLE_SCALE,
    Ceiling.ATTRITION_ABOVE_40: Remedy.COMPLETE_FOLLOW_UP,
    Ceiling.PLAN_NOT_LOCKED: Remedy.LOCKED_PLAN,
    Ceiling.PRIMARY_OUTCOME_CHANGED: Remedy.KEPT_OUTCOME,
    Ceiling.INSTRUMENT_OR_MODE_CHANGED: Remedy.SAME_INSTRUMENT_AND_MODE,
    Ceiling.CONTAMINATION_REPORTED: Remedy.SEPARATED_ARMS,
    Ceiling.ATTRITION_ABOVE_20: Remedy.COMPLETE_FOLLOW_UP,
    Ceiling.ATTRITION_UNEQUAL: Remedy.COMPLETE_FOLLOW_UP,
}
BY_RANK = {
    0: Strength.DESCRIBED,
    1: Strength.OBSERVED,
    2: Strength.INDICATED,
    3: Strength.SUPPORTED,
    4: Strength.WELL_SUPPORTED,
}


def ceilings(facts: DesignFacts) -> tuple[Ceiling, ...]:
    """Return the ceilings that hold, the lowest first."""
    holding = (
        (Ceiling.SELF_SELECTED, facts.self_selected),
        (Ceiling.SCALE_NOT_COMPARABLE, not facts.scale_comparable),
        (Ceiling.ATTRITION_ABOVE_40, facts.attrition > 0.40),
        (Ceiling.PLAN_NOT_LOCKED, not facts.plan_locked_before_follow_up),
        (Ceiling.PRIMARY_OUTCOME_CHANGED, facts.primary_outcome_changed),
        (Ceiling.INSTRUMENT_OR_MODE_CHANGED, facts.instrument_or_mode_changed),
        (Ceiling.CONTAMINATION_REPORTED, facts.contamination_reported),
        (Ceiling.ATTRITION_ABOVE_20, 0.20 < facts.attrition <= 0.40),
        (Ceiling.ATTRITION_UNEQUAL, facts.attrition_gap > LARGEST_GAP),
    )
    return tuple(ceiling for ceiling, holds in holding if holds)


def lowered(
    strength: Strength, holding: tuple[Ceiling, ...], *, measured_once: bool
) -> Strength:
    """Return what the ceilings leave of a strength.

    A design measured once has no "changed" to fall back on: any ceiling that
    lowers it leaves a description.
    """
    cap = min((ceiling.rank for ceiling in holding), default=strength.rank)
    if cap < strength.rank and measured_once:
        return Strength.DESCRIBED
    return at_most(strength, cap)


def at_most(strength: Strength, rank: int) -> Strength:
    """Return the strength itself, or the one of this rank where it is higher."""
    return strength if strength.rank <= rank else BY_RANK[rank]
