"""A document as content: what is said, not how it looks. PDF and HTML come from it."""

from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "strong", "emphasis", "struck"]
Tone = Literal["plain", "result", "caution"]


@dataclass(frozen=True)
class Run:
    """A stretch of text; `language` where it differs from that of its block."""

    text: str
    style: Style = "plain"
    language: str = ""
    note: str = ""
    link: str = ""


Inline = tuple[Run, ...]


@dataclass(frozen=True)
class Cover:
    title: str
    subtitle: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1
    language: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    runs: Inline
    language: str = ""


@dataclass(frozen=True)
class List:
    items: tuple[Inline, ...]
    ordered: bool = False
    language: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under a header; `numeric` are the columns of numbers, set flush right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its words; `narrow` is the same picture drawn for a telephone."""

    svg: str
    alt: str
    caption: str
    table: Table | None = None
    narrow: str = ""
    language: str = ""


@dataclass(frozen=True)
class StruckSentence:
    """The sentence that may not be said, the reason, and what would earn it."""

    label: str
    sentence: str
    reason: str
    earned_by: str = ""
    language: str = ""


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class Callout:
    title: str
    blocks: tuple["Block", ...]
    tone: Tone = "plain"
    language: str = ""


@dataclass(frozen=True)
class Folded:
    """Details for who wants them: folded in HTML, open on paper."""

    title: str
    blocks: tuple["Block", ...]
    language: str = ""


@dataclass(frozen=True)
class Columns:
    """Two languages side by side, passage by passage."""

    pairs: tuple[tuple["Block", "Block"], ...]


Block = (
    Cover
    | Heading
    | Paragraph
    | List
    | Table
    | Figure
    | StruckSentence
    | PageBreak
    | Callout
    | Folded
    | Columns
)


@dataclass(frozen=True)
class Document:
    """`simulated` is empty for real data; otherwise every page wears it."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    simulated: str = ""
    publisher: str = ""


def plain(text: str, language: str = "") -> Paragraph:
    return Paragraph((Run(text),), language)
