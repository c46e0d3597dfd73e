import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.equivalence import equivalence
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.results import Contrast

EFFECT = Contrast(1.2, 0.8, 0, 0, 14, 0, 300)


@pytest.mark.reference
def test_the_two_tests_equal_r(in_r_effects):
    reference = in_r_effects["equivalence"]
    found = equivalence(EFFECT, reference["margin"])
    assert found.p_low == pytest.approx(reference["p_low"], rel=1e-11)
    assert found.p_high == pytest.approx(reference["p_high"], rel=1e-11)
    assert found.p_value == max(found.p_low, found.p_high)
    smallest = pytest.approx(reference["smallest"], rel=1e-12)
    assert found.no_effect_larger_than == smallest
    assert found.equivalent is True


@settings(max_examples=50, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(1, 100))
def test_the_number_named_is_where_the_test_turns(estimate, error, df):
    effect = replace(EFFECT, estimate=estimate, std_error=error, df=df)
    smallest = equivalence(effect).no_effect_larger_than
    assert equivalence(effect, smallest).p_value == pytest.approx(0.05, rel=1e-6)
    assert equivalence(effect, smallest * 1.001).equivalent
    assert not equivalence(effect, smallest * 0.999).equivalent


def test_without_a_margin_there_is_only_the_sentence():
    found = equivalence(EFFECT)
    assert (found.p_value, found.equivalent, found.low) == (None, None, None)
    assert found.no_gain_larger_than == found.no_effect_larger_than
    assert found.no_loss_larger_than == pytest.approx(found.no_gain_larger_than - 2.4)


def test_a_loss_that_is_excluded_outright_is_no_loss():
    found = equivalence(replace(EFFECT, estimate=9.0))
    assert found.no_loss_larger_than == 0


@pytest.mark.parametrize(
    ("effect", "margin", "level", "code"),
    [
        (EFFECT, -1.0, 0.95, "margin_not_around_zero"),
        (EFFECT, (1.0, 2.0), 0.95, "margin_not_around_zero"),
        (replace(EFFECT, estimate=math.nan), 1.0, 0.95, "not_an_effect"),
        (EFFECT, 1.0, 0.4, "level_out_of_range"),
    ],
)
def test_what_cannot_be_tested_is_refused(effect, margin, level, code):
    with pytest.raises(EvidenceError) as refused:
        equivalence(effect, margin, level=level)
    assert refused.value.code == code
