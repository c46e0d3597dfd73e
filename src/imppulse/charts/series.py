"""One series over time: never joined across a break, never a value where too few stand behind it."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from imppulse.charts.content import Chart, ChartTable, Size, Words
from imppulse.charts.drawing import Layer, Row, card, marks, pixels, stand, texts
from imppulse.charts.frame import Frame, line_count, wrap
from imppulse.charts.palette import AXIS, CARD, GRID, INK, QUIET_TEXT, SUPPRESSED, TEXT

HEIGHT = 230
HATCH_STEP = 10
MOST_TICKS = 6
BREAK_SIZE = 13
BREAK_LINE = 15


@dataclass(frozen=True)
class Period:
    """One year or month; `value` is None where it is suppressed."""

    at: float
    name: str
    value: float | None
    words: str
    remark: str = ""


@dataclass(frozen=True)
class Moment:
    """A break of the series, or an incident, with what is written beside it."""

    at: float
    label: str


@dataclass(frozen=True)
class Course:
    """Periods in order, `step` years apart, with what broke or shook them."""

    periods: tuple[Period, ...]
    step: float
    breaks: tuple[Moment, ...] = ()
    incidents: tuple[Moment, ...] = ()


@lru_cache(maxsize=256)
def series_chart(course: Course, *, words: Words, size: Size = "wide") -> Chart:
    """Draw the course as lines between breaks; suppressed periods are hatched."""
    within = series_frame(course, size)
    axis = value_axis([p.value for p in course.periods if p.value is not None])
    layers = [
        *grid(within, axis, words.language),
        *years(within, course),
        *hatched(within, course),
        *lines(within, axis, course),
        *breaks(within, course),
        *incidents(within, course),
    ]
    table = ChartTable(
        words.columns, tuple((p.name, p.words, p.remark) for p in course.periods)
    )
    return card(within, layers, words=words, table=table, foot=34)


def series_frame(course: Course, size: Size) -> Frame:
    first, last = course.periods[0].at, course.periods[-1].at
    domain = (first - course.step, last + course.step)
    if size == "narrow":
        return Frame(size, left=58, right=16, domain=domain, height=HEIGHT, total=344)
    return Frame(size, left=72, right=24, domain=domain, height=HEIGHT)


Axis = tuple[float, float, float]


def value_axis(values: list[float]) -> Axis:
    """Give low, high and step; zero is always on it, so that heights may be compared."""
    low, high = min([0.0, *values]), max([0.0, *values])
    high = high if high > low else low + 1.0
    rough = (high - low) / (MOST_TICKS - 1)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 5, 10) if m * magnitude >= rough)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def height_of(within: Frame, axis: Axis, value: float) -> float:
    low, high, _step = axis
    return (high - value) / (high - low) * within.height


def grid(within: Frame, axis: Axis, language: str) -> list[Layer]:
    low, high, step = axis
    comma = "," if language == "fr" else "."
    rows: list[Row] = [
        {
            "px": 0,
            "px2": within.width,
            "y": height_of(within, axis, tick),
            "text": f"{tick:g}".replace(".", comma),
        }
        for tick in (low + i * step for i in range(round((high - low) / step) + 1))
    ]
    rules = stand(
        marks(within, rows).mark_rule(color=GRID), x=pixels(within), x2="px2:Q"
    )
    return [rules, texts(within, rows, QUIET_TEXT, fontSize=13, align="right", dx=-8)]


def years(within: Frame, course: Course) -> list[Layer]:
    """Write the years under the axis, as many as there is room for."""
    first, last = math.ceil(within.domain[0]), math.floor(within.domain[1])
    room = max(int(within.width // 56), 1)
    every = max(math.ceil((last - first + 1) / room), 1)
    rows = [
        {"px": within.pixel(year), "y": within.height + 14, "text": str(year)}
        for year in range(first, last + 1, every)
        if course.periods[0].at <= year <= course.periods[-1].at
    ]
    base = [{"px": 0, "px2": within.width, "y": within.height}]
    line = stand(
        marks(within, base).mark_rule(color=AXIS), x=pixels(within), x2="px2:Q"
    )
    return [line, texts(within, rows, QUIET_TEXT, fontSize=13, align="center")]


def hatched(within: Frame, course: Course) -> list[Layer]:
    """Draw grey diagonals over a period whose value stays hidden."""
    half = max(min(within.pixel(within.domain[0] + course.step) * 0.4, 12), 3)
    rows = [
        {
            "px": within.pixel(p.at) - half,
            "px2": within.pixel(p.at) + half,
            "y": top + HATCH_STEP,
            "y2": top,
        }
        for p in course.periods
        if p.value is None
        for top in range(0, within.height, HATCH_STEP)
    ]
    mark = marks(within, rows).mark_rule(color=SUPPRESSED, strokeWidth=1)
    return [stand(mark, x=pixels(within), x2="px2:Q", y2="y2:Q")] if rows else []


def joined(course: Course, before: Period, after: Period) -> bool:
    """Tell whether two neighbours may be joined: no gap, no break, no hidden value."""
    known = before.value is not None and after.value is not None
    near = after.at - before.at < 1.5 * course.step
    return (
        known and near and not any(before.at < b.at <= after.at for b in course.breaks)
    )


def lines(within: Frame, axis: Axis, course: Course) -> list[Layer]:
    def place(period: Period) -> tuple[float, float]:
        return within.pixel(period.at), height_of(within, axis, period.value or 0.0)

    links = [
        {"px": x, "y": y, "px2": x2, "y2": y2}
        for before, after in pairwise(course.periods)
        if joined(course, before, after)
        for (x, y), (x2, y2) in [(place(before), place(after))]
    ]
    dots = [
        {"px": x, "y": y}
        for x, y in (place(p) for p in course.periods if p.value is not None)
    ]
    rule = marks(within, links).mark_rule(color=INK, strokeWidth=2.2)
    small = len(dots) > 40
    dot = marks(within, dots).mark_point(
        shape="circle",
        size=25 if small else 80,
        filled=True,
        fill=INK,
        stroke=CARD,
        strokeWidth=0.5 if small else 1.5,
        opacity=1,
    )
    return [
        *([stand(rule, x=pixels(within), x2="px2:Q", y2="y2:Q")] if links else []),
        *([stand(dot, x=pixels(within))] if dots else []),
    ]


def breaks(within: Frame, course: Course) -> list[Layer]:
    """Cut the picture where the figures begin to mean something else, and say why."""
    layers: list[Layer] = []
    top = 2
    for each in course.breaks:
        px = within.pixel(each.at - course.step / 2)
        rule = [{"px": px, "y": 0, "y2": within.height}]
        cut = marks(within, rule).mark_rule(
            color=TEXT, strokeWidth=1.2, strokeDash=[5, 4]
        )
        late = px > within.width / 2
        words = wrap(each.label, (px if late else within.width - px) - 10, BREAK_SIZE)
        layers += [
            stand(cut, x=pixels(within), y2="y2:Q"),
            texts(
                within,
                [{"px": px, "y": top, "text": words}],
                TEXT,
                fontSize=BREAK_SIZE,
                lineHeight=BREAK_LINE,
                baseline="top",
                align="right" if late else "left",
                dx=-6 if late else 6,
            ),
        ]
        top = (top + BREAK_LINE * line_count(words)) % (within.height // 2)
    return layers


def incidents(within: Frame, course: Course) -> list[Layer]:
    """Mark each incident by a numbered triangle that points at its day."""
    rows: list[Row] = [
        {"px": within.pixel(each.at), "y": within.height - 7, "text": each.label}
        for each in course.incidents
    ]
    if not rows:
        return []
    mark = marks(within, rows).mark_point(
        shape="triangle-down", size=90, filled=True, fill=TEXT, stroke=CARD, opacity=1
    )
    number = texts(within, rows, TEXT, fontSize=12, align="center", dy=-14)
    return [stand(mark, x=pixels(within)), number]
