"""A form that came from elsewhere, as records of the question bank."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.model import (
    OWN,
    AskedIf,
    Item,
    Option,
    Scale,
    Section,
    Side,
    Status,
)
from imppulse.instruments.texts import LANGUAGES, Text
from imppulse.instruments.xlsforms.form import Choice, Form, Kind, Question, Words

TICKED: tuple[tuple[int, Mapping[str, str]], ...] = (
    (1, {"en": "Yes", "fr": "Oui", "it": "Sì", "es": "Sí", "pt": "Sim", "nl": "Ja", "de": "Ja", "ar": "نعم"}),
    (0, {"en": "No", "fr": "Non", "it": "No", "es": "No", "pt": "Não", "nl": "Nee", "de": "Nein", "ar": "لا"}),
)  # fmt: skip
MOST_CODES = 150  # answers that one page can offer


@dataclass(frozen=True)
class BankRecords:
    """Items with their scales, under the headings of the form; notes are headings' texts."""

    sections: tuple[Section, ...]
    items: Mapping[str, Item]
    required: tuple[str, ...]
    notes: tuple[Text, ...]


def records(form: Form, side: Side) -> BankRecords:
    """Turn a form into items of the bank; of several answers each becomes an item of its own.

    The records have neither construct nor factor: whoever takes them over says what they measure.
    """
    if lacking := [code for code in LANGUAGES if code not in form.languages]:
        raise InstrumentError(
            f"the bank also needs: {', '.join(lacking)}", place=form.name
        )
    found = {item.name: item for each in form.questions for item in items(each, side)}
    return BankRecords(
        sections=tuple(
            Section(
                text(part.title or dict.fromkeys(form.languages, form.title)),
                tuple(name for question in part.questions for name in question.columns),
            )
            for part in form.parts
        ),
        items=found,
        required=tuple(
            question.name
            for question in form.questions
            if question.required and question.kind != Kind.SEVERAL
        ),
        notes=tuple(text(q.text) for q in form.questions if q.kind == Kind.NOTE),
    )


def items(question: Question, side: Side) -> Iterator[Item]:
    if question.kind == Kind.SEVERAL:
        for choice in question.choices:
            name = question.column_of(choice)
            yield item(question, side, name=name, asked=ticked(question, choice))
    elif question.kind != Kind.NOTE:
        asked = question.text, options(question)
        yield item(question, side, name=question.name, asked=asked)


def item(
    question: Question,
    side: Side,
    *,
    name: str,
    asked: tuple[Words, tuple[Option, ...]],
) -> Item:
    wording, answers = asked
    condition = question.only_if
    return Item(
        name=name,
        construct="",
        scale=Scale(name=name, options=answers),
        reversed=False,
        ess_variable=OWN,
        source=OWN,
        factors=(),
        wordings={side: text(wording)},
        status=dict.fromkeys(wording, Status.DRAFTED),
        asked_if=AskedIf(condition.question, condition.code) if condition else None,
    )


def ticked(question: Question, choice: Choice) -> tuple[Words, tuple[Option, ...]]:
    wording = {
        code: f"{body} – {choice.label[code]}" for code, body in question.text.items()
    }
    return wording, tuple(
        Option(code, text({each: labels.get(each, str(code)) for each in wording}))
        for code, labels in TICKED
    )


def options(question: Question) -> tuple[Option, ...]:
    if question.kind == Kind.NUMBER:
        return numbers(question)
    return tuple(
        Option(choice.code, text(choice.label), choice.missing)
        for choice in question.choices
    )


def numbers(question: Question) -> tuple[Option, ...]:
    """Offer every whole number between the bounds; a question without both is too wide."""
    low, high = question.low, question.high
    if low is None or high is None or high - low >= MOST_CODES:
        raise InstrumentError(
            f"a number needs a lowest and a highest value, at most {MOST_CODES} apart",
            place=question.name,
        )
    return tuple(
        Option(number, text(dict.fromkeys(question.text, str(number))))
        for number in range(low, high + 1)
    )


def text(words: Words) -> Text:
    """Write words as a text of the bank, whose braces are placeholders."""
    plain = {
        code: body.replace("{", "{{").replace("}", "}}") for code, body in words.items()
    }
    others = tuple((c, body) for c, body in plain.items() if c not in LANGUAGES)
    return Text(plain["en"], plain["fr"], others)
