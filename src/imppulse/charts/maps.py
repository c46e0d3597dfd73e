"""Districts as a map in two layers: those with a number, and those that are hatched.

The layer of suppressed areas is made from outlines alone: it holds no value that a
colour could come from. Without outlines the map is schematic, one tile per district.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import Layer, Row, card, marks, pixels, stand, texts
from imppulse.charts.frame import LINE, Frame, frame, wrap
from imppulse.charts.palette import AXIS, CARD, SHADES, SUPPRESSED, TEXT

Point = tuple[float, float]
Ring = tuple[Point, ...]

TILE, GUTTER = 96, 8
HATCH = 9
KEY = 34


@dataclass(frozen=True)
class Area:
    """A district; without an interval too few people answered, and nothing is coloured.

    `rings` are its outlines (longitude, latitude, or any plane); none: a tile.
    """

    label: str
    interval: Interval | None
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class _Placed:
    area: Area
    rings: tuple[Ring, ...]
    middle: Point
    room: float


@lru_cache(maxsize=128)
def district_map(
    areas: tuple[Area, ...],
    too_few: str,
    *,
    words: Words,
    size: Size = "wide",
    key: tuple[str, str] = ("0", "100"),
) -> Chart:
    """Draw every district once: coloured by its number, or hatched without one."""
    whole = replace(frame(size, (0, 100)), left=16, right=16)
    placed, height = laid_out(areas, whole)
    within = replace(whole, height=height + KEY)
    shown = [each for each in placed if each.area.interval is not None]
    secret = [each for each in placed if each.area.interval is None]
    layers = [
        *coloured(within, shown),
        *hatched(within, secret),
        *names(within, shown, secret, too_few=too_few),
        *legend(within, height, key),
    ]
    rows = tuple(
        (each.label, each.interval.words if each.interval else too_few)
        for each in areas
    )
    table = ChartTable(words.columns, rows)
    return card(within, layers, words=words, table=table, foot=8)


def laid_out(areas: Sequence[Area], within: Frame) -> tuple[list[_Placed], int]:
    if areas and all(area.rings for area in areas):
        return outlined(areas, within)
    return tiled(areas, within)


def tiled(areas: Sequence[Area], within: Frame) -> tuple[list[_Placed], int]:
    """Lay tiles in rows as even as they go, in the order given."""
    most = max(within.width // (TILE + GUTTER), 1)
    rows = math.ceil(len(areas) / most) or 1
    across = math.ceil(len(areas) / rows) or 1
    step = min(within.width / across, 1.6 * TILE)
    left = (within.width - across * step) / 2
    placed = []
    for k, area in enumerate(areas):
        x, y = left + (k % across) * step, 8 + (k // across) * (TILE + GUTTER)
        right, low = x + step - GUTTER, y + TILE
        ring = ((x, y), (right, y), (right, low), (x, low))
        middle = ((x + right) / 2, (y + low) / 2)
        placed.append(_Placed(area, (ring,), middle, right - x))
    return placed, int(8 + rows * (TILE + GUTTER))


def outlined(areas: Sequence[Area], within: Frame) -> tuple[list[_Placed], int]:
    """Fit outlines into the width, north up; degrees shrink towards the poles."""
    points = [p for area in areas for ring in area.rings for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2)) if abs(north) <= 90 else 1.0
    wide, tall = (east - west) * squeeze or 1.0, north - south or 1.0
    scale = min(within.width / wide, 1.1 * within.width / tall)
    left = (within.width - wide * scale) / 2

    def pixel(point: Point) -> Point:
        x, y = point
        return left + (x - west) * squeeze * scale, 8 + (north - y) * scale

    placed = []
    for area in areas:
        rings = tuple(tuple(map(pixel, ring)) for ring in area.rings)
        largest = max(rings, key=lambda ring: abs(surface(ring)))
        xs = [x for x, _y in largest]
        placed.append(_Placed(area, rings, centre(largest), max(xs) - min(xs)))
    return placed, int(16 + tall * scale)


def surface(ring: Ring) -> float:
    turned = (*ring[1:], ring[0])
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, turned, strict=True)) / 2


def centre(ring: Ring) -> Point:
    """Give the centre of mass; of a line, the middle of its points."""
    area = surface(ring)
    if abs(area) < 1e-9:
        xs, ys = zip(*ring, strict=True)
        return sum(xs) / len(xs), sum(ys) / len(ys)
    x_sum = y_sum = 0.0
    for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True):
        part = x * v - u * y
        x_sum, y_sum = x_sum + (x + u) * part, y_sum + (y + v) * part
    return x_sum / (6 * area), y_sum / (6 * area)


def shade(value: float) -> str:
    """Give the colour of a level: fixed steps, so that maps of two waves compare."""
    step = int(value / 100 * len(SHADES))
    return SHADES[min(max(step, 0), len(SHADES) - 1)]


def coloured(within: Frame, shown: Sequence[_Placed]) -> list[Layer]:
    return [
        filled(within, ring, shade(each.area.interval.estimate))
        for each in shown
        if each.area.interval is not None
        for ring in each.rings
    ]


def filled(within: Frame, ring: Ring, colour: str, *, border: str = AXIS) -> Layer:
    mark = marks(within, path(ring)).mark_line(
        fill=colour,
        stroke=border,
        strokeWidth=1,
        strokeJoin="round",
        interpolate="linear-closed",
    )
    return stand(mark, x=pixels(within), order="at:Q")


def path(ring: Ring) -> list[Row]:
    return [{"px": x, "y": y, "at": k} for k, (x, y) in enumerate(ring)]


def hatched(within: Frame, secret: Sequence[_Placed]) -> list[Layer]:
    """Draw outlines on white, and grey diagonals inside them."""
    outlines = [
        filled(within, ring, CARD, border=SUPPRESSED)
        for each in secret
        for ring in each.rings
    ]
    lines: list[Row] = [
        {"px": a[0], "y": a[1], "px2": b[0], "y2": b[1]}
        for each in secret
        for a, b in diagonals(each.rings)
    ]
    rules = marks(within, lines).mark_rule(color=SUPPRESSED, strokeWidth=1)
    layer = stand(rules, x=pixels(within), x2="px2:Q", y2="y2:Q")
    return [*outlines, layer] if secret else []


def diagonals(rings: Sequence[Ring]) -> list[tuple[Point, Point]]:
    """Cut lines of x + y = constant to the inside of the outlines, by the even-odd rule."""
    sums = [x + y for ring in rings for x, y in ring]
    found = []
    at = math.floor(min(sums) / HATCH) * HATCH + HATCH / 2
    while at < max(sums):
        crossed = sorted(p for ring in rings for p in crossings(ring, at))
        found += list(zip(crossed[::2], crossed[1::2], strict=False))
        at += HATCH
    return found


def crossings(ring: Ring, at: float) -> list[Point]:
    found = []
    for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True):
        before, after = x + y - at, u + v - at
        if (before < 0) != (after < 0):
            share = before / (before - after)
            found.append((x + share * (u - x), y + share * (v - y)))
    return found


def names(
    within: Frame, shown: Sequence[_Placed], secret: Sequence[_Placed], *, too_few: str
) -> list[Layer]:
    labels, numbers = [], []
    for each in [*shown, *secret]:
        room = max(each.room - 8, 40)
        said = each.area.interval.value if each.area.interval else wrap(too_few, room)
        label = wrap(each.area.label, room, 13)
        lines = label.count("\n") + said.count("\n") + 2
        x, top = each.middle[0], each.middle[1] - lines * LINE / 2
        labels.append({"px": x, "y": top, "text": label})
        under = top + (label.count("\n") + 1) * LINE
        numbers.append(
            ({"px": x, "y": under, "text": said}, each.area.interval is None)
        )
    look = {"align": "center", "baseline": "top", "fontSize": 13}
    halo = {"stroke": CARD, "strokeWidth": 4, "strokeJoin": "round"}
    quiet = [labels[len(shown) + k] for k in range(len(secret))]
    small = [row for row, hidden in numbers if hidden]
    return [
        texts(within, [*quiet, *small], CARD, **look, **halo),
        texts(within, labels, TEXT, **look),
        texts(
            within, [r for r, h in numbers if not h], TEXT, fontWeight="bold", **look
        ),
        texts(within, small, TEXT, **look),
    ]


def legend(within: Frame, top: int, key: tuple[str, str]) -> list[Layer]:
    """Draw the scale of colours under the map, with the words of its two ends."""
    step, tall = 22, 12
    left = (within.width - step * len(SHADES)) / 2
    y = top + 12
    boxes = []
    for k, colour in enumerate(SHADES):
        x = left + k * step
        ring = ((x, y), (x + step, y), (x + step, y + tall), (x, y + tall))
        boxes.append(filled(within, ring, colour))
    low = {"px": left - 8, "y": y + tall / 2, "text": key[0]}
    high = {"px": left + step * len(SHADES) + 8, "y": y + tall / 2, "text": key[1]}
    return [
        *boxes,
        texts(within, [low], TEXT, fontSize=13, align="right"),
        texts(within, [high], TEXT, fontSize=13),
    ]
