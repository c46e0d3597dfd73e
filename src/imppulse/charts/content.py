"""What a picture is made from, and what it hands back."""

from dataclasses import dataclass
from typing import Literal

Size = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Interval:
    """A number with its interval, and the same in the reader's words.

    `value` is the bare number ("58"); `words` adds interval and answers
    ("58 (53 to 63), 412 answers").
    """

    estimate: float
    low: float
    high: float
    value: str
    words: str


@dataclass(frozen=True)
class Words:
    """The words of one picture, already in the reader's language.

    `simulated` is empty for real data; otherwise it is written inside the picture.
    """

    title: str
    axis: str
    alt: str
    columns: tuple[str, ...]
    language: str = "en"
    simulated: str = ""


@dataclass(frozen=True)
class ChartTable:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A picture as SVG, with all that a reader who does not see it needs."""

    title: str
    svg: str
    alt: str
    table: ChartTable
    specification: str
