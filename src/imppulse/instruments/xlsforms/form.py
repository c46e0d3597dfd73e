"""A questionnaire that came from elsewhere: what of it this software can ask."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

Words = Mapping[str, str]  # language -> text


class Kind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    POINTS = "points"
    NOTE = "note"


@dataclass(frozen=True)
class Choice:
    """An answer offered; `name` is how the form calls it, `code` what is stored."""

    name: str
    code: int
    label: Words
    missing: bool = False


@dataclass(frozen=True)
class OnlyIf:
    """Asked only of those who gave this answer; of several answers, who ticked it."""

    question: str
    code: int


@dataclass(frozen=True)
class Question:
    name: str
    kind: Kind
    text: Words
    choices: tuple[Choice, ...] = ()
    required: bool = False
    only_if: OnlyIf | None = None
    low: int | None = None
    high: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the answer file: several answers have one 0/1 column each."""
        if self.kind == Kind.SEVERAL:
            return tuple(self.column_of(choice) for choice in self.choices)
        return () if self.kind == Kind.NOTE else (self.name,)

    def column_of(self, choice: Choice) -> str:
        return f"{self.name}_{choice.name.replace('-', 'm')}"


@dataclass(frozen=True)
class Part:
    """Questions under one heading; those before any group have none."""

    name: str
    title: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    title: str
    name: str
    version: str
    languages: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for part in self.parts for question in part.questions)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for each in self.questions for name in each.columns)

    def to_dict(self) -> dict[str, Any]:
        """Return the form ready for JSON."""
        return {"schema": 1, **asdict(self)}
