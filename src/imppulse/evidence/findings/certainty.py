"""Certainty of a body of evidence on one outcome, in the manner of GRADE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.findings.ceilings import ceilings
from imppulse.evidence.findings.design_facts import Unit
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.synthesis import PooledEffect, TooFewStudies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imppulse.evidence.findings.design_facts import DesignFacts

SUBSTANTIAL_I2 = 50.0
FEWEST_RANDOMISED = {Unit.CLUSTERS: 4, Unit.INDIVIDUALS: 30}


class Level(StrEnum):
    """How far further research may change what is believed."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


LEVELS = (Level.VERY_LOW, Level.LOW, Level.MODERATE, Level.HIGH)


class Doubt(StrEnum):
    """What lowers certainty; each by one level."""

    RISK_OF_BIAS = "risk_of_bias"
    INCONSISTENCY = "inconsistency"
    IMPRECISION = "imprecision"
    INDIRECTNESS = "indirectness"
    TOO_FEW_STUDIES = "too_few_studies"


@dataclass(frozen=True, kw_only=True)
class Certainty(Result):
    """Certainty about one outcome over several territories.

    Attributes
    ----------
    level : Level
    start : Level
        High when every study is a randomised one of sufficient size, else low.
    doubts : tuple of Doubt
        What lowered it.
    """

    level: Level
    start: Level
    doubts: tuple[Doubt, ...]


@traced
def certainty(
    facts: Sequence[DesignFacts],
    pooled: PooledEffect | TooFewStudies,
    margin: float,
    *,
    indirect: bool = False,
) -> Certainty:
    """Rate the certainty of the evidence on one outcome.

    Parameters
    ----------
    facts : sequence of DesignFacts
        Of each study that was pooled, in any order.
    pooled : PooledEffect or TooFewStudies
    margin : float
        Smallest change that matters, in the unit of the pooled effect; above 0.
    indirect : bool
        Whether the studies asked other people, or another outcome, than the ones
        the statement is about. The only judgement; everything else is measured.

    Returns
    -------
    Certainty

    Raises
    ------
    SynthesisError
        ``synthesis_lengths_differ`` when there are not as many facts as studies,
        ``synthesis_margin_not_positive``.

    Notes
    -----
    Risk of bias: a ceiling of `findings` holds for at least one study.
    Inconsistency: I squared of 50 or more, or a prediction interval that reaches
    beyond the margin on both sides. Imprecision: the interval holds both an effect
    that matters and none at all, or effects that matter in both directions. Fewer
    than three studies count as a doubt of their own and as imprecise. Publication
    bias cannot be measured under ten studies and is not rated: plans registered
    here stay visible when a pilot fails.

    References
    ----------
    Guyatt, G. H. et al. (2008). GRADE: an emerging consensus on rating quality of
    evidence and strength of recommendations. BMJ 336, 924-926.
    """
    _check(facts, pooled, margin)
    start = Level.HIGH if all(map(_randomised_enough, facts)) else Level.LOW
    holding = {
        Doubt.RISK_OF_BIAS: any(ceilings(fact) for fact in facts),
        Doubt.INCONSISTENCY: _inconsistent(pooled, margin),
        Doubt.IMPRECISION: _imprecise(pooled, margin),
        Doubt.INDIRECTNESS: indirect,
        Doubt.TOO_FEW_STUDIES: isinstance(pooled, TooFewStudies),
    }
    doubts = tuple(doubt for doubt, holds in holding.items() if holds)
    level = LEVELS[max(0, LEVELS.index(start) - len(doubts))]
    return Certainty(level=level, start=start, doubts=doubts)


def _check(
    facts: Sequence[DesignFacts], pooled: PooledEffect | TooFewStudies, margin: float
) -> None:
    if len(facts) != pooled.k:
        raise SynthesisError(
            "synthesis_lengths_differ",
            f"{pooled.k} studies were pooled and facts are given for {len(facts)}",
            estimates=pooled.k,
            std_errors=pooled.k,
            labels=len(facts),
        )
    if not margin > 0:
        raise SynthesisError(
            "synthesis_margin_not_positive",
            f"the margin that matters must be above 0, not {margin}",
            margin=margin,
        )


def _randomised_enough(facts: DesignFacts) -> bool:
    return facts.randomised and facts.smaller_arm >= FEWEST_RANDOMISED[facts.unit]


def _inconsistent(pooled: PooledEffect | TooFewStudies, margin: float) -> bool:
    if isinstance(pooled, TooFewStudies):
        return pooled.low <= -margin and pooled.high >= margin
    beyond_both = pooled.pi_low <= -margin and pooled.pi_high >= margin
    return pooled.i2 >= SUBSTANTIAL_I2 or beyond_both


def _imprecise(pooled: PooledEffect | TooFewStudies, margin: float) -> bool:
    if isinstance(pooled, TooFewStudies):
        return True
    may_matter = pooled.ci_low <= -margin or pooled.ci_high >= margin
    may_be_nothing = pooled.ci_low <= 0 <= pooled.ci_high
    return may_matter and may_be_nothing
