import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.comparisons import difference_in_differences
from imppulse.evidence.effects.difference_regression import (
    TwoByTwo,
    regression_difference_in_differences,
)
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign

PANEL = {
    "wave": "wave",
    "before": 1,
    "after": 2,
    "arm": "arm",
    "treated": "pilot",
    "comparison": "comparison",
    "cluster": "cluster",
    "weight": "weight",
}
CITY = {
    "wave": "wave",
    "before": 0,
    "after": 1,
    "arm": "pilot",
    "treated": 1,
    "comparison": 0,
    "unit": "psu",
    "weight": "w",
}


@pytest.mark.reference
@pytest.mark.parametrize(
    ("cluster", "variance", "answer"),
    [
        ("psu", "CR0", lambda r: r["crv0_psu"][0]),
        ("psu", "CR1", lambda r: r["crv1_psu_sandwich"][0]),
        ("psu", "CR2", lambda r: r["cr2_psu"]["se"][0]),
        ("stratum", "CR2", lambda r: r["cr2_stratum"]["se"][0]),
        ("stratum", "CR1", lambda r: r["estimatr_stata"]["se"][0]),
    ],
)
def test_errors_with_fixed_effects_equal_r(
    oracle, in_r_models, cluster, variance, answer
):
    reference = in_r_models["did"]
    asked = TwoByTwo(**CITY, cluster=cluster)
    found = regression_difference_in_differences(
        oracle("citysim"), "trust1", asked, variance=variance
    )
    assert found.estimate == pytest.approx(reference["coef"][0], rel=1e-11)
    assert found.std_error == pytest.approx(answer(reference), rel=1e-11)
    if variance == "CR2":
        satterthwaite = reference[f"cr2_{cluster}"]
        assert found.df == pytest.approx(satterthwaite["df"][0], rel=1e-9)
        assert found.p_value == pytest.approx(satterthwaite["p"][0], rel=1e-9)


@pytest.mark.reference
def test_errors_between_districts_equal_r(panel, in_r_effects):
    reference = in_r_effects["regression"]
    for variance in ("CR0", "CR1", "CR2"):
        found = regression_difference_in_differences(
            panel, "trust", TwoByTwo(**PANEL), variance=variance
        )
        expected = reference[variance]
        if variance == "CR2":
            assert found.df == pytest.approx(expected["df"], rel=1e-10)
            assert found.p_value == pytest.approx(expected["p_value"], rel=1e-10)
            expected = expected["std_error"]
        assert found.std_error == pytest.approx(expected, rel=1e-11)
    assert (found.clusters, found.treated_clusters) == (14, 7)


def test_the_estimate_is_that_of_four_means(panel):
    means = difference_in_differences(
        panel,
        "trust",
        SampleDesign(weight="weight", cluster="cluster"),
        **{k: v for k, v in PANEL.items() if k not in {"cluster", "weight"}},
    )
    found = regression_difference_in_differences(panel, "trust", TwoByTwo(**PANEL))
    assert found.estimate == pytest.approx(means.estimate, rel=1e-12)
    assert found.n == means.n


@settings(max_examples=12, deadline=None)
@given(st.floats(0.01, 100), st.floats(0.1, 10), st.floats(-50, 50), st.integers(0, 99))
def test_units_weights_and_order_do_not_matter(weights, unit, origin, seed):
    frame = pl.DataFrame(
        {
            "d": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 1, 6, 6],
            "t": [1, 2] * 5 + [2, 1, 2],
            "a": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1],
            "y": [1.0, 2, 2, 5, 3, 3, 1, 6, 2, 4, 3, 1, 9],
            "w": [1.0, 2, 1, 1, 3, 1, 1, 1, 2, 1, 1, 1, 1],
        }
    )
    asked = TwoByTwo(
        wave="t", before=1, after=2, arm="a", treated=1, comparison=0, cluster="d",
        weight="w",
    )  # fmt: skip
    plain = regression_difference_in_differences(frame, "y", asked)
    moved = frame.with_columns(
        pl.col("w") * weights, pl.col("y") * unit + origin
    ).sample(fraction=1, shuffle=True, seed=seed)
    found = regression_difference_in_differences(moved, "y", asked)
    assert found.estimate == pytest.approx(unit * plain.estimate, rel=1e-8)
    assert found.std_error == pytest.approx(unit * plain.std_error, rel=1e-8)
    assert found.df == pytest.approx(plain.df, rel=1e-8)


@pytest.mark.parametrize(
    ("swap", "variance", "code"),
    [
        ({"after": 1}, "CR2", "same_domain"),
        ({"treated": "nowhere"}, "CR2", "unknown_domain"),
        ({}, "CR9", "unknown_variance"),
        ({"cluster": "wave_of_all"}, "CR2", "one_cluster"),
        ({"unit": "person_and_wave"}, "CR2", "too_few_rows_for_terms"),
        ({"unit": "arm_and_wave"}, "CR2", "collinear_terms"),
    ],
)
def test_what_cannot_be_estimated_is_refused(panel, swap, variance, code):
    frame = panel.with_columns(
        wave_of_all=1,
        person_and_wave=pl.int_range(pl.len()),
        arm_and_wave=pl.concat_str("arm", "wave"),
    )
    with pytest.raises(EvidenceError) as refused:
        regression_difference_in_differences(
            frame, "trust", TwoByTwo(**{**PANEL, **swap}), variance=variance
        )
    assert refused.value.code == code
