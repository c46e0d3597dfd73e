"""The bank's trap codes reach the indices as missing answers."""

import polars as pl
import pytest

from imppulse.evidence.scales.scales import add_indices
from imppulse.instruments import Side, constructs, item
from imppulse.instruments.indices import indices


def fairness():
    return [index for index in indices() if index.name == "fairness"]


def answers(**codes):
    return pl.DataFrame({name: [code] for name, code in codes.items()})


def test_nobody_asks_is_not_the_best_of_answers():
    frame = answers(fair_respect=2, fair_decisions=2, fair_explain=5)
    assert add_indices(frame, fairness())["fairness"].item() == pytest.approx(
        100 / 3, abs=1e-12
    )


def test_it_never_happens_here_is_not_fifty_five_out_of_ten():
    effectiveness = [index for index in indices() if index.name == "effectiveness"]
    frame = answers(effective_prevention=4, effective_burglary=6, effective_arrival=55)
    assert add_indices(frame, effectiveness)["effectiveness"].item() == pytest.approx(
        50, abs=1e-12
    )


def test_too_few_answers_leave_the_index_missing():
    frame = answers(fair_respect=2, fair_decisions=8, fair_explain=5)
    assert add_indices(frame, fairness())["fairness"].to_list() == [None]


def test_agreement_is_good_though_its_code_is_low():
    alignment = [index for index in indices() if index.name == "alignment"]
    frame = answers(align_right_wrong=1, align_values=1, align_support=1)
    assert add_indices(frame, alignment)["alignment"].item() == 100


def test_every_construct_with_items_has_an_index():
    assert [i.name for i in indices()] == [c.name for c in constructs() if c.items]


def test_a_side_has_the_indices_it_answers():
    population = {i.name for i in indices(Side.POPULATION)}
    police_officers = {i.name for i in indices(Side.POLICE_OFFICERS)}
    assert {"minor_offences_means", "serenity"} <= police_officers - population
    assert {"legality", "contact_fairness"} <= population - police_officers
    assert {"fairness", "local_relation"} <= population & police_officers
    assert {i.name for i in indices(Side.INTERMEDIARIES)} == {
        "fairness",
        "image",
        "local_relation",
        "role_knowledge",
        "minor_offences",
        "dialogue",
        "security",
        "meeting_quality",
        "meeting_return",
        "intermediation",
        "intermediation_means",
    }


def test_guesses_stay_out_of_the_index():
    named = [i.name for index in indices() for i in index.items]
    assert item("guess_population_respect").name not in named
