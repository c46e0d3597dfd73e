import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.allocation import (
    AllocationRule,
    StratumToSample,
    allocate,
    cluster_plan,
    largest_remainder,
)

PROPORTIONAL, OPTIMAL, EQUAL = AllocationRule
# Cochran (1977), table 5.1: cities of two sizes, N and S as printed
CITIES = (
    StratumToSample(name="large", population=16, sd=math.sqrt(53_843)),
    StratumToSample(name="small", population=48, sd=math.sqrt(5_581)),
)


def strata(*rows):
    return [
        StratumToSample(name=f"s{k}", population=row[0], sd=row[1], cost=row[2])
        for k, row in enumerate(rows)
    ]


@pytest.mark.reference
def test_the_cities_of_cochran():
    """Of 24 cities he takes 6 and 18 in proportion, 12 and 12 by Neyman's rule."""
    assert allocate(CITIES, people=24).people == (6, 18)
    assert allocate(CITIES, people=24, rule=OPTIMAL).people == (12, 12)


def test_proportional_rounds_by_the_largest_remainder():
    districts = strata((100, 1, 1), (100, 1, 1), (101, 1, 1))
    assert allocate(districts, people=100).people == (33, 33, 34)


def test_optimal_is_more_precise_for_the_population_than_proportional():
    districts = strata((1000, 30, 1), (4000, 10, 4))
    plain = allocate(districts, people=300)
    best = allocate(districts, people=300, rule=OPTIMAL)
    assert plain.people == (60, 240)
    assert best.people == (180, 120)  # 1000 * 30 / 1 to 4000 * 10 / 2
    cheap = strata((1000, 30, 1), (4000, 10, 1))
    assert allocate(cheap, people=300, rule=OPTIMAL).std_error < plain.std_error


def test_equal_precision_gives_every_domain_the_same_error():
    districts = strata((400, 20, 1), (5000, 20, 1), (90_000, 25, 1))
    found = allocate(districts, people=900, rule=EQUAL)
    assert found.std_errors == pytest.approx([found.std_errors[0]] * 3, rel=5e-3)
    assert found.people[0] < found.people[1] < found.people[2]


def test_a_stratum_never_gives_more_than_its_people():
    districts = strata((10, 500, 1), (1000, 1, 1))
    assert allocate(districts, people=100, rule=OPTIMAL).people == (10, 90)
    census = allocate(districts, people=1010)
    assert census.people == (10, 1000)
    assert census.std_error == 0


def test_a_budget_is_never_overspent():
    districts = strata((1000, 20, 7), (3000, 25, 11), (500, 20, 30))
    found = allocate(districts, budget=5000, rule=OPTIMAL)
    assert 5000 - 48 < found.cost <= 5000


def test_rows_name_each_stratum():
    rows = allocate(strata((100, 1, 1), (300, 1, 1)), people=40).rows()
    assert [(row["stratum"], row["people"]) for row in rows] == [("s0", 10), ("s1", 30)]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(5, 9000), st.floats(0, 40), st.floats(0.5, 50)),
        min_size=1,
        max_size=8,
    ),
    share=st.floats(0.01, 1),
    rule=st.sampled_from(AllocationRule),
)
@example(rows=[(5, 0.0, 1.0), (5, 1e-200, 1.0)], share=1.0, rule=EQUAL)
def test_the_sum_is_exact_and_the_order_does_not_matter(rows, share, rule):
    districts = strata(*rows)
    if rule != PROPORTIONAL and not any(s.sd for s in districts):
        return
    everybody = int(sum(s.population for s in districts))
    people = max(2 * len(rows), round(share * everybody))
    found = allocate(districts, people=people, rule=rule)
    assert sum(found.people) == people
    assert all(
        2 <= n <= s.population for n, s in zip(found.people, districts, strict=True)
    )
    turned = allocate(districts[::-1], people=people, rule=rule)
    near = np.array(turned.people[::-1]) - np.array(found.people)
    assert abs(near).max() <= 1  # ties go to whoever stands first


def test_remainders():
    assert largest_remainder(np.array([1.5, 1.5, 1.0]), 4).tolist() == [2, 1, 1]
    assert largest_remainder(np.array([0.3, 0.3, 0.4]), 1).tolist() == [0, 0, 1]


def test_the_cluster_size_of_kish():
    plan = cluster_plan(
        budget=10_000, cluster_cost=100, interview_cost=10, intraclass_correlation=0.05
    )
    assert plan.exact_people == pytest.approx(math.sqrt(190))
    assert (plan.people, plan.clusters, plan.cost) == (14, 41, 41 * 240)
    assert plan.deff == pytest.approx(1.65)


@settings(max_examples=30, deadline=None)
@given(
    icc=st.floats(0.001, 0.9),
    cluster=st.floats(1, 500),
    interview=st.floats(1, 50),
)
def test_no_other_cluster_size_is_better(icc, cluster, interview):
    plan = cluster_plan(
        budget=1e6,
        cluster_cost=cluster,
        interview_cost=interview,
        intraclass_correlation=icc,
    )

    def loss(m):
        return (1 + (m - 1) * icc) / m * (cluster + m * interview)

    others = [loss(m) for m in range(1, 4 * plan.people + 2)]
    assert loss(plan.people) == pytest.approx(min(others))


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: allocate(CITIES, people=2), "allocation_does_not_fit"),
        (lambda: allocate(CITIES, people=65), "allocation_does_not_fit"),
        (lambda: allocate(CITIES, budget=0.5), "allocation_does_not_fit"),
        (lambda: allocate(CITIES), "impossible_plan"),
        (lambda: allocate(CITIES, people=9, budget=9), "impossible_plan"),
        (lambda: allocate((), people=9), "impossible_plan"),
        (lambda: allocate((*CITIES, CITIES[0]), people=24), "strata_not_distinct"),
        (
            lambda: allocate(strata((9, 0, 1)), people=4, rule=OPTIMAL),
            "impossible_plan",
        ),
        (lambda: StratumToSample(name="x", population=math.nan), "impossible_plan"),
        (lambda: StratumToSample(name="x", population=9, sd=-1), "impossible_plan"),
        (lambda: StratumToSample(name="x", population=9, cost=0), "impossible_plan"),
        (
            lambda: cluster_plan(
                budget=10,
                cluster_cost=9,
                interview_cost=1,
                intraclass_correlation=0.05,
            ),
            "allocation_does_not_fit",
        ),
    ],
)
def test_what_does_not_fit_is_refused(ask, code):
    with pytest.raises(DesignError) as refused:
        ask()
    assert refused.value.code == code
