import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.comparisons import change
from imppulse.evidence.effects.panel import (
    panel_change,
    panel_difference_in_differences,
)
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.design import SampleDesign

DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
WAVES = {"wave": "wave", "before": 1, "after": 2}
ARMS = {"arm": "arm", "treated": "pilot", "comparison": "comparison"}


def assert_equals_r(found, reference):
    for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value"):
        assert getattr(found, name) == pytest.approx(reference[name], rel=1e-10)


@pytest.mark.reference
def test_the_change_of_a_panel_equals_r(panel, in_r_effects):
    found = panel_change(panel, "trust", DESIGN, **WAVES)
    assert_equals_r(found, in_r_effects["panel"]["change"])
    assert found.n == in_r_effects["panel"]["n"]


@pytest.mark.reference
def test_the_difference_in_differences_of_a_panel_equals_r(panel, in_r_effects):
    found = panel_difference_in_differences(panel, "trust", DESIGN, **WAVES, **ARMS)
    assert_equals_r(found, in_r_effects["panel"]["did"])


@pytest.mark.parametrize("engine", [pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_the_engine_does_not_matter(panel, engine):
    here = panel_difference_in_differences(panel, "trust", DESIGN, **WAVES, **ARMS)
    there = panel_difference_in_differences(
        engine(panel), "trust", DESIGN, **WAVES, **ARMS
    )
    assert there.estimate == pytest.approx(here.estimate, rel=1e-12)
    assert there.std_error == pytest.approx(here.std_error, rel=1e-12)


def test_who_moves_stays_in_the_first_arm_and_cluster():
    rows = {
        "person": [1, 2, 3, 4] * 2,
        "wave": [1] * 4 + [2] * 4,
        "arm": ["pilot", "pilot", "comparison", "comparison"] + ["comparison"] * 4,
        "y": [1.0, 2, 3, 4, 5, 8, 3, 5],
    }
    found = panel_difference_in_differences(
        pl.DataFrame(rows), "y", SampleDesign(), **WAVES, **ARMS
    )
    assert (found.estimate, found.n) == (5 - 0.5, 4)


def test_the_weight_is_that_of_the_later_wave():
    rows = {
        "person": [1, 2, 3, 1, 2],
        "wave": [1, 1, 1, 2, 2],
        "w": [1.0, 1, 1, 3, 1],
        "y": [0.0, 0, 0, 4, 8],
    }
    found = panel_change(pl.DataFrame(rows), "y", SampleDesign(weight="w"), **WAVES)
    assert (found.estimate, found.n) == (5, 2)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=8),
    st.floats(0.5, 3),
    st.integers(0, 99),
)
def test_order_and_unit_do_not_matter_and_full_pairs_are_their_clusters(
    pairs, factor, seed
):
    count = len(pairs)
    frame = pl.DataFrame(
        {
            "person": [*range(count)] * 2,
            "wave": [1] * count + [2] * count,
            "y": [float(p[0]) for p in pairs] + [float(p[1]) for p in pairs],
        }
    )
    found = panel_change(frame, "y", SampleDesign(), **WAVES)
    # Two waves of the same persons are a change in which each is a cluster.
    other = change(frame, "y", SampleDesign(cluster="person"), **WAVES)
    assert found.estimate == pytest.approx(other.estimate, abs=1e-12)
    assert found.std_error == pytest.approx(other.std_error, abs=1e-12)
    moved = frame.with_columns(pl.col("y") * factor).sample(
        fraction=1, shuffle=True, seed=seed
    )
    scaled = panel_change(moved, "y", SampleDesign(), **WAVES)
    assert scaled.estimate == pytest.approx(factor * found.estimate, abs=1e-9)


@pytest.mark.parametrize(
    ("change_rows", "asked", "code"),
    [
        ({"person": [1, 1, 1, 2]}, {}, "person_repeated"),
        ({"person": [1, 2, 3, 4]}, {}, "no_pairs"),
        ({}, {"after": 1}, "same_domain"),
        ({}, {"person": "who"}, "unknown_column"),
    ],
)
def test_what_is_no_panel_is_refused(change_rows, asked, code):
    rows = {"person": [1, 2, 1, 2], "wave": [1, 1, 2, 2], "y": [1, 2, 3, 4]}
    with pytest.raises(EstimationError) as refused:
        panel_change(
            pl.DataFrame({**rows, **change_rows}),
            "y",
            SampleDesign(),
            **{**WAVES, **asked},
        )
    assert refused.value.code == code


def test_the_result_says_whence_it_comes(panel):
    found = panel_change(panel, "trust", DESIGN, **WAVES)
    assert found.provenance.method == "imppulse.evidence.panel_change"
    assert json.loads(json.dumps(found.to_dict()))["n"] == 115
    assert np.isfinite(found.estimate)
