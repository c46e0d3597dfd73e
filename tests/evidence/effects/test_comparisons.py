import json
import math

import polars as pl
import pytest

from imppulse.evidence.effects.comparisons import (
    change,
    difference_in_differences,
    gap,
    misperception,
)
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.design import SampleDesign

pytestmark = pytest.mark.reference

WAVES = {"wave": "wave", "before": 0, "after": 1}
ARMS = {"arm": "pilot", "treated": 1, "comparison": 0}


@pytest.fixture(params=["strata_clusters", "strata_clusters_fpc", "clusters", "rows"])
def city(request, city_design, in_r_city):
    """The simulated cities, a design and what R says."""
    return *city_design(request.param), in_r_city[request.param]


def assert_equals_r(found, reference):
    """R writes 15 significant digits; a p value loses some of them."""
    assert found.df == reference["df"]
    for name in ("estimate", "std_error", "ci_low", "ci_high"):
        assert getattr(found, name) == pytest.approx(reference[name], rel=1e-10)
    assert found.p_value == pytest.approx(reference["p_value"], rel=1e-10)


def test_difference_in_differences_equals_r(city):
    frame, design, reference = city
    found = difference_in_differences(frame, "trust1", design, **WAVES, **ARMS)
    assert_equals_r(found, reference["difference_in_differences"])
    assert found.n == frame["trust1"].count()


def test_rows_outside_both_arms_stay_in_the_design_only(city):
    frame, design, reference = city
    inside = pl.col("city").is_in(["C2", "C5"])
    frame = frame.with_columns(pilot=pl.when(inside).then("pilot"))
    found = difference_in_differences(frame, "trust1", design, **WAVES, **ARMS)
    assert_equals_r(found, reference["difference_in_differences_within"])


def test_change_equals_r(city):
    frame, design, reference = city
    assert_equals_r(change(frame, "trust1", design, **WAVES), reference["change"])


def test_gap_equals_r(city):
    frame, design, reference = city
    found = gap(frame, "trust1", design, side="mig", first=0, second=1)
    assert_equals_r(found, reference["gap"])


def test_misperception_equals_r(city):
    frame, design, reference = city
    found = misperception(
        frame, "fair1", "trust1", design=design, guesser=1, target=0, side="mig"
    )
    assert_equals_r(found, reference["misperception"])


SIDES = pl.DataFrame(
    {
        "side": ["population"] * 3 + ["police_officers"] * 3,
        "trust": [60.0, 70.0, 80.0, 50.0, 52.0, 54.0],
        "guess": [40.0, 45.0, 50.0, None, None, None],
    }
)


def test_the_gap_is_population_minus_police_officers():
    found = gap(SIDES, "trust", SampleDesign(strata="side"))
    assert (found.estimate, found.df, found.n) == (18, 4, 6)
    assert found.std_error == pytest.approx(math.sqrt(100 / 3 + 4 / 3), rel=1e-14)


def test_a_guess_below_the_truth_is_a_negative_misperception():
    found = misperception(
        SIDES,
        "guess",
        "trust",
        design=SampleDesign(strata="side"),
        guesser="population",
        target="police_officers",
    )
    assert (found.estimate, found.n) == (-7, 6)
    assert found.std_error == pytest.approx(math.sqrt(25 / 3 + 4 / 3), rel=1e-14)


def test_clusters_kept_across_waves_cancel_what_they_share():
    frame = pl.DataFrame(
        {
            "c": [1, 2, 3, 1, 2, 3],
            "wave": [1, 1, 1, 2, 2, 2],
            "y": [10.0, 20.0, 30.0, 11.0, 21.0, 31.0],
        }
    )
    waves = {"wave": "wave", "before": 1, "after": 2}
    kept = change(frame, "y", SampleDesign(cluster="c"), **waves)
    fresh = change(frame.with_row_index("r"), "y", SampleDesign(cluster="r"), **waves)
    assert (kept.estimate, fresh.estimate) == (1, 1)
    assert kept.std_error == pytest.approx(0, abs=1e-14)
    assert fresh.std_error == pytest.approx(math.sqrt(160 / 3), rel=1e-14)
    assert (kept.df, fresh.df) == (2, 5)


@pytest.mark.parametrize(
    ("swap", "code"),
    [({"after": 0}, "same_domain"), ({"treated": 7}, "unknown_domain")],
)
def test_a_comparison_of_nothing_is_refused(citysim, swap, code):
    names = {**WAVES, **ARMS, **swap}
    with pytest.raises(EstimationError) as refused:
        difference_in_differences(citysim, "trust1", SampleDesign(), **names)
    assert refused.value.code == code


def test_arms_exchanged_change_the_sign(city):
    frame, design, _ = city
    there = difference_in_differences(frame, "trust1", design, **WAVES, **ARMS)
    back = difference_in_differences(
        frame, "trust1", design, **WAVES, arm="pilot", treated=0, comparison=1
    )
    assert back.estimate == pytest.approx(-there.estimate, rel=1e-12)
    assert back.std_error == pytest.approx(there.std_error, rel=1e-12)


def test_a_wider_level_widens_the_interval(citysim):
    narrow, wide = (
        change(citysim, "trust1", SampleDesign(weight="w"), **WAVES, level=level)
        for level in (0.9, 0.99)
    )
    assert narrow.ci_low > wide.ci_low
    assert (narrow.level, wide.level) == (0.9, 0.99)


def test_a_contrast_is_ready_for_json():
    found = gap(SIDES, "trust", SampleDesign(strata="side"))
    read = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (read["schema"], read["estimate"], read["lonely_strata"]) == (1, 18, [])
