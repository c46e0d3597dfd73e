import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.differential_items import (
    differential_item,
    differential_items,
)

FURTHER = Path(__file__).parents[3] / "validation/regression/regression.json"
FAIR = ("fair1", "fair2", "fair3")


@pytest.fixture(scope="module")
def complete(oracle):
    scales = [f"{scale}{k}" for scale in ("fair", "eff", "trust") for k in (1, 2, 3)]
    return (
        oracle("citysim").drop_nulls(scales).with_columns(last=pl.col("city") == "C6")
    )


@pytest.mark.reference
def test_two_groups_equal_clm_and_mantelhaen(complete, in_r_models):
    found = {
        one.item: one for one in differential_items(complete, FAIR, group="last").items
    }
    expected = in_r_models["dif"]
    for item in ("fair1", "fair3"):
        one = found[item]
        assert one.uniform.statistic == pytest.approx(
            expected[item]["uniform_LR"], rel=1e-9
        )
        assert one.nonuniform.statistic == pytest.approx(
            expected[item]["nonuniform_LR"], rel=1e-9
        )
        assert one.effects == pytest.approx({True: expected[item]["b"]}, rel=1e-8)
    mantel, reference = found["fair3"].mantel, expected["mantel_fair3"]
    assert mantel.statistic == pytest.approx(reference["stat"], rel=1e-12)
    assert mantel.df == reference["df"]
    assert mantel.p_value == pytest.approx(reference["p"], rel=1e-9)


@pytest.mark.reference
def test_six_groups_equal_clm_and_mantelhaen(oracle):
    expected = json.loads(FURTHER.read_text())["dif"]
    found = differential_item(
        oracle("citysim"), "fair3", rest=("fair1", "fair2"), group="city"
    )
    assert found.n == expected["n"]
    assert found.uniform.statistic == pytest.approx(expected["uniform_LR"], rel=1e-9)
    assert found.uniform.p_value == pytest.approx(expected["p_uniform"], rel=1e-7)
    assert found.uniform.df == 5
    assert found.nonuniform.statistic == pytest.approx(
        expected["nonuniform_LR"], rel=1e-9
    )
    assert [*found.effects.values()] == pytest.approx(expected["b"], rel=1e-8)
    assert found.pseudo_r2_change == pytest.approx(expected["mcfadden"], rel=1e-9)
    assert found.mantel.statistic == pytest.approx(
        expected["mantel"]["stat"], rel=1e-12
    )
    assert found.mantel.df == expected["mantel"]["df"]


def small(rows=300, seed=4):
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=rows)
    group = rng.integers(0, 3, rows)
    items = {
        name: np.digitize(ability + shift * group + rng.normal(size=rows), [-1, 0, 1])
        for name, shift in (("a", 0.0), ("b", 0.0), ("c", 0.8))
    }
    return pl.DataFrame({**items, "g": group})


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 99),
    reference=st.sampled_from([0, 1, 2]),
    shift=st.integers(-20, 20),
)
def test_order_reference_and_zero_of_the_score_do_not_matter(seed, reference, shift):
    before = differential_item(small(), "c", rest=("a", "b"), group="g")
    changed = small().sample(fraction=1, shuffle=True, seed=seed)
    after = differential_item(
        changed.with_columns(pl.col("a") + shift),
        "c",
        rest=("b", "a"),
        group="g",
        reference=reference,
    )
    for test in ("uniform", "nonuniform", "mantel"):
        first, second = getattr(before, test), getattr(after, test)
        assert second.statistic == pytest.approx(first.statistic, rel=1e-7, abs=1e-9)
        assert second.df == first.df
    assert after.groups[0] == reference
    assert reference not in after.effects


def test_the_shifted_item_is_found_and_the_others_are_not():
    found = differential_items(small(2000), ("a", "b", "c"), group="g")
    sizes = {one.item: one.pseudo_r2_change for one in found.items}
    assert max(sizes, key=sizes.get) == "c"
    assert [row["item"] for row in found.rows()] == ["a", "b", "c"]
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.items[2].effects[2] > found.items[2].effects[1] > 0


def test_missing_answers_leave_their_item_only():
    frame = small().with_columns(
        pl.when(pl.int_range(pl.len()) > 9).then(pl.col("a")), extra=pl.lit(None)
    )
    assert differential_item(frame, "c", rest=("a", "b"), group="g").n == 290
    assert differential_item(frame, "c", rest="b", group="g").n == 300


REFUSED = {
    "short_scale": ({}, ("a", "b"), "g", None),
    "repeated_column": ({}, ("a", "b", "c"), "a", None),
    "constant_column": ({"g": pl.lit(1)}, ("a", "b", "c"), "g", None),
    "missing_level": ({}, ("a", "b", "c"), "g", 7),
    "unknown_column": ({}, ("a", "b", "z"), "g", None),
    "not_numeric": ({"a": pl.lit("often")}, ("a", "b", "c"), "g", None),
    "collinear_columns": ({"g": pl.col("b") + pl.col("c")}, ("a", "b", "c"), "g", None),
    "separation": ({"g": (pl.col("a") == 3).cast(int)}, ("a", "b", "c"), "g", None),
    "no_complete_answers": ({"b": pl.lit(None)}, ("a", "b", "c"), "g", None),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_is_refused_by_name(code):
    columns, items, group, reference = REFUSED[code]
    with pytest.raises(EvidenceError) as refused:
        differential_items(
            small().with_columns(**columns), items, group=group, reference=reference
        )
    assert refused.value.code == code
