"""Simulated answers: seeded, structured like real ones, with the truth that was put in."""

import numpy as np
import polars as pl
import pytest

from imppulse import instruments
from imppulse.portal.demonstration import generator

PILOT = generator.truth()["territory"]["port-lumen"]["pilot"]
COLUMNS = 4  # side, district, age group and weight; then the items
POPULATION = pl.col("side") == "population"


def points(frame: pl.DataFrame, name: str) -> pl.Series:
    """Points of 100, 100 = good, of the answers that measure something."""
    item = instruments.item(name)
    known = frame[name].filter(frame[name].is_in(item.scale.codes))
    share = (known - item.scale.low) / (item.scale.high - item.scale.low)
    return 100 * (1 - share if item.reversed else share)


def test_the_same_seed_gives_the_same_answers():
    first, second = (generator.answers("tarnholm", 1) for _ in range(2))
    assert first.equals(second)
    assert not first.equals(generator.answers("tarnholm", 2))


def test_every_answer_is_one_the_questionnaire_offers():
    frame = generator.answers("port-lumen", 1)
    for item in map(instruments.item, frame.columns[COLUMNS:]):
        offered = {option.code for option in item.options}
        assert set(frame[item.name].drop_nulls()) <= offered


def test_nobody_answers_a_question_of_the_other_side():
    frame = generator.answers("port-lumen", 1)
    for item in map(instruments.item, frame.columns[COLUMNS:]):
        for side in generator.SIDES:
            if side not in item.sides:
                asked = frame.filter(pl.col("side") == side)[item.name]
                assert asked.null_count() == len(asked)


def test_only_who_was_approached_says_how_it_went():
    frame = generator.answers("port-lumen", 1)
    answered = frame.filter(pl.col("contact_treatment").is_not_null())
    assert set(answered["contact_police_initiated"]) == {1}


def test_answers_hang_together_as_in_the_survey_they_borrow_from():
    """Loadings and factor correlations of the survey; rounding to few codes takes about a tenth off."""
    frame = generator.answers("brevaux", 1).filter(POPULATION)
    keep = frame.select("fair_respect", "fair_decisions", "effective_prevention", "align_values").filter(
        (pl.col("fair_respect") <= 4) & (pl.col("fair_decisions") <= 4)
        & (pl.col("effective_prevention") <= 10) & (pl.col("align_values") <= 5)
    )  # fmt: skip
    correlation = np.corrcoef(keep.drop_nulls().to_numpy().T)
    assert correlation[0, 1] == pytest.approx(0.796 * 0.829 * 0.87, abs=0.06)
    assert correlation[0, 2] == pytest.approx(0.796 * 0.864 * 0.710 * 0.92, abs=0.06)
    assert correlation[0, 3] == pytest.approx(0.796 * 0.894 * -0.611 * 0.92, abs=0.06)


@pytest.mark.parametrize(
    ("territory", "effect"),
    [("port-lumen", 15.0), ("saltmere", -13.0), ("brevaux", 0.0)],
)
def test_the_effect_put_in_comes_out(territory, effect):
    """Within four standard errors of a difference of four means, before it is cut off at 0 and 100."""
    plan = generator.truth()["territory"][territory]
    waves = [generator.answers(territory, wave).filter(POPULATION) for wave in (1, 2)]
    arms = [
        points(frame.filter(pl.col("district").is_in(plan["pilot"]) == treated), "meet_occasions")
        for frame in waves
        for treated in (True, False)
    ]  # fmt: skip
    before_pilot, before_other, after_pilot, after_other = (arm.mean() for arm in arms)
    found = (after_pilot - before_pilot) - (after_other - before_other)
    error = np.sqrt(sum(arm.var() / len(arm) for arm in arms))
    assert abs(found - effect) < 4 * error + abs(effect) * 0.25


def test_police_officers_answer_higher_on_fair_treatment():
    frame = generator.answers("port-lumen", 1)
    people, police = (
        points(frame.filter(pl.col("side") == side), "fair_respect").mean()
        for side in generator.SIDES
    )
    assert police - people == pytest.approx(22, abs=8)


def test_districts_of_the_truth_are_those_of_the_network():
    from imppulse.portal.demonstration.network import PACKAGE  # noqa: PLC0415
    from imppulse.portal.loading import read  # noqa: PLC0415

    rows = {row["slug"]: set(row["districts"]) for row in read(PACKAGE, "network")["territory"]}  # fmt: skip
    assert rows == {
        slug: set(plan["districts"])
        for slug, plan in generator.truth()["territory"].items()
    }
