"""A published questionnaire as pages of questions: which come next, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from imppulse.studies.choices import AgeGroup, Side

MOST_QUESTIONS = 4  # on one page
NO_ANSWER = ""
DISTRICT, AGE_GROUP, COMMENT = "district", "age_group", "comment"
MOST_CHARACTERS = 1_000  # of a comment: four bytes each still fit into its sealed row
QUESTIONS_A_MINUTE = 3
# Written too at 15: free text of a minor could oblige a public agent to report.
MAY_BE_MINORS = (None, NO_ANSWER, AgeGroup.FROM_15)
Answers = dict[str, str]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    set_apart: bool = False  # "don't know", "prefer not to say"


@dataclass(frozen=True)
class Question:
    name: str
    legend: str
    choices: tuple[Choice, ...]
    required: bool = False
    asked_if: tuple[str, str] | None = None
    free_text: bool = False
    of_adults: bool = False

    def label_of(self, value: str) -> str:
        if self.free_text:
            return value
        return next((c.label for c in self.choices if c.value == value), "")

    def is_relevant(self, answers: Mapping[str, str]) -> bool:
        if self.of_adults and answers.get(AGE_GROUP) in MAY_BE_MINORS:
            return False
        if self.asked_if is None:
            return True
        item, value = self.asked_if
        return answers.get(item) == value


@dataclass(frozen=True)
class Page:
    title: str
    questions: tuple[Question, ...]

    def relevant(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.is_relevant(answers))


@dataclass(frozen=True)
class Reading:
    """What a posted page says: answers kept, and what is wrong by question."""

    answers: Answers
    errors: dict[str, str] = field(default_factory=dict)


def pages(
    content: Mapping[str, Any],
    language: str,
    districts: Sequence[tuple[str, str]],
) -> list[Page]:
    """Lay out a questionnaire, a few questions a page, in one language."""
    asked = [
        Page(section["title"][language], tuple(part))
        for section in content["sections"]
        for part in parts(
            [question(item, content, language) for item in section["items"]]
        )
    ]
    if content["side"] == Side.POPULATION:
        asked.append(Page(_("About you"), background(districts)))
    return asked


def comment_page(*, adults_only: bool) -> Page:
    """Ask for a comment at the end; in a wave open to minors, of those known to be adults."""
    asked = Question(
        COMMENT,
        _("Is there anything you would like to add?"),
        (),
        free_text=True,
        of_adults=not adults_only,
    )
    return Page(_("In your own words"), (asked,))


def minutes(layout: Sequence[Page]) -> int:
    """Say how long it takes, rounded up."""
    questions = sum(len(page.questions) for page in layout)
    return -(-questions // QUESTIONS_A_MINUTE)


def parts(questions: list[Question]) -> list[list[Question]]:
    """Cut a section into pages of about the same size."""
    count = -(-len(questions) // MOST_QUESTIONS)
    size = -(-len(questions) // count)
    return [questions[i : i + size] for i in range(0, len(questions), size)]


def question(
    item: Mapping[str, Any], content: Mapping[str, Any], language: str
) -> Question:
    condition = item["asked_if"]
    return Question(
        name=item["name"],
        legend=item["wording"][language],
        choices=tuple(
            Choice(str(o["code"]), o["label"][language], o["missing"])
            for o in item["options"]
        ),
        required=item["name"] in content["required"],
        asked_if=condition and (condition["item"], str(condition["code"])),
    )


def background(districts: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    no_answer = Choice(NO_ANSWER, _("I prefer not to say"), set_apart=True)
    ages = tuple(Choice(value, str(label)) for value, label in AgeGroup.choices)
    places = tuple(Choice(code, name) for code, name in districts)
    age = Question(AGE_GROUP, _("How old are you?"), (*ages, no_answer))
    if not places:
        return (age,)
    elsewhere = Choice("elsewhere", _("I live elsewhere"))
    place = Question(
        DISTRICT,
        _("Which district do you live in?"),
        (*places, elsewhere, no_answer),
    )
    return place, age


def read_page(
    page: Page, answers: Mapping[str, str], posted: Mapping[str, str]
) -> Reading:
    """Read one posted page; a question left out is an answer that was taken back."""
    kept = dict(answers)
    errors: dict[str, str] = {}
    for asked in page.relevant(answers):
        value = posted.get(f"q-{asked.name}")
        kept.pop(asked.name, None)
        if asked.free_text:
            kept[asked.name] = cleaned(value or "")
        elif value is None:
            if asked.required:
                errors[asked.name] = _("Choose an answer: %(question)s")
        elif any(choice.value == value for choice in asked.choices):
            kept[asked.name] = value
        else:
            errors[asked.name] = _("Choose one of the answers offered: %(question)s")
    named = {
        asked.name: errors[asked.name] % {"question": asked.legend}
        for asked in page.questions
        if asked.name in errors
    }
    return Reading(kept, named)


def cleaned(text: str) -> str:
    """Keep what can be read of a comment, and no more than fits."""
    lines = text.replace("\r\n", "\n").strip()
    printable = "".join(c for c in lines if c.isprintable() or c == "\n")
    return printable[:MOST_CHARACTERS]


def step_from(
    layout: Sequence[Page], answers: Mapping[str, str], start: int, *, direction: int
) -> int:
    """Find the next page that has something to ask; len(layout) is the check page."""
    step = start
    while 0 <= step < len(layout) and not layout[step].relevant(answers):
        step += direction
    return max(step, 0)


def progress(
    layout: Sequence[Page], answers: Mapping[str, str], step: int
) -> tuple[int, int]:
    """Count steps as the respondent meets them, the check page being the last."""
    asking = [i for i, page in enumerate(layout) if page.relevant(answers)]
    return sum(i < step for i in asking) + 1, len(asking) + 1


def record(
    layout: Sequence[Page], answers: Mapping[str, str], side: str
) -> dict[str, Any]:
    """Keep what was asked and answered, as it will be sealed."""
    asked = {
        question.name: answers[question.name]
        for page in layout
        for question in page.relevant(answers)
        if answers.get(question.name, NO_ANSWER) != NO_ANSWER
    }
    asked.pop(COMMENT, None)
    return {
        "side": side,
        DISTRICT: asked.pop(DISTRICT, None),
        AGE_GROUP: asked.pop(AGE_GROUP, None),
        "answers": {name: int(code) for name, code in asked.items()},
    }


def comment(layout: Sequence[Page], answers: Mapping[str, str]) -> str:
    """Give the comment, if it was asked for and still is."""
    relevant = (q.name for page in layout for q in page.relevant(answers))
    return answers.get(COMMENT, "") if COMMENT in relevant else ""


def words(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Give the opening words of a questionnaire in one language."""
    return {
        "title": content["title"][language],
        "introduction": content["introduction"][language],
        "consent": {part: text[language] for part, text in content["consent"].items()},
    }
