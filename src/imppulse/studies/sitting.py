"""One respondent on their way through the pages; everything travels in the form, sealed under the pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.studies import interview, sealing
from imppulse.studies.interview import Answers, Page, Question
from imppulse.studies.models import AnswerLink


@dataclass(frozen=True)
class Sitting:
    link: AnswerLink
    layout: Sequence[Page]
    pass_: str
    answers: Answers = field(default_factory=dict)
    step: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    appeared: tuple[str, ...] = ()

    @property
    def at_the_end(self) -> bool:
        return self.step >= len(self.layout)

    @property
    def page(self) -> Page:
        return self.layout[self.step]

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.page.relevant(self.answers)

    @property
    def draft(self) -> str:
        where = {"link": self.link.pk, "step": self.step, "answers": self.answers}
        return sealing.seal_draft(where, self.pass_)

    @property
    def progress(self) -> dict[str, int]:
        step, steps = interview.progress(self.layout, self.answers, self.step)
        return {"step": step, "steps": steps}

    @property
    def given(self) -> list[dict[str, Any]]:
        """Lay out what was asked and chosen, for the respondent to check."""
        return [
            {"page": number, "question": question, "answer": self.label(question)}
            for number, page in enumerate(self.layout)
            for question in page.relevant(self.answers)
        ]

    def label(self, question: Question) -> str:
        if question.name not in self.answers:
            return ""
        return question.label_of(self.answers[question.name])

    @property
    def record(self) -> dict[str, Any]:
        return interview.record(self.layout, self.answers, self.link.side)

    @property
    def comment(self) -> str:
        return interview.comment(self.layout, self.answers)

    @property
    def resume_code(self) -> str:
        return sealing.resume_code(self.pass_)


def resume(
    link: AnswerLink, layout: Sequence[Page], posted: Mapping[str, str]
) -> Sitting:
    """Take up a posted page; a draft that was changed or comes from elsewhere is refused."""
    pass_ = posted.get("pass", "")
    draft = sealing.open_draft(posted.get("draft", ""), pass_)
    if draft["link"] != link.pk:
        raise Refused("draft", _("This page could not be read back."))
    step = min(draft["step"], len(layout))
    return Sitting(link, layout, pass_, answers=draft["answers"], step=step)


def move(sitting: Sitting, posted: Mapping[str, str]) -> Sitting:
    """Read the posted page, then go where the button says."""
    go = posted.get("go", "next")
    if go.startswith("change-"):
        return change(sitting, go.removeprefix("change-"))
    if go == "previous":
        return back(sitting, posted)
    return forward(sitting, posted)


def change(sitting: Sitting, number: str) -> Sitting:
    step = int(number) if number.isdecimal() else 0
    return replace(sitting, step=min(step, len(sitting.layout)))


def as_it_stands(sitting: Sitting, posted: Mapping[str, str]) -> Sitting:
    """Keep what was answered on the page one leaves, complete or not."""
    if sitting.at_the_end:
        return sitting
    reading = interview.read_page(sitting.page, sitting.answers, posted)
    return replace(sitting, answers=reading.answers)


def back(sitting: Sitting, posted: Mapping[str, str]) -> Sitting:
    answers = as_it_stands(sitting, posted).answers
    step = interview.step_from(sitting.layout, answers, sitting.step - 1, direction=-1)
    return replace(sitting, answers=answers, step=step)


def forward(sitting: Sitting, posted: Mapping[str, str]) -> Sitting:
    """Go on, unless something is wrong or an answer has opened a further question here."""
    if sitting.at_the_end:
        return sitting
    shown = {question.name for question in sitting.questions}
    reading = interview.read_page(sitting.page, sitting.answers, posted)
    stayed = replace(sitting, answers=reading.answers, errors=reading.errors)
    appeared = tuple(q.name for q in stayed.questions if q.name not in shown)
    if reading.errors or appeared:
        return replace(stayed, appeared=appeared)
    step = interview.step_from(
        sitting.layout, reading.answers, sitting.step + 1, direction=1
    )
    return replace(stayed, step=step)
