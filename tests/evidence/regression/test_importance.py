import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.importance import relative_importance
from imppulse.evidence.regression.orders_of_entry import shares
from imppulse.evidence.survey.design import SampleDesign

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")


@pytest.fixture(scope="module")
def complete(oracle):
    scales = [f"{scale}{k}" for scale in ("fair", "eff", "trust") for k in (1, 2, 3)]
    return oracle("citysim").drop_nulls(scales)


@pytest.mark.reference
def test_shares_equal_every_order_of_entry_in_r(complete, in_r_models):
    expected = in_r_models["lmg"]
    found = relative_importance(
        complete, "trust1", CITY, predictors=expected["x"], replicates=0
    )
    assert found.share == pytest.approx(expected["weighted"], rel=0, abs=1e-12)
    assert found.r_squared == pytest.approx(expected["r2"], rel=1e-12)
    assert np.isnan(found.ci_low).all()


def small(rows=300, seed=7):
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=(3, rows))
    b = 0.6 * a + 0.8 * b
    return pl.DataFrame(
        {
            "y": a + 0.5 * b + rng.normal(size=rows),
            "a": a,
            "b": b,
            "c": c,
            "w": rng.uniform(0.5, 2, rows),
            "psu": rng.integers(0, 20, rows),
        }
    ).with_columns(stratum=pl.col("psu") % 2)


@settings(max_examples=8, deadline=None)
@given(
    unit=st.floats(1e-3, 1e3),
    shift=st.floats(-1e4, 1e4),
    scale=st.floats(1e-3, 1e3),
    seed=st.integers(0, 99),
)
def test_units_weights_and_order_do_not_matter(unit, shift, scale, seed):
    before = relative_importance(
        small(), "y", CITY, predictors=("a", "b", "c"), replicates=5
    )
    changed = small().with_columns(
        a=pl.col("a") * unit + shift, y=-pl.col("y") * unit, w=pl.col("w") * scale
    )
    after = relative_importance(
        changed.sample(fraction=1, shuffle=True, seed=seed),
        "y",
        CITY,
        predictors=("c", "a", "b"),
        replicates=5,
    )
    assert after.share == pytest.approx(before.share[[2, 0, 1]], rel=1e-7)
    assert after.ci_low == pytest.approx(before.ci_low[[2, 0, 1]], rel=1e-6)
    assert before.share.sum() == pytest.approx(before.r_squared, rel=1e-14)


def test_without_overlap_the_share_is_the_squared_correlation():
    covariance = np.eye(4)
    covariance[0, 1:] = covariance[1:, 0] = [0.5, -0.3, 0.0]
    assert shares(covariance) == pytest.approx([0.25, 0.09, 0.0], abs=1e-15)


def test_two_that_say_the_same_share_alike():
    covariance = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.9], [0.5, 0.9, 1.0]])
    first, second = shares(covariance)
    assert first == pytest.approx(second, rel=1e-14)


def test_intervals_hold_the_share_and_repeat_themselves():
    asked = {"predictors": ("a", "b", "c"), "replicates": 200}
    found = relative_importance(small(), "y", CITY, **asked)
    again = relative_importance(small(), "y", CITY, **asked)
    assert (found.ci_low < found.share).all()
    assert (found.share < found.ci_high).all()
    assert found.ci_low.tolist() == again.ci_low.tolist()
    assert found.rank_low.tolist() == [1, 2, 3]
    assert found.rank_high.tolist() == [1, 2, 3]
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.to_frame().height == 3


def test_fifteen_predictors_are_answered():
    rng = np.random.default_rng(1)
    names = [f"x{k}" for k in range(16)]
    frame = pl.DataFrame(rng.normal(size=(200, 16)), schema=names)
    found = relative_importance(
        frame, "x0", SampleDesign(), predictors=names[1:], replicates=0
    )
    assert found.share.sum() == pytest.approx(found.r_squared, rel=1e-12)


REFUSED = {
    "too_many_predictors": ({}, {"predictors": [f"x{k}" for k in range(16)]}),
    "no_predictors": ({}, {"predictors": ()}),
    "impossible_replicates": ({}, {"replicates": -1}),
    "constant_column": ({"a": pl.lit(1)}, {}),
    "collinear_columns": ({"c": pl.col("a") - 2 * pl.col("b")}, {}),
    "repeated_column": ({}, {"predictors": ("a", "y")}),
    "lonely_strata": ({"stratum": pl.col("psu")}, {}),
    "one_cluster": ({"stratum": 1, "psu": 1}, {}),
    "no_complete_answers": ({"c": pl.lit(None)}, {}),
    "level_out_of_range": ({}, {"level": 95}),
    "not_numeric": ({"a": pl.lit("x")}, {}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_is_refused_by_name(code):
    columns, asked = REFUSED[code]
    columns = {k: pl.lit(v) if isinstance(v, int) else v for k, v in columns.items()}
    frame = small().with_columns(**columns)
    with pytest.raises(EvidenceError) as refused:
        relative_importance(
            frame, "y", CITY, **{"predictors": ("a", "b", "c"), **asked}
        )
    assert refused.value.code == code


def test_a_constant_outcome_is_refused():
    with pytest.raises(EvidenceError) as refused:
        relative_importance(
            small().with_columns(y=pl.lit(2)), "y", CITY, predictors=("a", "b")
        )
    assert refused.value.facts == {"column": "y"}
