"""Power, precision and smallest effects against R (validation/planning/designs.R).

R's variances come from generalised least squares on the covariance of cell means,
its power from the noncentral t distribution: neither uses our formulas.
"""

import json
from pathlib import Path

import pytest

from imppulse.evidence.planning.allocation import (
    AllocationRule,
    StratumToSample,
    allocate,
    cluster_plan,
)
from imppulse.evidence.planning.drawn_series import PlannedSeries
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    SteppedWedge,
    design_power,
    detection_power,
    precision,
    sd_of_share,
    smallest_detectable_change,
    smallest_detectable_difference_in_differences,
    smallest_detectable_effect,
)
from imppulse.evidence.planning.simulated_power import simulated_power

VALIDATION = Path(__file__).parents[3] / "validation"
IN_R = json.loads((VALIDATION / "planning" / "designs.json").read_text())
# R's pt with a noncentrality stops at 1e-12 to 1e-10; its root search rests on it.
CLOSE = {"rel": 1e-9, "abs": 1e-10}
pytestmark = pytest.mark.reference


def arm(clusters, people, icc):
    return PlannedSample(
        invitations=clusters * people,
        response_rate=1.0,
        clusters=clusters,
        intraclass_correlation=icc,
    )


def check(design, case):
    asked = {"sd": case["sd"], "alpha": case["alpha"]}
    found = smallest_detectable_effect(design, power=case["power"], **asked)
    assert found.std_error == pytest.approx(case["std_error"], rel=1e-11)
    assert found.df == case["df"]
    assert found.effect == pytest.approx(case["smallest"], **CLOSE)
    half = design_power(design, case["smallest"] / 2, **asked)
    assert half.power == pytest.approx(case["chance_of_half"], **CLOSE)


@pytest.mark.parametrize("case", IN_R["detection"])
def test_chances_of_a_t_test_equal_r(case):
    asked = case["ratio"], 1.0, case["df"]
    alpha = {"alpha": case["alpha"]}
    assert detection_power(*asked, **alpha) == pytest.approx(case["power"], abs=1e-10)
    one = detection_power(*asked, both_tails=False, **alpha)
    assert one == pytest.approx(case["one_tail"], abs=1e-10)


@pytest.mark.parametrize("case", IN_R["precision"])
def test_precision_equals_r(case):
    sample = PlannedSample(
        invitations=case["n"],
        response_rate=1.0,
        clusters=case["clusters"] or None,
        intraclass_correlation=case["icc"],
        cluster_size_cv=case["cv"],
        weighting_effect=case["weights"],
    )
    found = precision(sample, sd=case["sd"], level=case["level"])
    numbers = [found.deff, found.std_error, found.half_width]
    expected = [case["deff"], case["std_error"], case["half_width"]]
    assert numbers == pytest.approx(expected, rel=1e-11)


def test_the_deviation_of_a_share_equals_r():
    for case in IN_R["sd_of_share"]:
        assert sd_of_share(case["share"]) == pytest.approx(case["sd"], rel=1e-13)


@pytest.mark.parametrize("case", IN_R["did"])
def test_differences_in_differences_equal_r(case):
    arms = [arm(case[side], case["people"], case["icc"]) for side in ("treated", "comparison")]  # fmt: skip
    design = PlannedComparison(
        treated=arms[0],
        comparison=arms[1],
        analysis=PlannedAnalysis.CHANGE,
        cluster_autocorrelation=case["cac"],
        person_correlation=case["person"],
    )
    check(design, case)
    if case["person"]:
        return
    older = smallest_detectable_difference_in_differences(
        *arms,
        sd=case["sd"],
        cluster_autocorrelation=case["cac"],
        alpha=case["alpha"],
        power=case["power"],
    )
    assert older.smallest == pytest.approx(case["smallest"], **CLOSE)


def test_a_trial_of_areas_equals_r():
    (case,) = IN_R["after"]
    arms = [arm(case[side], case["people"], case["icc"]) for side in ("treated", "comparison")]  # fmt: skip
    check(
        PlannedComparison(
            treated=arms[0], comparison=arms[1], analysis=PlannedAnalysis.AFTER
        ),
        case,
    )


@pytest.mark.parametrize("case", IN_R["change"])
def test_changes_equal_r(case):
    wave = arm(case["areas"], case["people"], case["icc"])
    design = PlannedComparison(
        treated=wave,
        comparison=None,
        analysis=PlannedAnalysis.CHANGE,
        cluster_autocorrelation=case["cac"],
        person_correlation=case["person"],
    )
    check(design, case)
    if not case["person"]:
        older = smallest_detectable_change(
            wave, wave, sd=case["sd"], cluster_autocorrelation=case["cac"]
        )
        assert older.smallest == pytest.approx(case["smallest"], **CLOSE)


@pytest.mark.parametrize("case", IN_R["adjusted"])
def test_trials_with_a_baseline_equal_r(case):
    one = arm(case["areas"], case["people"], case["icc"])
    design = PlannedComparison(
        treated=one,
        comparison=one,
        analysis=PlannedAnalysis.ADJUSTED,
        cluster_autocorrelation=case["cac"],
    )
    check(design, case)


@pytest.mark.parametrize("case", IN_R["stepped"])
def test_stepped_starts_equal_r(case):
    design = SteppedWedge(
        starts=tuple(case["starts"]),
        people=case["people"],
        intraclass_correlation=case["icc"],
        cluster_autocorrelation=case["cac"],
    )
    check(design, case)


@pytest.mark.parametrize("case", IN_R["series"])
def test_simulated_series_are_near_the_least_squares_of_r(case):
    design = PlannedSeries(
        before=case["before"], after=case["after"], people=case["people"]
    )
    drawn = simulated_power(design, 0, sd=case["sd"], draws=4000)
    assert drawn.std_error == pytest.approx(case["std_error"], rel=0.05)


def test_allocations_equal_r():
    case = IN_R["allocation"]
    columns = zip(case["N"], case["S"], case["C"], strict=True)
    strata = [
        StratumToSample(name=str(k), population=n, sd=s, cost=c)
        for k, (n, s, c) in enumerate(columns)
    ]
    plain = [
        StratumToSample(name=s.name, population=s.population, sd=s.sd) for s in strata
    ]
    for rule, given, exact in (
        (AllocationRule.PROPORTIONAL, plain, case["proportional"]),
        (AllocationRule.OPTIMAL, plain, case["neyman"]),
        (AllocationRule.OPTIMAL, strata, case["cost"]),
    ):
        found = allocate(given, people=case["n"], rule=rule)
        assert list(found.people) == exact
    found = allocate(plain, people=case["n"])
    assert found.std_errors == pytest.approx(case["errors"], rel=1e-12)
    assert found.std_error == pytest.approx(case["error"], rel=1e-12)


def test_the_best_cluster_size_equals_r():
    case = IN_R["cluster_size"]
    found = cluster_plan(
        budget=10_000,
        cluster_cost=case["cluster_cost"],
        interview_cost=case["interview_cost"],
        intraclass_correlation=case["icc"],
    )
    # R's search is for a minimum: the square root of its rounding error is left.
    assert found.exact_people == pytest.approx(case["people"], rel=1e-6)
