"""EMMIE: what an evaluation reports beside its effect, dimension by dimension.

Effect and the quality of what is known about it are kept apart: the effect is the
finding; the marks here say how well mechanism, moderators, implementation and
economics are told. They are derived from facts, never typed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.findings.findings import Direction, Finding, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class EmmieFacts:
    """What was stated, recorded or analysed beside the effect.

    Attributes
    ----------
    theory_stated, theory_elaborated, predictions_stated, mechanism_analysed : bool
        An assumed theory of change; the same in detail, from the literature; with
        predictions that can fail; with an analysis of whether it operates.
    contexts_described, contexts_compared, contexts_from_theory, contexts_analysed : bool
        Conditions named in passing; compared afterwards with what was at hand;
        named beforehand from theory; analysed with data collected for them.
    delivery_mentioned, delivery_documented, delivery_measured, replication_specified : bool
        Remarks on delivery; a documented account; measured against the plan
        (dose, fidelity); with what another territory would need.
    direct_costs, indirect_costs, marginal_costs, costs_by_bearer : bool
        Direct costs; indirect ones too; marginal, total or opportunity costs; the
        same by who bears them.
    """

    theory_stated: bool = False
    theory_elaborated: bool = False
    predictions_stated: bool = False
    mechanism_analysed: bool = False
    contexts_described: bool = False
    contexts_compared: bool = False
    contexts_from_theory: bool = False
    contexts_analysed: bool = False
    delivery_mentioned: bool = False
    delivery_documented: bool = False
    delivery_measured: bool = False
    replication_specified: bool = False
    direct_costs: bool = False
    indirect_costs: bool = False
    marginal_costs: bool = False
    costs_by_bearer: bool = False


MECHANISM = (
    "theory_stated",
    "theory_elaborated",
    "predictions_stated",
    "mechanism_analysed",
)
MODERATORS = (
    "contexts_described",
    "contexts_compared",
    "contexts_from_theory",
    "contexts_analysed",
)
IMPLEMENTATION = (
    "delivery_mentioned",
    "delivery_documented",
    "delivery_measured",
    "replication_specified",
)
ECONOMICS = ("direct_costs", "indirect_costs", "marginal_costs", "costs_by_bearer")


@dataclass(frozen=True, kw_only=True)
class Emmie(Result):
    """The five dimensions of one outcome.

    Attributes
    ----------
    effect_strength, effect_direction : Strength, Direction or None
        Of the finding; the direction is None when no change is claimed.
    mechanism, moderators, implementation, economics : int
        Marks from 0 (nothing said) to 4.
    """

    effect_strength: Strength
    effect_direction: Direction | None
    mechanism: int
    moderators: int
    implementation: int
    economics: int


@traced
def emmie(finding: Finding, facts: EmmieFacts) -> Emmie:
    """Derive the five dimensions of one outcome.

    A mark is the highest fact on its ladder that holds, 1 to 4, and 0 when none
    does: an analysis counts even where nobody wrote the theory down in detail.

    Parameters
    ----------
    finding : Finding
    facts : EmmieFacts

    Returns
    -------
    Emmie

    Notes
    -----
    The scale was made for systematic reviews; on a single evaluation it says what
    the evaluation reports, not how good a review of it would be.

    References
    ----------
    Johnson, S. D., Tilley, N., Bowers, K. J. (2015). Introducing EMMIE: an
    evidence rating scale to encourage mixed-method crime prevention synthesis
    reviews. Journal of Experimental Criminology 11, 459-473.
    """
    return Emmie(
        effect_strength=finding.strength,
        effect_direction=finding.direction,
        mechanism=_mark(facts, MECHANISM),
        moderators=_mark(facts, MODERATORS),
        implementation=_mark(facts, IMPLEMENTATION),
        economics=_mark(facts, ECONOMICS),
    )


def _mark(facts: EmmieFacts, ladder: tuple[str, ...]) -> int:
    reached = [step for step, fact in enumerate(ladder, 1) if getattr(facts, fact)]
    return max(reached, default=0)
