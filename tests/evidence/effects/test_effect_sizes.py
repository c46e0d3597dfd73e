import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.effect_sizes import (
    clustered_hedges_g,
    hedges_correction,
    hedges_g,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean, proportion

DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
ARMS = {"arm": "arm", "treated": "pilot", "comparison": "comparison"}
RATIOS = {"risk_ratio": risk_ratio, "odds_ratio": odds_ratio}


@pytest.fixture(scope="module")
def second_wave(panel):
    return panel.filter(pl.col("wave") == 2)


@pytest.mark.reference
def test_hedges_g_equals_r(second_wave, in_r_effects):
    reference = in_r_effects["sizes"]["g"]
    found = hedges_g(second_wave, "trust", DESIGN, **ARMS)
    for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value"):
        assert getattr(found, name) == pytest.approx(reference[name], rel=1e-10)
    exact = hedges_correction(found.n - 2)
    assert exact == pytest.approx(in_r_effects["sizes"]["J"], rel=1e-12)


@pytest.mark.reference
def test_the_risk_difference_equals_r(second_wave, in_r_effects):
    reference = in_r_effects["sizes"]["risk_difference"]
    shares = proportion(second_wave, "satisfied", DESIGN, by="arm")
    found = risk_difference(shares, "satisfied", "pilot", "comparison")
    for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value"):
        assert getattr(found, name) == pytest.approx(reference[name], rel=1e-10)


@pytest.mark.reference
@pytest.mark.parametrize("measure", RATIOS)
def test_ratios_equal_r(second_wave, in_r_effects, measure):
    reference = in_r_effects["sizes"][f"log_{measure}"]
    shares = proportion(second_wave, "satisfied", DESIGN, by="arm")
    found = RATIOS[measure](shares, "satisfied", "pilot", "comparison")
    for name in ("estimate", "ci_low", "ci_high"):
        log = math.log(getattr(found, name))
        assert log == pytest.approx(reference[name], rel=1e-9)
    assert found.std_error == pytest.approx(reference["std_error"], rel=1e-10)
    assert found.p_value == pytest.approx(reference["p_value"], rel=1e-10)


@pytest.mark.reference
def test_the_odds_ratio_is_that_of_a_survey_logit(second_wave, in_r_effects):
    reference = in_r_effects["sizes"]["svyglm"]
    shares = proportion(second_wave, "satisfied", DESIGN, by="arm")
    found = odds_ratio(shares, "satisfied", "pilot", "comparison")
    assert math.log(found.estimate) == pytest.approx(reference["estimate"], rel=1e-10)
    assert found.std_error == pytest.approx(reference["std_error"], rel=1e-9)


@pytest.mark.reference
def test_g_of_a_published_clustered_study_equals_the_formula(in_r_effects):
    reference = in_r_effects["hedges2007"]
    found = clustered_hedges_g(
        4, 20, treated=200, comparison=250, cluster_size=25, intraclass_correlation=0.05
    )
    assert found.estimate == pytest.approx(reference["estimate"], rel=1e-12)
    assert found.std_error == pytest.approx(reference["std_error"], rel=1e-12)


def test_without_clusters_the_formula_is_the_plain_one():
    found = clustered_hedges_g(
        5, 10, treated=30, comparison=40, cluster_size=1, intraclass_correlation=0
    )
    assert found.estimate == 0.5
    plain = 70 / (30 * 40) + 0.25 / (2 * 68)
    assert found.std_error == pytest.approx(math.sqrt(plain), rel=1e-12)
    assert found.df == 68


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 100), st.floats(-1e4, 1e4), st.integers(0, 99))
def test_unit_origin_and_order_do_not_matter(second_wave, unit, origin, seed):
    plain = hedges_g(second_wave, "trust", DESIGN, **ARMS)
    moved = second_wave.with_columns(pl.col("trust") * unit + origin)
    found = hedges_g(
        moved.sample(fraction=1, shuffle=True, seed=seed), "trust", DESIGN, **ARMS
    )
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-6)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-6)


def test_arms_exchanged_turn_an_odds_ratio_over(second_wave):
    shares = proportion(second_wave, "satisfied", DESIGN, by="arm")
    there = odds_ratio(shares, "satisfied", "pilot", "comparison")
    back = odds_ratio(shares, "satisfied", "comparison", "pilot")
    assert back.estimate * there.estimate == pytest.approx(1, rel=1e-12)
    assert back.ci_low == pytest.approx(1 / there.ci_high, rel=1e-12)


@pytest.mark.parametrize(
    ("y", "asked", "code"),
    [
        ([1.0, 1, 1, 1], {}, "no_spread"),
        ([1.0, None, 2, None], {}, "no_spread"),
        ([1.0, 2, 3, 4], {"comparison": 1}, "same_domain"),
        ([1.0, 2, 3, 4], {"comparison": 7}, "unknown_domain"),
        (["a", "b", "c", "d"], {}, "not_numeric"),
    ],
)
def test_what_has_no_g_is_refused(y, asked, code):
    frame = pl.DataFrame({"a": [1, 1, 0, 0], "y": y})
    arms = {"arm": "a", "treated": 1, "comparison": 0, **asked}
    with pytest.raises(EvidenceError) as refused:
        hedges_g(frame, "y", SampleDesign(), **arms)
    assert refused.value.code == code


def test_ratios_without_a_value_are_refused():
    frame = pl.DataFrame({"a": [1, 1, 0, 0], "y": [1, 1, 0, 1], "z": [0, 0, 0, 1]})
    shares = proportion(frame, ["y", "z"], SampleDesign(), by="a")
    for measure, item in ((odds_ratio, "y"), (risk_ratio, "z")):
        with pytest.raises(EvidenceError) as refused:
            measure(shares, item, 1, 0)
        assert refused.value.code == "share_at_the_edge"
    with pytest.raises(EvidenceError) as refused:
        odds_ratio(mean(frame, "y", SampleDesign(), by="a"), "y", 1, 0)
    assert refused.value.code == "not_a_share"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("standard_deviation", 0),
        ("treated", 1),
        ("cluster_size", 500),
        ("intraclass_correlation", 1.0),
    ],
)
def test_impossible_studies_are_refused(field, value):
    study = {
        "difference": 4,
        "standard_deviation": 20,
        "treated": 200,
        "comparison": 250,
        "cluster_size": 25,
        "intraclass_correlation": 0.05,
        field: value,
    }
    with pytest.raises(EvidenceError) as refused:
        clustered_hedges_g(
            study.pop("difference"), study.pop("standard_deviation"), **study
        )
    assert (refused.value.code, refused.value.facts["field"]) == (
        "impossible_study",
        field,
    )
