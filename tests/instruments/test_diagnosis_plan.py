"""The bank reads from the answers what they can tell, and no more."""

import polars as pl
import pytest

from imppulse import instruments
from imppulse.evidence.survey.design import SampleDesign
from imppulse.instruments.diagnosis_plan import ASKED, left_out, plan
from imppulse.instruments.indices import indices

SIDES = ("population", "police_officers")


def answers(*sides):
    """One respondent of each side, the best answer to everything."""
    best = {
        ASKED + item.name: [item.scale.low if item.reversed else item.scale.high]
        * len(sides)
        for item in instruments.items()
    }
    return pl.DataFrame({"side": sides, **best})


def planned(frame, **facts):
    common = {"force": None, "district": None, "self_selected": False}
    return plan(frame, design=SampleDesign(), **common | facts)


def test_all_asked_all_planned():
    found = planned(answers(*reversed(SIDES)))
    assert found.sides == SIDES
    assert left_out(found) == []
    assert {index.name for index in indices()} <= {i.name for i in found.indices}
    assert (found.image_index, found.local_index) == ("image", "local_relation")
    assert {(g.guesser, g.target) for g in found.guesses} == {SIDES, SIDES[::-1]}


def test_one_side_alone_guesses_nothing_that_can_be_checked():
    found = planned(answers("population"))
    assert found.guesses == ()
    assert {measure.side for measure in found.factors} == {"population"}


@pytest.mark.parametrize("change", ["dropped", "unanswered"])
def test_an_index_without_its_answers_is_left_out_by_name(change):
    column = ASKED + "feel_secure"
    whole = answers(*SIDES)
    frame = (
        whole.drop(column)
        if change == "dropped"
        else whole.with_columns(pl.lit(None, pl.Int64).alias(column))
    )
    found = planned(frame)
    assert left_out(found) == ["security"]
    assert all("security" not in measure.indices for measure in found.factors)


def test_a_factor_is_measured_by_what_was_asked_of_it():
    core = instruments.questionnaire("population").items
    found = planned(answers("population").select("side", *(ASKED + n for n in core)))
    measured = {measure.code: measure.indices for measure in found.factors}
    assert measured["unfair_manner"] == ("fairness", "contact")
    assert measured["rotation"] == ("contact_training",)
    assert "no_complaint_route" not in measured
    assert left_out(found) == [
        "minor_offences_means",
        "serenity",
        "internal_fairness",
    ]


def test_image_and_local_relation_go_together():
    [image] = [index for index in indices() if index.name == "image"]
    frame = answers(*SIDES).drop(ASKED + image.items[0].name)
    found = planned(frame)
    assert (found.image_index, found.local_index) == (None, None)


def test_what_else_speaks_of_a_factor_is_counted():
    found = planned(answers(*SIDES), heard={"no_dialogue": ("interviews",)})
    sources = {measure.code: measure.sources for measure in found.factors}
    assert sources.pop("no_dialogue") == ("survey", "interviews")
    assert set(sources.values()) == {("survey",)}


def test_nothing_answered_nothing_planned():
    assert planned(pl.DataFrame({"side": ["population"]})) is None
