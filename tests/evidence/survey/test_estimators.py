"""Totals, contrasts, intervals of shares, quantiles and tests of independence."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.contrasts import contrast
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean, proportion, total
from imppulse.evidence.survey.independence import independence
from imppulse.evidence.survey.quantiles import quantile

VALIDATION = Path(__file__).parents[3] / "validation" / "estimators"
OURS = json.loads((VALIDATION / "estimators.json").read_text())
PROBABILITIES = (0.1, 0.25, 0.5, 0.75, 0.9)
DESIGNS = {
    "srs": ("apisrs", SampleDesign(weight="pw", fpc="fpc")),
    "strat": ("apistrat", SampleDesign(weight="pw", strata="stype", fpc="fpc")),
    "strat_nofpc": ("apistrat", SampleDesign(weight="pw", strata="stype")),
    "clus1": ("apiclus1", SampleDesign(weight="pw", cluster="dnum", fpc="fpc")),
    "clus1_nofpc": ("apiclus1", SampleDesign(weight="pw", cluster="dnum")),
}
CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
CLUSTERED = SampleDesign(weight="w", strata="h", cluster="c")


@pytest.fixture(params=DESIGNS)
def sample(request, in_r, oracle):
    """A sample, its design and what R says of it."""
    data, design = DESIGNS[request.param]
    return oracle(data), design, in_r[request.param]


@pytest.fixture(params=[name for name in DESIGNS if name in OURS])
def parted(request, oracle):
    """A sample, its design and what R says of its domains."""
    data, design = DESIGNS[request.param]
    return oracle(data), design, OURS[request.param]


@pytest.mark.reference
def test_totals_equal_r(sample):
    frame, design, expected = sample
    for item, name in (("api00", "total"), ("enroll", "total_enroll")):
        found = total(frame, item, design)
        assert found.estimate[0] == pytest.approx(expected[name]["est"], rel=1e-12)
        assert found.std_error[0] == pytest.approx(expected[name]["se"], rel=1e-12)
        assert found.df[0] == expected["degf"]


@pytest.mark.reference
def test_totals_of_domains_their_covariance_and_design_effect_equal_r(parted):
    frame, design, expected = parted
    frame = frame.with_columns(
        api00=pl.when(pl.col("enroll").is_not_null()).then("api00")
    )
    found = total(frame, ("enroll", "api00"), design, by="comp.imp")
    reference = expected["total"]
    assert found.estimate.ravel() == pytest.approx(reference["est"], rel=1e-12)
    assert found.std_error.ravel() == pytest.approx(
        np.ravel(reference["se"]), rel=1e-12
    )
    vcov = np.array(reference["vcov"])
    assert found.covariance == pytest.approx(vcov, rel=1e-11)
    whole = total(frame, ("enroll", "api00"), design)
    assert whole.deff.ravel() == pytest.approx(reference["deff"], rel=1e-12)


@pytest.mark.reference
def test_design_effect_of_the_total_of_a_domain_equals_r(parted):
    frame, design, expected = parted
    found = total(frame, "api00", design, by="comp.imp").at("api00", "Yes")
    assert found.deff == pytest.approx(expected["domain_deff"], rel=1e-12)


@pytest.mark.reference
def test_korn_graubard_interval_equals_r(sample):
    frame, design, expected = sample
    frame = frame.with_columns(won=pl.col("awards") == "Yes")
    found = proportion(frame, "won", design, interval="korn-graubard").at("won")
    assert [found.ci_low, found.ci_high] == pytest.approx(
        expected["ciprop"]["beta"]["ci"], rel=1e-12
    )


@pytest.mark.reference
def test_korn_graubard_interval_of_a_domain_equals_r(parted):
    frame, design, expected = parted
    frame = frame.with_columns(met=pl.col("sch.wide") == "Yes")
    found = proportion(frame, "met", design, by="awards", interval="korn-graubard")
    cell = found.at("met", "No")
    assert [cell.ci_low, cell.ci_high] == pytest.approx(
        expected["beta"]["No"], rel=1e-12
    )


def test_korn_graubard_interval_of_everybody_is_clopper_pearson():
    frame = pl.DataFrame({"y": [1] * 20, "z": [0] * 20})
    found = proportion(frame, ("y", "z"), SampleDesign(), interval="korn-graubard")
    # Twenty of twenty: the lower limit solves p ** 20 = .025.
    assert found.ci_low[0, 0] == pytest.approx(0.025**0.05, rel=1e-12)
    assert found.ci_high[0, 0] == 1
    assert found.ci_low[1, 0] == 0
    assert found.ci_high[1, 0] == pytest.approx(1 - 0.025**0.05, rel=1e-12)


def columns_of(found, domain=()):
    """Quantile, limits and standard error, one row per probability, as R gives them."""
    k = found.domains.index(domain)
    arrays = (found.estimate, found.ci_low, found.ci_high, found.std_error)
    return np.column_stack([array[:, k] for array in arrays])


def reference_quantiles(rows):
    return pytest.approx(np.array(rows, dtype=float), rel=1e-12, nan_ok=True)


@pytest.mark.reference
@pytest.mark.parametrize("name", DESIGNS)
def test_quantiles_equal_r(name, in_r, oracle):
    data, design = DESIGNS[name]
    found = quantile(oracle(data), "api00", design, PROBABILITIES)
    expected = OURS["unit_weights"].get(name) if name == "srs" else None
    expected = expected or in_r[name]["quantile_math"]
    assert columns_of(found) == reference_quantiles(expected)
    assert found.df.tolist() == [in_r[name]["degf"]]


@pytest.mark.reference
@pytest.mark.parametrize("name", ["strat", "strat_nofpc", "clus1", "clus1_nofpc"])
def test_quantiles_of_domains_equal_r(name, oracle):
    data, design = DESIGNS[name]
    found = quantile(oracle(data), "api00", design, PROBABILITIES, by="comp.imp")
    expected = OURS[name]["quantiles"]
    # With equal weights R needs weights of 1 to see the step at .1.
    no = OURS["unit_weights"].get(name, expected["No"])
    assert columns_of(found, ("No",)) == reference_quantiles(no)
    assert columns_of(found, ("Yes",)) == reference_quantiles(expected["Yes"])


@pytest.mark.reference
def test_independence_equals_r(sample):
    frame, design, expected = sample
    found = independence(frame, "sch.wide", "stype", design=design)
    reference = expected["chisq_F"]
    ours = found.f, found.numerator_df, found.denominator_df, found.p_value
    theirs = [reference[name] for name in ("stat", "ndf", "ddf", "p")]
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert found.n == len(frame)


@pytest.mark.reference
def test_independence_in_cities_and_with_an_empty_cell_equals_r(oracle):
    frame = oracle("citysim").with_columns(
        answer=pl.when((pl.col("city") == "C1") & (pl.col("trust1") == 5))
        .then(4)
        .otherwise("trust1"),
        first=pl.when(pl.col("wave") == 1).then("trust1"),
    )
    cases = {
        "trust_by_city": ("trust1", "city"),
        "with_an_empty_cell": ("city", "answer"),
        "by_age": ("first", "age"),
    }
    for name, columns in cases.items():
        found = independence(frame, *columns, design=CITY)
        ours = found.f, found.numerator_df, found.denominator_df, found.p_value
        theirs = [OURS["city"][name][key] for key in ("stat", "ndf", "ddf", "p")]
        assert ours == pytest.approx(theirs, rel=1e-9)


def test_a_contrast_is_a_difference_and_more(oracle):
    means = mean(oracle("citysim"), "trust1", CITY, by=("wave", "pilot"))
    pair = contrast(means, {("trust1", (1, 1)): 1, ("trust1", (0, 1)): -1})
    assert pair == difference(means, "trust1", (1, 1), (0, 1))
    assert pair.provenance.method == "imppulse.evidence.contrast"


@pytest.mark.parametrize(
    ("coefficients", "code"),
    [
        ({}, "no_coefficients"),
        ({("y", ()): 0.0}, "no_coefficients"),
        ({("y", ()): np.nan}, "not_finite_coefficient"),
        ({("z", ()): 1.0}, "unknown_item"),
        ({("y", "a"): 1.0}, "unknown_domain"),
    ],
)
def test_impossible_contrasts_are_refused(coefficients, code):
    means = mean(pl.DataFrame({"y": [1, 2, 3]}), "y", SampleDesign())
    with pytest.raises(EstimationError) as refusal:
        contrast(means, coefficients)
    assert refusal.value.code == code


def test_totals_need_weights():
    with pytest.raises(DesignError) as refusal:
        total(pl.DataFrame({"y": [1, 2]}), "y", SampleDesign())
    assert refusal.value.code == "no_weight"


def test_a_total_of_one_cluster_has_an_error_and_of_nobody_has_none():
    frame = pl.DataFrame(
        {"y": [1, 2, None], "g": ["a", "b", "c"], "c": [1, 2, 3], "w": [1, 1, 1]}
    )
    found = total(frame, "y", SampleDesign(weight="w", cluster="c"), by="g")
    assert found.estimate[0].tolist() == pytest.approx([1, 2, np.nan], nan_ok=True)
    # One answer of 1 among three clusters: 3 times their variance of 1/3.
    assert found.std_error[0, 0] == pytest.approx(1.0, rel=1e-12)
    assert found.n[0].tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"probabilities": 1.0}, "probability_out_of_range"),
        ({"probabilities": (0.5, float("nan"))}, "probability_out_of_range"),
        ({"probabilities": ()}, "probability_out_of_range"),
        ({"by": "y"}, "item_makes_domains"),
        ({"item": "empty"}, "no_domains"),
        ({"item": "text"}, "not_numeric"),
        ({"item": "infinite"}, "not_finite"),
        ({"item": "absent"}, "unknown_column"),
        ({"level": 1.0}, "level_out_of_range"),
    ],
)
def test_impossible_quantiles_are_refused(arguments, code):
    frame = pl.DataFrame(
        {
            "y": [1, 2, 3],
            "empty": [None, None, None],
            "text": ["a", "b", "c"],
            "infinite": [1.0, 2.0, np.inf],
        }
    )
    given = {"item": "y", "design": SampleDesign(), **arguments}
    with pytest.raises(EstimationError) as refusal:
        quantile(frame, **given)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("second", "code"),
    [("first", "same_column"), ("one", "one_level"), ("absent", "unknown_column")],
)
def test_impossible_tests_of_independence_are_refused(second, code):
    frame = pl.DataFrame({"first": ["a", "b", "a"], "one": [1, 1, 1]})
    with pytest.raises(EstimationError) as refusal:
        independence(frame, "first", second, design=SampleDesign())
    assert refusal.value.code == code


def test_a_table_that_is_the_strata_has_no_variance():
    frame = pl.DataFrame({"a": [0, 0, 1, 1] * 3, "b": [0, 1, 0, 1] * 3}).sort("a", "b")
    frame = frame.with_columns(h=pl.col("a") * 2 + pl.col("b"))
    with pytest.raises(EstimationError) as refusal:
        independence(frame, "a", "b", design=SampleDesign(strata="h"))
    assert refusal.value.code == "table_without_variance"


ANSWER = st.tuples(st.integers(0, 1), st.floats(0.1, 10), st.integers(1, 9))


@st.composite
def samples(draw):
    rows = []
    for stratum in (1, 2):
        for cluster in range(draw(st.integers(2, 3))):
            fixed = [(0, 1.0, 2), (1, 1.0, 7)]
            drawn = draw(st.lists(ANSWER, min_size=1, max_size=4))
            rows += [(stratum, cluster, *row) for row in fixed + drawn]
    return pl.DataFrame(rows, schema=["h", "c", "g", "w", "y"], orient="row")


@settings(max_examples=12, deadline=None)
@given(samples(), st.integers(0, 2**16), st.integers(1, 5))
def test_order_scale_and_units_pass_through(frame, seed, factor):
    other = frame.sample(fraction=1, shuffle=True, seed=seed).with_columns(
        pl.col("y") * factor, pl.col("w") * 2.0
    )
    before, after = (quantile(each, "y", CLUSTERED, by="g") for each in (frame, other))
    assert after.estimate == pytest.approx(before.estimate * factor)
    assert after.std_error == pytest.approx(before.std_error * factor, nan_ok=True)
    sums = [total(each, "y", CLUSTERED, by="g") for each in (frame, other)]
    assert sums[1].estimate == pytest.approx(sums[0].estimate * factor * 2)
    assert sums[1].std_error == pytest.approx(sums[0].std_error * factor * 2)


@settings(max_examples=15, deadline=None)
@given(samples(), st.integers(0, 2**16))
def test_a_table_may_be_turned_and_its_rows_shuffled(frame, seed):
    other = frame.sample(fraction=1, shuffle=True, seed=seed)
    # One cluster answers unlike the others, so that the table has a variance.
    odd = (pl.col("h") == 1) & (pl.col("c") == 0)
    frame, other = (
        each.with_columns(g=pl.when(odd).then(pl.col("y") % 2).otherwise("g"))
        for each in (frame, other)
    )
    found = independence(frame, "g", "y", design=CLUSTERED)
    turned = independence(other, "y", "g", design=CLUSTERED)
    assert turned.f == pytest.approx(found.f, rel=1e-6)
    assert turned.n == found.n
    assert np.allclose(turned.shares.T, found.shares, rtol=1e-9)


def test_engines_agree(oracle):
    frame = oracle("citysim")
    tables = [frame, frame.lazy(), frame.to_arrow(), frame.to_pandas()]
    found = [quantile(each, "trust1", CITY, by="city") for each in tables]
    for other in found[1:]:
        assert other.ci_high == pytest.approx(found[0].ci_high, rel=1e-12)
    tests = [independence(each, "trust1", "city", design=CITY) for each in tables]
    assert [test.f for test in tests] == pytest.approx([tests[0].f] * 4, rel=1e-12)


def test_results_become_rows_and_json(oracle):
    found = quantile(oracle("apistrat"), "api00", DESIGNS["strat"][1], 0.5, by="stype")
    assert [row["stype"] for row in found.rows()] == ["E", "H", "M"]
    assert found.to_dict()["rows"][0]["quantile"] == found.estimate[0, 0]
    test = independence(
        oracle("apistrat"), "sch.wide", "stype", design=DESIGNS["strat"][1]
    )
    assert test.to_dict()["shares"][0][0] == test.shares[0, 0]
    assert list(test.to_frame().columns) == list(test.rows()[0])
