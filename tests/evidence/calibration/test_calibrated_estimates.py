import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.calibrated_estimates import (
    calibrated_mean,
    calibrated_ratio,
    calibrated_total,
)
from imppulse.evidence.calibration.calibration import (
    calibrate_within,
    greg,
    post_stratify,
    rake,
)
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.calibration.trimming import trim_weights
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean

IN_R = json.loads(
    (Path(__file__).parents[3] / "validation/calibration/survey.json").read_text()
)
SAMPLES = {
    "strat": ("apistrat", {"strata": "stype"}),
    "strat_fpc": ("apistrat", {"strata": "stype", "fpc": "fpc"}),
    "clus1": ("apiclus1", {"cluster": "dnum"}),
}


@pytest.fixture(scope="module")
def margins(oracle):
    schools = oracle("apipop")
    columns = ("stype", "sch.wide", "comp.imp")
    return {c: dict(schools[c].value_counts().rows()) for c in columns}


@pytest.fixture(scope="module")
def calibrated(oracle, margins):
    def make(name, method):
        sample, columns = SAMPLES[name]
        frame = oracle(sample)
        frame = frame.with_columns(w=pl.col("pw") * 6194 / pl.col("pw").sum())
        design = SampleDesign(weight="w", **columns)
        if method == "greg":
            totals = {"api99": oracle("apipop")["api99"].sum()}
            known = Population(margins={"stype": margins["stype"]}, totals=totals)
            return greg(frame, design, known)
        if method == "bounded":
            known = Population(margins={k: margins[k] for k in ("stype", "sch.wide")})
            return calibrate_within(frame, design, known, bounds=(0.5, 2))
        raked = rake(frame, design, Population(margins=margins))
        if method == "trim":
            return trim_weights(
                raked.frame, raked.design, lower=0.3, upper=1.3, single_round=True
            )
        return raked

    return make


@pytest.mark.reference
@pytest.mark.parametrize("method", ["rake", "greg", "bounded", "trim"])
@pytest.mark.parametrize("name", list(SAMPLES))
def test_estimates_and_errors_are_those_of_r(calibrated, name, method):
    made, expected = calibrated(name, method), IN_R[name][method]
    frame, design = made.frame, made.design
    found = {
        "mean": calibrated_mean(frame, "api00", design),
        "total": calibrated_total(frame, "enroll", design),
        "ratio": calibrated_ratio(frame, "api.stu", "enroll", design=design),
        "mean_by_stype": calibrated_mean(frame, "api00", design, by="stype"),
        "total_by_sch_wide": calibrated_total(frame, "enroll", design, by="sch.wide"),
    }
    for key, estimates in found.items():
        est, se = np.ravel(expected[key]["est"]), np.ravel(expected[key]["se"])
        assert estimates.estimate[0] == pytest.approx(est, rel=1e-11), key
        assert estimates.std_error[0] == pytest.approx(se, rel=1e-11), key
    if name != "strat_fpc":
        assert found["mean"].deff[0, 0] == pytest.approx(expected["deff"], rel=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize(
    "method", ["cal_linear", "cal_raking", "cal_logit", "poststrat"]
)
@pytest.mark.parametrize("name", ["strat", "clus1"])
def test_errors_are_those_of_the_oracle(oracle, in_r, margins, name, method):
    sample, columns = SAMPLES[name]
    design = SampleDesign(weight="pw", **columns)
    stype = {"stype": margins["stype"]}
    known = Population(margins=stype, totals={"api99": 3914069})
    frame = oracle(sample)
    made = {
        "cal_linear": lambda: greg(frame, design, known),
        "cal_raking": lambda: rake(frame, design, known),
        "cal_logit": lambda: calibrate_within(frame, design, known, bounds=(0.5, 2)),
        "poststrat": lambda: post_stratify(frame, design, Population(margins=stype)),
    }[method]()
    expected = in_r[f"calib_{name}"][method]
    found = calibrated_mean(made.frame, "api00", made.design)
    # R bounds weights against base weights that miss the population by 5e-8.
    tolerance = 1e-7 if method == "cal_logit" else 1e-9
    assert found.estimate[0, 0] == pytest.approx(expected["mean"]["est"], rel=tolerance)
    assert found.std_error[0, 0] == pytest.approx(expected["mean"]["se"], rel=tolerance)
    found = calibrated_total(made.frame, "enroll", made.design)
    assert found.std_error[0, 0] == pytest.approx(
        expected["total"]["se"], rel=tolerance
    )


def test_what_calibration_knows_has_no_error(calibrated):
    made = calibrated("strat", "greg")
    known = calibrated_total(made.frame, "api99", made.design)
    assert known.estimate[0, 0] == pytest.approx(
        made.frame.select((pl.col("api99") * pl.col("calibrated_weight")).sum()).item()
    )
    assert known.std_error[0, 0] == pytest.approx(0, abs=1e-5)


def test_contrasts_carry_the_covariance_of_the_residuals(calibrated):
    made = calibrated("clus1", "rake")
    by_type = calibrated_mean(made.frame, "api00", made.design, by="stype")
    contrast = difference(by_type, "api00", "E", "M")
    cells = by_type.covariance[np.ix_([0, 2], [0, 2])]
    expected = np.sqrt(cells[0, 0] + cells[1, 1] - 2 * cells[0, 1])
    assert contrast.std_error == pytest.approx(expected, rel=1e-12)


def test_a_missing_answer_and_an_empty_domain_stay_out(calibrated):
    made = calibrated("clus1", "rake")
    frame = made.frame.with_columns(
        y=pl.when(pl.col("stype") != "H").then(pl.col("api00"))
    )
    found = calibrated_mean(frame, ["y", "api00"], made.design, by="stype")
    assert found.n[0].tolist() == [144, 0, 25]
    assert np.isnan(found.std_error[0, 1])
    alone = calibrated_mean(frame, "api00", made.design, by="stype")
    assert found.std_error[1] == pytest.approx(alone.std_error[0], rel=1e-12)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=6, deadline=None)
def test_order_and_engine_change_nothing(seed):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "age": np.arange(120) % 3,
            "cluster": np.arange(120) // 10,
            "w": rng.uniform(0.5, 2, 120),
            "y": rng.normal(size=120),
        }
    )
    design = SampleDesign(weight="w", cluster="cluster")
    known = Population(margins={"age": {0: 20, 1: 30, 2: 50}})
    made = rake(frame, design, known)
    plain = calibrated_mean(made.frame, "y", made.design, by="age")
    mixed = made.frame[rng.permutation(120)].to_pandas()
    again = calibrated_mean(mixed, "y", made.design, by="age")
    assert again.std_error == pytest.approx(plain.std_error, rel=1e-9)
    # Within the levels of a single margin post-stratification leaves means as they were.
    before = mean(frame, "y", design, by="age")
    assert plain.estimate == pytest.approx(before.estimate, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("code", "change", "items"),
    [
        ("unknown_column", {"calibrated": "nowhere"}, "api00"),
        ("unknown_column", {"margins": (("nowhere",),)}, "api00"),
        ("unknown_column", {}, "nowhere"),
        ("not_numeric", {}, "sch.wide"),
        ("no_answers", {}, "empty"),
        ("no_items", {}, ()),
    ],
)
def test_what_cannot_be_estimated_is_refused(calibrated, code, change, items):
    made = calibrated("strat", "rake")
    known = {
        "design": made.design.design,
        "calibrated": made.design.calibrated,
        "margins": made.design.margins,
    }
    design = CalibratedDesign(**(known | change))
    frame = made.frame.with_columns(empty=pl.lit(None, dtype=pl.Float64))
    with pytest.raises(EvidenceError) as caught:
        calibrated_mean(frame, items, design)
    assert caught.value.code == code
