"""PySpark holds the rows: the same numbers as from polars."""

import numpy as np
import polars as pl
import pytest

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean, ratio
from imppulse.evidence.survey.totals import SUMS, totals

pytestmark = [pytest.mark.spark, pytest.mark.slow]

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
ROWS = SampleDesign(weight="w")
ITEMS = ("trust", "fair", "safe", "reported")


@pytest.fixture(scope="module")
def answers():
    """Answers with gaps, a share without any, whole numbers and fractions."""
    rng = np.random.default_rng(11)
    size = 400
    cluster = rng.integers(0, 24, size)
    return pl.DataFrame(
        {
            "stratum": [f"s{c // 6}" for c in cluster],
            "psu": cluster % 6,
            "side": rng.choice(["population", "police_officers"], size),
            "w": np.exp(rng.normal(0, 0.4, size)),
            "trust": rng.integers(1, 6, size),
            "fair": rng.random(size),
            "safe": rng.integers(1, 6, size),
            "reported": rng.integers(0, 2, size),
        }
    ).with_columns(
        safe=pl.when(pl.int_range(pl.len()) % 5 > 0).then("safe"),
        fair=pl.when(pl.int_range(pl.len()) % 7 > 0).then("fair"),
        side=pl.when(pl.int_range(pl.len()) % 11 > 0).then("side"),
        nothing=pl.lit(None, dtype=pl.Float64),
    )


@pytest.fixture(scope="module")
def in_spark(spark, answers):
    return spark.createDataFrame(answers.to_arrow())


def same(found, expected):
    assert found.domains == expected.domains
    assert found.n.tolist() == expected.n.tolist()
    assert found.df.tolist() == expected.df.tolist()
    for name in ("estimate", "std_error", "ci_low", "ci_high", "deff"):
        numbers = getattr(expected, name)
        assert getattr(found, name) == pytest.approx(numbers, rel=1e-12, nan_ok=True)
    assert found.covariance == pytest.approx(
        expected.covariance, rel=1e-12, abs=1e-15, nan_ok=True
    )


@pytest.mark.parametrize("design", [CITY, ROWS], ids=["clusters", "rows"])
def test_means_are_the_same(in_spark, answers, design):
    found, expected = (
        mean(frame, ITEMS, design, by="side") for frame in (in_spark, answers)
    )
    same(found, expected)


def test_ratios_are_the_same(in_spark, answers):
    found, expected = (
        ratio(frame, "safe", "fair", design=CITY, by="side")
        for frame in (in_spark, answers)
    )
    same(found, expected)


def test_differences_are_the_same(in_spark, answers):
    found, expected = (
        difference(
            mean(frame, "safe", CITY, by="side"),
            "safe",
            "population",
            "police_officers",
        )
        for frame in (in_spark, answers)
    )
    for name in ("estimate", "std_error", "p_value"):
        number = getattr(expected, name)
        assert getattr(found, name) == pytest.approx(number, rel=1e-12)
    assert (found.df, found.n) == (expected.df, expected.n)


def test_two_stages_are_the_same(spark, oracle_schools):
    design = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("fpc1", "fpc2"))
    expected = mean(oracle_schools, "enroll", design, by="awards")
    frame = spark.createDataFrame(oracle_schools.to_arrow())
    same(mean(frame, "enroll", design, by="awards"), expected)


def test_the_sum_of_nothing_is_zero(in_spark, answers):
    items = ("nothing", "trust")
    found, expected = (
        totals(frame, CITY, items, by="side") for frame in (in_spark, answers)
    )
    for kind in SUMS:
        sums = [table.spread(kind, 0) for table in (found, expected)]
        assert sums[0].tolist() == sums[1].tolist()
        assert not sums[0].any()


def test_a_column_of_no_type_at_all_has_no_answers(spark):
    frame = spark.sql("select id as c, null as y from range(4)")
    with pytest.raises(EstimationError) as refused:
        mean(frame, "y", SampleDesign(cluster="c"))
    assert refused.value.code == "no_answers"


def test_nan_is_missing(spark):
    frame = spark.createDataFrame(
        pl.DataFrame({"c": [1, 1, 2], "y": [1.0, float("nan"), 3.0]}).to_arrow()
    )
    table = totals(frame, SampleDesign(cluster="c"), "y")
    assert table.spread("answers", 0).ravel().tolist() == [1, 1]
    assert table.spread("total", 0).ravel().tolist() == [1, 3]


def test_what_is_wrong_is_refused_alike(in_spark):
    with pytest.raises(EstimationError) as refused:
        mean(in_spark, "trsut", CITY)
    assert refused.value.code == "unknown_column"
    with pytest.raises(DesignError) as refused:
        mean(in_spark, "trust", SampleDesign(weight="safe"))
    assert refused.value.code == "missing_design_value"
