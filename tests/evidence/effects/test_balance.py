import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.balance import attrition, baseline_balance, pre_trend
from imppulse.evidence.effects.comparisons import difference_in_differences
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign

ARMS = {"arm": "arm", "treated": "pilot", "comparison": "comparison"}
DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="cluster")


@pytest.fixture(scope="module")
def first_wave(panel):
    return panel.filter(pl.col("wave") == 1)


@pytest.mark.reference
def test_standardised_differences_equal_r(first_wave, in_r_effects):
    reference = in_r_effects["balance"]
    found = baseline_balance(first_wave, "trust", **ARMS, weight="weight")
    (item,) = found.items
    assert item.treated == pytest.approx(reference["treated"], rel=1e-12)
    assert item.comparison == pytest.approx(reference["comparison"], rel=1e-12)
    assert item.standardised == pytest.approx(reference["standardised"], rel=1e-11)
    assert (found.largest, found.below_a_quarter) == (-item.standardised, True)
    plain = baseline_balance(first_wave, "trust", **ARMS)
    assert plain.largest == pytest.approx(-reference["unweighted"], rel=1e-11)
    assert plain.below_a_quarter is False


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 10), st.floats(-100, 100), st.floats(0.1, 10))
def test_units_and_weights_do_not_matter(first_wave, unit, origin, weights):
    plain = baseline_balance(first_wave, ["trust", "satisfied"], **ARMS, weight="weight")  # fmt: skip
    moved = first_wave.with_columns(
        pl.col("trust") * unit + origin, pl.col("weight") * weights
    )
    found = baseline_balance(moved, ["trust", "satisfied"], **ARMS, weight="weight")
    for here, there in zip(plain.items, found.items, strict=True):
        assert there.standardised == pytest.approx(here.standardised, rel=1e-8)


def test_attrition_is_counted_by_arm():
    frame = pl.DataFrame(
        {
            "arm": ["pilot"] * 4 + ["comparison"] * 5 + ["other"],
            "again": [True, True, True, False, True, True, True, True, False, False],
        }
    )
    found = attrition(frame, "again", SampleDesign(), **ARMS)
    assert found.treated == 0.25
    assert found.comparison == pytest.approx(0.2, rel=1e-12)
    assert found.overall == pytest.approx(2 / 9, rel=1e-12)
    assert found.difference.estimate == pytest.approx(0.05, rel=1e-12)
    assert (found.n, found.rows()[0]["n"]) == (9, 9)


def test_two_waves_have_the_trend_of_their_difference(panel):
    waves = {"wave": "wave", "before": 1, "after": 2}
    found = pre_trend(panel, "trust", DESIGN, wave="wave", waves=[1, 2], **ARMS)
    other = difference_in_differences(panel, "trust", DESIGN, **waves, **ARMS)
    assert found.estimate == pytest.approx(other.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(other.std_error, rel=1e-12)


def test_a_straight_course_has_its_slope():
    rows = [
        {"w": w, "arm": arm, "y": 3.0 * w * (arm == "pilot") + k}
        for w in (1, 2, 4)
        for arm in ("pilot", "comparison")
        for k in (0, 1)
    ]
    found = pre_trend(
        pl.DataFrame(rows), "y", SampleDesign(), wave="w", waves=(1, 2, 4), **ARMS
    )
    assert found.estimate == pytest.approx(3, rel=1e-12)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"items": []}, "no_items"),
        ({"items": "wave"}, "no_spread"),
        ({"treated": "comparison"}, "same_domain"),
        ({"treated": "x"}, "unknown_domain"),
        ({"items": "arm"}, "not_numeric"),
        ({"weight": "stratum_less"}, "unknown_column"),
    ],
)
def test_what_cannot_be_compared_is_refused(first_wave, asked, code):
    given = {"items": "trust", **ARMS, **asked}
    with pytest.raises(EvidenceError) as refused:
        baseline_balance(first_wave, given.pop("items"), **given)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"waves": [1, 1]}, "too_few_waves"),
        ({"waves": [1, 9]}, "unknown_domain"),
        ({"comparison": "pilot"}, "same_domain"),
    ],
)
def test_what_has_no_course_is_refused(panel, asked, code):
    given = {"wave": "wave", "waves": [1, 2], **ARMS, **asked}
    with pytest.raises(EvidenceError) as refused:
        pre_trend(panel, "trust", DESIGN, **given)
    assert refused.value.code == code
