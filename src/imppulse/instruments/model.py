"""What the question bank holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.texts import ForceName, Text, fill

OWN = "own"


class Side(StrEnum):
    POPULATION = "population"
    POLICE_OFFICERS = "police_officers"
    INTERMEDIARIES = "intermediaries"


class Level(StrEnum):
    """Image of the police in general and the local relation are never mixed."""

    IMAGE = "image"
    LOCAL = "local"


class Status(StrEnum):
    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    TESTED = "tested"


class Seat(StrEnum):
    """Whose conduct or situation a factor of estrangement lies in."""

    POLICE = "police"
    POPULATION = "population"
    STRUCTURE = "structure"


class Holder(StrEnum):
    MAYOR = "mayor"
    COUNCIL = "council"
    INTERMUNICIPALITY = "intermunicipality"
    POLICE_ZONE = "police_zone"


@dataclass(frozen=True)
class Source:
    name: str
    title: str
    address: str


@dataclass(frozen=True)
class Option:
    code: int
    label: Text
    missing: bool = False


@dataclass(frozen=True)
class Scale:
    """Answers with codes; those of a nominal scale have no order and no mean."""

    name: str
    options: tuple[Option, ...]
    nominal: bool = False

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes that measure something, without those that count as missing."""
        return tuple(option.code for option in self.options if not option.missing)

    @property
    def low(self) -> int:
        return min(self.codes)

    @property
    def high(self) -> int:
        return max(self.codes)


@dataclass(frozen=True)
class AskedIf:
    item: str
    code: int


@dataclass(frozen=True)
class Guess:
    """The answer that is guessed: which item, and whose answer."""

    item: str
    side: Side


@dataclass(frozen=True)
class Item:
    name: str
    construct: str
    scale: Scale
    reversed: bool
    ess_variable: str
    source: str
    factors: tuple[str, ...]
    wordings: dict[Side, Text]
    status: dict[str, Status]
    sensitive: bool = False  # asked only where a legal profile says that it may be
    extra_options: tuple[Option, ...] = ()
    asked_if: AskedIf | None = None
    guesses: Guess | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        return tuple(self.wordings)

    @property
    def adapted(self) -> bool:
        return self.ess_variable != OWN

    @property
    def options(self) -> tuple[Option, ...]:
        """All options in the order shown: the scale, this item's own, no answer."""
        answers = tuple(o for o in self.scale.options if not o.missing)
        no_answer = tuple(o for o in self.scale.options if o.missing)
        return answers + self.extra_options + no_answer

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(option.code for option in self.options if option.missing)

    def wording(self, side: Side, language: str, force: ForceName) -> str:
        if side not in self.wordings:
            raise InstrumentError(f"{self.name} is not asked of {side}")
        template = self.wordings[side].in_language(language)
        return fill(template, force.placeholders(language))


@dataclass(frozen=True)
class Construct:
    """What several items are about; without `items` it has no index."""

    name: str
    title: Text
    description: Text
    level: Level
    items: tuple[str, ...]
    minimum_answered: int


@dataclass(frozen=True)
class Factor:
    name: str
    title: Text
    explanation: Text
    seats: tuple[Seat, ...]
    article: bool
    measured_by: dict[Side, tuple[str, ...]]
    also_measured_by: Text
    sources: tuple[str, ...]


@dataclass(frozen=True)
class LegalBasis:
    """Who holds a lever in one country, by which provision, in which version."""

    country: str
    holder: Holder
    statement: Text
    reference: str
    version: str
    address: str


@dataclass(frozen=True)
class Lever:
    name: str
    title: Text
    explanation: Text
    example: Text
    holders: tuple[Holder, ...]
    reaches: tuple[str, ...]
    law: tuple[LegalBasis, ...]


@dataclass(frozen=True)
class Outcome:
    """One of the ends that better relations serve."""

    name: str
    title: Text
    explanation: Text
    constructs: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    title: Text
    items: tuple[str, ...]


@dataclass(frozen=True)
class Consent:
    voluntary: Text
    anonymous: Text
    withdrawal: Text
    open_link: Text
    complaints: Text


@dataclass(frozen=True)
class Questionnaire:
    name: str
    version: int
    side: Side
    title: Text
    introduction: Text
    consent: Consent
    sections: tuple[Section, ...]
    required: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(name for section in self.sections for name in section.items)


@dataclass(frozen=True)
class Bank:
    sources: Mapping[str, Source]
    scales: Mapping[str, Scale]
    items: Mapping[str, Item]
    constructs: Mapping[str, Construct]
    factors: Mapping[str, Factor]
    levers: Mapping[str, Lever]
    outcomes: Mapping[str, Outcome]
    questionnaires: Mapping[str, Questionnaire]
