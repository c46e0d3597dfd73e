"""A finding as a sentence: never stronger than the design allows."""

from dataclasses import dataclass
from typing import Literal

from imppulse.evidence.findings.findings import Direction, Finding, Strength
from imppulse.reporting.claims import CLAIMS, DESCRIBED, SUPPRESSED, TEMPTING
from imppulse.reporting.language import N_, Language, capital, known
from imppulse.reporting.reasons import EARNING, INTERVAL_HOLDS_BOTH, REASONS
from imppulse.typesetting.content import StruckSentence

ReadingLevel = Literal["short", "plain", "full"]

NUMBERS = N_(
    "Difference: {estimate} {unit} (95 % interval {low} to {high}, {answers})."
)
NUMBERS_WITHOUT_INTERVAL = N_(
    "Difference: {estimate} {unit}; no interval can be computed ({answers})."
)
SHOCK = N_("An event worth {shock} {unit} on one side would erase it.")
MARGIN = N_(
    "Below {margin} {unit}, a change does not matter: this was set in the plan."
)
LEADS = {
    (False, True): N_("Also looked at:"),
    (True, False): N_("For the pilot as delivered:"),
    (True, True): N_("Also looked at, for the pilot as delivered:"),
}


@dataclass(frozen=True)
class Outcome:
    """What was measured, in the reader's language.

    `phrase` fits inside a sentence, with its article where the language has one
    ("trust in the police", "la confiance dans la police").
    """

    phrase: str
    unit: str
    answers: int
    digits: int = 1


@dataclass(frozen=True)
class ForbiddenSentence:
    """The next stronger sentence, why it may not be said, what would earn it."""

    sentence: str
    reasons: tuple[str, ...]
    earned_by: str

    def block(self, language: Language) -> StruckSentence:
        return StruckSentence(
            label=language.text("The sentence that may not be said"),
            sentence=self.sentence,
            reason=" ".join(self.reasons),
            earned_by=self.earned_by,
        )


def sentence(
    finding: Finding,
    outcome: Outcome,
    language: Language,
    *,
    level: ReadingLevel = "plain",
) -> str:
    """Say the finding: "short" claims, "plain" adds the numbers, "full" the margin."""
    parts = [claim(finding, outcome, language)]
    if level != "short" and finding.direction is not None:
        parts += numbers(finding, outcome, language)
    if level == "full" and finding.direction is not None:
        parts += margin(finding, outcome, language)
    return " ".join(parts)


def claim(finding: Finding, outcome: Outcome, language: Language) -> str:
    said = fill(message_of(finding), outcome, language)
    lead = LEADS.get((finding.as_delivered, not finding.primary_outcome))
    if lead is None or finding.direction is None:
        return said
    return f"{language.text(lead)} {said[:1].lower()}{said[1:]}"


def message_of(finding: Finding) -> str:
    if finding.suppressed:
        return SUPPRESSED
    if finding.strength == Strength.DESCRIBED or finding.direction is None:
        return DESCRIBED
    return CLAIMS[finding.strength][finding.direction]


def fill(message: str, outcome: Outcome, language: Language) -> str:
    return language.text(message, x=outcome.phrase, X=capital(outcome.phrase))


def numbers(finding: Finding, outcome: Outcome, language: Language) -> list[str]:
    """Give the difference with interval and answers, and the shock that erases it."""
    if finding.estimate is None or not known(finding.estimate):
        return []
    facts = {
        "estimate": language.signed(finding.estimate, outcome.digits),
        "unit": outcome.unit,
        "answers": answers(outcome.answers, language),
    }
    said = [difference(finding, facts, outcome=outcome, language=language)]
    if finding.erasing_shock is not None:
        shock = language.number(finding.erasing_shock, outcome.digits)
        said.append(language.text(SHOCK, shock=shock, unit=outcome.unit))
    return said


def difference(
    finding: Finding, facts: dict[str, str], *, outcome: Outcome, language: Language
) -> str:
    low, high = finding.ci_low, finding.ci_high
    if low is None or high is None or not (known(low) and known(high)):
        return language.text(NUMBERS_WITHOUT_INTERVAL, **facts)
    ends = {
        "low": language.signed(low, outcome.digits),
        "high": language.signed(high, outcome.digits),
    }
    return language.text(NUMBERS, **facts, **ends)


def margin(finding: Finding, outcome: Outcome, language: Language) -> list[str]:
    if finding.margin is None:
        return []
    written = language.number(finding.margin, outcome.digits)
    return [language.text(MARGIN, margin=written, unit=outcome.unit)]


def answers(count: int, language: Language) -> str:
    return language.plural(N_("{n} answer"), N_("{n} answers"), count)


def forbidden_sentence(
    finding: Finding, outcome: Outcome, language: Language
) -> ForbiddenSentence | None:
    """Give the next stronger sentence with what forbids it; None at the top."""
    if finding.next_stronger is None or finding.earned_by is None:
        return None
    reasons = [language.text(REASONS[code]) for code in finding.obstacles]
    if finding.direction == Direction.TOO_UNCERTAIN:
        reasons.append(language.text(INTERVAL_HOLDS_BOTH))
    return ForbiddenSentence(
        sentence=fill(tempting(finding.next_stronger, finding), outcome, language),
        reasons=tuple(dict.fromkeys(reasons)),
        earned_by=language.text(
            "What would earn it: {design}.",
            design=language.text(EARNING[finding.earned_by]),
        ),
    )


def tempting(stronger: Strength, finding: Finding) -> str:
    """Give the next stronger sentence, without direction where none is known."""
    if finding.direction in {None, Direction.TOO_UNCERTAIN}:
        return TEMPTING[stronger]
    return CLAIMS[stronger][finding.direction]
