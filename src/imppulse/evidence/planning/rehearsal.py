"""A rehearsal: what an evaluation may find, before it starts, with its chances."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.findings.design_facts import Assignment
from imppulse.evidence.findings.findings import Direction
from imppulse.evidence.planning.drawn_evaluations import drawn_evaluations
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.planning.rehearsal_plan import Plausible, RehearsalPlan
from imppulse.evidence.planning.rehearsed_findings import findings_of
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.findings.findings import Finding
    from imppulse.evidence.findings.strength import Strength

__all__ = [
    "FindingChance",
    "Plausible",
    "Rehearsal",
    "RehearsalPlan",
    "RehearsedVariant",
    "Variant",
    "rehearse",
]

DRAWS = 2_000
BETTER_RESPONSE = 0.10
PERSON_CORRELATION = Plausible(0.4, 0.7)
PANEL_ATTRITION = Plausible(0.10, 0.30)


class Variant(StrEnum):
    """The plan, and what may change its odds."""

    AS_PLANNED = "as_planned"
    SECOND_TERRITORY = "second_territory"
    MORE_AREAS = "more_areas"
    COMPARISON_AREAS = "comparison_areas"
    RANDOM_DRAW = "random_draw"
    MEASURE_BEFORE = "measure_before"
    PANEL = "panel"
    BETTER_RESPONSE = "better_response"


@dataclass(frozen=True, kw_only=True)
class FindingChance(Result):
    """One possible finding and how often it came.

    Attributes
    ----------
    strength : Strength
    direction : Direction or None
        None when no change is claimed, or when the finding is suppressed.
    suppressed : bool
    chance, simulation_error : float
        Share of the draws, and its standard error.
    """

    strength: Strength
    direction: Direction | None
    suppressed: bool
    chance: float
    simulation_error: float


@dataclass(frozen=True, kw_only=True)
class RehearsedVariant(Result):
    """A plan, or the plan with one thing changed, and what it may find.

    Attributes
    ----------
    variant : Variant
    treated, comparison : int
    findings : tuple of FindingChance
        The likeliest first.
    clear, clear_error : float
        Chance that it ends with a direction: better, worse, or no difference
        that matters; and its standard error.
    misled : float
        Chance that the direction is wrong: better or worse said of a true
        effect of the other sign or zero, or no difference said of one that
        matters.
    """

    variant: Variant
    treated: int
    comparison: int
    findings: tuple[FindingChance, ...]
    clear: float
    clear_error: float
    misled: float


@dataclass(frozen=True, kw_only=True)
class Rehearsal(Result):
    """What a plan may find, and what would change its odds.

    Attributes
    ----------
    variants : tuple of RehearsedVariant
        The plan itself first.
    draws, seed : int
    """

    variants: tuple[RehearsedVariant, ...]
    draws: int
    seed: int

    @property
    def findings(self) -> tuple[FindingChance, ...]:
        """Findings of the plan itself, the likeliest first."""
        return self.variants[0].findings

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per variant and possible finding."""
        return [
            {"variant": each.variant.value, **found.rows()[0]}
            for each in self.variants
            for found in each.findings
        ]


@traced
def rehearse(
    plan: RehearsalPlan, *, draws: int = DRAWS, seed: int = 1, variants: bool = True
) -> Rehearsal:
    """Play a plan through many times before it starts.

    Each draw takes a true effect, intra-class correlation, response and so on
    from the plausible ranges, draws the means of the areas, computes the effect
    with its interval and the facts of the design as the evaluation will, and
    derives the finding.

    Parameters
    ----------
    plan : RehearsalPlan
    draws : int
        At least 100.
    seed : int
        The same seed gives the same chances.
    variants : bool
        Whether to play the variants that may change the odds too: a second
        territory of the same size, half as many areas more, comparison areas, a
        random draw, a measure before, a panel, 10 points more response; those
        that the plan does not have already.

    Returns
    -------
    Rehearsal

    Raises
    ------
    DesignError
        ``impossible_plan``, ``range_reversed``.

    Notes
    -----
    Not in the draws: events that strike one arm as a whole beyond what areas
    move by themselves, answers that follow the wish to please, a plan that is
    not kept. The rehearsal presupposes that the plan is locked in time, the
    instrument stays, and the pilot is delivered.

    References
    ----------
    O'Hagan, A., Stevens, J. W., Campbell, M. J. (2005). Assurance in clinical
    trial design. Pharmaceutical Statistics 4, 187-201.
    """
    require("draws", draws, draws >= 100)
    played = {Variant.AS_PLANNED: plan} | (changed_plans(plan) if variants else {})
    return Rehearsal(
        variants=tuple(
            _played(name, each, draws=draws, seed=seed) for name, each in played.items()
        ),
        draws=draws,
        seed=seed,
    )


def changed_plans(plan: RehearsalPlan) -> dict[Variant, RehearsalPlan]:
    """Return the plan with one thing changed, where it can be.

    Parameters
    ----------
    plan : RehearsalPlan

    Returns
    -------
    dict of Variant to RehearsalPlan
        One thing changed in each; without variants that the plan has already or that
        do not fit it.
    """
    more = replace(plan, treated=_more(plan.treated), comparison=_more(plan.comparison))
    twice = replace(plan, treated=2 * plan.treated, comparison=2 * plan.comparison)
    changed = {Variant.SECOND_TERRITORY: twice, Variant.MORE_AREAS: more}
    if plan.comparison == 0:
        changed[Variant.COMPARISON_AREAS] = replace(plan, comparison=plan.treated)
    elif plan.assignment in {Assignment.NOT_RANDOM, Assignment.CLAIMED_RANDOM}:
        changed[Variant.RANDOM_DRAW] = replace(plan, assignment=Assignment.DRAWN_HERE)
    if plan.waves_before == 0:
        changed[Variant.MEASURE_BEFORE] = replace(plan, waves_before=1)
    elif not plan.panel:
        changed[Variant.PANEL] = _as_panel(plan)
    low, high = (min(1.0, rate + BETTER_RESPONSE) for rate in plan.response_rate)
    changed[Variant.BETTER_RESPONSE] = replace(plan, response_rate=Plausible(low, high))
    return changed


def _more(units: int) -> int:
    return units + max(1, math.ceil(units / 2)) if units else 0


def _as_panel(plan: RehearsalPlan) -> RehearsalPlan:
    """Ask the same people again; what the plan does not say of it is plausible."""
    return replace(
        plan,
        panel=True,
        person_correlation=plan.person_correlation
        if plan.person_correlation.high > 0
        else PERSON_CORRELATION,
        attrition=plan.attrition if plan.attrition.high > 0 else PANEL_ATTRITION,
    )


def _played(
    name: Variant, plan: RehearsalPlan, *, draws: int, seed: int
) -> RehearsedVariant:
    drawn = drawn_evaluations(plan, draws, np.random.default_rng(seed))
    found = findings_of(plan, drawn)
    counts = Counter((each.strength, each.direction, each.suppressed) for each in found)
    clear = sum(_is_clear(each) for each in found) / draws
    effects = drawn.true_effect if plan.higher_is_better else -drawn.true_effect
    wrong = sum(
        _misleads(each.direction, effect, plan.margin)
        for each, effect in zip(found, effects.tolist(), strict=True)
    )
    return RehearsedVariant(
        variant=name,
        treated=plan.treated,
        comparison=plan.comparison,
        findings=tuple(
            FindingChance(
                strength=strength,
                direction=direction,
                suppressed=suppressed,
                chance=count / draws,
                simulation_error=_error(count / draws, draws),
            )
            for (strength, direction, suppressed), count in counts.most_common()
        ),
        clear=clear,
        clear_error=_error(clear, draws),
        misled=wrong / draws,
    )


def _is_clear(finding: Finding) -> bool:
    return finding.direction not in {None, Direction.TOO_UNCERTAIN}


def _misleads(direction: Direction | None, effect: float, margin: float) -> bool:
    """Tell whether a direction is wrong of an effect that is good above zero."""
    if direction == Direction.BETTER:
        return effect <= 0
    if direction == Direction.WORSE:
        return effect >= 0
    return direction == Direction.NO_EFFECT_THAT_MATTERS and abs(effect) >= margin


def _error(share: float, draws: int) -> float:
    return math.sqrt(share * (1 - share) / draws)
