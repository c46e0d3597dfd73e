"""Two sides, the same questions: how far apart they stand."""

from dataclasses import dataclass
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import (
    Layer,
    card,
    horizontal,
    labels,
    marks,
    points,
    scale,
    stand,
    texts,
    whiskers,
)
from imppulse.charts.frame import Frame, Slot, frame, rows_frame
from imppulse.charts.palette import AXIS, POLICE_OFFICERS, POPULATION

SIDE_OFFSET = 11
MARKS = 44


@dataclass(frozen=True)
class GapRow:
    label: str
    population: Interval
    police_officers: Interval


@dataclass(frozen=True)
class Sides:
    """What the two sides are called in the reader's language."""

    population: str
    police_officers: str


@dataclass(frozen=True)
class Look:
    name: str
    colour: str
    shape: str
    offset: int


Pairs = list[tuple[Interval, Interval]]


@lru_cache(maxsize=256)
def gap_chart(
    rows: tuple[GapRow, ...], sides: Sides, *, words: Words, size: Size = "wide"
) -> Chart:
    """Draw a dumbbell per row: population above, police officers below."""
    within, placed = rows_frame(
        frame(size, (0, 100)), [row.label for row in rows], MARKS
    )
    pairs = [(row.population, row.police_officers) for row in rows]
    turned = [(police, population) for population, police in pairs]
    population = Look(sides.population, POPULATION, "circle", -SIDE_OFFSET)
    police = Look(sides.police_officers, POLICE_OFFICERS, "square", SIDE_OFFSET)
    layers = [
        scale(within),
        links(within, placed, rows),
        *side(within, population, placed=placed, pairs=pairs),
        *side(within, police, placed=placed, pairs=turned),
        labels(within, placed),
    ]
    return card(within, layers, words=words, table=gap_table(rows, words))


def links(within: Frame, placed: list[Slot], rows: tuple[GapRow, ...]) -> Layer:
    """Join the two answers of one question."""
    joined = [
        {
            "x": row.population.estimate,
            "x2": row.police_officers.estimate,
            "y": slot.y - SIDE_OFFSET,
            "y2": slot.y + SIDE_OFFSET,
        }
        for slot, row in zip(placed, rows, strict=True)
    ]
    mark = marks(within, joined).mark_rule(
        color=AXIS, strokeWidth=1.2, strokeDash=[3, 3]
    )
    return stand(mark, x=horizontal(within), x2="x2:Q", y2="y2:Q")


def side(within: Frame, look: Look, *, placed: list[Slot], pairs: Pairs) -> list[Layer]:
    rows = [
        {"x": own.estimate, "low": own.low, "high": own.high, "y": slot.y + look.offset}
        for slot, (own, _) in zip(placed, pairs, strict=True)
    ]
    return [
        whiskers(within, rows, look.colour),
        points(within, rows, look.colour, shape=look.shape),
        values(within, look, placed=placed, pairs=pairs),
    ]


def values(within: Frame, look: Look, *, placed: list[Slot], pairs: Pairs) -> Layer:
    """Write each value outside its pair, and on the first row whose it is."""
    rows = []
    for i, (slot, (own, other)) in enumerate(zip(placed, pairs, strict=True)):
        text = f"{look.name} {own.value}" if i == 0 else own.value
        x = outside(within, (own, other), room=len(text) * 8 + 10)
        rows.append({"px": x, "y": slot.y + look.offset, "text": text})
    return texts(within, rows, look.colour, fontWeight="bold")


def outside(within: Frame, pair: tuple[Interval, Interval], room: float) -> float:
    """Find the side away from the other point, or the one that has room."""
    own, other = pair
    left = within.pixel(own.low) - room
    right = within.pixel(own.high) + 10
    wants_left = own.estimate < other.estimate
    if (wants_left and left >= 4) or right + room > within.width + within.right:
        return left
    return right


def gap_table(rows: tuple[GapRow, ...], words: Words) -> ChartTable:
    return ChartTable(
        words.columns,
        tuple((r.label, r.population.words, r.police_officers.words) for r in rows),
    )
