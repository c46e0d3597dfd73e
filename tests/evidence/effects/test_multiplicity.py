import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.multiplicity import METHODS, adjust_p_values
from imppulse.evidence.errors import EvidenceError

IN_R = {"holm": "holm", "benjamini-hochberg": "bh", "bonferroni": "bonferroni", "hochberg": "hochberg"}  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize("method", METHODS)
def test_adjusted_p_values_equal_r(in_r_effects, method):
    reference = in_r_effects["adjusted"]
    found = adjust_p_values(reference["p"], method)
    # R writes 15 digits.
    assert found.adjusted == pytest.approx(reference[IN_R[method]], rel=2e-15)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.randoms())
def test_order_does_not_matter_and_no_p_value_falls(p, random):
    place = list(range(len(p)))
    random.shuffle(place)
    for method in METHODS:
        found = adjust_p_values(p, method).adjusted
        moved = adjust_p_values([p[k] for k in place], method).adjusted
        assert moved == pytest.approx(found[place], rel=1e-12)
        assert (found >= np.array(p) * (1 - 1e-15)).all()
        assert (found <= 1).all()


def test_outcomes_keep_their_names_and_untested_ones_do_not_count():
    found = adjust_p_values({"trust": 0.02, "fear": math.nan, "calls": 0.03})
    assert found.rows()[0] == {"outcome": "trust", "p_value": 0.02, "adjusted": 0.04}
    assert math.isnan(found.adjusted[1])
    assert found.adjusted[2] == 0.04


@pytest.mark.parametrize(
    ("p", "method", "code"),
    [
        ([], "holm", "no_p_values"),
        ([0.1, 1.2], "holm", "p_value_out_of_range"),
        ([0.1], "sidak", "unknown_adjustment"),
    ],
)
def test_what_is_no_p_value_is_refused(p, method, code):
    with pytest.raises(EvidenceError) as refused:
        adjust_p_values(p, method)
    assert refused.value.code == code
