"""Several results beside one another, pooled only where pooling is earned."""

from dataclasses import dataclass, replace
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import (
    SIGNED,
    Layer,
    Row,
    band,
    card,
    horizontal,
    labels,
    marks,
    points,
    scale,
    stand,
    texts,
    vertical,
    whiskers,
)
from imppulse.charts.frame import Frame, Slot, frame, rows_frame, span
from imppulse.charts.palette import COMPARISON, INK, TEXT

COLUMN = 240
DIAMOND = 8


@dataclass(frozen=True)
class StudyRow:
    """One result; without an interval, `remark` says why ("stopped")."""

    label: str
    interval: Interval | None
    remark: str = ""

    @property
    def words(self) -> str:
        return self.interval.words if self.interval else self.remark


@dataclass(frozen=True)
class Pooled:
    """A pooled estimate with the range where a new territory's result would fall."""

    label: str
    interval: Interval
    prediction_label: str
    prediction_low: float
    prediction_high: float
    prediction_words: str


@dataclass(frozen=True)
class RangeOnly:
    """Too few results to pool: from the lowest to the highest, and no centre."""

    label: str
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Margin:
    """The band that matters, as fixed in the plan: inside it, no change that matters."""

    half_width: float
    words: str


Summary = Pooled | RangeOnly | None


@lru_cache(maxsize=256)
def forest_plot(
    rows: tuple[StudyRow, ...],
    summary: Summary,
    *,
    words: Words,
    margin: Margin | None = None,
    size: Size = "wide",
) -> Chart:
    lines = [(r.label, r.words) for r in rows] + summary_lines(summary)
    names = [f"{a}\n{b}" if size == "narrow" else a for a, b in lines]
    empty = frame(size, span(reach(rows, summary, margin)), column=COLUMN)
    within, placed = rows_frame(empty, names, 22)
    layers = [
        scale(within, SIGNED),
        *margin_layers(within, margin),
        vertical(within, 0.0),
        *studies(within, placed, rows),
        *summary_layers(within, placed[len(rows) :], summary),
        labels(within, placed),
    ]
    if size == "wide":
        layers.append(column(within, placed, [b for _, b in lines]))
    table = ChartTable(words.columns, tuple(lines))
    if margin:
        words = replace(words, axis=f"{words.axis}\n{margin.words}")
    return card(within, layers, words=words, table=table)


def summary_lines(summary: Summary) -> list[tuple[str, str]]:
    if isinstance(summary, Pooled):
        return [
            (summary.label, summary.interval.words),
            (summary.prediction_label, summary.prediction_words),
        ]
    return [(summary.label, summary.words)] if summary else []


def reach(
    rows: tuple[StudyRow, ...], summary: Summary, margin: Margin | None
) -> list[float]:
    values = [x for r in rows if r.interval for x in (r.interval.low, r.interval.high)]
    if isinstance(summary, Pooled):
        values += [summary.prediction_low, summary.prediction_high]
    if margin:
        values += [-margin.half_width, margin.half_width]
    return values


def margin_layers(within: Frame, margin: Margin | None) -> list[Layer]:
    if not margin:
        return []
    return [band(within, -margin.half_width, margin.half_width)]


def studies(
    within: Frame, placed: list[Slot], rows: tuple[StudyRow, ...]
) -> list[Layer]:
    known: list[Row] = [
        {
            "x": row.interval.estimate,
            "low": row.interval.low,
            "high": row.interval.high,
            "y": slot.y,
        }
        for slot, row in zip(placed, rows, strict=False)
        if row.interval
    ]
    return [whiskers(within, known, INK), points(within, known, INK, shape="square")]


def summary_layers(within: Frame, placed: list[Slot], summary: Summary) -> list[Layer]:
    if isinstance(summary, Pooled):
        own, prediction = placed
        ends = {
            "low": summary.prediction_low,
            "high": summary.prediction_high,
            "y": prediction.y,
        }
        return [
            diamond(within, summary.interval, own.y),
            whiskers(within, [ends], INK, width=1.2),
        ]
    if summary:
        line = {"low": summary.low, "high": summary.high, "y": placed[0].y}
        return [whiskers(within, [line], COMPARISON, width=1.2)]
    return []


def diamond(within: Frame, interval: Interval, y: float) -> Layer:
    corners: list[Row] = [
        {"x": interval.low, "y": y, "y2": y},
        {"x": interval.estimate, "y": y - DIAMOND, "y2": y + DIAMOND},
        {"x": interval.high, "y": y, "y2": y},
    ]
    mark = marks(within, corners).mark_area(color=INK, opacity=1, line=False)
    return stand(mark, x=horizontal(within), y2="y2:Q")


def column(within: Frame, placed: list[Slot], words: list[str]) -> Layer:
    rows: list[Row] = [
        {"px": within.width + 20, "y": slot.y, "text": text}
        for slot, text in zip(placed, words, strict=True)
    ]
    return texts(within, rows, TEXT)
