import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.power import (
    PlannedSample,
    detection_power,
    precision,
    sd_of_share,
    smallest_detectable_change,
    smallest_detectable_difference_in_differences,
)

QT_399 = 1.96592729592088  # the 97.5 % quantile of t, from R
PEOPLE = PlannedSample(invitations=2000, response_rate=0.2)
DISTRICTS = PlannedSample(
    invitations=2000, response_rate=0.2, clusters=20, intraclass_correlation=0.05
)


def test_precision_of_a_share_of_400_people():
    done = precision(PEOPLE, sd=sd_of_share(0.5))
    assert done.respondents == 400
    assert done.deff == 1
    assert done.std_error == pytest.approx(2.5)
    assert done.half_width == pytest.approx(QT_399 * 2.5, rel=1e-12)


def test_precision_with_districts_pays_for_likeness_inside_them():
    done = precision(DISTRICTS, sd=25)
    assert done.deff == pytest.approx(1 + 19 * 0.05)
    assert done.effective_respondents == pytest.approx(400 / 1.95)
    assert done.df == 19
    assert done.std_error == pytest.approx(25 * math.sqrt(1.95 / 400))


def test_unequal_districts_and_weights_cost_precision():
    plan = PlannedSample(
        invitations=2000,
        response_rate=0.2,
        clusters=20,
        intraclass_correlation=0.05,
        cluster_size_cv=0.5,
        weighting_effect=1.2,
    )
    assert plan.deff == pytest.approx((1 + (1.25 * 20 - 1) * 0.05) * 1.2)


def test_power_of_a_t_test_equals_r():
    """R 4.2.2, power.t.test with strict = TRUE: 200 and then 10 people per group."""
    assert detection_power(0.2, 0.1, 398) == pytest.approx(0.514081637481048, abs=1e-9)
    small = detection_power(1.5, math.sqrt(0.2), 18)
    assert small == pytest.approx(0.886970202255284, abs=1e-9)


def test_power_at_no_effect_is_the_level_of_the_test():
    assert detection_power(0, 1, 7, alpha=0.1) == pytest.approx(0.1)


def test_change_between_two_waves_of_people():
    done = smallest_detectable_change(PEOPLE, PEOPLE, sd=25)
    assert done.df == 798
    assert done.std_error == pytest.approx(25 * math.sqrt(2 / 400))
    assert done.smallest == pytest.approx(4.95851382, abs=2e-8)  # R
    found = detection_power(done.smallest, done.std_error, done.df)
    assert found == pytest.approx(0.8)


def test_districts_that_keep_their_distances_leave_only_the_noise_of_people():
    done = smallest_detectable_change(DISTRICTS, DISTRICTS, sd=25)
    assert done.std_error == pytest.approx(25 * math.sqrt(2 * 0.95 / 400))
    assert done.df == 19


def test_districts_that_move_freely_count_twice():
    done = smallest_detectable_change(
        DISTRICTS, DISTRICTS, sd=25, cluster_autocorrelation=0
    )
    assert done.std_error == pytest.approx(25 * math.sqrt(2 * 1.95 / 400))


def test_difference_in_differences_with_unequal_arms():
    treated = PlannedSample(
        invitations=500, response_rate=0.2, clusters=4, intraclass_correlation=0.05
    )
    comparison = PlannedSample(
        invitations=1000, response_rate=0.2, clusters=8, intraclass_correlation=0.05
    )
    done = smallest_detectable_difference_in_differences(
        treated, comparison, sd=25, cluster_autocorrelation=0.8
    )
    mean_variance = 25**2 / 25 * (1 + 24 * 0.05)
    kept = 25 * 0.05 * 0.8 / (1 + 24 * 0.05)
    variance = 2 * mean_variance * (1 - kept) * (1 / 4 + 1 / 8)
    assert done.std_error == pytest.approx(math.sqrt(variance))
    assert done.df == 10
    found = detection_power(done.smallest, done.std_error, done.df)
    assert found == pytest.approx(0.8)


def test_difference_in_differences_of_people():
    done = smallest_detectable_difference_in_differences(PEOPLE, PEOPLE, sd=25)
    assert done.df == 1596
    assert done.std_error == pytest.approx(25 * math.sqrt(4 / 400))


def test_one_district_per_arm_detects_nothing():
    alone = PlannedSample(invitations=5000, response_rate=0.5, clusters=1)
    done = smallest_detectable_difference_in_differences(alone, alone, sd=25)
    assert done.df == 0
    assert math.isinf(done.smallest)
    assert done.to_dict()["smallest"] is None
    assert detection_power(100, 1, done.df) == 0


def test_one_district_gives_no_interval():
    alone = PlannedSample(invitations=5000, response_rate=0.5, clusters=1)
    assert precision(alone, sd=25).to_dict()["half_width"] is None


def test_results_are_ready_for_json():
    done = smallest_detectable_change(PEOPLE, PEOPLE, sd=25).to_dict()
    assert json.loads(json.dumps(done)) == done
    assert done["respondents"] == [400.0, 400.0]
    assert done["schema"] == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"response_rate": 0}, "response_rate"),
        ({"response_rate": 20}, "response_rate"),
        ({"clusters": 0}, "clusters"),
        ({"intraclass_correlation": 1.5}, "intraclass_correlation"),
        ({"cluster_size_cv": -1}, "cluster_size_cv"),
        ({"weighting_effect": 0.5}, "weighting_effect"),
        ({"invitations": 5}, "invitations"),
        ({"clusters": 500}, "invitations"),
    ],
)
def test_impossible_plans_are_refused_by_field(fields, named):
    plan = {"invitations": 2000, "response_rate": 0.2} | fields
    with pytest.raises(DesignError) as refusal:
        PlannedSample(**plan)
    assert refusal.value.code == "impossible_plan"
    assert refusal.value.facts["field"] == named


@pytest.mark.parametrize(
    "options", [{"alpha": 0}, {"power": 0.01}, {"cluster_autocorrelation": 2}]
)
def test_impossible_tests_are_refused(options):
    with pytest.raises(DesignError, match="cannot be"):
        smallest_detectable_change(PEOPLE, PEOPLE, sd=25, **options)


def test_waves_and_arms_must_be_planned_alike():
    for compare in (
        smallest_detectable_change,
        smallest_detectable_difference_in_differences,
    ):
        with pytest.raises(DesignError) as refusal:
            compare(PEOPLE, DISTRICTS, sd=25)
        assert refusal.value.code == "clusters_differ"


@settings(max_examples=20, deadline=None)
@given(
    clusters=st.integers(2, 60),
    icc=st.floats(0, 0.3),
    alpha=st.floats(0.01, 0.2),
    power=st.floats(0.5, 0.99),
)
def test_smallest_change_is_where_the_power_is_reached(*, clusters, icc, alpha, power):
    plan = PlannedSample(
        invitations=3000,
        response_rate=0.2,
        clusters=clusters,
        intraclass_correlation=icc,
    )
    done = smallest_detectable_change(plan, plan, sd=20, alpha=alpha, power=power)
    found = detection_power(done.smallest, done.std_error, done.df, alpha=alpha)
    assert found == pytest.approx(power, abs=1e-6)
