"""The Maryland scale of scientific methods, from the facts of the design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imppulse.evidence.findings.design_facts import Unit
from imppulse.evidence.findings.strength import (
    HIGHEST_ATTRITION,
    LARGEST_BASELINE_DIFFERENCE,
    LARGEST_GAP,
)

if TYPE_CHECKING:
    from imppulse.evidence.findings.design_facts import DesignFacts


def maryland_level(facts: DesignFacts) -> int | None:
    """Return the level, 1 to 5, of the internal validity of a design.

    Parameters
    ----------
    facts : DesignFacts

    Returns
    -------
    int or None
        5 random assignment kept: balance, little attrition, no contamination;
        4 random assignment of at least four clusters or thirty individuals per
        arm, with one of these lost; 3 before and after with a comparison shown
        to be similar; 2 the same without that proof, or a weaker design with
        background variables controlled for; 1 treated against untreated once,
        or before and after of the treated alone. None when nothing is compared
        or the scale does not allow a comparison.

    Notes
    -----
    Self-selected answers stay at 1: the difference between two crowds.

    References
    ----------
    Sherman et al. (1997), Preventing Crime: What Works, What Doesn't, What's
    Promising; Farrington et al. (2002) in Evidence-Based Crime Prevention; the
    wording of the levels is that of the What Works Centre for Local Economic
    Growth.
    """
    if not facts.scale_comparable or not _compares(facts):
        return None
    if facts.self_selected:
        return 1
    if _randomised_enough(facts):
        return 5 if _kept(facts) else 4
    if facts.before_and_after and facts.comparison >= 1:
        return 3 if _balanced(facts) else 2
    return 2 if facts.controlled else 1


def _compares(facts: DesignFacts) -> bool:
    against_untreated = facts.points_after >= 1 and facts.comparison >= 1
    return against_untreated or facts.before_and_after


def _randomised_enough(facts: DesignFacts) -> bool:
    fewest = 4 if facts.unit == Unit.CLUSTERS else 30
    return facts.randomised and facts.points_after >= 1 and facts.smaller_arm >= fewest


def _kept(facts: DesignFacts) -> bool:
    return (
        _balanced(facts)
        and facts.attrition < HIGHEST_ATTRITION
        and max(facts.attrition_gap, facts.response_gap) <= LARGEST_GAP
        and not facts.contamination_reported
    )


def _balanced(facts: DesignFacts) -> bool:
    difference = facts.baseline_difference
    return difference is not None and difference < LARGEST_BASELINE_DIFFERENCE
