"""Two waves, two sides: where the pilot ran and where it did not."""

import math
from dataclasses import dataclass
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import (
    Layer,
    Row,
    card,
    marks,
    pixels,
    points,
    stand,
    texts,
)
from imppulse.charts.frame import Frame, line_count, spread, wrap
from imppulse.charts.palette import COMPARISON, GRID, PILOT, QUIET_TEXT

HEIGHT = 250
DODGE = 6
LEAST_SPAN = 30.0  # a narrower axis would make a small change look large
Axis = tuple[float, float, float]
STEPS = (1, 2, 5, 10, 20)
NAME_LINE = 18


@dataclass(frozen=True)
class Course:
    """One arm: its name in words, and its two measurements."""

    name: str
    before: Interval
    after: Interval

    @property
    def ends(self) -> tuple[Interval, Interval]:
        return self.before, self.after


@lru_cache(maxsize=256)
def change_chart(
    courses: tuple[Course, Course | None],
    waves: tuple[str, str],
    *,
    words: Words,
    size: Size = "wide",
) -> Chart:
    """Draw the pilot's course, and the comparison's where there is one.

    The warm colour is the pilot's alone.
    """
    known = [each for each in courses if each]
    within = change_frame(size)
    axis = vertical_range(known)
    looks = [(PILOT, "circle", -DODGE), (COMPARISON, "square", DODGE)]
    layers = [*grid(within, axis), wave_names(within, waves)]
    for each, look in zip(known, looks, strict=False):
        layers += course(within, axis, arm=each, look=look)
    layers += names(within, axis, known)
    foot = 20 + NAME_LINE * max(line_count(wave_name(within, name)) for name in waves)
    return card(
        within, layers, words=words, table=change_table(known, words), foot=foot
    )


def change_frame(size: Size) -> Frame:
    if size == "narrow":
        return Frame(size, left=52, right=132, domain=(0, 1), height=HEIGHT, total=344)
    return Frame(size, left=64, right=216, domain=(0, 1), height=HEIGHT)


def vertical_range(courses: list[Course]) -> Axis:
    """Give low, high and step of the axis, on round numbers and inside 0 to 100."""
    ends = [end for each in courses for end in each.ends]
    low = min(end.low for end in ends)
    high = max(end.high for end in ends)
    missing = max(LEAST_SPAN - (high - low), 0) / 2
    step = next((s for s in STEPS if (high - low + 2 * missing) / s <= 6), 25)
    first = max(math.floor((low - missing) / step) * step, 0)
    last = min(math.ceil((high + missing) / step) * step, 100)
    return first, last, step


def height_of(within: Frame, axis: Axis, value: float) -> float:
    low, high, _ = axis
    return (high - value) / (high - low) * within.height


def grid(within: Frame, axis: Axis) -> list[Layer]:
    low, high, step = axis
    ticks = [low + i * step for i in range(round((high - low) / step) + 1)]
    rows: list[Row] = [
        {
            "px": 0,
            "px2": within.width,
            "y": height_of(within, axis, tick),
            "text": f"{tick:g}",
        }
        for tick in ticks
    ]
    lines = stand(
        marks(within, rows).mark_rule(color=GRID), x=pixels(within), x2="px2:Q"
    )
    return [lines, texts(within, rows, QUIET_TEXT, fontSize=13, align="right", dx=-8)]


def wave_x(within: Frame) -> tuple[float, float]:
    return within.width * 0.16, within.width * 0.88


def wave_name(within: Frame, name: str) -> str:
    return wrap(name, within.width * 0.7, 13)


def wave_names(within: Frame, waves: tuple[str, str]) -> Layer:
    rows = [
        {"px": x, "y": within.height + 10, "text": wave_name(within, name)}
        for x, name in zip(wave_x(within), waves, strict=True)
    ]
    return texts(within, rows, QUIET_TEXT, fontSize=13, align="center", baseline="top")


def course(
    within: Frame,
    axis: Axis,
    *,
    arm: Course,
    look: tuple[str, str, int],
) -> list[Layer]:
    colour, shape, dodge = look
    rows: list[Row] = [
        {
            "px": x + dodge,
            "y": height_of(within, axis, end.estimate),
            "low": height_of(within, axis, end.low),
            "high": height_of(within, axis, end.high),
        }
        for x, end in zip(wave_x(within), arm.ends, strict=True)
    ]
    x = pixels(within)
    line = stand(marks(within, rows).mark_line(color=colour, strokeWidth=2.2), x=x)
    upright = [{"px": row["px"], "y": row["low"], "y2": row["high"]} for row in rows]
    thick = marks(within, upright).mark_rule(
        color=colour, strokeWidth=3, strokeCap="round"
    )
    whiskers = stand(thick, x=x, y2="y2:Q")
    return [line, whiskers, points(within, rows, colour, shape=shape, x=x)]


def names(within: Frame, axis: Axis, known: list[Course]) -> list[Layer]:
    """Name each course at its end, moved apart where they would overlap."""
    written = [
        wrap(f"{each.name} {each.after.value}", within.right - 30) for each in known
    ]
    tallest = max(line_count(text) for text in written) * NAME_LINE + 6
    ys = spread([height_of(within, axis, c.after.estimate) for c in known], tallest)
    px = wave_x(within)[1] + 20
    return [
        texts(
            within,
            [{"px": px, "y": y - (line_count(text) - 1) * NAME_LINE / 2, "text": text}],
            colour,
            fontWeight="bold",
        )
        for text, y, colour in zip(written, ys, (PILOT, COMPARISON), strict=False)
    ]


def change_table(courses: list[Course], words: Words) -> ChartTable:
    return ChartTable(
        words.columns,
        tuple((each.name, each.before.words, each.after.words) for each in courses),
    )
