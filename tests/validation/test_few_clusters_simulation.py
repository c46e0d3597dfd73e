"""The simulation of few clusters makes sums of its own: they must be the library's."""

import numpy as np
import pytest
from validation.simulation.designs import two_arms
from validation.simulation.few_clusters import TESTS, check_shortcut, rejections


@pytest.mark.parametrize("arms", [(2, 2), (3, 5)])
def test_the_shortcut_gives_the_p_values_of_the_public_functions(arms):
    check_shortcut(two_arms(*arms), np.random.default_rng(1))


def test_a_few_draws_are_plausible():
    found = rejections(two_arms(3, 3), np.random.default_rng(2), draws=60)
    assert set(found) == set(TESTS)
    # Six districts in two arms: 20 assignments, mirrored, so p is 0.1 at least.
    assert found["lot"] == 0
    assert found["t"] < 0.2


def test_a_real_effect_is_found():
    case = two_arms(5, 5, effect=30)
    found = rejections(case, np.random.default_rng(3), draws=20)
    assert min(found[name] for name in ("t", "cr2", "signs", "lot")) > 0.8
