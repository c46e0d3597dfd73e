import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.scales.equality_tests import equality_tests
from imppulse.evidence.scales.factor_analysis import factor_analysis
from imppulse.evidence.scales.factor_layout import Equality
from imppulse.evidence.survey.design import SampleDesign

IN_R = Path(__file__).parents[3] / "validation/factor/lavaan.json"
FACTORS = {
    "F": ("fair1", "fair2", "fair3"),
    "E": ("eff1", "eff2", "eff3"),
    "T": ("trust1", "trust2", "trust3"),
}
NINE = [item for items in FACTORS.values() for item in items]
ALIKE = SampleDesign()
WEIGHTED = SampleDesign(weight="w")
CLUSTERED = SampleDesign(weight="w", cluster="psu")
PARTIAL = Equality("scalar", free_intercepts=("fair3",))
# lavaan's name of each index and ours.
INDICES = {
    "chisq": "chi_square",
    "pvalue": "p_value",
    "chisq.scaled": "chi_square_scaled",
    "pvalue.scaled": "p_value_scaled",
    "chisq.scaling.factor": "scaling",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "cfi.robust": "cfi_robust",
    "tli.robust": "tli_robust",
    "rmsea.robust": "rmsea_robust",
    "srmr": "srmr",
    "logl": "log_likelihood",
    "aic": "aic",
    "bic": "bic",
}
ENDS = {
    "rmsea.ci.lower": "rmsea_low",
    "rmsea.ci.upper": "rmsea_high",
    "rmsea.ci.lower.robust": "rmsea_robust_low",
    "rmsea.ci.upper.robust": "rmsea_robust_high",
}
KIND = {"=~": "loading", "~~": "residual", "~1": "intercept"}


@pytest.fixture(scope="module")
def city(oracle):
    return oracle("citysim")


@pytest.fixture(scope="module")
def in_lavaan():
    return json.loads(IN_R.read_text())


def assert_same_fit(fit, wanted):
    """Chi-square at lavaan's convergence; what rests on its numeric Hessian looser."""
    assert fit.chi_square == pytest.approx(wanted["chisq"], rel=1e-8)
    assert fit.df == wanted["df"]
    for theirs, ours in INDICES.items():
        if theirs in wanted:
            value = getattr(fit, ours)
            # lavaan stops with parameters 1e-6 short of the best; SRMR shows it.
            limit = {"rel": 1e-5} if ours == "srmr" else {"rel": 1e-6, "abs": 1e-8}
            assert value == pytest.approx(wanted[theirs], **limit), ours
    # lavaan's root search stops at 1e-4 of the noncentrality.
    for theirs, ours in ENDS.items():
        if theirs in wanted:
            assert getattr(fit, ours) == pytest.approx(wanted[theirs], abs=2e-5), ours


def ours_of(analysis, wanted, k):
    """Our parameter that lavaan wrote in row k."""
    lhs, op, rhs = (wanted[name][k] for name in ("lhs", "op", "rhs"))
    several = isinstance(wanted["group"], list)
    group = analysis.groups[wanted["group"][k] - 1] if several else None
    latent = lhs in analysis.factors
    if op == "~~" and latent:
        pair = {lhs, rhs}
        return next(
            each
            for each in analysis.parameters
            if each.kind == "covariance"
            and {each.factor, each.item} == pair
            and each.group == group
        )
    if op == "~1" and latent:
        return analysis.parameter("mean", lhs, group)
    return analysis.parameter(KIND[op], rhs if op == "=~" else lhs, group)


TIGHT = Path(__file__).parents[3] / "validation/factor/tight.json"
AT_ITS_BEST = {
    "one": (None, ALIKE, None),
    "one_weighted": (None, WEIGHTED, None),
    "configural": ("configural", ALIKE, "city"),
    "configural_weighted": ("configural", WEIGHTED, "city"),
    "metric": ("metric", ALIKE, "city"),
    "scalar_weighted": ("scalar", WEIGHTED, "city"),
}


@pytest.mark.reference
@pytest.mark.parametrize("name", AT_ITS_BEST)
def test_parameters_equal_lavaan_where_its_gradient_is_nought(city, name):
    level, design, group = AT_ITS_BEST[name]
    wanted = json.loads(TIGHT.read_text())[name]
    equality = Equality(level) if level else None
    found = factor_analysis(city, FACTORS, design, group=group, equality=equality)
    ours = [ours_of(found, wanted, k).estimate for k in range(len(wanted["lhs"]))]
    assert ours == pytest.approx(wanted["est"], rel=1e-9, abs=1e-11)


def assert_same_parameters(analysis, wanted):
    assert len(wanted["lhs"]) == len(analysis.parameters) - (
        0 if "~1" in wanted["op"] else len(analysis.items) + len(analysis.factors)
    )
    for k in range(len(wanted["lhs"])):
        each = ours_of(analysis, wanted, k)
        assert each.estimate == pytest.approx(wanted["est"][k], rel=2e-5, abs=1e-5)
        assert each.std_error == pytest.approx(wanted["se"][k], rel=1e-4, abs=1e-8)
        assert each.standardised == pytest.approx(wanted["std"][k], rel=2e-5, abs=1e-5)


@pytest.mark.reference
@pytest.mark.parametrize("level", ["configural", "metric", "scalar", "strict"])
def test_maximum_likelihood_equals_lavaan(city, in_r_models, level):
    found = factor_analysis(
        city,
        FACTORS,
        ALIKE,
        group="city",
        equality=Equality(level),
        errors="classical",
    )
    assert_same_fit(found.fit, in_r_models["invariance"]["ML"][level])
    if level == "scalar":
        assert_same_parameters(found, in_r_models["invariance"]["scalar_par"])
        means = in_r_models["invariance"]["scalar_latent_means"]
        for k, factor in enumerate(means["lhs"]):
            group = found.groups[means["group"][k] - 1]
            each = found.parameter("mean", factor, group)
            assert each.estimate == pytest.approx(means["est"][k], abs=1e-5)
            assert each.std_error == pytest.approx(means["se"][k], rel=1e-5, abs=1e-9)


@pytest.mark.reference
def test_one_group_equals_lavaan(city, in_r_models):
    complete = city.drop_nulls(NINE)
    plain = factor_analysis(complete, FACTORS, ALIKE, errors="classical")
    wanted = in_r_models["cfa"]["ML"]
    assert plain.fit.chi_square == pytest.approx(wanted["fit"]["chisq"], rel=1e-8)
    assert plain.fit.cfi == pytest.approx(wanted["fit"]["cfi"], rel=1e-8)
    assert plain.fit.rmsea == pytest.approx(wanted["fit"]["rmsea"], rel=1e-6)
    assert_same_parameters(plain, wanted["par"])
    # lavaan leaves means out of a single group: 54 moments instead of 45.
    srmr = plain.fit.srmr * math.sqrt(54 / 45)
    assert srmr == pytest.approx(wanted["fit"]["srmr"], rel=1e-6)
    assert plain.fit.aic - 18 == pytest.approx(wanted["fit"]["aic"], rel=1e-9)
    robust = factor_analysis(complete, FACTORS, ALIKE)
    fit = in_r_models["cfa"]["MLR"]["fit"]
    assert robust.fit.scaling == pytest.approx(fit["chisq.scaling.factor"], rel=1e-7)
    assert robust.fit.cfi_robust == pytest.approx(fit["cfi.robust"], rel=1e-7)
    weighted = factor_analysis(complete, FACTORS, WEIGHTED)
    assert weighted.fit.chi_square == pytest.approx(
        in_r_models["cfa"]["MLR_weighted"]["fit"]["chisq"], rel=1e-8
    )


@pytest.mark.reference
@pytest.mark.parametrize("level", ["configural", "metric", "scalar"])
def test_weighted_fit_equals_lavaan(city, in_r_models, level):
    found = factor_analysis(
        city, FACTORS, WEIGHTED, group="city", equality=Equality(level)
    )
    assert_same_fit(found.fit, in_r_models["invariance"]["MLR_weighted"][level])


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "design", "equality"),
    [
        ("configural", WEIGHTED, Equality()),
        ("scalar", WEIGHTED, Equality("scalar")),
        ("strict", WEIGHTED, Equality("strict")),
        ("partial", WEIGHTED, PARTIAL),
        (
            "partial_loading",
            WEIGHTED,
            Equality(
                "scalar", free_loadings=("fair3",), free_intercepts=("fair3", "eff2")
            ),
        ),
        ("clustered_configural", CLUSTERED, Equality()),
        ("clustered_scalar", CLUSTERED, Equality("scalar")),
    ],
)
def test_robust_errors_equal_lavaan(city, in_lavaan, name, design, equality):
    complete = city.drop_nulls(NINE)
    found = factor_analysis(complete, FACTORS, design, group="city", equality=equality)
    assert_same_fit(found.fit, in_lavaan["fits"][name]["fit"])
    assert_same_parameters(found, in_lavaan["fits"][name]["parameters"])


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "design"), [("single_weighted", WEIGHTED), ("single_clustered", CLUSTERED)]
)
def test_robust_errors_of_one_group_equal_lavaan(city, in_lavaan, name, design):
    found = factor_analysis(city.drop_nulls(NINE), FACTORS, design)
    assert_same_fit(found.fit, in_lavaan["fits"][name]["fit"])


@pytest.mark.reference
def test_one_factor_in_groups_equals_lavaan(city, in_lavaan):
    found = factor_analysis(
        city.drop_nulls(NINE),
        {"T": ("trust1", "trust2", "trust3", "fair1", "fair2")},
        WEIGHTED,
        group="city",
        equality=Equality("scalar"),
    )
    assert_same_fit(found.fit, in_lavaan["fits"]["one_factor"]["fit"])
    assert_same_parameters(found, in_lavaan["fits"]["one_factor"]["parameters"])


@pytest.mark.reference
def test_partial_invariance_and_score_tests_equal_lavaan(city, in_r_models, in_lavaan):
    scalar = factor_analysis(
        city, FACTORS, ALIKE, group="city", equality=Equality("scalar")
    )
    wanted = in_lavaan["score"]
    single = {
        (test.kind, test.item, test.group): test.chi_square
        for test in equality_tests(scalar, by="group").tests
    }
    for k, x2 in enumerate(wanted["x2"]):
        kind = KIND[wanted["op"][k]]
        item = wanted["rhs" if kind == "loading" else "lhs"][k]
        key = (kind, item, scalar.groups[wanted["group"][k] - 1])
        assert single[key] == pytest.approx(x2, rel=1e-4, abs=1e-5)
    strongest = equality_tests(scalar, by="group").tests[0]
    assert (strongest.kind, strongest.item, strongest.group) == (
        "intercept",
        "fair3",
        "C6",
    )
    top = in_r_models["invariance"]["score_tests"]["X2"][0]
    assert strongest.chi_square == pytest.approx(top, rel=1e-5)
    by_item = {(t.kind, t.item): t for t in equality_tests(scalar).tests}
    for item, expected in in_lavaan["score_items"].items():
        found = by_item["intercept", item]
        assert found.chi_square == pytest.approx(expected["x2"], rel=1e-4)
        assert found.df == expected["df"]
    partial = factor_analysis(city, FACTORS, ALIKE, group="city", equality=PARTIAL)
    assert_same_fit(partial.fit, in_r_models["invariance"]["partial_fair3"])


def test_the_best_solution_is_reached(city):
    found = factor_analysis(
        city, FACTORS, WEIGHTED, group="city", equality=Equality("scalar")
    )
    estimated = found.estimated
    steep = estimated.likelihood.gradient(estimated.free)
    assert np.abs(steep).max() < 1e-12


def test_expected_change_is_about_the_change(city):
    scalar = factor_analysis(
        city, FACTORS, ALIKE, group="city", equality=Equality("scalar")
    )
    strongest = equality_tests(scalar, by="group").tests[0]
    partial = factor_analysis(city, FACTORS, ALIKE, group="city", equality=PARTIAL)
    intercepts = [
        partial.parameter("intercept", "fair3", group).estimate
        for group in partial.groups
    ]
    moved = intercepts[5] - np.mean(intercepts[:5])
    assert strongest.expected_change == pytest.approx(moved, rel=0.15)
    rows = equality_tests(scalar).rows()
    assert len(rows) == 9 + 6
    assert math.isnan(rows[0]["expected_change"])


def test_mean_difference_is_that_of_the_parameters(city):
    found = factor_analysis(
        city, FACTORS, WEIGHTED, group="city", equality=Equality("scalar")
    )
    against_first = found.mean_difference("T", "C5", "C1")
    own = found.parameter("mean", "T", "C5")
    assert against_first.estimate == own.estimate
    assert against_first.std_error == pytest.approx(own.std_error, rel=1e-12)
    assert against_first.ci_low == pytest.approx(own.ci_low, rel=1e-12)
    assert against_first.n == found.n[0] + found.n[4]
    between = found.mean_difference("T", "C5", "C4")
    turned = found.mean_difference("T", "C4", "C5")
    assert between.estimate == -turned.estimate
    assert between.p_value == turned.p_value
    other = [found.parameter("mean", "T", group) for group in ("C5", "C4")]
    apart = math.hypot(*(each.std_error for each in other))
    assert between.std_error < apart


def items_of(rng, groups, n, shift=0.0):
    """Five items of one factor; the last group's third item is shifted."""
    frames = []
    for k in range(groups):
        common = rng.normal(0.2 * k, 1, n)
        loadings = (1, 0.8, 0.9, 0.7, 1.1)
        columns = {
            f"i{j}": 3 + loading * common + rng.normal(size=n)
            for j, loading in enumerate(loadings)
        }
        columns["i2"] = columns["i2"] + (shift if k == groups - 1 else 0.0)
        frames.append(
            pl.DataFrame({**columns, "w": rng.uniform(0.5, 2, n)}).with_columns(
                place=pl.lit(f"g{k}")
            )
        )
    return pl.concat(frames)


ONE = {"trust": ("i0", "i1", "i2", "i3", "i4")}


@settings(max_examples=4, deadline=None)
@given(
    factor=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    scale=st.floats(0.01, 100),
    seed=st.integers(0, 99),
)
def test_units_labels_order_and_weight_scale_do_not_matter(factor, shift, scale, seed):
    frame = items_of(np.random.default_rng(seed), 3, 150)
    equality = Equality("scalar")
    plain = factor_analysis(frame, ONE, WEIGHTED, group="place", equality=equality)
    names = {"g0": "z", "g1": "y", "g2": "x"}
    moved = frame.with_columns(
        pl.col("i1") * factor + shift,
        w=pl.col("w") * scale,
        place=pl.col("place").replace_strict(names),
    ).sample(fraction=1.0, shuffle=True, seed=seed)
    found = factor_analysis(moved, ONE, WEIGHTED, group="place", equality=equality)
    for index in ("chi_square", "cfi_robust", "rmsea_robust", "srmr"):
        assert getattr(found.fit, index) == pytest.approx(
            getattr(plain.fit, index), rel=1e-6, abs=1e-7
        )
    before = plain.mean_difference("trust", "g2", "g0")
    after = found.mean_difference("trust", "x", "z")
    assert after.estimate == pytest.approx(before.estimate, rel=1e-6, abs=1e-8)
    assert after.std_error == pytest.approx(before.std_error, rel=1e-6)
    loading = plain.parameter("loading", "i1", "g0").estimate
    scaled = found.parameter("loading", "i1", "z").estimate
    assert scaled == pytest.approx(loading * factor, rel=1e-6)


def test_every_engine_gives_the_same(city):
    frame = items_of(np.random.default_rng(1), 2, 100)
    plain = factor_analysis(frame, ONE, WEIGHTED, group="place")
    for other in (frame.lazy(), frame.to_pandas(), frame.to_arrow()):
        found = factor_analysis(other, ONE, WEIGHTED, group="place")
        assert found.fit.chi_square == pytest.approx(plain.fit.chi_square, rel=1e-12)


def test_saturated_model_has_no_test():
    frame = items_of(np.random.default_rng(2), 2, 100)
    found = factor_analysis(frame, {"t": ("i0", "i1", "i3")}, ALIKE, group="place")
    assert found.fit.df == 0
    assert found.fit.chi_square == pytest.approx(0, abs=1e-9)
    assert (found.fit.cfi, found.fit.rmsea_robust) == (1, 0)
    assert math.isnan(found.fit.p_value_scaled)
    assert found.to_dict()["fit"]["scaling"] is None


def test_result_says_what_it_is(city):
    found = factor_analysis(city, FACTORS, WEIGHTED, group="city")
    assert found.dropped == len(city) - sum(found.n)
    assert found.provenance.design == WEIGHTED
    row = found.rows()[1]
    assert (row["kind"], row["factor"], row["item"]) == ("loading", "F", "fair2")
    assert "estimated" not in found.to_dict()
    assert len(found.to_frame()) == 6 * (27 + 6 + 3)
    assert found.parameter("covariance", "F", "C1").estimate > 0


def refusal(error, frame, factors=FACTORS, design=ALIKE, **options):
    with pytest.raises(error) as refused:
        factor_analysis(frame, factors, design, **options)
    return refused.value


@pytest.mark.parametrize(
    ("factors", "code"),
    [
        ({}, "no_items"),
        ({"F": ("fair1", "fair2")}, "too_few_items"),
        ({"F": ("fair1", "fair2"), "E": ("eff1",)}, "too_few_items"),
        ({"F": ("fair1", "fair2", "fair1")}, "item_of_two_factors"),
        ({"F": ("fair1", "fair2", "nowhere")}, "unknown_column"),
    ],
)
def test_refused_factors(city, factors, code):
    assert refusal(EstimationError, city, factors).code == code


def test_refused_samples(city):
    one = pl.col("city") == "C3"
    constant = city.with_columns(eff2=pl.when(one).then(4).otherwise("eff2"))
    found = refusal(EstimationError, constant, group="city")
    assert (found.code, found.facts["item"], found.facts["group"]) == (
        "constant_item",
        "eff2",
        "C3",
    )
    silent = city.with_columns(eff2=pl.when(~one).then("eff2"))
    found = refusal(EstimationError, silent, group="city")
    assert (found.code, found.facts["groups"]) == ("group_without_answers", ("C3",))
    few = pl.concat([city.filter(~one), city.filter(one).drop_nulls(NINE).head(30)])
    found = refusal(EstimationError, few, group="city")
    assert (found.code, found.facts["answers"]) == ("too_few_answers", 30)
    double = city.with_columns(eff2=pl.col("eff1") + pl.col("eff3"))
    assert refusal(EstimationError, double).code == "redundant_items"
    nobody = city.with_columns(eff2=pl.lit(None))
    assert refusal(EstimationError, nobody).code == "too_few_complete_answers"
    lump = city.with_columns(psu=pl.when(one).then(pl.lit("p")).otherwise("psu"))
    found = refusal(DesignError, lump, design=CLUSTERED, group="city")
    assert (found.code, found.facts["group"]) == ("one_cluster_in_group", "C3")


def test_refused_options(city):
    assert (
        refusal(EstimationError, city, errors="guess").code == "unknown_kind_of_error"
    )
    every = Equality("scalar", free_intercepts=FACTORS["F"])
    found = refusal(EstimationError, city, group="city", equality=every)
    assert (found.code, found.facts["factor"]) == ("no_invariant_item", "F")
    stray = Equality("scalar", free_intercepts=("nowhere",))
    found = refusal(EstimationError, city, group="city", equality=stray)
    assert found.code == "unknown_item"
    with pytest.raises(EstimationError) as refused:
        Equality("similar")
    assert refused.value.code == "unknown_equality"
    metric = factor_analysis(
        city, FACTORS, ALIKE, group="city", equality=Equality("metric")
    )
    for call, code in (
        (lambda: metric.mean_difference("F", "C1", "C2"), "means_not_comparable"),
        (lambda: metric.parameter("loading", "nowhere", "C1"), "unknown_parameter"),
        (lambda: equality_tests(metric, by="wave"), "unknown_release"),
        (
            lambda: equality_tests(factor_analysis(city, FACTORS, ALIKE)),
            "nothing_held_equal",
        ),
    ):
        with pytest.raises(EstimationError) as refused:
            call()
        assert refused.value.code == code


def test_heywood_case_is_named():
    wanted = [[1, 0.6, 0.6], [0.6, 1, 0.2], [0.6, 0.2, 1]]
    drawn = np.random.default_rng(4).multivariate_normal([0, 0, 0], wanted, 500)
    found = refusal(
        EstimationError, pl.DataFrame(drawn, list("abc")), {"f": tuple("abc")}
    )
    assert (found.code, found.facts["item"]) == ("negative_residual_variance", "a")
    assert found.facts["value"] == pytest.approx(-0.8, abs=0.4)


def test_factors_that_are_one_are_named():
    rng = np.random.default_rng(3)
    common = rng.normal(size=300)
    frame = pl.DataFrame({c: common + rng.normal(size=300) for c in "abcd"})
    # Two factors made of the same thing: some draws put their correlation above 1.
    twisted = frame.with_columns(
        c=pl.col("c") + pl.col("a"), d=pl.col("d") + pl.col("b")
    )
    found = refusal(EstimationError, twisted, {"f": ("a", "b"), "g": ("c", "d")})
    assert found.code in {"impossible_factor_covariance", "negative_residual_variance"}
