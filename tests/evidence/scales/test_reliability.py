import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.scales.reliability import reliability
from imppulse.evidence.scales.scales import IndexItem
from imppulse.evidence.survey.design import SampleDesign

IN_R = Path(__file__).parents[3] / "validation/factor/lavaan.json"
FAIR = ["fair1", "fair2", "fair3"]
TRUST = ["trust1", "trust2", "trust3"]
NINE = [*FAIR, "eff1", "eff2", "eff3", *TRUST]
ALIKE = SampleDesign()
WEIGHTED = SampleDesign(weight="w")
CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")


@pytest.fixture(scope="module")
def city(oracle):
    return oracle("citysim")


@pytest.fixture(scope="module")
def in_psych():
    return json.loads(IN_R.read_text())["reliability"]


@pytest.mark.reference
def test_alpha_equals_r(city, in_r_models, in_r):
    found, wanted = reliability(city, NINE, ALIKE), in_r_models["reliability"]
    assert found.n == wanted["n"]
    assert found.alpha == pytest.approx(wanted["alpha9"], rel=1e-12)
    assert found.alpha_standardised == pytest.approx(wanted["alpha9_std"], rel=1e-12)
    assert found.guttman_6 == pytest.approx(wanted["guttman6"], rel=1e-12)
    weighted = reliability(city, NINE, WEIGHTED)
    assert weighted.alpha == pytest.approx(wanted["alpha9_w"], rel=1e-12)
    complete = city.drop_nulls(NINE)
    fair = reliability(complete, FAIR, WEIGHTED)
    assert fair.alpha == pytest.approx(wanted["alpha_fair_w"], rel=1e-12)
    trust = reliability(city, TRUST, CITY)
    assert trust.alpha == pytest.approx(in_r["city"]["alpha"], rel=1e-12)


@pytest.mark.reference
def test_omega_equals_lavaan(city, in_r_models, in_psych):
    complete = city.drop_nulls(NINE)
    found = reliability(complete, FAIR, ALIKE)
    assert found.omega == pytest.approx(
        in_r_models["reliability"]["omega_1f"], rel=1e-6
    )
    weighted = reliability(complete, [*TRUST, "fair1", "fair2"], WEIGHTED)
    assert weighted.omega == pytest.approx(in_psych["weighted_omega"], rel=1e-6)
    assert weighted.omega_refusal is None


@pytest.mark.reference
def test_items_equal_psych(city, in_psych):
    items = reliability(city, NINE, ALIKE).items
    dropped = [item.alpha_if_dropped for item in items]
    assert dropped == pytest.approx(in_psych["dropped"]["raw_alpha"], rel=1e-12)
    rest = [item.item_rest for item in items]
    assert rest == pytest.approx(in_psych["item"]["r.drop"], rel=1e-12)
    assert [i.mean for i in items] == pytest.approx(in_psych["item"]["mean"], rel=1e-12)
    assert [i.sd for i in items] == pytest.approx(in_psych["item"]["sd"], rel=1e-12)
    weighted = reliability(city, NINE, WEIGHTED)
    rest = [item.item_rest for item in weighted.items]
    assert rest == pytest.approx(in_psych["weighted_rest"], rel=1e-12)
    standardised = in_psych["weighted_std"]
    assert weighted.alpha_standardised == pytest.approx(standardised, rel=1e-12)


@pytest.mark.reference
def test_error_is_that_of_the_survey_ratio(city, in_psych):
    wanted = in_psych["linearised"]
    found = reliability(city.drop_nulls(NINE), NINE, CITY)
    assert found.alpha == pytest.approx(wanted["alpha"], rel=1e-12)
    assert found.std_error == pytest.approx(wanted["std_error"], rel=1e-9)
    assert found.df == wanted["df"]
    assert found.ci_low < found.alpha < found.ci_high < 1


def test_linearised_error_is_close_to_the_jackknife(city):
    complete = city.drop_nulls(TRUST).filter(pl.col("city") == "C1")
    found = reliability(complete, TRUST, CITY)
    variance = 0.0
    for (_,), stratum in complete.group_by("stratum"):
        clusters = stratum["psu"].unique().to_list()
        left = [
            reliability(
                complete.filter(pl.col("psu") != cluster), TRUST, WEIGHTED
            ).alpha
            for cluster in clusters
        ]
        # The stratum that lost a cluster should be weighed up; with equal
        # numbers of clusters the difference is of second order.
        variance += (len(left) - 1) * np.var(left)
    assert found.std_error == pytest.approx(math.sqrt(variance), rel=0.15)


def test_scale_declares_reversed_items_codes_and_ends(city):
    turned = city.with_columns(trust2=6 - pl.col("trust2")).with_columns(
        trust3=pl.col("trust3").fill_null(99)
    )
    items = (
        IndexItem("trust1", 1, 5),
        IndexItem("trust2", 1, 5, reversed=True),
        IndexItem("trust3", 0, 5, missing=(99,)),
    )
    found, plain = reliability(turned, items, CITY), reliability(city, TRUST, CITY)
    assert found.alpha == pytest.approx(plain.alpha, rel=1e-12)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-9)
    assert (found.n, found.dropped) == (plain.n, plain.dropped)
    assert [i.missing for i in found.items] == [i.missing for i in plain.items]
    assert found.items[2].floor == 0
    assert found.items[1].ceiling == pytest.approx(plain.items[1].ceiling)
    complete = city.drop_nulls(TRUST)
    ones = complete.filter(pl.col("trust1") == 1)["w"].sum() / complete["w"].sum()
    assert plain.items[0].floor == pytest.approx(ones, rel=1e-12)
    unturned = reliability(turned, ["trust1", "trust2"], CITY)
    assert unturned.items[1].item_rest < 0


def test_two_items_have_no_omega(city):
    found = reliability(city, ["fair1", "fair2"], ALIKE)
    assert math.isnan(found.omega)
    assert found.omega_refusal == "too_few_items"
    assert math.isnan(found.items[0].alpha_if_dropped)
    assert found.to_dict()["omega"] is None
    assert len(found.rows()) == 2


def test_omega_of_items_without_a_factor_says_why():
    # r_ab r_ac / r_bc = 1.8: the factor would explain more of a than there is.
    wanted = [[1, 0.6, 0.6], [0.6, 1, 0.2], [0.6, 0.2, 1]]
    drawn = np.random.default_rng(4).multivariate_normal([0, 0, 0], wanted, 500)
    found = reliability(pl.DataFrame(drawn, list("abc")), list("abc"), ALIKE)
    assert found.omega_refusal == "negative_residual_variance"
    assert math.isnan(found.omega)


@settings(max_examples=8, deadline=None)
@given(
    factor=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    scale=st.floats(0.01, 100),
    seed=st.integers(0, 99),
)
def test_units_order_and_weight_scale_do_not_matter(factor, shift, scale, seed):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=120)
    frame = pl.DataFrame(
        {name: common + rng.normal(size=120) for name in "abc"}
        | {"w": rng.uniform(0.5, 2, 120), "cluster": np.arange(120) % 15}
    )
    design = SampleDesign(weight="w", cluster="cluster")
    plain = reliability(frame, list("abc"), design)
    moved = frame.with_columns(
        *(pl.col(name) * factor + shift for name in "abc"), w=pl.col("w") * scale
    ).sample(fraction=1.0, shuffle=True, seed=seed)
    found = reliability(moved, list("cab"), design)
    assert found.alpha == pytest.approx(plain.alpha, rel=1e-9)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-6)
    assert found.omega == pytest.approx(plain.omega, rel=1e-6, nan_ok=True)
    assert found.guttman_6 == pytest.approx(plain.guttman_6, rel=1e-9)


def test_a_single_factor_of_equal_items_has_the_alpha_of_the_formula():
    # Parallel items with correlation r: alpha = k r / (1 + (k - 1) r), exactly.
    square = np.array([[1.0, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])
    common, first, second, third = square.T[:, :]
    frame = pl.DataFrame({"a": first + second, "b": first + third})
    found = reliability(pl.concat([frame] * 5), ["a", "b"], ALIKE)
    assert found.alpha == pytest.approx(2 * 0.5 / 1.5, rel=1e-12)
    assert common.sum() == 4


@pytest.mark.parametrize(
    ("items", "change", "code"),
    [
        (["fair1"], {}, "too_few_items"),
        (["fair1", "fair1"], {}, "repeated_item"),
        (["fair1", "nowhere"], {}, "unknown_column"),
        (["fair1", "city"], {}, "not_numeric"),
        (["fair1", "fair2"], {"fair2": pl.lit(3)}, "constant_item"),
        (["fair1", "fair2"], {"fair2": pl.col("fair1") * 2}, "redundant_items"),
        (["fair1", "fair2"], {"fair2": pl.lit(None)}, "too_few_complete_answers"),
    ],
)
def test_refused(city, items, change, code):
    with pytest.raises(EstimationError) as refusal:
        reliability(city.with_columns(**change), items, ALIKE)
    assert refusal.value.code == code


def test_refused_weights(city):
    negative = city.with_columns(w=-pl.col("w"))
    with pytest.raises(DesignError) as refusal:
        reliability(negative, FAIR, WEIGHTED)
    assert refusal.value.code == "negative_weight"
