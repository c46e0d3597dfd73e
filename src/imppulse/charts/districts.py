"""Districts beside one another; a suppressed one is hatched grey, never a value."""

from dataclasses import dataclass
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import (
    Layer,
    Row,
    card,
    hatching,
    labels,
    points,
    scale,
    texts,
    whiskers,
)
from imppulse.charts.frame import Frame, Slot, frame, rows_frame
from imppulse.charts.palette import INK, QUIET_TEXT

COLUMN = 70


@dataclass(frozen=True)
class DistrictRow:
    """A district; `interval` is None where too few people answered.

    The type holds no place for the value of a suppressed district, so that none can
    reach the picture, its specification, its axis or its table.
    """

    label: str
    interval: Interval | None


@lru_cache(maxsize=256)
def district_chart(
    rows: tuple[DistrictRow, ...],
    too_few: str,
    *,
    words: Words,
    size: Size = "wide",
    colour: str = INK,
) -> Chart:
    """Draw the districts in the order given: they are not ranked by level."""
    within, placed = rows_frame(
        frame(size, (0, 100), column=COLUMN), [row.label for row in rows], 22
    )
    shown = [
        (slot, row.interval)
        for slot, row in zip(placed, rows, strict=True)
        if row.interval is not None
    ]
    hidden = [s for s, row in zip(placed, rows, strict=True) if row.interval is None]
    drawn = [
        {"x": i.estimate, "low": i.low, "high": i.high, "y": s.y} for s, i in shown
    ]
    layers = [
        scale(within),
        *suppressed(within, hidden, too_few),
        whiskers(within, drawn, colour),
        points(within, drawn, colour),
        values(within, shown, colour),
        labels(within, placed),
    ]
    return card(within, layers, words=words, table=district_table(rows, too_few, words))


def suppressed(within: Frame, hidden: list[Slot], too_few: str) -> list[Layer]:
    rows: list[Row] = [
        {"px": within.width / 2, "y": slot.y, "text": too_few} for slot in hidden
    ]
    return [
        hatching(within, [slot.y for slot in hidden], len(too_few) * 7 + 12),
        texts(within, rows, QUIET_TEXT, fontSize=13, align="center"),
    ]


def values(within: Frame, shown: list[tuple[Slot, Interval]], colour: str) -> Layer:
    rows = [
        {"px": within.pixel(i.high) + 10, "y": slot.y, "text": i.value}
        for slot, i in shown
    ]
    return texts(within, rows, colour, fontWeight="bold")


def district_table(
    rows: tuple[DistrictRow, ...], too_few: str, words: Words
) -> ChartTable:
    cells = tuple(
        (row.label, row.interval.words if row.interval else too_few) for row in rows
    )
    return ChartTable(words.columns, cells)
