"""A questionnaire as a territory composes it: one of the bank, what is left out, what is added.

Plain values without a database: a draft stores one, a file holds one, publication freezes one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from imppulse import instruments
from imppulse.instruments import (
    InstrumentError,
    Item,
    Option,
    Scale,
    Section,
    Side,
    Text,
)
from imppulse.instruments.model import Questionnaire, Status
from imppulse.instruments.texts import LANGUAGES

OWN_SECTION = "section.own"
OWN_SECTION_TITLE = Text(
    en="Questions of your territory", fr="Questions propres à votre territoire"
)
ADDED_SECTION_TITLE = Text(en="Further questions", fr="Autres questions")
CONTACT = "contact"
FORCE = "force"  # its name with the article, where the record of the force has none
Words = Mapping[str, Mapping[str, str]]  # language: key of a text: the text


@dataclass(frozen=True)
class OwnQuestion:
    """A question that the territory adds; its name and scale stay, its wording may change."""

    name: str
    scale: str
    factor: str = ""
    reversed: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        return instruments.scale(self.scale).options


@dataclass(frozen=True)
class Composition:
    """The first language is the one the territory writes in; the others translate it."""

    name: str
    side: str
    base: str
    languages: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    own: tuple[OwnQuestion, ...] = ()
    swaps: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    translated_from: Words = field(default_factory=dict)
    item_map: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.languages[0]

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """Give the bank's questionnaire, with a last section of what is added from the bank."""
        base = instruments.questionnaire(self.base)
        if not self.added:
            return base
        more = Section(ADDED_SECTION_TITLE, self.added)
        return replace(base, sections=(*base.sections, more))

    @cached_property
    def sections(self) -> tuple[tuple[int, tuple[Item, ...]], ...]:
        """Give the bank's sections that still ask something, by their place in the bank."""
        kept = set(self.kept)
        found = (
            (
                number,
                tuple(
                    instruments.item(lawful)
                    for name in section.items
                    if (lawful := self.swaps.get(name, name)) in kept
                ),
            )
            for number, section in enumerate(self.questionnaire.sections, start=1)
        )
        return tuple((number, items) for number, items in found if items)

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Name the bank's items that are asked: a follow-up goes with its question."""
        kept: list[str] = []
        for name in self.questionnaire.items:
            lawful = self.swaps.get(name, name)
            if lawful and name not in self.left_out and follows(lawful, kept):
                kept.append(lawful)
        return tuple(kept)

    @property
    def item_names(self) -> tuple[str, ...]:
        return (*self.kept, *(question.name for question in self.own))

    def own_question(self, name: str) -> OwnQuestion | None:
        return next((each for each in self.own if each.name == name), None)

    @cached_property
    def texts(self) -> dict[str, Text | None]:
        """List every text a respondent reads, by key; None where only the territory has words."""
        return dict(texts_of(self))

    def text(self, key: str, language: str) -> str:
        """Give the words of a text in a language; empty while there are none."""
        return in_bank(self.texts[key], language) or self.own_words(key, language)

    def own_words(self, key: str, language: str) -> str:
        return self.words.get(language, {}).get(key, "").strip()

    def is_written_here(self, key: str, language: str) -> bool:
        """Whether the territory writes this text, the bank having none in this language."""
        return not in_bank(self.texts[key], language)

    def fingerprint(self, key: str, language: str) -> str:
        """Stand for the words of a text together with those they translate."""
        both = f"{self.text(key, self.source)}\n{self.text(key, language)}"
        return short_hash(both)


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_bank(text: Text | None, language: str) -> str:
    try:
        return text.in_language(language) if text else ""
    except InstrumentError:  # a language the bank does not have
        return ""


def follows(name: str, kept: list[str]) -> bool:
    condition = instruments.item(name).asked_if
    return condition is None or condition.item in kept


def texts_of(asked: Composition) -> Iterator[tuple[str, Text | None]]:
    base = asked.questionnaire
    yield "title", base.title
    yield "introduction", base.introduction
    for part, text in vars(base.consent).items():
        yield f"consent.{part}", text
    yield CONTACT, None
    if any(code not in LANGUAGES for code in asked.languages):
        yield FORCE, Text(en="{force}", fr="{force}")
    for number, items in asked.sections:
        yield f"section.{number}", base.sections[number - 1].title
        for item in items:
            yield f"item.{item.name}", item.wordings[Side(asked.side)]
            yield from option_texts(item.scale, item)
    if asked.own:
        yield OWN_SECTION, OWN_SECTION_TITLE
    for question in asked.own:
        yield f"item.{question.name}", None
        yield from option_texts(instruments.scale(question.scale))


def option_texts(scale: Scale, item: Item | None = None) -> Iterator[tuple[str, Text]]:
    for option in scale.options:
        yield f"option.{scale.name}.{option.code}", option.label
    for option in item.extra_options if item else ():
        yield f"option.{item.name if item else ''}.{option.code}", option.label


def option_key(item: Item | OwnQuestion, option: Option) -> str:
    if isinstance(item, OwnQuestion):
        return f"option.{item.scale}.{option.code}"
    owner = item.name if option in item.extra_options else item.scale.name
    return f"option.{owner}.{option.code}"


def reviewed_in_bank(asked: Composition, language: str) -> bool:
    """Whether the bank's questions that are asked were all reviewed in a language."""
    states = [instruments.item(name).status.get(language) for name in asked.kept]
    return bool(states) and all(state not in {None, Status.DRAFTED} for state in states)
