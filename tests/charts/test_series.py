"""A series over time: cut at breaks, hatched where too few stand behind a value."""

import re
from dataclasses import replace

import pytest

from imppulse.charts.content import Words
from imppulse.charts.series import (
    Course,
    Moment,
    Period,
    joined,
    series_chart,
    value_axis,
)

WORDS = Words(
    title="Reports: 398 in 2024",
    axis="reports",
    alt="From 402 to 398",
    columns=("Period", "reports", "Remark"),
)


def year(at: int, value: float | None = 100.0) -> Period:
    return Period(
        at, str(at), value, "fewer than 10" if value is None else f"{value:g}"
    )


COURSE = Course(tuple(year(at) for at in range(2018, 2024)), 1.0)


def test_neighbours_are_joined():
    assert joined(COURSE, *COURSE.periods[:2])


@pytest.mark.parametrize(
    "before_after",
    [
        (year(2018), year(2020)),
        (year(2018), year(2019, None)),
        (year(2018, None), year(2019)),
    ],
)
def test_nothing_is_joined_over_a_gap_or_a_hidden_value(before_after):
    assert not joined(COURSE, *before_after)


def test_nothing_is_joined_over_a_break():
    broken = replace(COURSE, breaks=(Moment(2020, "new law"),))
    assert not joined(broken, year(2019), year(2020))
    assert joined(broken, year(2020), year(2021))


def test_zero_is_always_on_the_axis():
    assert value_axis([390.0, 402.0]) == (0.0, 500.0, 100.0)
    assert value_axis([]) == (0.0, 1.0, pytest.approx(0.2))
    assert value_axis([-3.0, 3.0])[0] <= -3.0


def test_a_picture_writes_its_breaks_and_incidents():
    course = replace(
        COURSE,
        breaks=(Moment(2021, "new law"),),
        incidents=(Moment(2020.5, "1"),),
    )
    svg = series_chart(course, words=WORDS).svg
    assert "new law" in svg
    assert re.search(r">1</text>", svg)
    assert "style=" not in svg


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_hidden_value_is_hatched_and_nowhere_drawn(size):
    hidden = Course((year(2018), year(2019, None), year(2020)), 1.0)
    shown = Course((year(2018), year(2019), year(2020)), 1.0)
    dots = [series_chart(c, words=WORDS, size=size).svg.count("#6f7a80") for c in (hidden, shown)]  # fmt: skip
    assert dots[0] > dots[1] == 0
    table = series_chart(hidden, words=WORDS, size=size).table
    assert table.rows[1] == ("2019", "fewer than 10", "")
