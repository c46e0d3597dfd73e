import json
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.calibration.calibration import (
    calibrate_within,
    greg,
    post_stratify,
    rake,
)
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign

IN_R = json.loads(
    (Path(__file__).parents[3] / "validation/calibration/survey.json").read_text()
)
DESIGN = SampleDesign(weight="w")
SIZE = 6194


@pytest.fixture(scope="module")
def margins(oracle):
    schools = oracle("apipop")
    columns = ("stype", "sch.wide", "comp.imp")
    return {c: dict(schools[c].value_counts().rows()) for c in columns}


@pytest.fixture(scope="module")
def asked(oracle, margins):
    schools = oracle("apipop")
    crossed = schools.group_by("stype", "sch.wide").len().rows()
    two = {name: margins[name] for name in ("stype", "sch.wide")}
    return {
        "rake": (rake, Population(margins=margins), {}),
        "greg": (
            greg,
            Population(
                margins={"stype": margins["stype"]},
                totals={"api99": schools["api99"].sum()},
            ),
            {},
        ),
        "bounded": (calibrate_within, Population(margins=two), {"bounds": (0.5, 2)}),
        "crossed": (
            post_stratify,
            Population(
                margins={("stype", "sch.wide"): {(a, b): n for a, b, n in crossed}}
            ),
            {},
        ),
    }


def exact(frame):
    """The sample with base weights that sum to the population, as R has them."""
    return frame.with_columns(w=pl.col("pw") * SIZE / pl.col("pw").sum())


@pytest.mark.reference
@pytest.mark.parametrize(
    ("method", "tolerance"),
    [("rake", 1e-11), ("greg", 1e-12), ("bounded", 1e-12), ("crossed", 1e-12)],
)
@pytest.mark.parametrize(
    ("name", "sample"), [("strat", "apistrat"), ("clus1", "apiclus1")]
)
def test_weights_are_those_of_r(oracle, asked, name, sample, method, tolerance):
    calibrate, population, options = asked[method]
    made = calibrate(exact(oracle(sample)), DESIGN, population, **options)
    expected = IN_R[name]
    expected = (
        expected["crossed_weights"]
        if method == "crossed"
        else expected[method]["weights"]
    )
    assert made.frame["calibrated_weight"].to_list() == pytest.approx(
        expected, rel=tolerance
    )


@pytest.mark.reference
@pytest.mark.parametrize(
    ("method", "tolerance"),
    [("rake", 1e-8), ("cal_linear", 1e-12), ("cal_raking", 1e-12)],
)
@pytest.mark.parametrize(
    ("name", "sample"), [("strat", "apistrat"), ("clus1", "apiclus1")]
)
def test_weights_are_those_of_the_oracle(
    oracle, in_r, margins, name, sample, method, tolerance
):
    schools = margins if method == "rake" else {"stype": margins["stype"]}
    # The oracle's total leaves this population as R read it.
    totals = {} if method == "rake" else {"api99": 3914069}
    calibrate = greg if method == "cal_linear" else rake
    population = Population(margins=schools, totals=totals)
    made = calibrate(oracle(sample), SampleDesign(weight="pw"), population)
    assert made.frame["calibrated_weight"].to_list()[:8] == pytest.approx(
        in_r[f"calib_{name}"][method]["weights_head"], rel=tolerance
    )


def test_report_tells_what_the_weights_cost(oracle, margins):
    frame = exact(oracle("apistrat"))
    made = rake(frame, DESIGN, Population(margins=margins))
    w = made.frame["calibrated_weight"].to_numpy()
    g = w / frame["w"].to_numpy()
    assert made.effective_n == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    assert made.weighting_effect == pytest.approx(200 / made.effective_n, rel=1e-12)
    assert made.largest_share == pytest.approx(w.max() / w.sum(), rel=1e-12)
    assert (made.smallest_g, made.largest_g) == pytest.approx(
        (g.min(), g.max()), rel=1e-9
    )
    assert made.population == pytest.approx(SIZE, rel=1e-12)
    assert [level.share_after for level in made.levels] == pytest.approx(
        [level.share_population for level in made.levels], rel=1e-9
    )
    assert made.provenance.design == DESIGN
    assert made.to_dict()["n"] == 200


def small():
    return pl.DataFrame(
        {
            "age": ["old", "old", "young", "young", "old", "young"],
            "sex": ["f", "m", "f", "m", "f", "f"],
            "hours": [1.0, 2.0, 3.0, 5.0, 8.0, 13.0],
            "w": [1.0, 2.0, 1.0, 2.0, 1.0, 1.0],
        }
    )


AGE, SEX = {"old": 60, "young": 40}, {"f": 55, "m": 45}


@pytest.mark.parametrize(
    "engine", [pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow]
)
def test_any_engine_gets_its_own_frame_back(engine):
    population = Population(margins={"age": AGE, "sex": SEX}, totals={"hours": 520})
    here = rake(small(), DESIGN, population).frame
    there = rake(engine(small()), DESIGN, population).frame
    assert type(there) is type(engine(small()))
    there = there.collect() if isinstance(there, pl.LazyFrame) else pl.DataFrame(there)
    assert there["calibrated_weight"].to_list() == pytest.approx(
        here["calibrated_weight"].to_list(), rel=1e-12
    )


def test_a_duckdb_relation_stays_one():
    relation = duckdb.from_arrow(small().to_arrow())
    population = Population(margins={"age": AGE, "sex": SEX})
    made = calibrate_within(relation, DESIGN, population, bounds=(0.3, 3)).frame
    assert isinstance(made, duckdb.DuckDBPyRelation)
    expected = calibrate_within(small(), DESIGN, population, bounds=(0.3, 3)).frame
    assert sorted(made.pl()["calibrated_weight"]) == pytest.approx(
        sorted(expected["calibrated_weight"]), rel=1e-12
    )


def test_shares_keep_the_sum_of_the_weights():
    shares = Population(margins={"age": {"old": 0.6, "young": 0.4}})
    made = post_stratify(small(), DESIGN, shares)
    assert made.frame["calibrated_weight"].sum() == pytest.approx(8.0, rel=1e-12)
    counts = Population(margins={"age": AGE})
    assert post_stratify(small(), DESIGN, counts).population == pytest.approx(100)


def test_a_total_without_margins_is_reached():
    made = greg(small(), DESIGN, Population(totals={"hours": 40}))
    weighted = made.frame["calibrated_weight"] * made.frame["hours"]
    assert weighted.sum() == pytest.approx(40, rel=1e-12)
    sized = rake(small(), DESIGN, Population(totals={"hours": 40}, size=9))
    assert sized.frame["calibrated_weight"].sum() == pytest.approx(9, rel=1e-12)
    weighted = sized.frame["calibrated_weight"] * sized.frame["hours"]
    assert weighted.sum() == pytest.approx(40, rel=1e-12)


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.01, 100),
    st.sampled_from([rake, greg, post_stratify]),
)
@settings(max_examples=12, deadline=None)
def test_order_and_scale_of_weights_change_nothing(seed, scale, calibrate):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "age": np.append(rng.integers(0, 3, 60), [0, 1, 2]),
            "sex": np.append(rng.integers(0, 2, 60), [0, 1, 1]),
            "w": rng.uniform(0.5, 2, 63),
        }
    )
    margins = {"age": {0: 30, 1: 30, 2: 40}, "sex": {0: 50, 1: 50}}
    if calibrate is post_stratify:
        margins.pop("sex")
    population = Population(margins=margins)
    try:
        plain = calibrate(frame, DESIGN, population).frame["calibrated_weight"]
    except EvidenceError as refusal:
        assert refusal.code == "calibrated_weight_not_positive"  # noqa: PT017 - the only one a random sample may meet
        return
    order = rng.permutation(len(frame))
    moved = frame[order].with_columns(pl.col("w") * scale)
    again = calibrate(moved, DESIGN, population).frame["calibrated_weight"]
    assert again.to_numpy() == pytest.approx(plain.to_numpy()[order], rel=1e-9)


def refused(code, call, **facts):
    with pytest.raises(EvidenceError) as caught:
        call()
    assert caught.value.code == code
    assert {name: caught.value.facts[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("code", "given", "facts"),
    [
        ("calibration_without_targets", {}, {}),
        ("margin_too_short", {"margins": {"age": {"old": 1}}}, {"levels": 1}),
        (
            "population_not_positive",
            {"margins": {"age": {"old": 0, "young": 3}}},
            {"level": "old"},
        ),
        (
            "population_not_positive",
            {"margins": {"age": {"old": float("nan"), "young": 3}}},
            {},
        ),
        (
            "population_not_positive",
            {"totals": {"hours": 3}, "size": -1},
            {"count": -1},
        ),
        (
            "population_total_not_finite",
            {"totals": {"hours": float("inf")}},
            {"column": "hours"},
        ),
        (
            "shares_do_not_sum",
            {"margins": {"age": {"old": 0.5, "young": 0.4}}},
            {"sum": 0.9},
        ),
        (
            "margins_disagree",
            {"margins": {"age": AGE, "sex": {"f": 60, "m": 45}}},
            {"sums": (100.0, 105.0)},
        ),
    ],
)
def test_what_cannot_be_a_population_is_refused(code, given, facts):
    refused(code, lambda: Population(**given), **facts)


def changed(**columns):
    return small().with_columns(**{k: pl.Series(v) for k, v in columns.items()})


TWO = Population(margins={"age": AGE, "sex": SEX})


@pytest.mark.parametrize(
    ("code", "frame", "facts"),
    [
        ("weight_not_positive", changed(w=[1.0, 0, 1, 1, 1, 1]), {"rows": 1}),
        ("weight_not_positive", changed(w=[1.0, -1, 1, 1, 1, -1]), {"rows": 2}),
        ("weight_not_positive", changed(w=[1.0, None, 1, 1, 1, 1]), {"rows": 1}),
        (
            "weight_not_positive",
            changed(w=[1.0, float("nan"), 1, 1, 1, 1]),
            {"rows": 1},
        ),
        (
            "missing_margin_value",
            changed(sex=["f", None, "f", "m", "f", None]),
            {"rows": 2},
        ),
        (
            "level_without_margin",
            changed(sex=["f", "x", "f", "m", "f", "f"]),
            {"levels": ("x",)},
        ),
        ("level_without_answers", changed(sex=["f"] * 6), {"levels": ("m",)}),
        ("no_rows", small().head(0), {}),
        ("unknown_column", small().drop("sex"), {"column": "sex"}),
        ("not_numeric", changed(w=list("abcdef")), {"column": "w"}),
        ("column_taken", small().with_columns(calibrated_weight=1.0), {}),
        ("unsupported_frame", 3, {}),
    ],
)
def test_a_sample_that_does_not_fit_is_refused(code, frame, facts):
    refused(code, lambda: rake(frame, DESIGN, TWO), **facts)


def test_weights_that_cannot_be_are_refused():
    hours = Population(margins={"age": AGE}, totals={"hours": 2_000})
    refused("calibration_did_not_converge", lambda: rake(small(), DESIGN, hours))
    refused("calibrated_weight_not_positive", lambda: greg(small(), DESIGN, hours))
    within = {"bounds": (0.9, 1.1)}
    refused(
        "calibration_did_not_converge",
        lambda: calibrate_within(small(), DESIGN, TWO, **within),
    )
    refused(
        "bounds_out_of_range",
        lambda: calibrate_within(small(), DESIGN, TWO, bounds=(1.2, 2)),
    )
    refused(
        "effective_n_too_small",
        lambda: rake(small(), DESIGN, TWO, minimum_effective_n=6),
        n=6,
    )
    refused("one_margin_needed", lambda: post_stratify(small(), DESIGN, TWO), margins=2)
    same = small().with_columns(hours=pl.lit(2.0))
    refused("constant_total", lambda: rake(same, DESIGN, hours), value=2.0)
    # Nobody young is a man, though margins ask for more men than there are old.
    hollow = small().with_columns(
        sex=pl.when(pl.col("age") == "young").then(pl.lit("f")).otherwise(pl.col("sex"))
    )
    men = Population(margins={"age": AGE, "sex": {"f": 20, "m": 80}})
    refused("calibration_did_not_converge", lambda: rake(hollow, DESIGN, men))
