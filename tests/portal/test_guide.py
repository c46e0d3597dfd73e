from dataclasses import replace

import pytest

from imppulse.evidence.findings.findings import Strength
from imppulse.portal.analysis import prospect
from imppulse.portal.forms import GuideForm

EXAMPLE = GuideForm.example().intention()
QUERY = {
    "letters": "800",
    "response": "20",
    "sides": "both",
    "police_officers": "150",
    "waves": "before_after",
    "districts": "2",
    "comparison": "2",
}


def test_800_letters_at_20_percent_are_160_answers():
    assert prospect(EXAMPLE).answers == 160


def test_precision_of_an_index_follows_from_the_answers():
    # 22 / sqrt(160) = 1.739; t(159) at 95 % = 1.975
    assert prospect(EXAMPLE).index_half_width == pytest.approx(3.435, abs=5e-4)


def test_precision_of_a_share_is_that_of_half_and_half():
    assert prospect(EXAMPLE).share_half_width == pytest.approx(7.807, abs=5e-4)


def test_one_side_alone_shows_no_gap():
    assert prospect(replace(EXAMPLE, sides="population")).gap_half_width is None


def test_the_gap_is_known_worse_than_either_side():
    told = prospect(EXAMPLE)
    assert told.gap_half_width > told.index_half_width


def test_one_survey_claims_no_change():
    told = prospect(replace(EXAMPLE, waves="once"))
    assert told.smallest_change is None
    assert told.finding.strength == Strength.DESCRIBED
    assert told.joint == ()


def test_one_against_one_never_earns_more_than_indicated():
    told = prospect(replace(EXAMPLE, districts=1, comparison=1, letters=100_000))
    assert told.change_out_of_reach
    assert told.finding.strength == Strength.INDICATED


@pytest.mark.parametrize(
    ("plan", "strength"),
    [
        ({"comparison": 0}, Strength.OBSERVED),
        ({}, Strength.INDICATED),
        ({"districts": 4, "comparison": 4}, Strength.SUPPORTED),
        ({"districts": 4, "comparison": 4, "drawn": True}, Strength.WELL_SUPPORTED),
        ({"districts": 10, "comparison": 10, "drawn": True}, Strength.SHOWN),
    ],
)
def test_the_design_sets_the_strength(plan, strength):
    assert prospect(replace(EXAMPLE, letters=5000, **plan)).finding.strength == strength


def test_more_territories_see_smaller_changes():
    smallest = [design.smallest_change for design in prospect(EXAMPLE).joint]
    assert smallest == sorted(smallest, reverse=True)
    assert smallest[0] < prospect(EXAMPLE).smallest_change


def test_under_ten_answers_nothing_is_said():
    told = prospect(replace(EXAMPLE, letters=40, response=20))
    assert not told.enough_answers
    assert told.finding.suppressed


def test_the_page_shows_an_example_before_anything_is_asked(client, db):
    page = client.get("/en/guide/").content.decode()
    assert "<strong>160 answers</strong>" in page
    assert "An example" in page


def test_the_page_answers_in_french_with_a_decimal_comma(client, db):
    page = client.get("/fr/guide/", QUERY).content.decode()
    assert "3,4 points" in page
    assert "An example" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("letters", "many"),
        ("letters", "9"),
        ("letters", "99999999999999"),
        ("response", "0"),
        ("response", "101"),
        ("districts", "-1"),
        ("comparison", ""),
        ("sides", "traders"),
        ("waves", "<script>"),
    ],
)
def test_an_impossible_figure_is_named_and_kept(client, db, field, value):
    page = client.get("/en/guide/", QUERY | {field: value}).content.decode()
    assert "There is a problem" in page
    assert f'href="#id_{field}' in page
    assert "<script>" not in page
    assert "The strongest sentence" not in page


def test_fewer_than_two_answers_a_district_is_refused_in_words(client, db):
    page = client.get("/en/guide/", QUERY | {"districts": "200"}).content.decode()
    assert "fewer than two answers a district" in page


@pytest.mark.parametrize("comparison", ["0", "1", "7", "60"])
@pytest.mark.parametrize("districts", ["1", "3", "20"])
def test_uneven_shares_of_letters_never_break_the_page(
    client, db, districts, comparison
):
    query = QUERY | {"districts": districts, "comparison": comparison, "letters": "810"}
    assert client.get("/en/guide/", query).status_code == 200
