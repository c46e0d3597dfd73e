import dataclasses

import pytest

from imppulse.instruments import item, questionnaire
from imppulse.instruments.respond import Answers, Problem, Reason, check

POPULATION = questionnaire("population")


def test_codes_are_accepted_and_blanks_are_unanswered():
    sent = {"fair_respect": "3", "effective_arrival": "55", "local_trust": ""}
    assert check(POPULATION, sent) == Answers(
        {"effective_arrival": 55, "fair_respect": 3}
    )


def test_nothing_at_all_is_a_valid_answer():
    assert check(POPULATION, {}) == Answers({})


@pytest.mark.parametrize("value", ["6", "03", "3.0", "often", "٣", "-1"])
def test_what_is_not_a_code_is_refused_with_the_codes(value):
    assert check(POPULATION, {"fair_respect": value}) == [
        Problem("fair_respect", Reason.NOT_A_CODE, (1, 2, 3, 4, 8, 7))
    ]


def test_a_trap_code_belongs_to_its_item_only():
    assert check(POPULATION, {"fair_explain": "5"}) == Answers({"fair_explain": 5})
    assert check(POPULATION, {"fair_respect": "5"}) == [
        Problem("fair_respect", Reason.NOT_A_CODE, (1, 2, 3, 4, 8, 7))
    ]


def test_every_option_shown_is_accepted():
    for name in POPULATION.items:
        for option in item(name).options:
            sent = {"contact_police_initiated": "1", name: str(option.code)}
            assert check(POPULATION, sent).codes[name] == option.code


def test_an_item_that_is_not_asked_is_named():
    assert check(POPULATION, {"minor_time": "1"}) == [
        Problem("minor_time", Reason.NOT_ASKED, ())
    ]


def test_a_required_item_must_be_answered():
    strict = dataclasses.replace(POPULATION, required=("fair_respect",))
    assert check(strict, {}) == [
        Problem("fair_respect", Reason.REQUIRED, (1, 2, 3, 4, 8, 7))
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"contact_police_initiated": "1", "contact_treatment": "4"},
            {"contact_police_initiated": 1, "contact_treatment": 4},
        ),
        (
            {"contact_police_initiated": "2", "contact_treatment": "4"},
            {"contact_police_initiated": 2},
        ),
        ({"contact_treatment": "4"}, {}),
    ],
)
def test_an_answer_that_an_earlier_one_rules_out_is_left_out(sent, kept):
    assert check(POPULATION, sent) == Answers(kept)
