import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.randomisation import (
    ClusterAssignment,
    randomisation_test,
)
from imppulse.evidence.errors import EvidenceError

SIMPLE = ClusterAssignment(cluster="g", arm="d", treated=1, comparison=0)
PANEL = {
    "cluster": "cluster",
    "arm": "arm",
    "treated": "pilot",
    "comparison": "comparison",
    "weight": "weight",
    "wave": "wave",
    "before": 1,
    "after": 2,
}
BLOCKED = ClusterAssignment(**PANEL, block="stratum")


@pytest.mark.reference
def test_every_assignment_enumerated_equals_r(oracle, in_r_models):
    reference = in_r_models["ri"]
    found = randomisation_test(oracle("fewclusters"), "y", SIMPLE)
    assert found.estimate == pytest.approx(reference["stat"], rel=1e-12)
    assert found.p_value == pytest.approx(reference["p"], rel=1e-14)
    assert (found.assignments, found.enumerated) == (reference["n_assign"], True)
    assert found.smallest_p == 1 / 84


@pytest.mark.reference
@pytest.mark.parametrize(("case", "at"), [("blocked", 0.0), ("blocked_at_2", 2.0)])
def test_blocks_and_weighted_changes_equal_r(panel, in_r_effects, case, at):
    reference = in_r_effects["randomisation"][case]
    found = randomisation_test(panel, "trust", BLOCKED, hypothesis=at)
    assert found.estimate - at == pytest.approx(reference["estimate"], rel=1e-12)
    assert found.p_value == pytest.approx(reference["p_value"], rel=1e-13)
    assert (found.assignments, found.blocks) == (reference["assignments"], 2)


def test_the_interval_holds_what_the_test_does_not_reject(panel):
    found = randomisation_test(panel, "trust", BLOCKED)
    width = found.ci_high - found.ci_low
    for limit, outward in ((found.ci_low, -1), (found.ci_high, 1)):
        inside, outside = (
            randomisation_test(panel, "trust", BLOCKED, hypothesis=limit + shift)
            for shift in (-outward * 1e-6 * width, outward * 1e-6 * width)
        )
        assert inside.p_value > 0.05 >= outside.p_value


def test_many_clusters_are_drawn_and_close_to_all_of_them(panel):
    several = pl.concat(
        [panel.with_columns(pl.col("cluster") + 100 * k) for k in range(2)]
    )
    found = randomisation_test(several, "trust", ClusterAssignment(**PANEL), draws=1999)
    again = randomisation_test(several, "trust", ClusterAssignment(**PANEL), draws=1999)
    assert (found.enumerated, found.assignments) == (False, 1999)
    assert found.possible == math.comb(28, 14)
    assert found == again


def test_one_pair_can_show_nothing():
    frame = pl.DataFrame({"g": [1, 2], "d": [0, 1], "y": [1.0, 9.0]})
    found = randomisation_test(frame, "y", SIMPLE)
    assert (found.estimate, found.p_value, found.smallest_p) == (8, 1, 1)
    assert (found.ci_low, found.ci_high) == (-math.inf, math.inf)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**16), st.floats(0.1, 10), st.floats(-30, 30))
def test_order_unit_and_origin_do_not_matter(seed, unit, origin):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(7), 3)
    frame = pl.DataFrame(
        {"g": cluster, "d": (cluster < 3) * 1, "y": rng.normal(size=21)}
    )
    plain = randomisation_test(frame, "y", SIMPLE)
    moved = frame.with_columns(pl.col("y") * unit + origin).sample(
        fraction=1, shuffle=True, seed=seed
    )
    found = randomisation_test(moved, "y", SIMPLE)
    assert found.p_value == plain.p_value
    assert found.ci_low == pytest.approx(unit * plain.ci_low, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "asked", "code"),
    [
        ({"d": [0, 1, 1, 0]}, {}, "cluster_in_two_groups"),
        ({"d": [0, 0, 0, 0]}, {}, "empty_arm"),
        ({"d": [2, 2, 2, 2]}, {}, "no_answers"),
        ({"g": [None, 1, 2, 2]}, {}, "missing_design_value"),
        ({}, {"draws": 3}, "too_few_draws"),
        ({}, {"level": 2.0}, "level_out_of_range"),
    ],
)
def test_what_is_no_assignment_is_refused(change, asked, code):
    frame = pl.DataFrame({"g": [1, 1, 2, 2], "d": [0, 0, 1, 1], "y": [1, 2, 3, 4], **change})  # fmt: skip
    with pytest.raises(EvidenceError) as refused:
        randomisation_test(frame, "y", SIMPLE, **asked)
    assert refused.value.code == code


def test_blocks_with_one_arm_compare_nothing():
    frame = pl.DataFrame({"g": [1, 2], "d": [0, 1], "b": [1, 2], "y": [1.0, 2.0]})
    with pytest.raises(EvidenceError) as refused:
        randomisation_test(
            frame,
            "y",
            ClusterAssignment(cluster="g", arm="d", treated=1, comparison=0, block="b"),
        )
    assert refused.value.code == "empty_arm"
