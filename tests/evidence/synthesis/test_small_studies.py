import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.small_studies import egger_test, rank_test

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())["small_studies"]


@pytest.mark.reference
@pytest.mark.parametrize("name", list(FURTHER))
def test_egger_equals_metafor(name):
    answer = FURTHER[name]

    found = egger_test(answer["yi"], np.sqrt(answer["vi"]))

    assert [found.slope, found.std_error, found.t, found.p_value] == pytest.approx(
        [answer[each] for each in ("slope", "slope_se", "t", "p")], rel=1e-10
    )
    assert [found.limit, found.limit_ci_low, found.limit_ci_high] == pytest.approx(
        [answer["limit"], *answer["limit_ci"]], rel=1e-10
    )


@pytest.mark.reference
def test_egger_equals_the_oracle(in_metafor):
    bcg = in_metafor["bcg"]

    found = egger_test(bcg["yi"], np.sqrt(bcg["vi"]))

    assert [found.t, found.p_value] == pytest.approx(
        [bcg["egger"]["z"], bcg["egger"]["p"]], rel=1e-10
    )


@pytest.mark.reference
@pytest.mark.parametrize("name", ["bcg", "landenberger"])
def test_ranks_equal_metafor(name):
    answer = FURTHER[name]

    found = rank_test(answer["yi"], np.sqrt(answer["vi"]))

    assert found.exact
    assert [found.tau, found.p_value] == pytest.approx(
        [answer["tau"], answer["rank_p"]], rel=1e-10
    )


@pytest.mark.reference
def test_tied_ranks_equal_metafor():
    answer = FURTHER["tied"]

    found = rank_test(answer["yi"], np.sqrt(answer["vi"]))

    assert not found.exact
    assert [found.tau, found.p_value] == pytest.approx(
        [answer["tau"], answer["rank_p"]], rel=1e-10
    )


@pytest.mark.parametrize("test", [egger_test, rank_test])
@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([0.1 * i for i in range(1, 10)], "synthesis_too_few_studies"),
        ([0.1] * 12, "moderator_constant"),
        ([0.1] * 11 + [-1], "synthesis_std_error_not_positive"),
    ],
)
def test_refusals(test, errors, code):
    with pytest.raises(SynthesisError) as refusal:
        test(range(len(errors)), errors)

    assert refusal.value.code == code


effect = st.floats(-3, 3).map(lambda value: round(value, 2))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(effect, min_size=11, max_size=11, unique=True),
    st.permutations(range(11)),
    st.sampled_from([0.1, 30]),
)
def test_order_and_unit_do_not_matter(effects, order, unit):
    y, s = np.array(effects), np.linspace(0.1, 1.5, 11)

    plain, other = egger_test(y, s), egger_test(y[order] * unit, s[order] * unit)
    ranks, others = rank_test(y, s), rank_test(y[order] * unit, s[order] * unit)

    assert other.t == pytest.approx(plain.t, rel=1e-7, abs=1e-7)
    assert other.limit / unit == pytest.approx(plain.limit, rel=1e-7, abs=1e-7)
    assert (others.tau, others.p_value) == pytest.approx((ranks.tau, ranks.p_value))
