"""Totals, quantiles, independence and regression with both stages, against R."""

import json
from pathlib import Path

import numpy as np
import pytest

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.regression import linear_regression
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import total
from imppulse.evidence.survey.independence import independence
from imppulse.evidence.survey.quantiles import quantile

FURTHER = Path(__file__).parents[3] / "validation" / "two_stage" / "two_stage.json"
IN_R = json.loads(FURTHER.read_text())
SCHOOLS = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("fpc1", "fpc2"))
pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def schools(oracle):
    return oracle("apiclus2")


def check(found, expected):
    assert found.estimate.ravel() == pytest.approx(expected["est"], rel=1e-12)
    assert found.std_error.ravel() == pytest.approx(expected["se"], rel=1e-12)


def test_totals_of_the_population_equal_r(schools):
    check(total(schools, "api00", SCHOOLS), IN_R["total"])


def test_totals_of_domains_and_their_covariance_equal_r(schools):
    found = total(schools, "api00", SCHOOLS, by="comp.imp")
    check(found, IN_R["total_by_comp"])
    assert found.covariance == pytest.approx(
        np.array(IN_R["total_by_comp"]["vcov"]), rel=1e-11
    )


def test_totals_of_whoever_answered_equal_r(schools):
    check(total(schools, "enroll", SCHOOLS), IN_R["total_missing"])


def test_totals_over_strata_of_clusters_equal_r(schools):
    middle = schools["dnum"].unique().median()
    halves = schools.with_columns(
        half=(schools["dnum"] > middle).cast(int) + 1,
        half_fpc=(schools["dnum"] > middle).cast(int) * 140 + 60,
    )
    design = SampleDesign(
        weight="pw",
        strata="half",
        cluster=("dnum", "snum"),
        fpc=("half_fpc", "fpc2"),
    )
    check(total(halves, "api00", design), IN_R["total_stratified"])


def test_quantiles_equal_r(schools):
    found, expected = quantile(schools, "api00", SCHOOLS), IN_R["quantiles"]
    assert found.estimate[:, 0].tolist() == expected["quantile"]
    assert found.ci_low[:, 0].tolist() == expected["low"]
    assert found.ci_high[:, 0].tolist() == expected["high"]
    assert found.std_error[:, 0] == pytest.approx(expected["se"], rel=1e-12)


def test_independence_equals_r(schools):
    found = independence(schools, "stype", "awards", design=SCHOOLS)
    expected = IN_R["independence"]
    numbers = [found.f, found.numerator_df, found.denominator_df, found.p_value]
    assert numbers == pytest.approx(
        [expected["f"], *expected["df"], expected["p"]], rel=1e-9
    )


def test_regression_equals_r(schools):
    found = linear_regression(
        schools, "api00", SCHOOLS, continuous=("meals", "mobility")
    )
    expected = IN_R["linear"]
    assert found.estimate == pytest.approx(expected["est"], rel=1e-9)
    assert found.std_error == pytest.approx(expected["se"], rel=1e-8)
    assert found.df == expected["df"]


def test_a_total_without_weights_is_refused(schools):
    bare = SampleDesign(cluster=("dnum", "snum"), fpc=("fpc1", "fpc2"))
    with pytest.raises(EvidenceError) as refused:
        total(schools, "api00", bare)
    assert refused.value.code == "no_weight"
