"""One questionnaire on paper, typed in twice: what was read, and where the two differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imppulse.studies import interview
from imppulse.studies.interview import Answers, Page, Question


@dataclass(frozen=True)
class Difference:
    question: Question
    first: str
    second: str


def read(layout: Sequence[Page], posted: Mapping[str, str]) -> Answers:
    """Read a whole questionnaire at once; what a question opens is read on the same page."""
    answers: Answers = {}
    for page in layout:
        opened = interview.read_page(page, answers, posted).answers
        answers = interview.read_page(page, opened, posted).answers
    return {name: value for name, value in answers.items() if value}


def differences(
    layout: Sequence[Page], first: Answers, second: Answers
) -> list[Difference]:
    """Name the questions for which the two entries do not say the same."""
    return [
        Difference(
            question,
            shown(question, first.get(question.name)),
            shown(question, second.get(question.name)),
        )
        for page in layout
        for question in page.questions
        if first.get(question.name) != second.get(question.name)
    ]


def shown(question: Question, value: str | None) -> str:
    return question.label_of(value) if value else "–"


def settled(
    layout: Sequence[Page],
    entries: tuple[Answers, Answers],
    posted: Mapping[str, str],
) -> Answers:
    """Take what both entries say, and what was decided where they differ."""
    first, second = entries
    wanted = {
        each.question.name: posted.get(f"q-{each.question.name}", "")
        for each in differences(layout, first, second)
    }
    whole = {f"q-{name}": value for name, value in (first | wanted).items()}
    return read(layout, whole)
