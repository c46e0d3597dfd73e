"""The rules on how strong a sentence may be, as a page: generated from what computes the findings."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from imppulse.evaluations.wording import DIRECTIONS, STRENGTHS
from imppulse.evidence.findings.ceilings import BY_RANK, Ceiling
from imppulse.evidence.findings.findings import Strength
from imppulse.evidence.findings.strength import RULES
from imppulse.reporting.claims import CLAIMS, DESCRIBED
from imppulse.reporting.language import Language, capital
from imppulse.reporting.reasons import CEILINGS, DESIGNS, REMEDIES


@dataclass(frozen=True, slots=True)
class StrengthRule:
    """One strength: the designs that earn it, and what it may say in each direction."""

    strength: Strength
    name: str
    needs: tuple[str, ...]
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CeilingRule:
    fact: str
    level: int
    name: str
    remedy: str


def strengths(language: Language) -> list[StrengthRule]:
    return [
        StrengthRule(
            strength,
            str(STRENGTHS[strength]),
            needs(strength, language),
            sayings(strength, language),
        )
        for strength in reversed(Strength)
    ]


def needs(strength: Strength, language: Language) -> tuple[str, ...]:
    designs = dict.fromkeys(r.design for r in RULES if r.strength == strength)
    return tuple(capital(language.text(DESIGNS[design])) for design in designs)


def sayings(strength: Strength, language: Language) -> tuple[tuple[str, str], ...]:
    outcome = _("the dialogue between police and population")

    def filled(message: str) -> str:
        return language.text(message, x=outcome, X=capital(outcome))

    if strength not in CLAIMS:
        return ((_("no change is claimed"), filled(DESCRIBED)),)
    return tuple(
        (str(DIRECTIONS[direction]), filled(message))
        for direction, message in CLAIMS[strength].items()
    )


def ceilings(language: Language) -> list[CeilingRule]:
    return [
        CeilingRule(
            language.text(CEILINGS[ceiling]),
            ceiling.rank,
            str(STRENGTHS[BY_RANK[ceiling.rank]]),
            capital(language.text(REMEDIES[ceiling.remedy])),
        )
        for ceiling in Ceiling
    ]
