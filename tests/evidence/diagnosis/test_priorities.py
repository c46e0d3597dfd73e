"""Factors by size, spread and certainty, with bootstrap rank intervals."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence import (
    EvidenceError,
    SampleDesign,
    factor_priorities,
    mean,
)

DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
FACTORS = ("contact", "respect", "presence", "knowledge")


def answers(shifts=(0.0, 20.0, 21.0, 40.0), people=20, seed=1):
    rng = np.random.default_rng(seed)
    rows = 24 * people
    cluster = np.repeat(np.arange(24), people)
    noise = rng.normal(0, 6, (24, len(shifts)))[cluster]
    drawn = 20 + np.asarray(shifts) + noise + rng.normal(0, 15, (rows, len(shifts)))
    frame = pl.DataFrame(dict(zip(FACTORS, np.clip(drawn, 0, 100).T, strict=False)))
    return frame.with_columns(
        cluster=pl.Series(cluster),
        stratum=pl.Series(cluster // 6),
        weight=pl.Series(rng.uniform(1, 3, rows)),
    )


def test_size_and_spread_are_design_weighted_means():
    frame = answers()
    found = {
        row["factor"]: row
        for row in factor_priorities(frame, FACTORS, DESIGN, seed=1).rows()
    }
    means = mean(frame, FACTORS, DESIGN)
    low = mean(frame.with_columns(pl.col(FACTORS) < 50), FACTORS, DESIGN)
    for name in FACTORS:
        assert found[name]["size"] == pytest.approx(
            100 - means.at(name).estimate, rel=1e-12
        )
        assert found[name]["spread"] == pytest.approx(low.at(name).estimate, rel=1e-12)
        product = found[name]["size"] * found[name]["spread"] * found[name]["certainty"]
        assert found[name]["priority"] == pytest.approx(product, rel=1e-12)


def test_clear_factors_are_certain_and_near_ones_share_their_interval():
    ranked = factor_priorities(answers(), FACTORS, DESIGN, seed=1)
    first, second, third, last = ranked.factors
    assert (first.factor, last.factor) == ("contact", "knowledge")
    assert (first.rank_low, first.rank_high, first.certainty) == (1, 1, 1.0)
    assert (last.rank_low, last.rank_high, last.certainty) == (4, 4, 0.0)
    assert {second.factor, third.factor} == {"respect", "presence"}
    assert (second.rank_low, second.rank_high) == (2, 3)
    assert (third.rank_low, third.rank_high) == (2, 3)


def test_rank_intervals_hold_the_true_rank():
    """Four factors apart by 3 points; the true order is known."""
    truth = {"contact": 1, "respect": 2, "presence": 3, "knowledge": 4}
    held = [
        factor.rank_low <= truth[factor.factor] <= factor.rank_high
        for seed in range(40)
        for factor in factor_priorities(
            answers((0, 3, 6, 9), seed=seed), FACTORS, DESIGN, seed=seed, replicates=200
        ).factors
    ]
    assert np.mean(held) >= 0.93


def test_the_same_seed_gives_the_same_answer():
    frame = answers((0, 3, 6, 9))
    once = factor_priorities(frame, FACTORS, DESIGN, seed=5)
    assert once == factor_priorities(frame, FACTORS, DESIGN, seed=5)
    assert once != factor_priorities(frame, FACTORS, DESIGN, seed=6)


@settings(max_examples=8, deadline=None)
@given(st.permutations(FACTORS), st.floats(0.1, 100))
def test_order_of_columns_and_scale_of_weights_do_not_matter(names, factor):
    frame = answers((0, 3, 6, 9), people=3)
    plain = factor_priorities(frame, FACTORS, DESIGN, seed=2, replicates=50)
    other = factor_priorities(
        frame.with_columns(pl.col("weight") * factor),
        names,
        DESIGN,
        seed=2,
        replicates=50,
    )
    for one, two in zip(plain.rows(), other.rows(), strict=True):
        assert one.pop("factor") == two.pop("factor")
        assert list(one.values()) == pytest.approx(list(two.values()), rel=1e-9)


def test_who_did_not_answer_is_not_under_the_middle():
    frame = answers().with_columns(
        contact=pl.when(pl.int_range(pl.len()) % 2 == 0).then("contact"),
        respect=pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then("respect")
        .otherwise(float("nan")),
    )
    found = {
        row["factor"]: row
        for row in factor_priorities(frame, FACTORS[:2], DESIGN, seed=1).rows()
    }
    half = frame.filter(pl.int_range(pl.len()) % 2 == 0)
    for name in FACTORS[:2]:
        low = mean(half.with_columns(pl.col(name) < 50), name, DESIGN)
        assert found[name]["spread"] == pytest.approx(low.at(name).estimate, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "names", "options", "code"),
    [
        ({}, ["contact"], {}, "too_few_factors"),
        ({}, ["contact", "absent"], {}, "unknown_column"),
        ({"contact": pl.lit("often")}, FACTORS, {}, "not_numeric"),
        ({"contact": pl.lit(None, pl.Float64)}, FACTORS, {}, "no_answers"),
        ({"contact": pl.lit(130.0)}, FACTORS, {}, "index_outside_scale"),
        ({}, FACTORS, {"level": 1.0}, "level_out_of_range"),
        ({"cluster": pl.lit(1)}, FACTORS, {}, "replicates_with_lonely_strata"),
    ],
)
def test_refusals(change, names, options, code):
    with pytest.raises(EvidenceError) as refused:
        factor_priorities(
            answers().with_columns(**change), names, DESIGN, seed=1, **options
        )
    assert refused.value.code == code
