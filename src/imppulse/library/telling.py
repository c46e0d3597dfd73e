"""What an evaluation found and what a practice may claim, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.models import Written
from imppulse.evaluations.models import Evaluation
from imppulse.evaluations.queries import evaluation_of, plan_of
from imppulse.evaluations.telling import finding_of, outcome_of
from imppulse.evaluations.wording import STRENGTHS
from imppulse.evidence.findings.findings import Direction
from imppulse.pilots.choices import Stage
from imppulse.pilots.models import Pilot
from imppulse.reporting.findings import claim, sentence
from imppulse.reporting.language import Language


@dataclass(frozen=True, kw_only=True)
class Told:
    """One finding: its claim, the same with numbers, and how strong it is."""

    short: str
    claim: str
    sentence: str
    label: str
    level: int
    direction: str
    evaluation: Evaluation

    @property
    def pilot(self) -> Pilot:
        return self.evaluation.plan.pilot

    @property
    def address(self) -> str:
        """Give the page of the result, once strangers may see it."""
        return self.evaluation.get_absolute_url() if self.pilot.published_on else ""

    @property
    def items(self) -> tuple[str, ...]:
        """Name the questions that were asked."""
        return instruments.construct(self.evaluation.plan.outcome).items


def reader_language() -> Language:
    return Language(get_language() or "en")


def words(record: Written, field: str) -> str:
    text = record.text(field, reader_language().code)
    return text.body if text else ""


def index_name(outcome: str) -> str:
    title = instruments.construct(outcome).title
    return title.in_language(reader_language().code)


def told(evaluation: Evaluation) -> Told:
    finding, outcome = finding_of(evaluation), outcome_of(evaluation)
    language = reader_language()
    return Told(
        short=_direction_words(finding.direction),
        claim=claim(finding, outcome, language),
        sentence=sentence(finding, outcome, language),
        label=str(STRENGTHS[finding.strength]),
        level=finding.strength.rank,
        direction=finding.direction or "",
        evaluation=evaluation,
    )


def result_of(pilot: Pilot | None) -> Evaluation | None:
    """Give what the pilot's plan gave; no query where `plan__evaluation` was selected."""
    return evaluation_of(plan_of(pilot)) if pilot else None


def told_of(pilot: Pilot | None) -> Told | None:
    evaluation = result_of(pilot)
    return told(evaluation) if evaluation else None


def short_result(pilot: Pilot | None) -> str:
    """Say in a few words what is known of a pilot's outcome."""
    evaluation = result_of(pilot)
    if evaluation is not None:
        return _direction_words(evaluation.finding.get("direction"))
    if pilot is not None and pilot.stage == Stage.STOPPED:
        return _("Stopped, no result")
    return _("Being tested")


def _direction_words(direction: str | None) -> str:
    if direction is None:
        return _("Unclear: described only")
    return {
        Direction.BETTER: _("Tested: for the better"),
        Direction.WORSE: _("Tested: for the worse"),
        Direction.NO_EFFECT_THAT_MATTERS: _("Tested: no difference that matters"),
        Direction.TOO_UNCERTAIN: _("Unclear: too uncertain to say"),
    }[Direction(direction)]
