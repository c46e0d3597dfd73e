"""From the facts of a design and the numbers of an effect to what may be said.

The first row of the table that the facts meet gives the strength; then the lowest
ceiling wins. The direction follows from the interval, zero and the margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.errors import DesignError
from imppulse.evidence.findings.ceilings import (
    Ceiling,
    Remedy,
    at_most,
    ceilings,
    lowered,
)
from imppulse.evidence.findings.design_facts import (
    Assignment,
    DesignFacts,
    Inference,
    Unit,
)
from imppulse.evidence.findings.maryland import maryland_level
from imppulse.evidence.findings.strength import (
    Design,
    Obstacle,
    Strength,
    fitting,
    nearest,
)
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.findings.strength import Rule

__all__ = [
    "Assignment",
    "Ceiling",
    "Design",
    "DesignFacts",
    "Direction",
    "Finding",
    "Inference",
    "Obstacle",
    "Remedy",
    "Strength",
    "Unit",
    "find",
    "maryland_level",
]


class Direction(StrEnum):
    """What the interval says about the outcome."""

    BETTER = "better"
    WORSE = "worse"
    NO_EFFECT_THAT_MATTERS = "no_effect_that_matters"
    TOO_UNCERTAIN = "too_uncertain"


class Effect(Protocol):
    """An effect with its interval: a contrast or a pooled effect."""

    @property
    def estimate(self) -> float:
        """Return the effect, in the unit of the outcome."""

    @property
    def ci_low(self) -> float:
        """Return the lower end of its interval."""

    @property
    def ci_high(self) -> float:
        """Return the upper end of its interval."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The next stronger sentence, and why it may not be said.

    Attributes
    ----------
    next_stronger : Strength
    obstacles : tuple of Obstacle or Ceiling
        All facts in the way of the nearest design, the decisive one first.
    earned_by : Design or Remedy
        The design that would earn it.
    """

    next_stronger: Strength
    obstacles: tuple[Obstacle | Ceiling, ...]
    earned_by: Design | Remedy


@dataclass(frozen=True, kw_only=True)
class Finding(Result):
    """What may be said about one outcome: codes and numbers, no prose.

    Attributes
    ----------
    suppressed : bool
        Too few answers to say anything; every number is then None.
    strength : Strength
    direction : Direction or None
        None when no change is claimed (``described``) or the finding is
        suppressed.
    design : Design or None
        The row of the table that the facts met before the ceilings.
    ceilings : tuple of Ceiling
        All that hold, the lowest first.
    next_stronger, forbidden_by, earned_by
        The sentence that may not be said, the fact that forbids it, the design
        that would earn it; None at the top of the scale.
    obstacles : tuple of Obstacle or Ceiling
        All facts in the way, `forbidden_by` first.
    maryland_level : int or None
    primary_outcome : bool
        A secondary outcome is one that was "also looked at".
    as_delivered : bool
        The sentence is about the pilot as delivered: dose below half of the
        plan, or not recorded.
    estimate, ci_low, ci_high, margin : float or None
        In the unit of the outcome.
    erasing_shock : float or None
        Only for ``indicated`` with a direction: the size of an event on one
        side that would bring zero into the interval.
    """

    suppressed: bool
    strength: Strength
    direction: Direction | None
    design: Design | None
    ceilings: tuple[Ceiling, ...]
    next_stronger: Strength | None
    forbidden_by: Obstacle | Ceiling | None
    earned_by: Design | Remedy | None
    obstacles: tuple[Obstacle | Ceiling, ...]
    maryland_level: int | None
    primary_outcome: bool
    as_delivered: bool
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    margin: float | None
    erasing_shock: float | None


@traced
def find(
    facts: DesignFacts,
    effect: Effect,
    margin: float,
    *,
    higher_is_better: bool,
    threshold: float = PUBLISHED_THRESHOLD,
) -> Finding:
    """Derive the finding of one outcome.

    Directions are tried in this order: no effect that matters (interval inside the
    margin), better or worse (interval without zero), too uncertain.

    Parameters
    ----------
    facts : DesignFacts
    effect : Contrast, PooledEffect or the like
        With estimate, ci_low and ci_high in the unit of the outcome.
    margin : float
        Smallest change that matters, from the locked plan; above 0.
    higher_is_better : bool
        Whether more of the outcome is good.
    threshold : float
        An effective number of respondents below it suppresses the finding.

    Returns
    -------
    Finding

    Raises
    ------
    DesignError
        ``margin_not_positive``, ``interval_reversed`` or ``effect_without_estimate``.
    """
    _check(effect, margin)
    if facts.effective_n < threshold:
        return _suppressed(facts)
    rule, holding = fitting(facts, margin), ceilings(facts)
    strength = lowered(rule.strength, holding, measured_once=not facts.before_and_after)
    direction = _direction(effect, margin, higher_is_better=higher_is_better)
    refusal = _refusal(facts, margin, rule, holding=holding, strength=strength)
    return Finding(
        suppressed=False,
        strength=strength,
        direction=None if strength == Strength.DESCRIBED else direction,
        design=rule.design,
        ceilings=holding,
        next_stronger=refusal.next_stronger if refusal else None,
        forbidden_by=refusal.obstacles[0] if refusal else None,
        earned_by=refusal.earned_by if refusal else None,
        obstacles=refusal.obstacles if refusal else (),
        maryland_level=maryland_level(facts),
        primary_outcome=facts.primary_outcome,
        as_delivered=facts.as_delivered,
        estimate=effect.estimate,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        margin=margin,
        erasing_shock=_erasing_shock(effect, strength, direction),
    )


def _check(effect: Effect, margin: float) -> None:
    if not 0 < margin < math.inf:
        raise DesignError(
            "margin_not_positive",
            f"the margin that matters must be above 0, not {margin}",
            margin=margin,
        )
    if not math.isfinite(effect.estimate):
        raise DesignError(
            "effect_without_estimate",
            f"there is no finding without an effect; given is {effect.estimate}",
            estimate=effect.estimate,
        )
    if effect.ci_low > effect.ci_high:
        raise DesignError(
            "interval_reversed",
            f"the interval runs from {effect.ci_low} down to {effect.ci_high}",
            ci_low=effect.ci_low,
            ci_high=effect.ci_high,
        )


def _suppressed(facts: DesignFacts) -> Finding:
    return Finding(
        suppressed=True,
        strength=Strength.DESCRIBED,
        direction=None,
        design=None,
        ceilings=(),
        next_stronger=None,
        forbidden_by=None,
        earned_by=None,
        obstacles=(),
        maryland_level=None,
        primary_outcome=facts.primary_outcome,
        as_delivered=facts.as_delivered,
        estimate=None,
        ci_low=None,
        ci_high=None,
        margin=None,
        erasing_shock=None,
    )


def _direction(effect: Effect, margin: float, *, higher_is_better: bool) -> Direction:
    low, high = effect.ci_low, effect.ci_high
    if math.isnan(low) or math.isnan(high):
        return Direction.TOO_UNCERTAIN
    if -margin < low and high < margin:
        return Direction.NO_EFFECT_THAT_MATTERS
    if low > 0 or high < 0:
        return Direction.BETTER if (low > 0) == higher_is_better else Direction.WORSE
    return Direction.TOO_UNCERTAIN


def _erasing_shock(
    effect: Effect, strength: Strength, direction: Direction
) -> float | None:
    if strength != Strength.INDICATED:
        return None
    if direction not in {Direction.BETTER, Direction.WORSE}:
        return None
    return min(abs(effect.ci_low), abs(effect.ci_high))


def _refusal(
    facts: DesignFacts,
    margin: float,
    rule: Rule,
    *,
    holding: tuple[Ceiling, ...],
    strength: Strength,
) -> Refusal | None:
    if strength == Strength.SHOWN:
        return None
    rank = strength.rank + 1
    low_ceilings = tuple(ceiling for ceiling in holding if ceiling.rank < rank)
    if facts.before_and_after and rule.strength.rank >= rank:
        stronger = at_most(rule.strength, rank)
        return Refusal(stronger, low_ceilings, low_ceilings[0].remedy)
    target = nearest(facts, margin, rank=rank)
    lacking = target.obstacles(facts, margin)
    return Refusal(target.strength, (*lacking, *low_ceilings), target.design)
