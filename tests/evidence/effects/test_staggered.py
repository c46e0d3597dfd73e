import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.comparisons import difference_in_differences
from imppulse.evidence.effects.staggered import group_time_effects
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign

DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="district")
WHEN = {"wave": "wave", "start": "start"}
CASES = {
    "not_yet_universal": {"control": "not-yet", "base": "universal"},
    "never_varying": {"control": "never", "base": "varying"},
}


@pytest.fixture(scope="module")
def towns(effects_data):
    return effects_data("staggered")


@pytest.fixture(scope="module", params=CASES)
def both(request, towns, in_r_effects):
    found = group_time_effects(towns, "trust", DESIGN, **WHEN, **CASES[request.param])
    return found, in_r_effects["staggered"][request.param]


def assert_equal(effects, reference):
    estimates = [one.estimate for one in effects]
    errors = [one.std_error for one in effects]
    assert estimates == pytest.approx(np.atleast_1d(reference["estimate"]), rel=1e-11)
    assert errors == pytest.approx(np.atleast_1d(reference["std_error"]), rel=1e-11)


@pytest.mark.reference
def test_group_time_effects_equal_r(both):
    found, reference = both
    assert found.group.tolist() == reference["group"]
    assert found.wave.tolist() == reference["wave"]
    assert found.df == reference["df"]
    cells = reference["cells"]
    assert found.estimate == pytest.approx(cells["estimate"], rel=1e-11)
    assert found.std_error == pytest.approx(cells["std_error"], rel=1e-11)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(found.std_error)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("aggregation", "parts", "overall"),
    [
        ("simple", "simple", "simple"),
        ("group", "by_group", "group_overall"),
        ("calendar", "calendar", None),
        ("event", "event", "event_overall"),
    ],
)
def test_summaries_equal_r(both, aggregation, parts, overall):
    found, reference = both
    summary = found.aggregate(aggregation)
    assert_equal(summary.effects, reference[parts])
    if overall:
        assert_equal([summary.overall], reference[overall])
    if aggregation == "event":
        assert [one.at for one in summary.effects] == reference["event_time"]


@pytest.mark.reference
def test_the_test_of_earlier_courses_equals_r(both):
    found, reference = both
    test, expected = found.pre_trend(), reference["pre_trend"]
    assert (test.df1, test.df2) == (expected["df1"], expected["df2"])
    assert test.f == pytest.approx(expected["f"], rel=1e-9)
    assert test.p_value == pytest.approx(expected["p_value"], rel=1e-9)
    assert test.low < 0 < test.high


def test_one_start_is_a_difference_in_differences(towns):
    two = towns.filter(pl.col("start").is_in([0, 4]) & pl.col("wave").is_in([3, 4]))
    found = group_time_effects(two, "trust", DESIGN, **WHEN)
    plain = difference_in_differences(
        two, "trust", DESIGN, wave="wave", before=3, after=4, arm="start", treated=4,
        comparison=0,
    )  # fmt: skip
    (row,) = found.rows()
    assert (row["group"], row["wave"]) == (4, 4)
    for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value"):
        assert row[name] == pytest.approx(getattr(plain, name), rel=1e-11)
    assert found.n == plain.n


def test_never_may_be_written_in_three_ways(towns):
    plain = group_time_effects(towns, "trust", DESIGN, **WHEN)
    for never in (None, float("inf"), float("nan")):
        start = pl.col("start").cast(pl.Float64).replace(0.0, never)
        other = towns.with_columns(start=start)
        found = group_time_effects(other, "trust", DESIGN, **WHEN)
        assert found.estimate == pytest.approx(plain.estimate, rel=1e-13)


@pytest.mark.parametrize("engine", [pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_the_engine_does_not_matter(towns, engine):
    here = group_time_effects(towns, "trust", DESIGN, **WHEN)
    there = group_time_effects(engine(towns), "trust", DESIGN, **WHEN)
    assert there.std_error == pytest.approx(here.std_error, rel=1e-11)


@settings(max_examples=6, deadline=None)
@given(st.floats(0.1, 10), st.floats(-50, 50), st.integers(0, 99))
def test_unit_origin_and_order_do_not_matter(towns, unit, origin, seed):
    plain = group_time_effects(towns, "trust", DESIGN, **WHEN).aggregate("event")
    moved = towns.with_columns(pl.col("trust") * unit + origin, pl.col("weight") * unit)
    found = group_time_effects(
        moved.sample(fraction=1, shuffle=True, seed=seed), "trust", DESIGN, **WHEN
    ).aggregate("event")
    for here, there in zip(plain.effects, found.effects, strict=True):
        assert there.estimate == pytest.approx(unit * here.estimate, rel=1e-7)
        assert there.std_error == pytest.approx(unit * here.std_error, rel=1e-7)


def test_a_known_effect_is_found_without_error():
    rows = [
        {"c": c, "wave": w, "start": start, "y": c + w + 5.0 * (0 < start <= w)}
        for c, start in enumerate([2, 2, 3, 3, 0, 0])
        for w in (1, 2, 3)
    ]
    found = group_time_effects(
        pl.DataFrame(rows), "y", SampleDesign(cluster="c"), **WHEN
    )
    effects = dict(zip(found.since_start, found.estimate, strict=True))
    assert effects[1] == pytest.approx(5, abs=1e-12)
    summary = found.aggregate("group")
    assert [one.estimate for one in summary.effects] == pytest.approx([5, 5])


@pytest.mark.parametrize(
    ("change", "asked", "code"),
    [
        ({}, {"control": "always"}, "unknown_control"),
        ({}, {"base": "x"}, "unknown_base"),
        ({}, {"level": 1.5}, "level_out_of_range"),
        ({"start": pl.lit(0)}, {}, "no_group"),
        ({"start": pl.lit(1)}, {}, "no_group"),
        ({"start": pl.lit(3)}, {}, "no_controls"),
        ({"wave": pl.lit(1)}, {}, "too_few_waves"),
        ({"start": pl.lit("soon")}, {}, "not_numeric"),
        ({}, {"start": "begin"}, "unknown_column"),
    ],
)
def test_what_cannot_be_compared_is_refused(towns, change, asked, code):
    with pytest.raises(EvidenceError) as refused:
        group_time_effects(
            towns.with_columns(**change), "trust", DESIGN, **{**WHEN, **asked}
        )
    assert refused.value.code == code


def test_unknown_summaries_and_missing_earlier_waves_are_refused(towns):
    late = towns.filter((pl.col("wave") >= 2) & (pl.col("start") != 4) & (pl.col("start") != 5))  # fmt: skip
    found = group_time_effects(late, "trust", DESIGN, **WHEN)
    for ask, code in (
        (lambda: found.aggregate("mean"), "unknown_aggregation"),
        (found.pre_trend, "no_wave_before"),
    ):
        with pytest.raises(EvidenceError) as refused:
            ask()
        assert refused.value.code == code
