"""What weighting did: how far weights lie from their mean, and margins before and after."""

from dataclasses import dataclass, replace
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Size, Words
from imppulse.charts.drawing import (
    Layer,
    Row,
    card,
    horizontal,
    labels,
    marks,
    points,
    scale,
    stand,
    texts,
    vertical,
)
from imppulse.charts.frame import Frame, frame, rows_frame
from imppulse.charts.palette import AXIS, INK, POPULATION, QUIET_TEXT

TALL = 180
COLUMN = 110


@dataclass(frozen=True)
class WeightBar:
    """Answers whose weight lies between two multiples of the mean weight."""

    low: float
    high: float
    count: int
    label: str
    words: str


@dataclass(frozen=True)
class MarginRow:
    """A level of a margin as shares in percent; None where too few answered."""

    label: str
    before: float | None
    population: float
    after: float | None
    words: tuple[str, str, str]


@lru_cache(maxsize=64)
def weight_bars(
    bars: tuple[WeightBar, ...], *, words: Words, size: Size = "wide"
) -> Chart:
    """Draw how many answers have which weight; the line is a weight like the mean's."""
    top = max(2.0, *(bar.high for bar in bars))
    empty = replace(frame(size, (0, top)), left=16, right=40, height=TALL + 24)
    density = [bar.count / max(bar.high - bar.low, 1e-9) for bar in bars]
    rows: list[Row] = [
        {
            "x": bar.low,
            "x2": bar.high,
            "y": TALL + 24 - TALL * tall / max(density),
            "y2": TALL + 24,
        }
        for bar, tall in zip(bars, density, strict=True)
    ]
    mark = marks(empty, rows).mark_rect(color=POPULATION, stroke="white", strokeWidth=1)
    drawn = stand(mark, x=horizontal(empty), x2="x2:Q", y2="y2:Q")
    table = ChartTable(words.columns, tuple((bar.label, bar.words) for bar in bars))
    layers = [scale(empty), drawn, vertical(empty, 1.0, INK)]
    return card(empty, layers, words=words, table=table)


@lru_cache(maxsize=64)
def margins_chart(
    rows: tuple[MarginRow, ...], *, words: Words, size: Size = "wide"
) -> Chart:
    """Draw each level before (diamond) and after (disc) beside the population (line)."""
    known = [
        x for r in rows for x in (r.before, r.population, r.after) if x is not None
    ]
    domain = (0.0, max(known) * 1.12)
    within, placed = rows_frame(
        frame(size, domain, column=COLUMN), [row.label for row in rows], 22
    )
    at = list(zip(placed, rows, strict=True))
    targets: list[Row] = [
        {"x": r.population, "y": s.y - 10, "y2": s.y + 10} for s, r in at
    ]
    ticks = stand(
        marks(within, targets).mark_rule(color=INK, strokeWidth=3),
        x=horizontal(within),
        y2="y2:Q",
    )
    before: list[Row] = [
        {"x": r.before, "y": s.y} for s, r in at if r.before is not None
    ]
    after: list[Row] = [{"x": r.after, "y": s.y} for s, r in at if r.after is not None]
    layers = [
        scale(within),
        ticks,
        points(within, before, AXIS, shape="diamond"),
        points(within, after, POPULATION),
        labels(within, placed),
        *column(within, [(s.y, r.words[2]) for s, r in at]),
    ]
    table = ChartTable(words.columns, tuple((r.label, *r.words) for r in rows))
    return card(within, layers, words=words, table=table)


def column(within: Frame, said: list[tuple[float, str]]) -> list[Layer]:
    if within.narrow:
        return []
    rows: list[Row] = [{"px": within.width + 16, "y": y, "text": w} for y, w in said]
    return [texts(within, rows, QUIET_TEXT, fontSize=13)]
