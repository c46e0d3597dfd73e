"""What a reader finds in a picture, and what never gets into one."""

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from imppulse.charts import palette
from imppulse.charts.changes import Course, change_chart
from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.districts import DistrictRow, district_chart
from imppulse.charts.forest import Margin, Pooled, RangeOnly, StudyRow, forest_plot
from imppulse.charts.gaps import GapRow, Sides, gap_chart
from imppulse.charts.ranking import FactorRow, factor_ranking
from imppulse.charts.rendering import unique_ids

SVG = "{http://www.w3.org/2000/svg}"
SIZES: tuple[Size, ...] = ("wide", "narrow")


def interval(estimate: float, half: float = 5.0) -> Interval:
    low, high = estimate - half, estimate + half
    words = f"{estimate:g} ({low:g} to {high:g}), 412 answers"
    return Interval(estimate, low, high, f"{estimate:g}", words)


def words(**changes: str) -> Words:
    facts = {"title": "The finding", "axis": "Index", "alt": "What it shows"} | changes
    return Words(columns=("what", "value"), **facts)


GAP_ROWS = (
    GapRow("Trust", interval(58), interval(71)),
    GapRow("Respect", interval(38), interval(82)),
)
SIDES = Sides("population", "police officers")
PILOT = Course("where the pilot ran", interval(46), interval(57))
ELSEWHERE = Course("elsewhere", interval(48), interval(51))
STUDIES = (
    StudyRow("Montclair", interval(8)),
    StudyRow("Valbourg", interval(-3)),
    StudyRow("Grandville", None, "stopped"),
)
POOLED = Pooled("All", interval(3, 4), "A new territory", -9, 14, "-9 to 14")
RANKED = (FactorRow("Few meetings", interval(41), "2 kinds of source"),)


def every_chart(size: Size, text: Words) -> Iterator[Chart]:
    district = (DistrictRow("Centre", interval(58)), DistrictRow("Station", None))
    yield gap_chart(GAP_ROWS, SIDES, words=text, size=size)
    yield factor_ranking(RANKED, words=text, size=size)
    yield district_chart(district, "too few answers", words=text, size=size)
    yield change_chart((PILOT, ELSEWHERE), ("May", "June"), words=text, size=size)
    yield forest_plot(STUDIES, POOLED, words=text, size=size)


def written(chart: Chart) -> list[str]:
    """The text of the picture, one string per text mark."""
    root = etree.fromstring(chart.svg.encode())
    return [" ".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def colours(chart: Chart) -> set[str]:
    return set(re.findall(r"#[0-9a-f]{6}", chart.svg))


@pytest.mark.parametrize("size", SIZES)
def test_every_picture_says_in_words_what_it_shows(size: Size) -> None:
    for chart in every_chart(size, words()):
        root = etree.fromstring(chart.svg.encode())
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == "The finding"
        assert root.findtext(f"{SVG}desc") == "What it shows"
        assert "The finding" in written(chart)
        assert "Index" in written(chart)
        assert all(len(row) == len(chart.table.rows[0]) for row in chart.table.rows)


@pytest.mark.parametrize(("size", "width"), [("wide", 700.0), ("narrow", 344.0)])
def test_a_picture_fills_the_width_at_hand(size: Size, width: float) -> None:
    for chart in every_chart(size, words()):
        root = etree.fromstring(chart.svg.encode())
        assert (root.get("width"), root.get("height")) == (None, None)
        assert float(root.get("viewBox", "").split()[2]) == width
        assert "style=" not in chart.svg


@pytest.mark.parametrize("size", SIZES)
def test_simulated_is_written_inside_the_picture_and_only_there(size: Size) -> None:
    band = "Simulated, fictional city"
    for chart in every_chart(size, words(simulated=band)):
        assert band in written(chart)
    for chart in every_chart(size, words()):
        assert band not in chart.svg


def test_ids_of_two_pictures_in_one_page_never_meet() -> None:
    drawn = '<g clip-path="url(#clip1)"/><clipPath id="clip1"/><use href="#clip1"/>'
    assert unique_ids(drawn, "7f") == (
        '<g clip-path="url(#c7f-clip1)"/><clipPath id="c7f-clip1"/>'
        '<use href="#c7f-clip1"/>'
    )


def test_markup_in_a_label_is_text() -> None:
    rows = (GapRow('<script>"&', interval(58), interval(71)),)
    chart = gap_chart(rows, SIDES, words=words(title="<b> & more"))
    assert '<script>"&' in written(chart)
    root = etree.fromstring(chart.svg.encode())
    assert root.findtext(f"{SVG}title") == "<b> & more"


def test_the_same_picture_is_drawn_once() -> None:
    first = gap_chart(GAP_ROWS, SIDES, words=words())
    assert gap_chart(GAP_ROWS, SIDES, words=words()).svg is first.svg


def test_a_gap_has_both_sides_told_by_name_hue_and_shape() -> None:
    chart = gap_chart(GAP_ROWS, SIDES, words=words())
    assert {"population 58", "police officers 71", "38", "82"} <= set(written(chart))
    assert {palette.POPULATION, palette.POLICE_OFFICERS} <= colours(chart)
    assert palette.PILOT not in colours(chart)
    assert chart.table == ChartTable(
        ("what", "value"),
        (
            (
                "Trust",
                "58 (53 to 63), 412 answers",
                "71 (66 to 76), 412 answers",
            ),
            (
                "Respect",
                "38 (33 to 43), 412 answers",
                "82 (77 to 87), 412 answers",
            ),
        ),
    )


def test_the_warm_colour_is_the_pilots_alone() -> None:
    both = change_chart((PILOT, ELSEWHERE), ("May", "June"), words=words())
    alone = change_chart((PILOT, None), ("May", "June"), words=words())
    assert {palette.PILOT, palette.COMPARISON} <= colours(both)
    assert palette.COMPARISON not in colours(alone)
    others = [
        c for c in every_chart("wide", words()) if c.specification != both.specification
    ]
    assert [palette.PILOT in colours(chart) for chart in others] == [False] * 4


def test_a_suppressed_district_is_hatched_and_holds_no_number() -> None:
    shown = (DistrictRow("Centre", interval(58)),)
    hidden = (*shown, DistrictRow("Station", None))
    chart = district_chart(hidden, "too few answers", words=words())
    assert palette.SUPPRESSED in colours(chart)
    assert chart.table.rows[1] == ("Station", "too few answers")
    numbers = {text for text in written(chart) if text.replace(".", "").isdigit()}
    assert numbers == {"58", "0", "20", "40", "60", "80", "100"}


def test_no_value_but_those_shown_is_in_the_specification() -> None:
    rows = (DistrictRow("Centre", interval(58)), DistrictRow("Station", None))
    chart = district_chart(rows, "too few answers", words=words())
    axis_start = "0"
    assert set(re.findall(r'"x": ([0-9.]+)', chart.specification)) == {"58", axis_start}


def test_a_stopped_pilot_is_in_the_plot_without_a_number() -> None:
    chart = forest_plot(STUDIES, POOLED, words=words())
    assert {"Grandville", "stopped"} <= set(written(chart))
    assert chart.table.rows[2] == ("Grandville", "stopped")


def test_too_few_results_show_their_range_and_no_centre() -> None:
    few = RangeOnly("From lowest to highest", -3, 8, "-3 to 8, not pooled")
    chart = forest_plot(STUDIES, few, words=words())
    assert "mark_area" not in chart.specification
    assert '"type": "area"' not in chart.specification
    assert chart.table.rows[-1] == ("From lowest to highest", "-3 to 8, not pooled")


def test_the_margin_that_matters_is_shaded_and_explained() -> None:
    margin = Margin(3, "Shaded: less than 3 points")
    chart = forest_plot(STUDIES, None, words=words(), margin=margin)
    assert palette.BAND in colours(chart)
    assert "Index Shaded: less than 3 points" in written(chart)


def test_french_numbers_have_a_comma_and_a_true_minus() -> None:
    rows = (StudyRow("A", Interval(0.1, -0.4, 0.6, "0,1", "0,1")),)
    text = Words("Le constat", "Points", "Le constat", ("quoi", "combien"), "fr")
    chart = forest_plot(rows, None, words=text)
    assert {"−0,4", "−0,2", "+0,2"} <= set(written(chart))


@pytest.mark.parametrize(
    "name",
    [
        "INK",
        "PILOT",
        "POPULATION",
        "POLICE_OFFICERS",
        "COMPARISON",
        "SUPPRESSED",
        "AXIS",
    ],
)
def test_marks_stand_out_on_the_card(name: str) -> None:
    assert contrast(getattr(palette, name), palette.CARD) >= 3.0


def test_words_are_readable_on_the_card() -> None:
    for colour in (palette.TEXT, palette.QUIET_TEXT, palette.INK, palette.PILOT):
        assert contrast(colour, palette.CARD) >= 4.5


def test_the_two_sides_differ_without_hue() -> None:
    assert contrast(palette.POPULATION, palette.POLICE_OFFICERS) >= 2.0


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
