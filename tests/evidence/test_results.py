"""Every result says what it is, to people, to programs, and whence it comes."""

import json
import math

import numpy as np
import polars as pl
import pytest

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.calibrated_estimates import calibrated_mean
from imppulse.evidence.effects.comparisons import change
from imppulse.evidence.provenance import Provenance
from imppulse.evidence.results import Contrast, json_ready
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, estimate, mean
from imppulse.evidence.survey.totals import totals
from imppulse.evidence.synthesis.synthesis import synthesise

DESIGN = SampleDesign(cluster="street")
ANSWERS = pl.DataFrame(
    {
        "street": [1, 1, 2, 2, 3, 3],
        "wave": ["a", "b"] * 3,
        "trust": [1.0, 2, 3, 5, 4, 3],
    }
)


def test_the_outermost_function_signs():
    found = change(ANSWERS, "trust", DESIGN, wave="wave", before="a", after="b")
    method = "imppulse.evidence.change"
    assert found.provenance == Provenance(
        method=method, version="0.1.0", design=DESIGN, data=None
    )


def test_parts_are_not_signed():
    assert mean(ANSWERS, "trust", DESIGN).at("trust").provenance is None


def test_the_data_are_named_by_their_checksum():
    found = mean(ANSWERS, "trust", DESIGN).from_data("5a" * 32)
    assert found.to_dict()["provenance"] == {
        "method": "imppulse.evidence.mean",
        "version": "0.1.0",
        "design": {
            "weight": None,
            "strata": None,
            "cluster": "street",
            "fpc": None,
            "lonely": "refuse",
        },
        "data": "5a" * 32,
    }


def test_provenance_survives_storage():
    found = mean(ANSWERS, "trust", DESIGN).from_data("5a" * 32)
    stored = json.loads(json.dumps(found.to_dict()))
    assert Provenance.from_dict(stored["provenance"]) == found.provenance
    assert Provenance.from_dict(None) is None


def test_a_calibrated_design_states_how_people_were_drawn():
    drawn = SampleDesign(weight="before", cluster="street")
    weighted = ANSWERS.with_columns(before=1.0, after=2.0, one=1)
    calibrated = CalibratedDesign(design=drawn, calibrated="after", margins=(("one",),))
    found = calibrated_mean(weighted, "trust", calibrated)
    assert found.provenance.method == "imppulse.evidence.calibrated_mean"
    assert found.provenance.design == drawn


def test_what_is_made_of_sums_or_results_keeps_their_design():
    sums = totals(ANSWERS, DESIGN, "trust", by="wave")
    means = estimate(sums)
    assert means.provenance.design == DESIGN
    assert difference(means, "trust", "b", "a").provenance.design == DESIGN
    assert synthesise([0.3, 0.1], [0.1, 0.1]).provenance.design is None


def test_two_results_are_equal_whoever_signed():
    means = mean(ANSWERS, "trust", DESIGN, by="wave")
    by_hand = difference(means, "trust", "b", "a")
    called = change(ANSWERS, "trust", DESIGN, wave="wave", before="a", after="b")
    assert by_hand.provenance != called.provenance
    assert by_hand == called


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_rows_become_a_table(backend):
    frame = mean(ANSWERS, "trust", DESIGN, by="wave").to_frame(backend)

    assert list(np.asarray(frame["wave"])) == ["a", "b"]
    assert np.asarray(frame["mean"]) == pytest.approx([8 / 3, 10 / 3])


def test_plain_text_and_notebook_show_the_same_numbers():
    pooled = synthesise([0.3, 0.1], [0.1, 0.1])
    assert str(pooled) == "TooFewStudies\nk  low  high\n2  0.1   0.3"
    assert pooled._repr_html_() == (
        "<table><caption>TooFewStudies</caption><thead><tr>"
        '<th scope="col">k</th><th scope="col">low</th><th scope="col">high</th>'
        "</tr></thead><tbody><tr><td>2</td><td>0.1</td><td>0.3</td></tr></tbody></table>"
    )


def test_undefined_numbers_are_blank_to_people_and_null_to_programs():
    found = Contrast(1.0, math.nan, math.nan, math.inf, 0.0, math.nan, 1)
    assert "nan" not in str(found)
    assert found.to_dict()["std_error"] is None
    assert found.to_dict()["ci_high"] is None


def test_names_from_the_data_cannot_write_into_a_notebook():
    unsafe = ANSWERS.with_columns(wave=pl.lit("<script>"))
    assert "<script>" not in mean(unsafe, "trust", DESIGN, by="wave")._repr_html_()


def test_parts_are_stored_without_working_arrays():
    found = json_ready(mean(ANSWERS, "trust", DESIGN))
    assert {"deviations", "presence", "provenance"}.isdisjoint(found)
