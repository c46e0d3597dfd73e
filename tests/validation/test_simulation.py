"""The simulations stand on sums of their own: they must be the library's."""

import numpy as np
import pytest
from validation.simulation.coverage import check_shortcut, simulate
from validation.simulation.designs import (
    change_between_waves,
    coverage_cases,
    gap_between_sides,
    stratified_mean,
    two_arms,
)
from validation.simulation.draws import answers, standard_deviation


@pytest.mark.parametrize(
    "case",
    [
        stratified_mean(3),
        gap_between_sides(4, 8),
        change_between_waves(5),
        two_arms(3, 4, effect=5),
    ],
    ids=lambda case: case.name,
)
def test_simulated_sums_are_those_of_the_rows(case):
    check_shortcut(case, np.random.default_rng(1))


def test_true_values_are_those_of_the_design():
    assert two_arms(3, 4, effect=5).truth == pytest.approx(5)
    assert change_between_waves(5, moved=0.1).truth == pytest.approx(10)
    assert gap_between_sides(4, 8).truth == pytest.approx(-20)
    weights, levels = np.linspace(1, 3, 4), np.linspace(35, 65, 4)
    expected = np.average(levels, weights=weights)
    assert stratified_mean(3).truth == pytest.approx(expected)


def test_people_vary_and_resemble_each_other_as_announced():
    case = stratified_mean(4000, strata=1)
    row, answer = answers(case.cells, np.random.default_rng(2))
    announced = standard_deviation(0.35, 0.05)
    assert answer.std() == pytest.approx(announced, rel=0.02)
    size = np.bincount(row)
    between = np.var(np.bincount(row, answer) / size)
    alike = 0.05 + 0.95 * np.mean(1 / size)
    assert between == pytest.approx(announced**2 * alike, rel=0.07)


def test_a_tally_of_few_draws_is_plausible():
    tally = simulate(two_arms(8, 8), np.random.default_rng(3), draws=60)
    assert tally.coverage > 0.8
    assert abs(tally.bias) < 4 * tally.true_std_error / np.sqrt(60)


def test_some_designs_are_held_to_95_percent_and_some_are_shown_to_fail():
    enough = [case.enough for case in coverage_cases()]
    assert any(enough)
    assert not all(enough)
