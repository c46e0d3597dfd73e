"""Maps of districts: a suppressed one is never coloured; outlines and tiles alike."""

import json
from dataclasses import replace

import pytest

from imppulse.charts.content import Interval, Words
from imppulse.charts.maps import Area, diagonals, district_map, shade, surface
from imppulse.charts.palette import CARD, SHADES

WORDS = Words("By district", "Index", "Alternative", ("District", "Index"))
SQUARES = tuple(
    (((0.0 + k, 0.0), (1.0 + k, 0.0), (1.0 + k, 1.0), (0.0 + k, 1.0)),)
    for k in range(3)
)
MIXED = (
    Area("Harbour", Interval(34, 29, 39, "34", "34 (29 to 39), n = 120")),
    Area("Hill", Interval(71, 66, 76, "71", "71 (66 to 76), n = 90")),
    Area("Old Town", None),
)
OUTLINED = tuple(
    replace(area, rings=rings) for area, rings in zip(MIXED, SQUARES, strict=True)
)
HIDDEN = tuple(replace(area, interval=None) for area in OUTLINED)


def fills(chart):
    """Every colour that fills a district, as the specification names it."""
    marks = [layer["mark"] for layer in json.loads(chart.specification)["layer"]]
    drawn = [mark for mark in marks if mark.get("interpolate") == "linear-closed"]
    return [mark["fill"] for mark in drawn][: -len(SHADES)]  # the scale comes last


@pytest.mark.parametrize("areas", [MIXED, OUTLINED], ids=["tiles", "outlines"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_suppressed_area_is_never_coloured(areas, size):
    chart = district_map(areas, "too few answers", words=WORDS, size=size)
    assert fills(chart) == [shade(34), shade(71), CARD]
    assert ("Old Town", "too few answers") in chart.table.rows


def test_where_everything_is_suppressed_nothing_is_coloured():
    chart = district_map(HIDDEN, "too few answers", words=WORDS)
    assert set(fills(chart)) == {CARD}


@pytest.mark.parametrize(
    ("value", "step"), [(0, 0), (9.9, 0), (10, 1), (55, 5), (99, 9), (100, 9)]
)
def test_a_level_has_the_same_colour_on_every_map(value, step):
    assert shade(value) == SHADES[step]


def test_hatching_stays_inside_its_outline():
    (ring,) = (((0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0)),)
    lines = diagonals((ring,))
    assert len(lines) == 20
    assert all(0 <= c <= 90 for line in lines for point in line for c in point)
    assert surface(ring) == 8100
