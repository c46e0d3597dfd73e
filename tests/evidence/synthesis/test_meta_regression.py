import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.meta_regression import meta_regression

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())


@pytest.fixture
def bcg(in_metafor, oracle):
    trials = oracle("dat.bcg")
    y, s = in_metafor["bcg"]["yi"], np.sqrt(in_metafor["bcg"]["vi"])
    return y, s, {name: trials[name].to_list() for name in ("ablat", "year", "alloc")}


def column(found, name):
    return [getattr(each, name) for each in found.coefficients]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("fit", "test"),
    [("metareg", "classical"), ("metareg_knha", "knapp-hartung-plain")],
)
def test_one_moderator_equals_metafor(bcg, in_metafor, fit, test):
    y, s, moderators = bcg
    answer = in_metafor["bcg"][fit]

    found = meta_regression(y, s, {"ablat": moderators["ablat"]}, test=test)

    assert column(found, "name") == ["intercept", "ablat"]
    for ours, theirs in [("estimate", "beta"), ("std_error", "se"), ("p_value", "p")]:
        assert column(found, ours) == pytest.approx(answer[theirs], rel=1e-10)
    ends = np.array(answer["ci"])
    assert column(found, "ci_low") == pytest.approx(ends[:, 0], rel=1e-10)
    assert column(found, "ci_high") == pytest.approx(ends[:, 1], rel=1e-10)
    assert [found.tau2, found.i2, found.r2, found.q, found.q_p_value] == pytest.approx(
        [answer[name] for name in ("tau2", "I2", "R2", "QE", "QEp")], rel=1e-10
    )
    assert [found.omnibus, found.omnibus_p_value] == pytest.approx(
        [answer["QM"], answer["QMp"]], rel=1e-10
    )
    assert found.cautions == ()


@pytest.mark.reference
def test_two_moderators_equal_metafor(bcg, in_metafor):
    y, s, moderators = bcg
    answer = in_metafor["bcg"]["metareg_knha_F"]
    both = {name: moderators[name] for name in ("ablat", "year")}

    found = meta_regression(y, s, both, test="knapp-hartung-plain")

    assert column(found, "estimate") == pytest.approx(answer["beta"], rel=1e-10)
    assert column(found, "std_error") == pytest.approx(answer["se"], rel=1e-10)
    assert [found.omnibus, found.omnibus_p_value] == pytest.approx(
        [answer["QM"], answer["p"]], rel=1e-10
    )
    assert [found.omnibus_df1, found.omnibus_df2] == answer["QMdf"]
    assert found.cautions == ("few_studies_per_moderator",)


@pytest.mark.reference
@pytest.mark.parametrize("method", ["REML", "DL", "PM", "ML"])
def test_classes_and_numbers_equal_metafor(bcg, method):
    y, s, moderators = bcg
    answer = FURTHER["metareg"][method]
    both = {name: moderators[name] for name in ("ablat", "alloc")}

    found = meta_regression(y, s, both, method=method)

    assert column(found, "name")[2:] == ["alloc: random", "alloc: systematic"]
    for ours, theirs in [
        ("estimate", "beta"),
        ("std_error", "se"),
        ("p_value", "p"),
        ("ci_low", "ci_low"),
        ("ci_high", "ci_high"),
    ]:
        assert column(found, ours) == pytest.approx(answer[theirs], rel=1e-10)
    assert [found.tau2, found.i2, found.r2, found.q, found.q_p_value] == pytest.approx(
        [answer[name] for name in ("tau2", "i2", "r2", "qe", "qep")], rel=1e-10
    )
    assert [found.omnibus, found.omnibus_p_value] == pytest.approx(
        [answer["qm"], answer["qmp"]], rel=1e-10
    )
    assert [found.omnibus_df1, found.omnibus_df2] == answer["qmdf"]


def test_rows_are_coefficients(bcg):
    y, s, moderators = bcg

    found = meta_regression(y, s, {"ablat": moderators["ablat"]})

    assert [row["name"] for row in found.rows()] == ["intercept", "ablat"]
    assert found.to_dict()["coefficients"][1]["name"] == "ablat"


TWELVE = list(range(12))
REFUSALS = [
    ({}, "moderators_missing", {}),
    ({"a": TWELVE[:5]}, "synthesis_column_length_differs", {"given": 5, "needed": 12}),
    ({"a": [*TWELVE[:11], np.nan]}, "moderator_not_finite", {"row": 12}),
    ({"a": [3] * 12}, "moderator_constant", {"moderator": "a"}),
    ({"a": ["x"] * 12}, "moderator_constant", {"moderator": "a"}),
    ({"a": ["x", None] * 6}, "synthesis_label_missing", {"row": 2, "column": "a"}),
    (
        {"a": TWELVE, "b": [5 - 2 * value for value in TWELVE]},
        "moderators_collinear",
        {"moderator": "b"},
    ),
    (
        {"a": TWELVE, "b": list("wxyz") * 3},
        "moderators_too_many",
        {"coefficients": 5, "fewest": 15, "studies": 12},
    ),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case[1])
def test_moderators_are_refused_by_name(case):
    moderators, code, facts = case

    with pytest.raises(SynthesisError) as refusal:
        meta_regression(np.sin(TWELVE), np.ones(12), moderators)

    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


effect = st.floats(-3, 3).map(lambda value: round(value, 2))
error = st.floats(0.05, 3).map(lambda value: round(value, 2))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(effect, error), min_size=8, max_size=8),
    st.permutations(range(8)),
    st.sampled_from([0.01, 1, 50]),
)
def test_order_and_unit_of_a_moderator_do_not_matter(studies, order, unit):
    y, s = (np.array(part) for part in zip(*studies, strict=True))
    dose = np.array([1, 4, 2, 8, 5, 7, 1, 3.5])

    plain = meta_regression(y, s, {"dose": dose})
    other = meta_regression(y[order], s[order], {"dose": (dose[order] + 3) * unit})

    slope, moved = plain.coefficients[1], other.coefficients[1]
    assert moved.estimate * unit == pytest.approx(slope.estimate, rel=1e-6, abs=1e-7)
    assert moved.std_error * unit == pytest.approx(slope.std_error, rel=1e-6)
    assert other.tau2 == pytest.approx(plain.tau2, rel=1e-6, abs=1e-9)
    assert other.omnibus_p_value == pytest.approx(plain.omnibus_p_value, abs=1e-6)
    # One moderator: its t test and the omnibus F test are the same test.
    assert plain.omnibus_p_value == pytest.approx(slope.p_value, rel=1e-9)
