"""The few marks that every picture is made of, and the card they stand on."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from imppulse.charts.content import Chart, ChartTable, Words
from imppulse.charts.frame import LINE, TEXT_SIZE, Frame, Slot, line_count, wrap
from imppulse.charts.palette import (
    AXIS,
    BAND,
    CARD,
    GRID,
    INK,
    QUIET_TEXT,
    SUPPRESSED,
    TEXT,
)
from imppulse.charts.rendering import FONT, render

TITLE_SIZE = 17
TITLE_LINE = 22
STRIP = 26
SIGNED = "datum.value > 0 ? '+' + datum.label : datum.label"

Row = Mapping[str, object]
Layer = alt.Chart


def stand(mark: alt.Chart, **channels: Any) -> Layer:
    """Say which field stands where."""
    layer: Layer = mark.encode(**channels)
    return layer


def marks(within: Frame, rows: Sequence[Row]) -> Layer:
    """Start a layer whose y is already in pixels and whose x follows the axis."""
    return stand(
        alt.Chart(alt.InlineData(values=[dict(row) for row in rows])),
        y=alt.Y(
            "y:Q",
            axis=None,
            scale=alt.Scale(domain=[0, within.height], range=[0, within.height]),
        ),
    )


def horizontal(within: Frame, field: str = "x") -> alt.X:
    return alt.X(
        f"{field}:Q",
        axis=None,
        scale=alt.Scale(domain=list(within.domain), nice=False, zero=False),
    )


def pixels(within: Frame) -> alt.X:
    """Place by pixel where the axis has nothing to say."""
    return alt.X(
        "px:Q",
        axis=None,
        scale=alt.Scale(domain=[0, within.width], range=[0, within.width]),
    )


def whiskers(
    within: Frame, rows: Sequence[Row], colour: str, *, width: float = 3
) -> Layer:
    """Draw each interval from `low` to `high`."""
    mark = marks(within, rows).mark_rule(
        color=colour, strokeWidth=width, strokeCap="round"
    )
    return stand(mark, x=horizontal(within, "low"), x2="high:Q")


def points(
    within: Frame,
    rows: Sequence[Row],
    colour: str,
    *,
    shape: str = "circle",
    x: alt.X | None = None,
) -> Layer:
    mark = marks(within, rows).mark_point(
        shape=shape,
        size=110,
        filled=True,
        fill=colour,
        stroke=CARD,
        strokeWidth=1.5,
        opacity=1,
    )
    return stand(mark, x=x or horizontal(within))


def vertical(within: Frame, at: float, colour: str = AXIS) -> Layer:
    """Draw a reference line over the whole height, such as zero."""
    rows = [{"x": at, "y": 0, "y2": within.height}]
    mark = marks(within, rows).mark_rule(color=colour, strokeWidth=1.2)
    return stand(mark, x=horizontal(within), y2="y2:Q")


def band(within: Frame, low: float, high: float) -> Layer:
    """Shade the margin: changes inside it would not matter."""
    rows = [{"x": low, "x2": high, "y": 0, "y2": within.height}]
    mark = marks(within, rows).mark_rect(color=BAND)
    return stand(mark, x=horizontal(within), x2="x2:Q", y2="y2:Q")


def hatching(within: Frame, ys: Sequence[float], opening: float) -> Layer:
    """Draw grey diagonals over the whole row: no value can be read from them.

    `opening` is the width left free in the middle for the words.
    """
    half, step, middle = 8, 9, within.width / 2
    starts = [
        x
        for x in range(0, within.width - step + 1, step)
        if abs(x + step / 2 - middle) > opening / 2
    ]
    rows = [
        {"px": x, "px2": x + step, "y": y + half, "y2": y - half}
        for y in ys
        for x in starts
    ]
    mark = marks(within, rows).mark_rule(color=SUPPRESSED, strokeWidth=1)
    return stand(mark, x=pixels(within), x2="px2:Q", y2="y2:Q")


def texts(within: Frame, rows: Sequence[Row], colour: str, **style: Any) -> Layer:
    """Write `text` at the pixel (`px`, `y`)."""
    look: dict[str, Any] = {
        "font": FONT,
        "fontSize": TEXT_SIZE,
        "lineHeight": LINE,
        "lineBreak": "\n",
        "align": "left",
        "baseline": "middle",
    }
    mark = marks(within, rows).mark_text(color=colour, **(look | style))
    return stand(
        mark,
        x=pixels(within),
        text="text:N",
    )


def labels(within: Frame, placed: Sequence[Slot]) -> Layer:
    x = 0 if within.narrow else -within.left + 16
    rows = [{"px": x, "y": slot.label_y, "text": slot.label} for slot in placed]
    return texts(within, rows, TEXT, baseline="top")


def scale(within: Frame, label: str = "datum.label") -> Layer:
    """Draw the axis and its grid beneath all else."""
    axis = alt.Axis(
        title=None,
        tickCount=4 if within.narrow else 6,
        labelExpr=label,
        labelFont=FONT,
        labelFontSize=13,
        labelColor=QUIET_TEXT,
        labelFlush=False,
        labelOverlap=True,
        gridColor=GRID,
        domainColor=AXIS,
        tickColor=AXIS,
        zindex=0,
    )
    x = alt.X(
        "x:Q",
        axis=axis,
        scale=alt.Scale(domain=list(within.domain), nice=False, zero=False),
    )
    rows = [{"x": within.domain[0], "y": 0}]
    return stand(marks(within, rows).mark_point(opacity=0), x=x)


def headings(within: Frame, words: Words, *, top: int, foot: int) -> list[Layer]:
    """Write the finding above, the axis in words below, and "simulated" on top."""
    left = -within.left + 16
    room = within.total - 32
    title = wrap(words.title, room, TITLE_SIZE)
    axis = wrap(words.axis, within.width + within.right, 13)
    first = -top + (STRIP if words.simulated else 0) + 14
    layers = [
        texts(
            within,
            [{"px": left, "y": first, "text": title}],
            INK,
            fontSize=TITLE_SIZE,
            lineHeight=TITLE_LINE,
            fontWeight="bold",
            baseline="top",
        ),
        texts(
            within,
            [{"px": 0, "y": within.height + foot, "text": axis}],
            QUIET_TEXT,
            fontSize=13,
            baseline="top",
        ),
    ]
    return [*layers, *simulated_strip(within, words.simulated, top)]


def simulated_strip(within: Frame, text: str, top: int) -> list[Layer]:
    if not text:
        return []
    rows = [{"px": -within.left, "px2": within.width + within.right, "y": -top}]
    ground = marks(within, [row | {"y2": STRIP - top} for row in rows]).mark_rect(
        color=INK
    )
    strip = stand(ground, x=pixels(within), x2="px2:Q", y2="y2:Q")
    written = [{"px": 16 - within.left, "y": STRIP / 2 - top, "text": text}]
    return [strip, texts(within, written, CARD, fontSize=13, fontWeight="bold")]


def card(
    within: Frame,
    layers: Sequence[Layer],
    *,
    words: Words,
    table: ChartTable,
    foot: int = 30,
) -> Chart:
    """Put the layers on a white card and render it.

    The words of the axis stand `foot` pixels below the plot.
    """
    title_lines = line_count(wrap(words.title, within.total - 32, TITLE_SIZE))
    axis_lines = line_count(wrap(words.axis, within.width + within.right, 13))
    top = 14 + title_lines * TITLE_LINE + 10 + (STRIP if words.simulated else 0)
    everything = [*layers, *headings(within, words, top=top, foot=foot)]
    bottom = foot + axis_lines * LINE + 10
    specification = compose(within, everything, top=top, bottom=bottom)
    svg = render(specification, words)
    return Chart(words.title, svg, words.alt, table, specification)


def compose(within: Frame, layers: Sequence[Layer], *, top: int, bottom: int) -> str:
    picture = (
        alt.layer(*layers)
        .resolve_scale(x="independent")
        .properties(
            width=within.width,
            height=within.height,
            autosize=alt.AutoSizeParams(type="none"),
            padding={
                "left": within.left,
                "right": within.right,
                "top": top,
                "bottom": bottom,
            },
            background=CARD,
        )
        .configure(aria=False, font=FONT, view=alt.ViewConfig(stroke=None))
    )
    specification: str = picture.to_json(indent=None, validate=False)
    return specification
