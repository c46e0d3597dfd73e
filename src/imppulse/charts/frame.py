"""Where things stand in a picture: rows, label column, axis, in pixels.

Everything vertical is laid out here rather than by Vega's ordinal scales, so that a
long French label wraps, and the narrow picture of a telephone puts it above its row.
"""

import textwrap
from dataclasses import dataclass, replace
from itertools import pairwise

from imppulse.charts.content import Size

TEXT_SIZE = 14
LINE = 18
CHARACTER = 0.49  # mean advance of IBM Plex Sans, as a share of its size
GAP = 16


@dataclass(frozen=True)
class Frame:
    """A plot area of `width` x `height` with margins on a card of fixed width."""

    size: Size
    left: int
    right: int
    domain: tuple[float, float]
    height: int = 0
    total: int = 700

    @property
    def width(self) -> int:
        return self.total - self.left - self.right

    @property
    def narrow(self) -> bool:
        return self.size == "narrow"

    def pixel(self, value: float) -> float:
        low, high = self.domain
        return (value - low) / (high - low) * self.width


@dataclass(frozen=True)
class Slot:
    """One row: its label (wrapped), the label's top, and the middle of its marks."""

    label: str
    label_y: float
    y: float


def frame(size: Size, domain: tuple[float, float], *, column: int = 0) -> Frame:
    """Leave room for labels at the left and, when wide, a column of words right."""
    if size == "narrow":
        return Frame(size, left=16, right=20, domain=domain, total=344)
    return Frame(size, left=210, right=24 + column, domain=domain)


def wrap(text: str, width: float, size: float = TEXT_SIZE) -> str:
    columns = max(int(width / (size * CHARACTER)), 8)
    return "\n".join(
        line for part in text.split("\n") for line in textwrap.wrap(part, columns)
    )


def line_count(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def slots(within: Frame, labels: list[str], marks: int) -> tuple[list[Slot], int]:
    """Stack the rows; `marks` is the height that the marks of one row need."""
    room = within.width if within.narrow else within.left - GAP
    placed, top = [], 8.0
    for label in labels:
        text = wrap(label, room)
        tall = line_count(text) * LINE
        if within.narrow:
            placed.append(Slot(text, top, top + tall + 4 + marks / 2))
            top += tall + 4 + marks + GAP
        else:
            middle = top + max(tall, marks) / 2
            placed.append(Slot(text, middle - tall / 2, middle))
            top += max(tall, marks) + GAP
    return placed, int(top - GAP + 8)


def rows_frame(empty: Frame, labels: list[str], marks: int) -> tuple[Frame, list[Slot]]:
    placed, height = slots(empty, labels, marks)
    return replace(empty, height=height), placed


def spread(positions: list[float], apart: float) -> list[float]:
    """Move labels just far enough from one another to be read."""
    order = sorted(range(len(positions)), key=positions.__getitem__)
    moved = list(positions)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + apart)
    shift = sum(moved) / len(moved) - sum(positions) / len(positions) if moved else 0
    return [y - shift for y in moved]


def span(values: list[float], *, include: float | None = 0.0) -> tuple[float, float]:
    """Give an axis range with a little air on both sides."""
    known = [*values, *([] if include is None else [include])]
    low, high = min(known), max(known)
    air = (high - low or 1.0) * 0.08
    return low - air, high + air
