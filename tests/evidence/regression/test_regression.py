import json
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EstimationError, EvidenceError
from imppulse.evidence.regression.regression import (
    linear_regression,
    logistic_regression,
)
from imppulse.evidence.regression.regression_results import wald_test
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean

DESIGNS = {
    "srs": ("apisrs", SampleDesign(weight="pw", fpc="fpc")),
    "strat": ("apistrat", SampleDesign(weight="pw", strata="stype", fpc="fpc")),
    "strat_nofpc": ("apistrat", SampleDesign(weight="pw", strata="stype")),
    "clus1": ("apiclus1", SampleDesign(weight="pw", cluster="dnum", fpc="fpc")),
    "clus2": (
        "apiclus2",
        SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("fpc1", "fpc2")),
    ),
    "clus1_nofpc": ("apiclus1", SampleDesign(weight="pw", cluster="dnum")),
}
NHANES = SampleDesign(weight="WTMEC2YR", strata="SDMVSTRA", cluster="SDMVPSU")
CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
FURTHER = Path(__file__).parents[3] / "validation/regression/regression.json"
SCHOOLS = ("ell", "meals", "mobility")


@pytest.fixture(params=DESIGNS)
def sample(request, in_r, oracle):
    """A sample, its design and what R says of it."""
    data, design = DESIGNS[request.param]
    frame = oracle(data)
    wide = frame.with_columns(wide=pl.col("sch.wide") == "Yes")
    return wide, design, in_r[request.param]


def assert_equal(found, expected, order=None, *, rel=1e-9, rel_se=1e-8):
    order = order or list(range(len(expected["est"])))
    covariance = np.array(expected["vcov"])[np.ix_(order, order)]
    se = np.array(expected["se"])[order]
    assert found.estimate == pytest.approx(np.array(expected["est"])[order], rel=rel)
    assert found.std_error == pytest.approx(se, rel=rel_se)
    assert np.abs(found.covariance - covariance).max() <= rel_se * se.max() ** 2
    assert found.df == expected["df_resid"]
    assert found.p_value == pytest.approx(
        np.array(expected["p"])[order], rel=1e-6, abs=1e-15
    )


@pytest.mark.reference
def test_linear_equals_r(sample):
    frame, design, expected = sample
    found = linear_regression(frame, "api00", design, continuous=SCHOOLS)
    assert found.terms == ("(intercept)", *SCHOOLS)
    assert_equal(found, expected["glm_gauss"])


@pytest.mark.reference
def test_logistic_equals_r(sample):
    frame, design, expected = sample
    found = logistic_regression(frame, "wide", design, continuous=SCHOOLS)
    assert_equal(found, expected["glm_logit"])


@pytest.mark.reference
def test_a_factor_is_tested_as_in_r(sample):
    frame, design, expected = sample
    found = linear_regression(
        frame, "api00", design, categorical="stype", continuous=("ell", "meals")
    )
    test = wald_test(found, "stype")
    reference = expected["regterm"]
    assert (test.df, test.df_residual) == (reference["df"], reference["ddf"])
    assert test.f == pytest.approx(reference["F"], rel=1e-8)
    assert test.p_value == pytest.approx(reference["p"], rel=1e-8)


@pytest.mark.reference
def test_cells_equal_r_on_nhanes(nhanes, in_r):
    found = logistic_regression(
        nhanes, "HI_CHOL", NHANES, categorical=("race", "agecat", "RIAGENDR")
    )
    assert_equal(found, in_r["nhanes"]["glm"])


@pytest.mark.reference
def test_mixed_covariates_equal_r_in_the_cities(oracle, in_r):
    frame = oracle("citysim").with_columns(
        trusting=pl.col("trust1") >= 4, pilot_wave=pl.col("pilot") * pl.col("wave")
    )
    found = logistic_regression(
        frame,
        "trusting",
        CITY,
        categorical=("age", "city"),
        continuous=("mig", "contact", "wave"),
    )
    expected = in_r["city"]["logit"]
    last = len(expected["est"]) - 1
    order = [0, *range(3, last), 1, 2, last]
    assert_equal(found, expected, order)
    did = linear_regression(
        frame,
        "trust1",
        CITY,
        categorical=("city",),
        continuous=("pilot", "wave", "pilot_wave"),
    )
    expected = in_r["city"]["did"]
    assert_equal(did, expected, [0, 3, 4, 5, 6, 7, 1, 2, 8])


@pytest.fixture(scope="module")
def further_in_r():
    """What validation/regression/regression.R answers."""
    return json.loads(FURTHER.read_text())


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "data", "design", "formula", "domain"),
    [
        (
            "strat_linear",
            "apistrat",
            DESIGNS["strat"][1],
            ("api00", (), ("ell", "meals")),
            pl.col("comp.imp") == "Yes",
        ),
        (
            "strat_high_logit",
            "apistrat",
            DESIGNS["strat"][1],
            ("wide", (), ("meals",)),
            pl.col("stype") == "H",
        ),
        (
            "clus1_logit",
            "apiclus1",
            DESIGNS["clus1"][1],
            ("wide", (), ("ell", "meals")),
            pl.col("comp.imp") == "No",
        ),
        (
            "nhanes_women",
            "nhanes",
            NHANES,
            ("HI_CHOL", ("race", "agecat"), ()),
            pl.col("RIAGENDR") == 2,
        ),
    ],
)
def test_domains_equal_r(oracle, further_in_r, name, data, design, formula, domain):
    frame = oracle(data).with_columns(inside=domain)
    if "wide" in formula:
        frame = frame.with_columns(wide=pl.col("sch.wide") == "Yes")
    regress = linear_regression if name == "strat_linear" else logistic_regression
    outcome, categorical, continuous = formula
    found = regress(
        frame,
        outcome,
        design,
        categorical=categorical,
        continuous=continuous,
        where="inside",
    )
    expected = further_in_r["domain"][name]
    assert_equal(found, expected)
    limits = np.column_stack([found.ci_low, found.ci_high])
    assert limits == pytest.approx(np.array(expected["ci"]), rel=1e-7)


@pytest.mark.reference
@pytest.mark.parametrize("lonely", ["adjust", "average", "remove"])
def test_lonely_strata_equal_r(apiclus1, further_in_r, lonely):
    districts = apiclus1["dnum"].unique(maintain_order=True).to_list()
    stratum = {
        d: "a" if k == 0 else "b" if k < 8 else "c" for k, d in enumerate(districts)
    }
    frame = apiclus1.with_columns(h=pl.col("dnum").replace_strict(stratum))
    design = SampleDesign(weight="pw", strata="h", cluster="dnum", lonely=lonely)
    found = linear_regression(
        frame, "api00", design, categorical="stype", continuous="ell"
    )
    assert_equal(found, further_in_r["lonely"][lonely], [0, 2, 3, 1])
    assert found.lonely_strata == ("a",)


def small(rows=240, seed=5):
    """Twelve clusters in two strata; covariates of both kinds, some missing."""
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 12, rows)
    group = rng.integers(0, 3, rows)
    x = rng.normal(size=rows).round(1)
    y = x + group + rng.normal(size=rows)
    return pl.DataFrame(
        {
            "h": cluster % 2,
            "c": cluster,
            "w": rng.uniform(0.5, 2, rows),
            "group": [None if k % 40 == 0 else "abc"[g] for k, g in enumerate(group)],
            "x": [None if k % 31 == 0 else v for k, v in enumerate(x)],
            "y": y,
            "yes": y > 1,
            "inside": rng.random(rows) < 0.8,
        }
    )


SMALL = SampleDesign(weight="w", strata="h", cluster="c")


@pytest.mark.parametrize(
    "design",
    [
        SMALL,
        SampleDesign(weight="w", strata="h"),
        SampleDesign(weight="w"),
        SampleDesign(cluster="c"),
    ],
)
@pytest.mark.parametrize("regress", [linear_regression, logistic_regression])
def test_cells_and_rows_give_the_same(regress, design):
    frame = (
        small()
        .drop_nulls("group")
        .with_columns(
            b=(pl.col("group") == "b").cast(int), c_=(pl.col("group") == "c").cast(int)
        )
    )
    by_cells = regress(frame, "yes", design, categorical="group", where="inside")
    by_rows = regress(frame, "yes", design, continuous=("b", "c_"), where="inside")
    assert by_cells.terms == ("(intercept)", "group[b]", "group[c]")
    assert by_cells.estimate == pytest.approx(by_rows.estimate, rel=1e-11)
    assert by_cells.std_error == pytest.approx(by_rows.std_error, rel=1e-11)
    assert (by_cells.n, by_cells.df) == (by_rows.n, by_rows.df)


@pytest.mark.parametrize("backend", ["pandas", "pyarrow", "duckdb", "lazy"])
def test_every_engine_gives_the_same(backend):
    frame = small()
    expected = logistic_regression(
        frame, "yes", SMALL, categorical="group", continuous="x", where="inside"
    )
    if backend == "duckdb":
        other = duckdb.sql("SELECT * FROM frame")
    else:
        other = {
            "pandas": frame.to_pandas,
            "pyarrow": frame.to_arrow,
            "lazy": frame.lazy,
        }[backend]()
    found = logistic_regression(
        other, "yes", SMALL, categorical="group", continuous="x", where="inside"
    )
    assert found.terms == expected.terms
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(expected.std_error, rel=1e-12)


def test_a_regression_on_nothing_is_a_mean():
    frame = small()
    found = linear_regression(frame, "y", SMALL)
    expected = mean(frame, "y", SMALL).at("y")
    assert found.estimate[0] == pytest.approx(expected.estimate, rel=1e-13)
    assert found.std_error[0] == pytest.approx(expected.std_error, rel=1e-12)
    assert (found.df, found.n) == (expected.df, expected.n)


def test_rows_hold_odds_ratios_for_odds_only():
    linear = linear_regression(small(), "y", SMALL, categorical="group")
    logistic = logistic_regression(small(), "yes", SMALL, categorical="group")
    assert set(logistic.rows()[0]) - set(linear.rows()[0]) == {
        "odds_ratio",
        "odds_ratio_low",
        "odds_ratio_high",
    }
    row = logistic.at("group[b]")
    assert row["odds_ratio"] == pytest.approx(np.exp(row["estimate"]), rel=1e-14)
    assert logistic.reference == {"group": "a"}
    assert logistic.provenance.design == SMALL
    json.dumps(logistic.to_dict(), allow_nan=False)
    assert logistic.to_frame().height == 3


def test_the_reference_level_can_be_named():
    first = logistic_regression(small(), "yes", SMALL, categorical="group")
    other = logistic_regression(
        small(), "yes", SMALL, categorical="group", reference={"group": "b"}
    )
    assert other.terms == ("(intercept)", "group[a]", "group[c]")
    assert other.at("group[a]")["estimate"] == pytest.approx(
        -first.at("group[b]")["estimate"], rel=1e-11
    )


@settings(max_examples=12, deadline=None)
@given(
    scale=st.floats(1e-3, 1e3),
    unit=st.floats(1e-3, 1e3),
    shift=st.floats(-1e4, 1e4),
    seed=st.integers(0, 99),
)
def test_units_weights_and_order_do_not_matter(scale, unit, shift, seed):
    frame = small()
    changed = frame.with_columns(
        w=pl.col("w") * scale, x=pl.col("x") * unit + shift
    ).sample(fraction=1, shuffle=True, seed=seed)
    formula = {"categorical": "group", "continuous": "x", "where": "inside"}
    before = logistic_regression(frame, "yes", SMALL, **formula)
    after = logistic_regression(changed, "yes", SMALL, **formula)
    assert after.t[1:] == pytest.approx(before.t[1:], rel=1e-7)
    assert after.estimate[-1] * unit == pytest.approx(before.estimate[-1], rel=1e-7)
    assert after.estimate[1:3] == pytest.approx(before.estimate[1:3], rel=1e-7)


REFUSED = {
    "separation": (
        {"level": pl.when(pl.col("yes")).then(1).otherwise(pl.col("c") % 2)},
        {"categorical": "level"},
    ),
    "constant_column": ({"x": pl.lit(3)}, {"continuous": "x"}),
    "collinear_columns": ({"z": 2 * pl.col("x") + 1}, {"continuous": ("x", "z")}),
    "missing_level": ({}, {"categorical": "group", "reference": {"group": "z"}}),
    "unknown_reference": ({}, {"categorical": "group", "reference": {"x": 1}}),
    "repeated_column": ({}, {"categorical": "group", "continuous": "group"}),
    "domain_not_binary": ({}, {"categorical": "group", "where": "c"}),
    "no_complete_answers": ({"inside": pl.lit(0)}, {"where": "inside"}),
    "unknown_column": ({}, {"continuous": "absent"}),
    "not_numeric": ({}, {"continuous": "group"}),
    "not_finite": ({"x": pl.lit(np.inf)}, {"continuous": "x"}),
    "too_few_clusters": (
        {"all": pl.col("c") * 3 + pl.col("h")},
        {"categorical": "all"},
    ),
    "negative_weight": ({"w": -pl.col("w")}, {"categorical": "group"}),
    "not_binary": ({"yes": pl.col("y")}, {"categorical": "group"}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_is_refused_by_name(code):
    columns, formula = REFUSED[code]
    with pytest.raises(EvidenceError) as refused:
        logistic_regression(small().with_columns(**columns), "yes", SMALL, **formula)
    assert refused.value.code == code


def test_refusals_name_the_columns():
    frame = small().with_columns(
        z=pl.col("x") - (pl.col("group") == "b").cast(float), flat=pl.lit("one")
    )
    with pytest.raises(EstimationError) as refused:
        linear_regression(frame, "y", SMALL, categorical="group", continuous=("x", "z"))
    assert refused.value.facts == {"term": "z", "others": ("group[b]", "x")}
    with pytest.raises(EstimationError) as refused:
        linear_regression(frame, "y", SMALL, categorical="flat")
    assert refused.value.facts == {"column": "flat"}
    sure = frame.with_columns(yes=pl.col("yes") | (pl.col("group") == "c"))
    with pytest.raises(EstimationError) as refused:
        logistic_regression(sure, "yes", SMALL, categorical="group")
    assert refused.value.facts == {"terms": ("group[c]",), "value": 1}


@pytest.mark.parametrize(
    ("categorical", "continuous"), [((), "x"), ((), ("x", "u")), ("ab", ())]
)
def test_separation_is_found_wherever_it_is(categorical, continuous):
    rng = np.random.default_rng(2)
    x, u = rng.normal(size=(2, 400))
    a, b = rng.integers(0, 2, (2, 400))
    both = (a == 1) & (b == 1)
    apart = x > 0.2 if continuous == "x" else x + u > 0
    # Nobody with both says no; each alone says both.
    tied = both | (rng.random(400) < 0.5)
    frame = pl.DataFrame(
        {"x": x, "u": u, "ab": 2 * b + a, "c": np.arange(400) % 20,
         "yes": tied if categorical else apart}
    )  # fmt: skip
    with pytest.raises(EstimationError) as refused:
        logistic_regression(
            frame,
            "yes",
            SampleDesign(cluster="c"),
            categorical=categorical,
            continuous=continuous,
        )
    assert refused.value.code == "separation"


def test_a_steep_but_finite_slope_is_no_separation():
    x = np.tile(np.linspace(-3, 3, 61), 10)
    yes = (x > 0) ^ (np.abs(x) < 0.05) ^ (np.arange(610) == 200)
    frame = pl.DataFrame({"x": x, "yes": yes, "c": np.arange(610) % 30})
    found = logistic_regression(frame, "yes", SampleDesign(cluster="c"), continuous="x")
    assert np.isfinite(found.std_error).all()
