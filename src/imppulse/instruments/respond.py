"""Check what a respondent sent against the questionnaire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imppulse.instruments import bank
from imppulse.instruments.model import Item, Questionnaire


class Reason(StrEnum):
    NOT_A_CODE = "not_a_code"
    REQUIRED = "required"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Problem:
    item: str
    reason: Reason
    accepted: tuple[int, ...]


@dataclass(frozen=True)
class Answers:
    """The codes given; questions left unanswered are not in it."""

    codes: Mapping[str, int]


def check(
    questionnaire: Questionnaire, submitted: Mapping[str, str]
) -> Answers | list[Problem]:
    """Accept codes of each question's options; blank means unanswered.

    An answer to a question that an earlier answer has ruled out is left out,
    as XForms do: whoever goes back and changes "yes" to "no" did nothing wrong.
    """
    given = {name: value for name, value in submitted.items() if value.strip()}
    problems = [
        Problem(name, Reason.NOT_ASKED, ())
        for name in given
        if name not in questionnaire.items
    ]
    codes: dict[str, int] = {}
    for item in asked(questionnaire, codes):
        accepted = {str(option.code): option.code for option in item.options}
        value = given.get(item.name, "").strip()
        if value in accepted:
            codes[item.name] = accepted[value]
        elif value:
            problems.append(problem(item, Reason.NOT_A_CODE))
        elif item.name in questionnaire.required:
            problems.append(problem(item, Reason.REQUIRED))
    return problems or Answers(codes)


def asked(questionnaire: Questionnaire, codes: Mapping[str, int]) -> Iterator[Item]:
    """Give the questions that apply, reading the codes as they come in."""
    for name in questionnaire.items:
        item = bank.item(name)
        condition = item.asked_if
        if condition is None or codes.get(condition.item) == condition.code:
            yield item


def problem(item: Item, reason: Reason) -> Problem:
    return Problem(item.name, reason, tuple(option.code for option in item.options))
