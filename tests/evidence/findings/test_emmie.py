"""The five dimensions: each mark is the highest fact that holds."""

from dataclasses import fields

import pytest
from tests.evidence.findings.test_findings import PAIR, TRIAL, found

from imppulse.evidence.findings.emmie import EmmieFacts, emmie
from imppulse.evidence.findings.findings import Direction, Strength

NAMES = [field.name for field in fields(EmmieFacts)]
DIMENSIONS = ("mechanism", "moderators", "implementation", "economics")


def test_nothing_said_is_nought_everywhere():
    told = emmie(found(TRIAL), EmmieFacts())
    assert [getattr(told, name) for name in DIMENSIONS] == [0, 0, 0, 0]
    assert (told.effect_strength, told.effect_direction) == (
        Strength.SHOWN,
        Direction.BETTER,
    )


@pytest.mark.parametrize(("place", "name"), [*enumerate(NAMES)])
def test_each_fact_gives_its_mark_to_its_dimension_alone(place, name):
    told = emmie(found(PAIR), EmmieFacts(**{name: True}))
    expected = [0, 0, 0, 0]
    expected[place // 4] = place % 4 + 1
    assert [getattr(told, each) for each in DIMENSIONS] == expected
    assert told.effect_strength == Strength.INDICATED


def test_the_highest_fact_counts():
    told = emmie(found(PAIR), EmmieFacts(theory_stated=True, mechanism_analysed=True))
    assert told.mechanism == 4
    assert told.rows()[0]["effect_direction"] == "better"
