import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.sensitivity import sensitivity_to_area_shocks
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.results import Contrast, t_quantile

EFFECT = Contrast(6.0, 1.5, 0, 0, 20, 0, 400)


def shocks(effect=EFFECT, treated=2, comparison=3, **asked):
    return sensitivity_to_area_shocks(
        effect, treated_areas=treated, comparison_areas=comparison, **asked
    )


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0.1, 50), st.floats(0.01, 5), st.integers(1, 9), st.integers(1, 9),
    st.sampled_from([-1, 1]),
)  # fmt: skip
def test_at_the_sd_named_the_interval_touches_zero(size, error, treated, areas, sign):
    effect = replace(EFFECT, estimate=sign * size, std_error=error)
    found = shocks(effect, treated, areas)
    quantile = float(t_quantile(0.95, 20))
    assert found.already_uncertain == (size <= quantile * error)
    if not found.already_uncertain:
        more = found.sd_uncertain**2 * (1 / treated + 1 / areas)
        assert quantile * math.sqrt(error**2 + more) == pytest.approx(size, rel=1e-9)
        rest = size - found.common_uncertain
        assert rest == pytest.approx(quantile * error, rel=1e-9)
    else:
        assert (found.sd_uncertain, found.common_uncertain) == (0, 0)


def test_one_area_must_carry_what_all_would_share():
    found = shocks()
    assert found.common_reversed == 6
    assert found.one_area_reversed == 12
    assert found.one_area_uncertain == 2 * found.common_uncertain


def test_more_areas_bear_larger_shocks_of_their_own():
    few, many = shocks(treated=1, comparison=1), shocks(treated=9, comparison=9)
    assert many.sd_uncertain == pytest.approx(3 * few.sd_uncertain, rel=1e-12)


@pytest.mark.parametrize(
    ("effect", "treated", "asked", "code"),
    [
        (EFFECT, 0, {}, "areas_not_positive"),
        (replace(EFFECT, std_error=math.nan), 2, {}, "not_an_effect"),
        (replace(EFFECT, std_error=0.0), 2, {}, "not_an_effect"),
        (replace(EFFECT, df=0.0), 2, {}, "not_an_effect"),
        (EFFECT, 2, {"level": 0}, "level_out_of_range"),
    ],
)
def test_what_is_no_finding_is_refused(effect, treated, asked, code):
    with pytest.raises(EvidenceError) as refused:
        shocks(effect, treated, **asked)
    assert refused.value.code == code
