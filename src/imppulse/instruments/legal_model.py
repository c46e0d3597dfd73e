"""What a legal profile holds."""

from dataclasses import dataclass
from enum import StrEnum

from imppulse.instruments.texts import Text


class Topic(StrEnum):
    LEGAL_BASIS = "legal_basis"
    SENSITIVE_QUESTIONS = "sensitive_questions"
    MINORS = "minors"
    POLICE_OFFICERS = "police_officers"
    DUTY_TO_REPORT = "duty_to_report"
    THRESHOLD = "threshold"


class Ground(StrEnum):
    """What a statement rests on: law, authorities, what others do, or our own caution."""

    LAW = "law"
    GUIDANCE = "guidance"
    PRACTICE = "practice"
    RULE = "rule"


@dataclass(frozen=True)
class LegalSource:
    """`as_of` is the date of the text or page read, as far as it says one."""

    title: str
    language: str
    address: str
    as_of: str


@dataclass(frozen=True)
class Statement:
    topic: Topic
    ground: Ground
    text: Text
    source: LegalSource | None


@dataclass(frozen=True)
class Variant:
    """What is asked instead of a question; nothing when `instead` is empty."""

    item: str
    instead: str
    reason: Text


@dataclass(frozen=True)
class Clearance:
    """A step to record, with its date, before police officers are surveyed."""

    kind: str
    title: Text
    explanation: Text


@dataclass(frozen=True)
class LegalProfile:
    country: str
    version: str
    simulated: bool
    age_of_consent: int | None
    published_threshold: int
    statements: tuple[Statement, ...]
    variants: tuple[Variant, ...]
    offered: tuple[str, ...]
    clearances: tuple[Clearance, ...]
    first_page: tuple[Text, ...]

    def on(self, topic: Topic) -> tuple[Statement, ...]:
        return tuple(each for each in self.statements if each.topic == topic)

    @property
    def unknown(self) -> tuple[Topic, ...]:
        """Name the topics on which no text of law was read."""
        known = {each.topic for each in self.statements if each.ground == Ground.LAW}
        return tuple(topic for topic in Topic if topic not in known)
