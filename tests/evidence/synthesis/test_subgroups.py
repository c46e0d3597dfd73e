import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.subgroups import subgroups
from imppulse.evidence.synthesis.synthesis import synthesise

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())
TESTS = [("classical", "classical"), ("knapp_hartung", "knapp-hartung")]


@pytest.fixture
def bcg(in_metafor, oracle):
    y, s = in_metafor["bcg"]["yi"], np.sqrt(in_metafor["bcg"]["vi"])
    names = {1: "a: hot", 2: "b: mild", 3: "c: cold"}
    return y, s, [names[-(-x // 20)] for x in oracle("dat.bcg")["ablat"].to_list()]


def column(found, name):
    return [getattr(each, name) for each in found.subgroups]


@pytest.mark.reference
@pytest.mark.parametrize(("key", "test"), TESTS)
def test_common_tau2_equals_metafor(bcg, key, test):
    answer = FURTHER["subgroups"]["common"][key]

    found = subgroups(*bcg, test=test)

    assert column(found, "name") == answer["names"]
    assert column(found, "estimate") == pytest.approx(answer["estimate"], rel=1e-10)
    assert column(found, "std_error") == pytest.approx(answer["se"], rel=1e-10)
    assert column(found, "ci_low") == pytest.approx(answer["ci_low"], rel=1e-10)
    assert column(found, "tau2") == pytest.approx([answer["tau2"]] * 3, rel=1e-10)
    times = found.between_df1 if test == "classical" else 1
    assert found.between * times == pytest.approx(answer["q"], rel=1e-10)
    assert found.between_p_value == pytest.approx(answer["p"], rel=1e-10)


@pytest.mark.reference
@pytest.mark.parametrize(("key", "test"), TESTS)
def test_separate_tau2_equals_metafor(bcg, key, test):
    answer = FURTHER["subgroups"]["separate"][key]

    found = subgroups(*bcg, tau2="separate", test=test)

    assert column(found, "estimate") == pytest.approx(answer["estimate"], rel=1e-10)
    assert column(found, "std_error") == pytest.approx(answer["se"], rel=1e-10)
    assert column(found, "tau2") == pytest.approx(answer["tau2"], rel=1e-9)
    if test == "classical":
        assert [found.between * 2, found.between_p_value] == pytest.approx(
            [answer["q"], answer["p"]], rel=1e-10
        )
    else:
        assert [
            found.between,
            found.between_df1,
            found.between_df2,
            found.between_p_value,
        ] == pytest.approx(answer["welch"], rel=1e-10)


@pytest.mark.parametrize("tau2", ["common", "separate"])
def test_a_subgroup_under_three_is_told_by_its_range(tau2):
    y, s = [1, 2, 3, 4, 5, 6, 10, 11], [1] * 8
    groups = ["a"] * 3 + ["b"] * 3 + ["c"] * 2

    found = subgroups(y, s, groups, tau2=tau2)
    without = subgroups(y[:6], s[:6], groups[:6], tau2=tau2)

    last = found.subgroups[2]
    assert np.isnan([last.estimate, last.std_error, last.p_value, last.df]).all()
    assert (last.k, last.low, last.high) == (2, 10, 11)
    assert found.between_p_value == without.between_p_value


@pytest.mark.parametrize(
    ("groups", "code", "facts"),
    [
        (list("aaabbc"), "subgroups_too_few", {"groups": 1, "fewest": 3}),
        (list("aaaaaa"), "subgroups_too_few", {"groups": 1}),
        (list("aaabb"), "synthesis_column_length_differs", {"given": 5}),
        (["a", "a", None, "b", "b", "b"], "synthesis_label_missing", {"row": 3}),
    ],
)
def test_refusals(groups, code, facts):
    with pytest.raises(SynthesisError) as refusal:
        subgroups(range(6), [1] * 6, groups)

    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


effect = st.floats(-3, 3).map(lambda value: round(value, 2))
error = st.floats(0.05, 3).map(lambda value: round(value, 2))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(effect, error), min_size=9, max_size=9),
    st.permutations(range(9)),
)
def test_separate_subgroups_are_separate_syntheses(studies, order):
    y, s = (np.array(part) for part in zip(*studies, strict=True))
    groups = np.array(list("aaabbbbcc"))

    found = subgroups(y[order], s[order], groups[order], tau2="separate")

    for each in found.subgroups[:2]:
        alone = synthesise(y[groups == each.name], s[groups == each.name])
        assert [each.estimate, each.std_error, each.ci_low] == pytest.approx(
            [alone.estimate, alone.std_error, alone.ci_low], rel=1e-6, abs=1e-7
        )
