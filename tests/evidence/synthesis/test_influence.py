import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.influence import influence
from imppulse.evidence.synthesis.synthesis import synthesise

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())["influence"]
NAMES = {
    "studentised_residual": "rstudent",
    "dffits": "dffits",
    "cooks_distance": "cook",
    "covariance_ratio": "cov_r",
    "tau2": "tau2",
    "q": "q",
    "hat": "hat",
    "weight": "weight",
    "estimate": "estimate",
    "std_error": "se",
    "p_value": "p",
    "ci_low": "ci_low",
    "ci_high": "ci_high",
    "i2": "i2",
}


@pytest.mark.reference
@pytest.mark.parametrize("test", list(FURTHER))
def test_equals_metafor(in_metafor, test):
    y, s = in_metafor["bcg"]["yi"], np.sqrt(in_metafor["bcg"]["vi"])

    found = influence(y, s, test=test)

    for ours, theirs in NAMES.items():
        column = [getattr(each, ours) for each in found.studies]
        assert column == pytest.approx(FURTHER[test][theirs], rel=1e-9), ours
    assert [each.influential for each in found.studies] == FURTHER[test]["influential"]


@pytest.mark.reference
def test_equals_the_oracle(in_metafor):
    answer = in_metafor["bcg"]
    found = influence(answer["yi"], np.sqrt(answer["vi"]), test="classical")

    for ours, theirs in [
        ("studentised_residual", "rstudent"),
        ("cooks_distance", "cook"),
        ("hat", "hat"),
    ]:
        column = [getattr(each, ours) for each in found.studies]
        assert column == pytest.approx(answer["influence"][theirs], rel=1e-9)
    for ours, theirs in [("estimate", "est"), ("tau2", "tau2"), ("i2", "I2")]:
        column = [getattr(each, ours) for each in found.studies]
        assert column == pytest.approx(answer["loo"][theirs], rel=1e-9)


def test_under_four_studies_none_can_be_left_out():
    with pytest.raises(SynthesisError) as refusal:
        influence([1, 2, 3], [1, 1, 1])

    assert refusal.value.code == "synthesis_too_few_studies"
    assert {"studies": 3, "fewest": 4}.items() <= refusal.value.facts.items()


def test_an_outlier_is_influential_and_named():
    found = influence([0, 0.1, -0.1, 0.05, 3], [0.1] * 5, labels=list("abcde"))

    assert [each.label for each in found.studies if each.influential] == ["e"]
    assert found.lowest == pytest.approx(0.0125)


def test_identical_results_have_no_influence():
    found = influence([0.5] * 4, [0.2] * 4)

    assert not any(each.influential for each in found.studies)
    assert found.lowest == found.highest == pytest.approx(0.5)


effect = st.floats(-3, 3).map(lambda value: round(value, 2))
error = st.floats(0.05, 3).map(lambda value: round(value, 2))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(effect, error), min_size=4, max_size=6),
    st.sampled_from(["knapp-hartung", "classical"]),
)
def test_without_a_study_is_the_synthesis_of_the_others(studies, test):
    y, s = zip(*studies, strict=True)

    first = influence(y, s, test=test).studies[0]
    others = synthesise(y[1:], s[1:], test=test)

    assert [first.estimate, first.std_error, first.ci_low, first.i2] == pytest.approx(
        [others.estimate, others.std_error, others.ci_low, others.i2], rel=1e-9
    )
