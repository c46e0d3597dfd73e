import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EstimationError, EvidenceError
from imppulse.evidence.regression.ordinal import proportional_odds_regression
from imppulse.evidence.regression.ordinal_fit import OrdinalAnswers, fit_ordinal
from imppulse.evidence.regression.regression import logistic_regression
from imppulse.evidence.regression.regression_cells import read_observations
from imppulse.evidence.regression.regression_formula import Formula
from imppulse.evidence.regression.regression_matrix import model_matrix
from imppulse.evidence.survey.design import SampleDesign

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
FURTHER = Path(__file__).parents[3] / "validation/regression/regression.json"
COVARIATES = ("fair1", "mig", "contact", "wave")


@pytest.fixture(scope="module")
def city(oracle):
    return oracle("citysim")


@pytest.fixture(scope="module")
def further_in_r():
    return json.loads(FURTHER.read_text())["ordinal"]


def log_likelihood(frame, design, outcome, *, categorical=(), continuous=()):
    formula = Formula.of(outcome, categorical, continuous)
    read = read_observations(frame, design, formula.with_outcome_as_level())
    matrix = model_matrix(OrdinalAnswers.of(read).observations, formula)
    found = fit_ordinal(OrdinalAnswers.of(read.merged()), matrix)
    return found.log_likelihood, found, matrix


@pytest.mark.reference
def test_unweighted_equals_clm(city, in_r_models):
    expected = in_r_models["ordinal"]["unweighted"]
    found = proportional_odds_regression(
        city, "trust1", SampleDesign(), continuous=COVARIATES
    )
    assert found.terms == tuple(expected["names"])
    assert found.n == in_r_models["ordinal"]["n"]
    assert found.estimate == pytest.approx(expected["est"], rel=1e-8)


@pytest.mark.reference
def test_likelihood_and_its_curvature_equal_clm(city, in_r_models):
    expected = in_r_models["ordinal"]["unweighted"]
    reached, found, matrix = log_likelihood(
        city, SampleDesign(), "trust1", continuous=COVARIATES
    )
    assert reached == pytest.approx(expected["logLik"], rel=1e-12)
    model_based = np.sqrt(np.diag(np.linalg.inv(found.information)))[4:]
    assert model_based / matrix.scale == pytest.approx(expected["se"][4:], rel=1e-6)


@pytest.mark.reference
def test_weighted_equals_clm(city, in_r_models):
    expected = in_r_models["ordinal"]["weighted_clm"]
    found = proportional_odds_regression(city, "trust1", CITY, continuous=COVARIATES)
    assert found.estimate == pytest.approx(expected["est"], rel=1e-8)


@pytest.mark.reference
def test_errors_equal_svyolr(city, in_r_models, further_in_r):
    found = proportional_odds_regression(city, "trust1", CITY, continuous=COVARIATES)
    loose = in_r_models["ordinal"]["svyolr"]
    in_its_order = np.concatenate([found.std_error[4:], found.std_error[:4]])
    assert in_its_order == pytest.approx(loose["se"], rel=1e-4)
    tight = further_in_r["continuous"]
    assert found.estimate == pytest.approx(tight["zeta"] + tight["beta"], rel=1e-5)
    assert in_its_order == pytest.approx(tight["se"], rel=2e-5)


@pytest.mark.reference
def test_cells_equal_clm_and_svyolr(city, further_in_r):
    found = proportional_odds_regression(
        city, "trust1", CITY, categorical="age", continuous="mig"
    )
    expected = further_in_r["categorical_clm"]
    assert found.estimate == pytest.approx(expected["est"], rel=1e-8)
    se = further_in_r["categorical"]["se"]
    by_cells = proportional_odds_regression(
        city, "trust1", CITY, categorical=("age", "mig")
    )
    assert by_cells.terms[-1] == "mig[1]"
    assert by_cells.estimate == pytest.approx(found.estimate, rel=1e-10)
    assert by_cells.std_error == pytest.approx(found.std_error, rel=1e-10)
    assert [*found.std_error[4:], *found.std_error[:4]] == pytest.approx(se, rel=1e-4)


def test_two_categories_are_a_logistic_regression(city):
    frame = city.with_columns(high=pl.col("trust1") >= 4)
    formula = {"categorical": ("age", "city"), "continuous": "mig"}
    ordinal = proportional_odds_regression(frame, "high", CITY, **formula)
    logistic = logistic_regression(frame, "high", CITY, **formula)
    signs = np.where(np.arange(len(logistic.terms)) == 0, -1, 1)
    assert ordinal.estimate == pytest.approx(logistic.estimate * signs, rel=1e-10)
    assert ordinal.std_error == pytest.approx(logistic.std_error, rel=1e-10)
    assert (ordinal.df, ordinal.n) == (logistic.df, logistic.n)


def small(rows=200, seed=3):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, rows)
    x = rng.normal(size=rows).round(1)
    latent = 0.8 * x + 0.5 * group + rng.logistic(size=rows)
    return pl.DataFrame(
        {
            "c": rng.integers(0, 15, rows),
            "w": rng.uniform(0.5, 2, rows),
            "g": group,
            "x": x,
            "y": np.digitize(latent, [-1.0, 0.5, 1.5, 2.5]) + 1,
        }
    )


SMALL = SampleDesign(weight="w", cluster="c")


@settings(max_examples=10, deadline=None)
@given(
    scale=st.floats(1e-3, 1e3),
    unit=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
    seed=st.integers(0, 99),
)
def test_turning_the_scale_turns_the_signs(scale, unit, shift, seed):
    formula = {"categorical": "g", "continuous": "x"}
    before = proportional_odds_regression(small(), "y", SMALL, **formula)
    turned = small().with_columns(
        y=10 - 2 * pl.col("y"), w=pl.col("w") * scale, x=pl.col("x") * unit + shift
    )
    turned = turned.sample(fraction=1, shuffle=True, seed=seed)
    after = proportional_odds_regression(turned, "y", SMALL, **formula)
    assert after.t[4:] == pytest.approx(-before.t[4:], rel=1e-7)
    assert after.estimate[-1] * unit == pytest.approx(-before.estimate[-1], rel=1e-7)


REFUSED = {
    "empty_category": ({}, {"scale": (0, 1, 2, 3, 4, 5)}),
    "unknown_category": ({}, {"scale": (1, 2, 3, 4)}),
    "too_many_categories": ({"y": pl.int_range(pl.len())}, {}),
    "constant_column": ({"y": pl.lit(3)}, {}),
    "separation": ({"g": (pl.col("y") == 5).cast(int)}, {}),
    "collinear_columns": ({"x": (pl.col("g") == 1).cast(float)}, {"continuous": "x"}),
    "not_numeric": ({"y": pl.lit("often")}, {}),
    "too_few_clusters": ({"c": pl.col("c") % 2}, {}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_is_refused_by_name(code):
    columns, formula = REFUSED[code]
    with pytest.raises(EvidenceError) as refused:
        proportional_odds_regression(
            small().with_columns(**columns), "y", SMALL, categorical="g", **formula
        )
    assert refused.value.code == code


def test_a_covariate_that_orders_the_answers_is_refused():
    frame = small().with_columns(x=pl.col("y") + 0.5 * (pl.col("g") / 3))
    with pytest.raises(EstimationError) as refused:
        proportional_odds_regression(frame, "y", SMALL, continuous="x")
    assert refused.value.facts == {"terms": ("x",)}


def test_thresholds_have_no_odds_ratio():
    found = proportional_odds_regression(small(), "y", SMALL, categorical="g")
    assert np.isnan(found.at("1|2")["odds_ratio"])
    row = found.at("g[2]")
    assert row["odds_ratio"] == pytest.approx(np.exp(row["estimate"]), rel=1e-14)
