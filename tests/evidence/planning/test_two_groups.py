import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.two_groups import (
    people_for_means,
    people_for_shares,
    power_for_means,
    power_for_shares,
)

VALIDATION = Path(__file__).parents[3] / "validation"
IN_R = json.loads((VALIDATION / "planning" / "power.json").read_text())
one_tail = {"both_tails": False}


@pytest.mark.reference
def test_the_oracle_leaves_the_other_tail_out(in_r_models):
    in_r = in_r_models["power"]
    means = power_for_means(200, 0.2, sd=1, **one_tail)
    shares = power_for_shares(400, 0.40, 0.48, **one_tail)
    assert means.power == pytest.approx(in_r["t"], abs=1e-9)
    assert shares.power == pytest.approx(in_r["prop"], abs=1e-9)
    # R stops its search for n at a tolerance of 1.2e-4
    people = people_for_means(0.2, sd=1, **one_tail).people
    assert people == pytest.approx(in_r["t_n"], rel=1e-5)
    people = people_for_shares(0.4, 0.48, **one_tail).people
    assert people == pytest.approx(in_r["prop_n"], rel=1e-5)


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["means"])
def test_means_as_in_r(case):
    n, difference, sd = case["n"], case["delta"], case["sd"]
    one = power_for_means(n, difference, sd=sd, **one_tail)
    both = power_for_means(n, difference, sd=sd)
    people = people_for_means(difference, sd=4 * sd, power=0.9, **one_tail)
    assert one.power == pytest.approx(case["power"], abs=1e-9)
    assert both.power == pytest.approx(case["strict"], abs=1e-9)
    assert people.people == pytest.approx(case["people"], rel=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize("case", IN_R["shares"])
def test_shares_as_in_r(case):
    n, first, second = case["n"], case["p1"], case["p2"]
    one = power_for_shares(n, first, second, **one_tail)
    both = power_for_shares(n, first, second)
    people = people_for_shares(first, second, power=0.9, **one_tail)
    assert one.power == pytest.approx(case["power"], abs=1e-9)
    assert both.power == pytest.approx(case["strict"], abs=1e-9)
    assert people.people == pytest.approx(case["people"], rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(difference=st.floats(0.05, 3), power=st.floats(0.2, 0.99))
def test_the_people_needed_reach_the_power(difference, power):
    needed = people_for_means(difference, sd=1, power=power)
    assert needed.power == pytest.approx(power, abs=1e-9) or needed.people == 2
    turned = people_for_means(-difference, sd=1, power=power)
    assert turned.people == needed.people


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: power_for_means(1, 1, sd=1), "people"),
        (lambda: power_for_means(10, 1, sd=0), "sd"),
        (lambda: power_for_means(10, float("nan"), sd=1), "difference"),
        (lambda: power_for_means(10, 1, sd=1, alpha=1), "alpha"),
        (lambda: people_for_means(0, sd=1), "difference"),
        (lambda: people_for_means(1, sd=1, power=0.01), "power"),
        (lambda: power_for_shares(10, 0, 0.5), "first"),
        (lambda: people_for_shares(0.3, 0.3), "second"),
        (lambda: people_for_means(1e-9, sd=1), "difference"),
    ],
)
def test_what_cannot_be_is_named(ask, field):
    with pytest.raises(DesignError) as refused:
        ask()
    assert (refused.value.code, refused.value.facts["field"]) == (
        "impossible_plan",
        field,
    )
