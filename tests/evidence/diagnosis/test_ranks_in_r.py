"""Indices, priorities and joint ranks against R (validation/diagnosis/ranks.R)."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.diagnosis.priorities import factor_priorities
from imppulse.evidence.diagnosis.ranking import joint_ranks
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.scales.scales import Index, IndexItem, add_indices
from imppulse.evidence.survey.design import SampleDesign

VALIDATION = Path(__file__).parents[3] / "validation"
IN_R = json.loads((VALIDATION / "diagnosis" / "ranks.json").read_text())
ITEMS = {"trust": "trust", "fair": "fair", "effective": "eff"}


def index(name, stem):
    items = [
        IndexItem(name=f"{stem}{k}", low=1, high=5, reversed=k == 2) for k in (1, 2, 3)
    ]
    return Index(name=name, items=tuple(items), minimum_answered=2)


@pytest.fixture(scope="module")
def scored(oracle):
    indices = [index(name, stem) for name, stem in ITEMS.items()]
    return add_indices(oracle("citysim"), indices)


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["index"], ids=lambda case: case["index"])
def test_indices_equal_r(scored, case):
    found = scored[case["index"]]
    place = pl.int_range(1, len(found) + 1, eager=True)
    numbers = [found.mean(), found.std(), (found * place).sum()]
    expected = [case["mean"], case["sd"], case["checksum"]]
    assert numbers == pytest.approx(expected, rel=1e-11)
    assert found.count() == case["n"]


@pytest.mark.reference
def test_size_and_spread_of_priorities_equal_r(scored):
    design = SampleDesign(weight="w", strata="stratum", cluster="psu")
    found = factor_priorities(scored, list(ITEMS), design, seed=1, replicates=50)
    by_name = {factor.factor: factor for factor in found.factors}
    for case in IN_R["priorities"]:
        one = by_name[case["factor"]]
        numbers = [one.size, one.spread]
        assert numbers == pytest.approx([case["size"], case["spread"]], rel=1e-11)


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["joint"])
def test_joint_ranks_equal_r(case):
    numbers = (case[name] for name in ("estimate", "std_error", "df"))
    found = joint_ranks(*numbers, level=case["level"])
    for name in ("rank", "low", "high"):
        assert getattr(found, name).tolist() == case[name]


NUMBERS = st.lists(
    st.tuples(
        st.integers(-50, 50).map(float),
        st.floats(0.1, 20),
        st.sampled_from([0.0, 1.0, 4.0, 30.0]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(rows=NUMBERS, factor=st.floats(0.1, 10), chance=st.randoms())
def test_joint_ranks_follow_their_numbers(rows, factor, chance):
    values, errors, df = map(np.array, zip(*rows, strict=True))
    found = joint_ranks(values, errors, df)
    assert (found.low <= found.rank).all()
    assert (found.rank <= found.high).all()
    order = list(range(len(rows)))
    chance.shuffle(order)
    turned = joint_ranks(factor * values[order], factor * errors[order], df[order])
    for name in ("rank", "low", "high"):
        assert (getattr(turned, name) == getattr(found, name)[order]).all()
    wider = joint_ranks(values, 2 * errors, df)
    assert (wider.low <= found.low).all()
    assert (wider.high >= found.high).all()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (([1.0, np.nan], [1.0, 1.0], [5.0, 5.0]), "rank_of_no_number"),
        (([1.0, 2.0], [1.0], [5.0, 5.0, 5.0]), "rank_columns_differ"),
        (([[1.0], [2.0]], [1.0, 1.0], [5.0, 5.0]), "rank_columns_differ"),
        (([1.0, 2.0], [1.0, -1.0], [5.0, 5.0]), "rank_std_error_negative"),
    ],
)
def test_what_cannot_be_ranked_is_refused(rows, code):
    with pytest.raises(EvidenceError) as refused:
        joint_ranks(*rows)
    assert refused.value.code == code
