import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.effects.interrupted_series import interrupted_series
from imppulse.evidence.effects.series_fit import prais_winsten
from imppulse.evidence.errors import EvidenceError

WHEN = {"time": "month", "start": 19}
CASES = {"alone": None, "against_elsewhere": "elsewhere"}


@pytest.fixture(scope="module")
def series(effects_data):
    return effects_data("series")


def found_in(result):
    """Estimates and errors in R's order: slope before, jump, change of slope."""
    told = (result.earlier_slope, result.level_change, result.slope_change)
    return [one.estimate for one in told], [one.std_error for one in told]


@pytest.mark.reference
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("lag", "key"), [(3, "lag3_se"), (2, "lag2_se")])
def test_newey_west_equals_sandwich(series, in_r_effects, case, lag, key):
    reference = in_r_effects["series"][case]
    found = interrupted_series(
        series, "complaints", **WHEN, comparison=CASES[case], lag=lag
    )
    estimates, errors = found_in(found)
    assert estimates == pytest.approx(reference["coef"][1:], rel=1e-11)
    assert errors == pytest.approx(reference[key][1:], rel=1e-11)
    if lag == 3:
        end = reference["lag3_end"]
        assert found.effect_at_end.estimate == pytest.approx(end["estimate"], rel=1e-11)
        assert found.effect_at_end.std_error == pytest.approx(
            end["std_error"], rel=1e-11
        )


@pytest.mark.reference
@pytest.mark.parametrize("case", CASES)
def test_reml_equals_nlme(series, in_r_effects, case):
    """R's nlme stops when its optimiser does: seven digits."""
    reference = in_r_effects["series"][case]["reml"]
    found = interrupted_series(
        series, "complaints", **WHEN, comparison=CASES[case], errors="ar1"
    )
    estimates, errors = found_in(found)
    assert found.autocorrelation == pytest.approx(reference["rho"], rel=1e-6)
    assert estimates == pytest.approx(reference["coef"][1:], rel=1e-6)
    assert errors == pytest.approx(reference["se"][1:], rel=1e-6)


@pytest.mark.reference
def test_prais_winsten_is_generalised_least_squares(series, in_r_effects):
    reference = in_r_effects["series"]["alone"]["rho03"]
    month = series["month"].to_numpy() - 19.0
    on = (month >= 0) * 1.0
    lines = np.column_stack([np.ones(36), month, on, on * month])
    found = prais_winsten(series["complaints"].to_numpy(), lines, 0.3)
    assert found.coefficients == pytest.approx(reference["coef"], rel=1e-11)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors == pytest.approx(reference["se"], rel=1e-11)


def test_what_moves_both_series_cancels(series):
    storm = pl.when(pl.col("month") >= 19).then(50.0).otherwise(0.0)
    hit = series.with_columns(pl.col("complaints", "elsewhere") + storm)
    calm, same, fooled = (
        interrupted_series(data, "complaints", **WHEN, comparison=beside).level_change
        for data, beside in ((series, "elsewhere"), (hit, "elsewhere"), (hit, None))
    )
    assert same.estimate == pytest.approx(calm.estimate, rel=1e-9)
    assert fooled.estimate > 40


@settings(max_examples=10, deadline=None)
@given(
    st.floats(0.1, 10), st.floats(-100, 100), st.integers(0, 99),
    st.sampled_from(["newey-west", "ar1"]),
)  # fmt: skip
def test_unit_origin_and_order_do_not_matter(series, unit, origin, seed, errors):
    plain = interrupted_series(series, "complaints", **WHEN, errors=errors)
    moved = series.with_columns(pl.col("complaints") * unit + origin).sample(
        fraction=1, shuffle=True, seed=seed
    )
    found = interrupted_series(moved, "complaints", **WHEN, errors=errors)
    for here, there in zip(found_in(plain), found_in(found), strict=True):
        assert there == pytest.approx(unit * np.array(here), rel=1e-5)


def test_time_may_be_counted_otherwise(series):
    plain = interrupted_series(series, "complaints", **WHEN)
    years = series.with_columns(month=2020 + pl.col("month") / 12)
    found = interrupted_series(years, "complaints", time="month", start=2020 + 18.5 / 12)  # fmt: skip
    assert found.level_change.estimate == pytest.approx(plain.level_change.estimate)
    assert found.slope_change.estimate == pytest.approx(12 * plain.slope_change.estimate)  # fmt: skip
    assert (found.before, found.after, found.lag) == (18, 18, 3)


def test_every_quantity_has_its_row(series):
    rows = interrupted_series(series, "complaints", **WHEN).rows()
    assert [row["quantity"] for row in rows] == [
        "level_change",
        "slope_change",
        "effect_at_end",
        "earlier_slope",
    ]


@pytest.mark.parametrize(
    ("change", "asked", "code"),
    [
        ({}, {"start": 8}, "series_too_short"),
        ({}, {"start": 99}, "series_too_short"),
        ({"month": pl.col("month").replace(5, 6)}, {}, "series_uneven"),
        ({"complaints": pl.col("month").replace(5, None)}, {}, "series_incomplete"),
        ({"complaints": pl.col("month") * 2}, {}, "no_residuals"),
        ({"complaints": pl.col("month") * 2}, {"errors": "ar1"}, "no_residuals"),
        ({"complaints": pl.lit("a")}, {}, "not_numeric"),
        ({}, {"lag": 35}, "lag_out_of_range"),
        ({}, {"errors": "ols"}, "unknown_errors"),
        ({}, {"level": 1}, "level_out_of_range"),
    ],
)
def test_what_is_no_series_is_refused(series, change, asked, code):
    with pytest.raises(EvidenceError) as refused:
        interrupted_series(
            series.with_columns(**change), "complaints", **{**WHEN, **asked}
        )
    assert refused.value.code == code
