"""Two waves, earlier courses, people lost and area shocks against R."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.balance import attrition, pre_trend
from imppulse.evidence.effects.comparisons import (
    change,
    difference_in_differences,
    gap,
    misperception,
)
from imppulse.evidence.effects.few_areas import two_group_df
from imppulse.evidence.effects.sensitivity import sensitivity_to_area_shocks
from imppulse.evidence.effects.two_waves import TwoWaves, evaluate_two_waves
from imppulse.evidence.results import Contrast
from imppulse.evidence.survey.design import SampleDesign

FOLDER = Path(__file__).parents[3] / "validation" / "effects"
IN_R = json.loads((FOLDER / "two_waves.json").read_text())
TESTED = ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value")
ARMS = {"arm": "arm", "treated": "pilot", "comparison": "comparison"}


def check(found, expected, names=TESTED, *, rel=1e-10):
    numbers = [getattr(found, name) for name in names]
    assert numbers == pytest.approx([expected[name] for name in names], rel=rel)


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["df"])
def test_degrees_of_freedom_of_two_groups_of_areas_equal_r(case):
    found = two_group_df(case["treated"], case["comparison"])
    assert found == pytest.approx(case["df"], rel=1e-10)


@pytest.mark.reference
def test_an_evaluation_by_areas_equals_r():
    plan = TwoWaves(item="score", wave="wave", before=1, after=2, area="area", **ARMS)
    found = evaluate_two_waves(pl.read_csv(FOLDER / "data/two_waves.csv"), plan)
    check(found.effect, IN_R["areas"])
    assert (found.treated, found.comparison) == (3, 5)


@pytest.mark.reference
def test_courses_before_the_start_equal_r(effects_data):
    frame = effects_data("staggered").with_columns(arm=pl.col("start"))
    design = SampleDesign(weight="weight", strata="stratum", cluster="district")
    found = pre_trend(
        frame.filter(pl.col("start").is_in([0, 5])),
        "trust",
        design,
        wave="wave",
        waves=(1, 2, 3, 4),
        arm="arm",
        treated=5,
        comparison=0,
    )
    check(found, IN_R["course"], ("estimate", "std_error"))


@pytest.mark.reference
def test_people_lost_equal_r(panel):
    answered = pl.col("trust").is_not_null()
    again = panel.filter((pl.col("wave") == 2) & answered)["person"].to_list()
    first = panel.filter(pl.col("wave") == 1)
    frame = first.with_columns(again=pl.col("person").is_in(again).cast(int))
    design = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
    found = attrition(frame, "again", design, **ARMS)
    shares = [found.comparison, found.treated, found.overall]
    expected = [IN_R["lost"][name] for name in ("comparison", "pilot", "overall")]
    assert shares == pytest.approx(expected, rel=1e-11)
    check(found.difference, IN_R["lost"]["difference"])


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["shocks"])
def test_area_shocks_equal_the_search_of_r(case):
    effect = Contrast(case["estimate"], case["std_error"], 0, 0, case["df"], 0.01, 99)
    found = sensitivity_to_area_shocks(
        effect, treated_areas=case["treated"], comparison_areas=case["comparison"]
    )
    numbers = [found.sd_uncertain, found.common_uncertain]
    assert numbers == pytest.approx([case["sd"], case["common"]], rel=1e-9)


WAVES = {"wave": "wave", "before": 1, "after": 2}
CLUSTERED = SampleDesign(weight="w", cluster="area")
SIDES = {"side": "arm", "first": "pilot", "second": "comparison"}
GUESSES = {"side": "arm", "guesser": "pilot", "target": "comparison"}
COMPARED = {
    "gap": lambda f: gap(f, "score", CLUSTERED, **SIDES),
    "change": lambda f: change(f, "score", CLUSTERED, **WAVES),
    "difference_in_differences": lambda f: difference_in_differences(
        f, "score", CLUSTERED, **WAVES, **ARMS
    ),
    "misperception": lambda f: misperception(
        f, "score", "score", design=CLUSTERED, **GUESSES
    ),
    "pre_trend": lambda f: pre_trend(
        f, "score", CLUSTERED, wave="wave", waves=(1, 2), **ARMS
    ),
}


@pytest.mark.parametrize("name", COMPARED)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 99), factor=st.floats(0.2, 5), shift=st.floats(-20, 20))
def test_order_unit_origin_and_scale_of_weights_do_not_matter(
    name, seed, factor, shift
):
    frame = pl.read_csv(FOLDER / "data/two_waves.csv").with_columns(w=pl.lit(2.0))
    found = COMPARED[name](frame)
    turned = frame.sample(fraction=1, shuffle=True, seed=seed).with_columns(
        score=pl.col("score") * factor + shift, w=pl.col("w") * factor
    )
    again = COMPARED[name](turned)
    assert again.estimate == pytest.approx(found.estimate * factor, rel=1e-8, abs=1e-9)
    assert again.std_error == pytest.approx(found.std_error * factor, rel=1e-8)
    assert again.p_value == pytest.approx(found.p_value, rel=1e-6)


def test_an_arm_whose_groups_nobody_knows_is_not_compared_on_them():
    plan = TwoWaves(
        item="score",
        wave="wave",
        before=1,
        after=2,
        area="area",
        compared=("age",),
        **ARMS,
    )
    young = pl.when(pl.col("arm") == "pilot").then(pl.lit("young"))
    frame = pl.read_csv(FOLDER / "data/two_waves.csv").with_columns(age=young)
    found = evaluate_two_waves(frame, plan)
    without = evaluate_two_waves(frame, replace(plan, compared=()))
    assert found.baseline_difference == without.baseline_difference
