import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.replicates.replicate_estimates import (
    function_of_totals,
    replicate_estimates,
)
from imppulse.evidence.replicates.replicates import (
    balanced_replicates,
    bootstrap,
    jackknife,
)
from imppulse.evidence.replicates.supplied_replicates import (
    ReplicateColumns,
    supplied_replicates,
)
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, estimate
from imppulse.evidence.survey.totals import totals


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "sample", "columns"),
    [
        ("jk1_clus1", "apiclus1", {"cluster": "dnum"}),
        ("jk1_clus1_fpc", "apiclus1", {"cluster": "dnum", "fpc": "fpc"}),
        ("jkn_strat", "apistrat", {"strata": "stype"}),
    ],
)
def test_jackknife_is_that_of_r(oracle, in_r, name, sample, columns):
    expected = in_r["rep"][name]
    table = totals(
        oracle(sample),
        SampleDesign(weight="pw", **columns),
        ["api00", "enroll", "api.stu"],
        denominators={"api.stu": "enroll"},
    )
    made = jackknife(table)
    assert made.scale == pytest.approx(expected["scale"], rel=1e-12)
    assert made.row_scales[:6] == pytest.approx(expected["rscales_head"], rel=1e-12)
    assert made.df == expected["degf"]
    found = replicate_estimates(made).at("api00")
    assert found.std_error == pytest.approx(expected["mean"]["se"], rel=1e-12)
    found = replicate_estimates(made, statistic="total").at("enroll")
    assert found.std_error == pytest.approx(expected["total"]["se"], rel=1e-12)
    found = replicate_estimates(made, statistic="ratio").at("api.stu/enroll")
    assert found.std_error == pytest.approx(expected["ratio"]["se"], rel=1e-12)
    same = function_of_totals(made, lambda y, x: y[2, 0] / x[2, 0])
    assert same.std_error == pytest.approx(expected["ratio"]["se"], rel=1e-12)
    assert same.estimate == pytest.approx(expected["ratio"]["est"], rel=1e-12)


@pytest.mark.reference
@pytest.mark.parametrize(("name", "fay"), [("brr_scd", 0), ("fay_scd", 0.3)])
def test_balanced_replicates_are_those_of_r(oracle, in_r, name, fay):
    expected = in_r["rep"][name]
    design = SampleDesign(strata="ESA", cluster="ambulance")
    table = totals(oracle("scd"), design, "alive", denominators={"alive": "arrests"})
    made = balanced_replicates(table, fay=fay)
    assert made.multipliers.T.tolist() == pytest.approx(
        np.array(expected["repweights"])
    )
    found = replicate_estimates(made, statistic="ratio")
    assert found.estimate[0, 0] == pytest.approx(expected["est"], rel=1e-12)
    assert found.std_error[0, 0] == pytest.approx(expected["se"], rel=1e-12)


@pytest.mark.reference
def test_supplied_weights_give_the_error_of_r(oracle, in_r):
    expected = in_r["rep"]["bootstrap_strat"]
    weights = oracle("apistrat_bootweights")
    frame = pl.concat([oracle("apistrat"), weights], how="horizontal")
    supplied = ReplicateColumns(columns=weights.columns, scale=expected["scale"])
    design = SampleDesign(weight="pw", strata="stype")
    made = supplied_replicates(frame, design, "api00", supplied=supplied)
    found = replicate_estimates(made)
    assert found.estimate[0, 0] == pytest.approx(expected["mean"]["est"], rel=1e-12)
    assert found.std_error[0, 0] == pytest.approx(expected["mean"]["se"], rel=1e-9)
    by_type = supplied_replicates(frame, design, "api00", supplied=supplied, by="stype")
    assert by_type.multipliers.sum(axis=1) == pytest.approx(
        made.multipliers.sum(axis=1), rel=1e-9
    )


def sample(seed=3, strata=4, clusters=5, rows=3):
    rng = np.random.default_rng(seed)
    n = strata * clusters * rows
    return pl.DataFrame(
        {
            "stratum": np.arange(n) // (clusters * rows),
            "cluster": np.arange(n) // rows,
            "side": np.arange(n) % 2,
            "w": rng.uniform(0.5, 2, n),
            "y": rng.normal(50, 10, n),
        }
    )


DESIGN = SampleDesign(weight="w", strata="stratum", cluster="cluster")


def test_jackknife_of_a_total_is_the_linearised_variance():
    table = totals(sample(), DESIGN, "y", by="side")
    made = jackknife(table, centre="estimate")
    weighted = np.array([table.spread("total", 0)[:, k] for k in (0, 1)])
    centred = weighted.reshape(2, 4, 5) - weighted.reshape(2, 4, 5).mean(
        2, keepdims=True
    )
    expected = np.sqrt((centred**2).sum((1, 2)) * 5 / 4)
    found = replicate_estimates(made, statistic="total").std_error[0]
    assert found == pytest.approx(expected, rel=1e-12)


def test_bootstrap_nears_the_linearised_variance_and_keeps_its_seed():
    table = totals(sample(strata=10, clusters=20), DESIGN, "y", by="side")
    made = bootstrap(table, seed=5, replicates=4_000)
    found, taylor = replicate_estimates(made), estimate(table)
    assert found.std_error == pytest.approx(taylor.std_error, rel=0.05)
    assert (
        made.multipliers == bootstrap(table, seed=5, replicates=4_000).multipliers
    ).all()
    by_stratum = made.multipliers.reshape(4_000, 10, 20)
    assert by_stratum.sum(2) == pytest.approx(np.full((4_000, 10), 20.0))
    first, second = (difference(e, "y", 0, 1).std_error for e in (found, taylor))
    assert first == pytest.approx(second, rel=0.05)
    assert found.to_dict()["scale"] == 1 / 3_999


def test_the_population_correction_shrinks_the_bootstrap():
    frame = sample(strata=2, clusters=20).with_columns(f=0.75)
    design = SampleDesign(weight="w", strata="stratum", cluster="cluster", fpc="f")
    table = totals(frame, design, "y")
    made = bootstrap(table, seed=1, replicates=4_000)
    taylor = estimate(table).std_error
    assert replicate_estimates(made).std_error == pytest.approx(taylor, rel=0.06)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
@settings(max_examples=10, deadline=None)
def test_order_and_units_change_nothing(seed, unit):
    frame = sample(seed)
    order = np.random.default_rng(seed).permutation(len(frame))
    plain = jackknife(totals(frame, DESIGN, "y", by="side"))
    moved = frame[order].with_columns(pl.col("y") * unit, pl.col("w") * 7)
    again = jackknife(totals(moved, DESIGN, "y", by="side"))
    expected = replicate_estimates(plain).std_error * unit
    assert replicate_estimates(again).std_error == pytest.approx(expected, rel=1e-9)


def test_one_cluster_held_fixed_and_domains_that_vanish():
    frame = sample().filter((pl.col("stratum") > 0) | (pl.col("cluster") == 0))
    removed = SampleDesign(
        weight="w", strata="stratum", cluster="cluster", lonely="remove"
    )
    table = totals(frame, removed, "y")
    made = jackknife(table)
    assert made.replicates == 15
    assert (made.multipliers[:, 0] == 1).all()
    assert (bootstrap(table, seed=1, replicates=10).multipliers[:, 0] == 1).all()
    rare = sample().with_columns(
        side=pl.when(pl.col("cluster") < 2).then(1).otherwise(0)
    )
    table = totals(rare, DESIGN, "y", by="side")
    found = replicate_estimates(bootstrap(table, seed=1, replicates=200))
    assert np.isnan(found.std_error[0, 1])
    assert found.std_error[0, 0] > 0


def lonely():
    return sample().filter((pl.col("stratum") > 0) | (pl.col("cluster") == 0))


def whole():
    return totals(sample(), DESIGN, "y")


def supplied(frame=None, columns=("a", "b"), **options):
    frame = sample() if frame is None else frame
    frame = frame.with_columns(a=pl.col("w") * 2, b=pl.col("w"))
    described = ReplicateColumns(columns=columns, scale=1, **options)
    return supplied_replicates(frame, DESIGN, "y", supplied=described)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        (
            "replicates_with_lonely_strata",
            lambda: jackknife(totals(lonely(), DESIGN, "y")),
        ),
        (
            "replicates_with_lonely_strata",
            lambda: bootstrap(totals(lonely(), DESIGN, "y"), seed=1),
        ),
        ("one_cluster", lambda: jackknife(totals(sample().head(3), DESIGN, "y"))),
        ("unknown_centre", lambda: jackknife(whole(), centre="mean")),
        ("two_clusters_needed", lambda: balanced_replicates(whole())),
        ("fay_out_of_range", lambda: balanced_replicates(whole(), fay=1)),
        ("too_few_replicates", lambda: bootstrap(whole(), seed=1, replicates=1)),
        ("too_few_replicates", lambda: supplied(columns=("a",))),
        ("unknown_column", lambda: supplied(columns=("a", "nowhere"))),
        ("replicate_scales_differ", lambda: supplied(row_scales=[1])),
        ("replicate_weights_vary", lambda: supplied(columns=("a", "y"))),
        (
            "missing_replicate_weight",
            lambda: supplied(
                sample().with_columns(c=pl.when(pl.col("cluster") > 0).then(1.0)),
                columns=("a", "c"),
            ),
        ),
        (
            "unknown_statistic",
            lambda: replicate_estimates(jackknife(whole()), statistic="mode"),
        ),
        (
            "level_out_of_range",
            lambda: replicate_estimates(jackknife(whole()), level=95),
        ),
        (
            "function_not_finite",
            lambda: function_of_totals(jackknife(whole()), lambda *_: float("nan")),
        ),
    ],
)
def test_what_cannot_be_replicated_is_refused(code, call):
    with pytest.raises(EvidenceError) as caught:
        call()
    assert caught.value.code == code


def test_balanced_replicates_refuse_a_population_correction():
    frame = sample(clusters=2).with_columns(f=0.5)
    design = SampleDesign(weight="w", strata="stratum", cluster="cluster", fpc="f")
    with pytest.raises(EvidenceError) as caught:
        balanced_replicates(totals(frame, design, "y"))
    assert caught.value.code == "replicates_without_fpc"
