import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.difference_regression import TwoByTwo
from imppulse.evidence.effects.few_clusters import (
    VALUES,
    WildDraws,
    wild_cluster_bootstrap,
    wild_difference_in_differences,
)
from imppulse.evidence.errors import EvidenceError

PANEL = TwoByTwo(
    wave="wave",
    before=1,
    after=2,
    arm="arm",
    treated="pilot",
    comparison="comparison",
    cluster="cluster",
    weight="weight",
)
SIGNS = WildDraws(multipliers="rademacher")


@pytest.mark.reference
@pytest.mark.parametrize("restricted", [True, False])
def test_every_sign_enumerated_equals_r(oracle, in_r_models, restricted):
    kind = "wcr11" if restricted else "wcu11"
    reference = in_r_models["wild"][f"{kind}_rademacher_full"]
    draws = WildDraws(multipliers="rademacher", restricted=restricted)
    found = wild_cluster_bootstrap(
        oracle("fewclusters"), "y", "d", cluster="g", controls=["x"], draws=draws
    )
    assert found.estimate == pytest.approx(reference["b"], rel=1e-12)
    assert found.std_error == pytest.approx(reference["se"], rel=1e-12)
    assert found.t == pytest.approx(reference["t"], rel=1e-12)
    assert found.p_value == reference["p"]
    assert (found.draws, found.enumerated, found.smallest_p) == (512, True, 2 / 512)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("case", "clusters", "draws", "hypothesis"),
    [
        ("rademacher8", 8, SIGNS, 0.0),
        ("rademacher8_at_3", 8, SIGNS, 3.0),
        ("rademacher8_unrestricted", 8, WildDraws(multipliers="rademacher", restricted=False), 0.0),
        ("webb4", 4, WildDraws(), 0.0),
    ],
)  # fmt: skip
def test_weighted_differences_equal_r(
    panel, in_r_effects, case, clusters, draws, hypothesis
):
    reference = in_r_effects["wild"][case]
    found = wild_difference_in_differences(
        panel.filter(pl.col("cluster") <= clusters),
        "trust",
        PANEL,
        hypothesis=hypothesis,
        draws=draws,
    )
    for name in ("estimate", "std_error", "t"):
        assert getattr(found, name) == pytest.approx(reference[name], rel=1e-11)
    assert found.p_value == pytest.approx(reference["p_value"], rel=1e-14)
    assert found.draws == reference["draws"]


def test_the_interval_holds_what_the_test_does_not_reject(panel):
    def p_at(hypothesis):
        return wild_difference_in_differences(
            panel, "trust", PANEL, hypothesis=hypothesis
        ).p_value

    found = wild_difference_in_differences(panel, "trust", PANEL)
    assert (found.draws, found.enumerated, found.multipliers) == (
        9999,
        False,
        "rademacher",
    )
    width = found.ci_high - found.ci_low
    assert found.ci_low < found.estimate < found.ci_high
    for limit, outward in ((found.ci_low, -1), (found.ci_high, 1)):
        assert p_at(limit - outward * 1e-6 * width) > 0.05
        assert p_at(limit + outward * 1e-6 * width) <= 0.05


def test_unrestricted_intervals_lie_around_the_estimate(panel):
    draws = WildDraws(multipliers="rademacher", restricted=False)
    eight = panel.filter(pl.col("cluster") <= 8)
    found = wild_difference_in_differences(eight, "trust", PANEL, draws=draws)
    above, below = found.ci_high - found.estimate, found.estimate - found.ci_low
    assert above == pytest.approx(below, rel=1e-9)


def test_too_few_signs_reject_nothing(panel):
    four = panel.filter(pl.col("cluster") <= 4)
    found = wild_difference_in_differences(four, "trust", PANEL, draws=SIGNS)
    assert found.smallest_p == 2 / 16
    assert (found.ci_low, found.ci_high) == (-math.inf, math.inf)
    assert found.to_dict()["ci_low"] is None


@pytest.mark.parametrize(
    ("clusters", "kind", "smallest"),
    [(5, "webb", 6 / 6**5), (6, "rademacher", 2 / 64), (9, "rademacher", 2 / 512)],
)
def test_signs_are_taken_as_soon_as_they_reach_five_percent(clusters, kind, smallest):
    found, values, every = WildDraws().of(clusters)
    assert (found, every) == (kind, True)
    assert len(VALUES[kind]) / len(values) == pytest.approx(smallest, rel=1e-12)


def test_the_same_seed_gives_the_same_draws(panel):
    one, same, other = (
        wild_difference_in_differences(
            panel, "trust", PANEL, draws=WildDraws(draws=199, seed=seed)
        )
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one.ci_low != other.ci_low


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**16), st.floats(0.1, 10))
def test_order_and_unit_do_not_matter(seed, unit):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(6), 4)
    frame = pl.DataFrame(
        {"g": cluster, "d": (cluster < 2) * 1, "y": rng.normal(size=24)}
    )
    plain = wild_cluster_bootstrap(frame, "y", "d", cluster="g", draws=SIGNS)
    moved = frame.with_columns(pl.col("y") * unit).sample(
        fraction=1, shuffle=True, seed=seed
    )
    found = wild_cluster_bootstrap(moved, "y", "d", cluster="g", draws=SIGNS)
    assert found.p_value == plain.p_value
    assert found.estimate == pytest.approx(unit * plain.estimate, rel=1e-9)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"effect": "always"}, "collinear_terms"),
        ({"cluster": "always"}, "one_cluster"),
        ({"item": "name"}, "not_numeric"),
        ({"item": "flat"}, "no_variance"),
        ({"weight": "minus"}, "negative_weight"),
        ({"weight": "gaps"}, "missing_design_value"),
        ({"level": 1.0}, "level_out_of_range"),
        ({"controls": ["d2"]}, "collinear_terms"),
    ],
)
def test_what_cannot_be_tested_is_refused(asked, code):
    frame = pl.DataFrame(
        {
            "g": [1, 1, 2, 2, 3, 3],
            "d": [0, 0, 1, 1, 0, 0],
            "y": [1.0, 2, 4, 3, 2, 5],
            "always": [1] * 6,
            "flat": [2.0] * 6,
            "name": ["a"] * 6,
            "minus": [-1] * 6,
            "gaps": [None, 1, 1, 1, 1, 1],
        }
    ).with_columns(d2=2 * pl.col("d"))
    columns = {"item": "y", "effect": "d", "cluster": "g", **asked}
    with pytest.raises(EvidenceError) as refused:
        wild_cluster_bootstrap(frame, columns.pop("item"), columns.pop("effect"), **columns)  # fmt: skip
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"multipliers": "x"}, "unknown_multipliers"), ({"draws": 9}, "too_few_draws")],
)
def test_draws_that_make_no_sense_are_refused(asked, code):
    with pytest.raises(EvidenceError) as refused:
        WildDraws(**asked)
    assert refused.value.code == code
