import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.drawn_series import PlannedSeries
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    SteppedWedge,
    design_power,
    smallest_detectable_difference_in_differences,
    smallest_detectable_effect,
)
from imppulse.evidence.planning.simulated_power import (
    simulated_power,
    simulated_smallest_effect,
)

AFTER, CHANGE, ADJUSTED = PlannedAnalysis


def arm(clusters=8, icc=0.05, people=20, **more):
    return PlannedSample(
        invitations=5 * people * (clusters or 1),
        response_rate=0.2,
        clusters=clusters,
        intraclass_correlation=icc,
        **more,
    )


def comparison(analysis, sample=None, **more):
    sample = sample or arm()
    return PlannedComparison(
        treated=sample, comparison=sample, analysis=analysis, **more
    )


def test_a_trial_of_areas_measured_once():
    design = comparison(AFTER)
    variance = 2 * 25**2 * (1 + 19 * 0.05) / 160
    assert design.variance(25) == pytest.approx(variance)
    assert (design.df, design.respondents) == (14, 320)


def test_the_baseline_of_a_trial_takes_away_what_areas_keep():
    design = comparison(ADJUSTED, cluster_autocorrelation=0.8)
    kept = 20 * 0.05 * 0.8 / (1 + 19 * 0.05)
    free = 1 + 1 / 12
    after = comparison(AFTER).variance(25)
    assert design.variance(25) == pytest.approx(after * (1 - kept**2) * free)
    assert design.df == 13


def test_a_panel_takes_away_what_people_keep():
    sample = arm(None, people=200)
    design = comparison(CHANGE, sample, person_correlation=0.6)
    assert design.variance(25) == pytest.approx(2 * 2 * 25**2 / 200 * (1 - 0.6))
    assert design.df == 398
    assert comparison(CHANGE, sample).df == 796


def test_attrition_costs_answers_after_the_start():
    sample = arm(None, people=200)
    design = comparison(AFTER, sample, attrition=0.2)
    assert design.variance(25) == pytest.approx(2 * 25**2 / 160)
    assert design.respondents == pytest.approx(320)


def test_the_same_digits_as_the_older_function():
    older = smallest_detectable_difference_in_differences(
        arm(), arm(), sd=25, cluster_autocorrelation=0.7
    )
    design = comparison(CHANGE, cluster_autocorrelation=0.7)
    newer = smallest_detectable_effect(design, sd=25)
    assert newer.effect == pytest.approx(older.smallest, rel=1e-12)
    assert newer.provenance.method.endswith("smallest_detectable_effect")


def hussey_hughes(design, sd):
    """Return the closed form of Hussey and Hughes (2007), equation 8."""
    x = design.treatment
    areas, periods = x.shape
    u, w, v = x.sum(), (x.sum(axis=0) ** 2).sum(), (x.sum(axis=1) ** 2).sum()
    tau2 = sd**2 * design.intraclass_correlation
    sigma2 = (sd**2 - tau2) / design.people
    above = areas * sigma2 * (sigma2 + periods * tau2)
    below = (areas * u - w) * sigma2 + (
        u**2 + areas * periods * u - periods * w - areas * v
    ) * tau2
    return above / below


@settings(max_examples=30, deadline=None)
@given(
    starts=st.lists(st.integers(1, 4), min_size=2, max_size=6),
    icc=st.floats(0, 0.4),
    people=st.integers(1, 80),
)
def test_stepped_starts_follow_hussey_and_hughes(starts, icc, people):
    design = SteppedWedge(
        starts=tuple(starts), people=people, intraclass_correlation=icc
    )
    assert design.variance(25) == pytest.approx(hussey_hughes(design, 25), rel=1e-8)


def test_areas_that_move_by_themselves_cost_a_stepped_start():
    steady, moving = (
        SteppedWedge(
            starts=(2, 2, 2),
            people=20,
            intraclass_correlation=0.05,
            cluster_autocorrelation=cac,
        )
        for cac in (1.0, 0.7)
    )
    assert moving.variance(25) > steady.variance(25)
    assert steady.df == 6 * 4 - 6 - 4


SIMULATED = {
    "trial of areas": comparison(AFTER),
    "trial of areas with baseline": comparison(ADJUSTED, cluster_autocorrelation=0.8),
    "difference in differences": comparison(CHANGE, cluster_autocorrelation=0.8),
    "panel": comparison(CHANGE, person_correlation=0.6, attrition=0.2),
    "trial of persons": comparison(AFTER, arm(None, people=30), attrition=0.1),
    "before and after": PlannedComparison(
        treated=arm(), comparison=None, analysis=CHANGE, cluster_autocorrelation=0.5
    ),
    "stepped start": SteppedWedge(
        starts=(3, 3, 3, 3), people=20, intraclass_correlation=0.05
    ),
}


@pytest.mark.parametrize("name", SIMULATED)
def test_simulation_agrees_with_the_formula(name):
    design = SIMULATED[name]
    planned = smallest_detectable_effect(design, sd=25)
    drawn = simulated_power(design, planned.effect, sd=25, draws=4000, seed=4)
    assert drawn.power == pytest.approx(0.8, abs=4 * drawn.simulation_error)
    assert drawn.false_alarms == pytest.approx(0.05, abs=0.015)
    assert drawn.std_error == pytest.approx(planned.std_error, rel=0.04)


def test_a_series_is_planned_by_simulation():
    design = PlannedSeries(
        before=12, after=12, people=100, shock=0.1, autocorrelation=0.3
    )
    smallest = simulated_smallest_effect(design, sd=25, draws=2000, seed=2)
    again = simulated_power(design, smallest.effect, sd=25, draws=2000, seed=2)
    assert again == smallest
    assert smallest.power == pytest.approx(0.8, abs=0.001)
    longer = PlannedSeries(
        before=24, after=24, people=100, shock=0.1, autocorrelation=0.3
    )
    assert simulated_smallest_effect(longer, sd=25, draws=2000).effect < smallest.effect


def test_a_series_without_shocks_needs_what_least_squares_needs():
    design = PlannedSeries(before=10, after=10, people=50)
    x = design.regressors
    exact = 25 / math.sqrt(50) * math.sqrt(np.linalg.inv(x.T @ x)[2, 2])
    drawn = simulated_power(design, 0, sd=25, draws=5000)
    assert drawn.std_error == pytest.approx(exact, rel=0.05)


@settings(max_examples=20, deadline=None)
@given(
    clusters=st.integers(2, 30),
    icc=st.floats(0, 0.3),
    factor=st.floats(0.1, 10),
    analysis=st.sampled_from([AFTER, CHANGE]),
)
def test_the_unit_of_the_outcome_does_not_matter(clusters, icc, factor, *, analysis):
    design = comparison(analysis, arm(clusters, icc), cluster_autocorrelation=0.5)
    small = smallest_detectable_effect(design, sd=25)
    large = smallest_detectable_effect(design, sd=25 * factor)
    assert large.effect == pytest.approx(small.effect * factor)
    found = design_power(design, small.effect, sd=25)
    assert found.power == pytest.approx(0.8, abs=1e-6)


def test_designs_too_small_for_a_test_find_nothing():
    design = comparison(ADJUSTED, arm(1))
    assert design_power(design, 50, sd=25).power == 0
    assert math.isinf(smallest_detectable_effect(design, sd=25).effect)


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: comparison(AFTER, attrition=1), "attrition"),
        (lambda: comparison(AFTER, person_correlation=2), "person_correlation"),
        (lambda: comparison(AFTER, cluster_autocorrelation=-1), "cluster_autocorrelation"),
        (
            lambda: PlannedComparison(treated=arm(), comparison=None, analysis=AFTER),
            "comparison",
        ),
        (lambda: SteppedWedge(starts=(), people=5), "starts"),
        (lambda: SteppedWedge(starts=(3,), people=5), "starts"),
        (lambda: SteppedWedge(starts=(1, 1), people=0), "people"),
        (lambda: PlannedSeries(before=2, after=9, people=9), "before"),
        (lambda: design_power(comparison(AFTER), 1, sd=-1), "sd"),
        (lambda: design_power(comparison(AFTER), math.nan, sd=1), "effect"),
        (lambda: simulated_power(comparison(AFTER, arm(1)), 1, sd=1), "df"),
        (lambda: simulated_power(comparison(AFTER), 1, sd=1, draws=3), "draws"),
        (
            lambda: simulated_power(
                SteppedWedge(
                    starts=(1, 1, 1), people=9, cluster_autocorrelation=0.5
                ),
                1,
                sd=1,
            ),
            "cluster_autocorrelation",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(ask, field):
    with pytest.raises(DesignError) as refused:
        ask()
    assert refused.value.facts["field"] == field


def test_arms_in_clusters_and_arms_of_people_do_not_mix():
    with pytest.raises(DesignError) as refused:
        PlannedComparison(
            treated=arm(), comparison=arm(None, people=90), analysis=AFTER
        )
    assert refused.value.code == "clusters_differ"
