import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.calibration.calibrated_estimates import calibrated_mean
from imppulse.evidence.calibration.calibration import rake
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.calibration.trimming import trim_weights
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign

DESIGN = SampleDesign(weight="w")


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "sample", "columns"),
    [
        ("calib_strat", "apistrat", {"strata": "stype"}),
        ("calib_clus1", "apiclus1", {"cluster": "dnum"}),
    ],
)
def test_trimmed_weights_are_those_of_the_oracle(oracle, in_r, name, sample, columns):
    schools = oracle("apipop")
    margins = {
        c: dict(schools[c].value_counts().rows())
        for c in ("stype", "sch.wide", "comp.imp")
    }
    design = SampleDesign(weight="pw", **columns)
    raked = rake(oracle(sample), design, Population(margins=margins))
    made = trim_weights(raked.frame, raked.design, lower=0.3, upper=1.5)
    expected = in_r[name]["trim"]
    assert (made.smallest, made.largest, made.population) == pytest.approx(
        (expected["min"], expected["max"], expected["sum"]), rel=1e-8
    )
    found = calibrated_mean(made.frame, "api00", made.design)
    assert found.estimate[0, 0] == pytest.approx(expected["mean"]["est"], rel=1e-8)


def test_report_counts_what_was_cut():
    frame = pl.DataFrame({"w": [1.0, 1.0, 1.0, 1.0, 6.0]})
    made = trim_weights(frame, DESIGN, upper=2)
    assert made.frame["trimmed_weight"].to_list() == [1.5, 1.5, 1.5, 1.5, 4.0]
    assert (made.raised, made.lowered, made.shared, made.rounds) == (0, 1, 0.5, 1)
    assert (made.moved, made.beyond) == (0.2, 0)
    assert made.effective_n_before == pytest.approx(2.5)
    assert made.effective_n == pytest.approx(4)
    assert made.design == SampleDesign(weight="trimmed_weight")


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.floats(1.6, 4))
@settings(max_examples=20, deadline=None)
def test_bounds_hold_and_the_sum_stays(seed, lower, upper):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame({"w": rng.lognormal(sigma=1, size=200)})
    made = trim_weights(frame, DESIGN, lower=lower, upper=upper)
    w, mean = made.frame["trimmed_weight"], frame["w"].mean()
    assert w.sum() == pytest.approx(frame["w"].sum(), rel=1e-9)
    assert w.min() >= lower * mean * (1 - 1e-9)
    assert w.max() <= upper * mean * (1 + 1e-9)
    assert made.beyond == 0
    order = frame["w"].arg_sort()
    assert w[order].diff().drop_nulls().min() >= -1e-12


@pytest.mark.parametrize(
    ("code", "frame", "options"),
    [
        ("trimming_out_of_range", {"w": [1.0, 2.0]}, {"lower": 1}),
        ("trimming_out_of_range", {"w": [1.0, 2.0]}, {"upper": 0.5}),
        ("trimming_out_of_range", {"w": [1.0, 2.0]}, {"upper": float("nan")}),
        ("weight_not_positive", {"w": [1.0, 0.0]}, {}),
        ("weight_not_positive", {"w": [1.0, None]}, {}),
        ("unknown_column", {"x": [1.0, 2.0]}, {}),
        ("not_numeric", {"w": ["a", "b"]}, {}),
        ("column_taken", {"w": [1.0], "trimmed_weight": [1.0]}, {}),
        ("trimming_leaves_nobody", {"w": [1.0, 3.0]}, {"lower": 0.9, "upper": 1.1}),
    ],
)
def test_what_cannot_be_trimmed_is_refused(code, frame, options):
    with pytest.raises(EvidenceError) as caught:
        trim_weights(pl.DataFrame(frame), DESIGN, **options)
    assert caught.value.code == code


def test_weights_are_needed_and_trimmed_once():
    frame = pl.DataFrame({"w": [1.0, 2.0, 9.0], "age": ["a", "b", "a"]})
    with pytest.raises(EvidenceError) as caught:
        trim_weights(frame, SampleDesign())
    assert caught.value.code == "trimming_needs_weights"
    known = Population(margins={"age": {"a": 5, "b": 5}})
    raked = rake(frame, DESIGN, known)
    once = trim_weights(raked.frame, raked.design, upper=1.3)
    with pytest.raises(EvidenceError) as caught:
        trim_weights(once.frame, once.design, upper=1.2, into="again")
    assert caught.value.code == "already_trimmed"
