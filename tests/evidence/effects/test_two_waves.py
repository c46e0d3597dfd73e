from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from imppulse.evidence.effects.comparisons import change, difference_in_differences
from imppulse.evidence.effects.few_areas import two_group_df, with_few_areas
from imppulse.evidence.effects.two_waves import TwoWaves, evaluate_two_waves
from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.findings.design_facts import Inference, Unit
from imppulse.evidence.results import Contrast
from imppulse.evidence.survey.design import SampleDesign

PLAN = TwoWaves(
    item="score",
    arm="arm",
    treated="pilot",
    comparison="comparison",
    wave="wave",
    before=1,
    after=2,
    area="district",
    compared=("age",),
)


def answers(treated=4, comparison=4, people=30, effect=8.0, *, seed=1, spread=4.0):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(treated + comparison):
        arm = "pilot" if number < treated else "comparison"
        for wave in (1, 2):
            level = 50 + spread * rng.standard_normal()
            level += effect * (wave == 2) * (arm == "pilot")
            rows.append(
                pl.DataFrame(
                    {
                        "arm": [arm] * people,
                        "wave": [wave] * people,
                        "district": [f"d{number}"] * people,
                        "person": [f"d{number}-{k}" for k in range(people)],
                        "age": rng.choice(["young", "old"], people),
                        "score": level + 20 * rng.standard_normal(people),
                    }
                )
            )
    return pl.concat(rows)


def test_with_answers_alike_it_is_students_test_on_the_changes_of_areas():
    frame = answers(spread=10)
    found = evaluate_two_waves(frame, PLAN)
    means = frame.group_by("arm", "district", "wave").agg(pl.col("score").mean())
    wide = means.pivot("wave", index=["arm", "district"], values="score")
    changes = {
        arm: wide.filter(pl.col("arm") == arm).select(pl.col("2") - pl.col("1"))["2"]
        for arm in ("pilot", "comparison")
    }
    expected = stats.ttest_ind(changes["pilot"], changes["comparison"])
    low, high = expected.confidence_interval()
    effect = found.effect
    assert (effect.ci_low, effect.ci_high) == pytest.approx((low, high), rel=1e-9)
    assert (effect.df, effect.p_value) == pytest.approx((6, expected.pvalue), rel=1e-9)
    assert (found.unit, found.inference) == (Unit.CLUSTERS, Inference.SMALL_SAMPLE)
    assert (found.treated, found.comparison, found.attrition) == (4, 4, 0)
    assert found.effective_n <= 120
    assert found.provenance.method.endswith("evaluate_two_waves")


def test_the_interval_is_never_narrower_than_that_of_the_sample():
    frame = answers(spread=0, people=10, seed=3)
    found = evaluate_two_waves(frame, PLAN)
    cells = frame.with_columns(
        cell=pl.format("{} {}", "wave", "district"),
    )
    sampled = difference_in_differences(
        cells,
        "score",
        SampleDesign(strata="cell"),
        wave="wave",
        before=1,
        after=2,
        arm="arm",
        treated="pilot",
        comparison="comparison",
    )
    width = found.effect.ci_high - found.effect.ci_low
    assert width >= (sampled.ci_high - sampled.ci_low) * (1 - 1e-12)
    assert found.effect.estimate == pytest.approx(sampled.estimate, rel=1e-12)


def test_before_and_after_alone():
    frame = answers(comparison=0)
    found = evaluate_two_waves(frame, replace(PLAN, comparison=None))
    cells = frame.with_columns(cell=pl.format("{} {}", "wave", "district"))
    expected = change(
        cells, "score", SampleDesign(strata="cell"), wave="wave", before=1, after=2
    )
    assert found.effect.std_error == pytest.approx(expected.std_error, rel=1e-12)
    assert found.effect == found.before_after
    assert (found.comparison, found.baseline_difference) == (0, None)


def test_a_trial_measured_once():
    frame = answers(6, 6).filter(pl.col("wave") == 2)
    found = evaluate_two_waves(frame, replace(PLAN, before=None))
    assert (found.before_after, found.baseline_difference) == (None, None)
    assert found.effect.df == pytest.approx(10)
    assert found.effect.estimate == pytest.approx(8, abs=8)


def test_a_panel_counts_what_people_keep():
    rng = np.random.default_rng(2)
    frame = answers(1, 1, people=200)
    persons = frame["person"].unique(maintain_order=True)
    kept = dict(zip(persons, 20 * rng.standard_normal(len(persons)), strict=True))
    frame = frame.with_columns(
        score=pl.col("score") + pl.col("person").replace_strict(kept)
    )
    new = evaluate_two_waves(frame, PLAN).effect
    same = evaluate_two_waves(frame, replace(PLAN, person="person"))
    assert same.effect.estimate == pytest.approx(new.estimate, rel=1e-12)
    assert same.effect.std_error < 0.85 * new.std_error
    gone = frame.filter(
        (pl.col("wave") == 1) | ~pl.col("person").is_in(persons[:50].to_list())
    )
    lost = evaluate_two_waves(gone, replace(PLAN, person="person"))
    assert (lost.attrition, lost.attrition_gap) == (0.25, 0.25)


def test_persons_as_units():
    frame = answers(1, 1, people=80, spread=0)
    found = evaluate_two_waves(frame, replace(PLAN, area=None))
    assert (found.unit, found.treated, found.comparison) == (Unit.INDIVIDUALS, 80, 80)
    assert found.inference == Inference.LARGE_SAMPLE
    assert found.effect.df == pytest.approx(4 * 80 - 4)


def test_an_area_lost_on_the_way_is_left_out_and_counted():
    frame = answers().filter((pl.col("wave") == 1) | (pl.col("district") != "d0"))
    found = evaluate_two_waves(frame, PLAN)
    assert (found.treated, found.attrition, found.attrition_gap) == (3, 0.25, 0.25)


def test_the_largest_difference_before_the_start_may_be_one_of_age():
    frame = answers(spread=0).with_columns(
        age=pl.when(pl.col("arm") == "pilot")
        .then(pl.lit("young"))
        .otherwise(pl.col("age"))
    )
    found = evaluate_two_waves(frame, PLAN)
    assert found.baseline_difference > 0.9
    without = evaluate_two_waves(frame, replace(PLAN, compared=()))
    assert without.baseline_difference < 0.5


def test_people_who_chose_themselves_allow_no_interval():
    found = evaluate_two_waves(answers(), replace(PLAN, self_selected=True))
    assert np.isnan([found.effect.ci_low, found.before_after.ci_high]).all()
    assert found.to_dict()["effect"]["ci_low"] is None


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 99), factor=st.floats(0.5, 3), shift=st.floats(-20, 20))
def test_order_names_and_units_do_not_matter(seed, factor, shift):
    frame = answers(3, 2, people=8, seed=seed)
    found = evaluate_two_waves(frame, PLAN)
    turned = frame.sample(fraction=1, shuffle=True, seed=seed).with_columns(
        score=pl.col("score") * factor + shift, district=pl.col("district") + "x"
    )
    again = evaluate_two_waves(turned, PLAN)
    for name in ("estimate", "std_error", "ci_low"):
        expected = factor * getattr(found.effect, name)
        assert getattr(again.effect, name) == pytest.approx(
            expected, rel=1e-7, abs=1e-7
        )
    assert again.baseline_difference == pytest.approx(found.baseline_difference)


def test_the_same_answers_in_pandas():
    frame = answers(2, 2)
    one, other = (
        evaluate_two_waves(data, PLAN).effect for data in (frame, frame.to_pandas())
    )
    assert one.std_error == pytest.approx(other.std_error, rel=1e-12)


def test_an_arm_without_answers_is_named():
    with pytest.raises(DesignError) as refused:
        evaluate_two_waves(answers(comparison=0), PLAN)
    assert refused.value.code == "arm_without_answers"
    assert refused.value.facts["arm"] == "comparison"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(EstimationError) as refused:
        evaluate_two_waves(answers(), replace(PLAN, area="area"))
    assert refused.value.facts["column"] == "area"


@pytest.mark.parametrize(
    ("treated", "comparison", "df"), [(4, 4, 6.0), (2, 2, 2.0), (2, 6, 1.7391304)]
)
def test_few_areas_have_few_degrees_of_freedom(treated, comparison, df):
    assert two_group_df(treated, comparison) == pytest.approx(df, abs=1e-6)


def test_one_area_has_none():
    with pytest.raises(DesignError, match="treated cannot be 1"):
        with_few_areas(Contrast(1, 1, 0, 2, 5, 0.1, 9), 1, 4)
