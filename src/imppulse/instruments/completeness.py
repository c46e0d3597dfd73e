"""How complete a questionnaire is in a language, and what stands between it and the field."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from imppulse.instruments import bank
from imppulse.instruments.model import Item, Questionnaire, Side, Status
from imppulse.instruments.texts import LANGUAGES, Text, text_direction
from imppulse.instruments.translations import (
    ITEMS,
    QUESTIONNAIRES,
    SCALES,
    texts_in,
)

SOURCE = "en"


class Step(StrEnum):
    """The steps of TRAPD, the way surveys in several languages are translated."""

    TRANSLATION = "translation"
    REVIEW = "review"
    ADJUDICATION = "adjudication"
    PRETEST = "pretest"
    DOCUMENTATION = "documentation"


class State(StrEnum):
    MISSING = "missing"
    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    TESTED = "tested"


@dataclass(frozen=True)
class Entry:
    """A text a respondent reads: the record it stands in, and the text."""

    kind: str
    name: str
    text: Text


@dataclass(frozen=True)
class Completeness:
    questionnaire: str
    language: str
    direction: Literal["ltr", "rtl"]
    states: Mapping[Entry, State]

    def entries(self, state: State) -> tuple[Entry, ...]:
        return tuple(entry for entry, found in self.states.items() if found == state)

    @property
    def counts(self) -> dict[State, int]:
        counted = Counter(self.states.values())
        return {state: counted[state] for state in State}

    @property
    def missing(self) -> tuple[Entry, ...]:
        return self.entries(State.MISSING)

    @property
    def is_complete(self) -> bool:
        return not self.missing

    def missing_steps(self, recorded: Collection[Step]) -> tuple[Step, ...]:
        """Name the steps not recorded; what is written first needs no translation."""
        needed = [
            step for step in Step if self.language != SOURCE or step != Step.TRANSLATION
        ]
        return tuple(step for step in needed if step not in recorded)

    def is_fieldable(self, recorded: Collection[Step]) -> bool:
        """Whether the language may go to the field: all there, and its review recorded."""
        return self.is_complete and not self.missing_steps(recorded)


def completeness(questionnaire: Questionnaire, language: str) -> Completeness:
    states = {
        entry: state(entry, language) for entry in dict.fromkeys(entries(questionnaire))
    }
    direction = text_direction(language)
    return Completeness(questionnaire.name, language, direction, states)


def entries(questionnaire: Questionnaire) -> Iterator[Entry]:
    """Give what a respondent of this questionnaire reads, in the order read."""
    own = (questionnaire.title, questionnaire.introduction, questionnaire.consent)
    for text in texts_in(own):
        yield Entry(QUESTIONNAIRES, questionnaire.name, text)
    for section in questionnaire.sections:
        yield Entry(QUESTIONNAIRES, questionnaire.name, section.title)
        for name in section.items:
            yield from item_entries(bank.item(name), questionnaire.side)


def item_entries(item: Item, side: Side) -> Iterator[Entry]:
    yield Entry(ITEMS, item.name, item.wordings[side])
    for option in item.scale.options:
        if option.label.en.isdigit():  # a number stands for itself
            continue
        yield Entry(SCALES, item.scale.name, option.label)
    for option in item.extra_options:
        yield Entry(ITEMS, item.name, option.label)


def state(entry: Entry, language: str) -> State:
    if language not in entry.text.languages:
        return State.MISSING
    return State(status(entry, language).value)


def status(entry: Entry, language: str) -> Status:
    if language in LANGUAGES:
        in_item = entry.kind == ITEMS
        return bank.item(entry.name).status[language] if in_item else Status.DRAFTED
    words = bank.translations()[language].of(entry.kind, entry.name)
    return words[entry.text.en].status


def languages() -> tuple[str, ...]:
    """List the languages in which the bank has any words."""
    return (*LANGUAGES, *bank.translations())


def outdated(language: str) -> tuple[tuple[str, str, str], ...]:
    """List the translations whose English was changed since: kind, record, old English."""
    file = bank.translations()[language]
    labels = {text.en for scale in bank.scales() for text in texts_in(scale)}
    old = [(SCALES, "", english) for english in file.scales if english not in labels]
    records = {ITEMS: bank.bank().items, QUESTIONNAIRES: bank.bank().questionnaires}
    for (kind, name), words in file.records.items():
        current = {text.en for text in texts_in(records[kind][name])}
        old += [(kind, name, english) for english in words if english not in current]
    return tuple(old)
