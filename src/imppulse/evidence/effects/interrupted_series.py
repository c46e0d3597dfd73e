"""Interrupted series: whether a series left its course when something began.

Two straight lines are fitted, one before and one from the start on. Points
that follow each other resemble each other, so errors allow for that. Each side needs
8 points (the Cochrane EPOC group asks for 3): a slope and an autocorrelation cannot be
told apart by so few.

References
----------
Wagner, A. K. et al. (2002). Segmented regression analysis of interrupted time
series. Journal of Clinical Pharmacy and Therapeutics 27, 299-309.
Newey, W. K. and West, K. D. (1987). Econometrica 55, 703-708; (1994) Review of
Economic Studies 61, 631-653 (the lag).
Prais, S. J. and Winsten, C. B. (1954). Cowles Commission paper 383.
Turner, S. L. et al. (2021). Evaluation of statistical methods used in the analysis
of interrupted time series studies. BMC Medical Research Methodology 21, 181 (REML
first, and the number of points).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from imppulse.evidence.effects.series_fit import (
    SeriesEffect,
    SeriesFit,
    autoregressive,
    newey_west,
)
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.answer_columns import read_rows

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

Errors = Literal["newey-west", "ar1"]
ERRORS: tuple[Errors, ...] = get_args(Errors)
FEWEST_POINTS = 8


@dataclass(frozen=True)
class InterruptedSeries(Result):
    """How a series left its earlier course.

    Attributes
    ----------
    level_change : SeriesEffect
        Jump at the start, in units of the series.
    slope_change : SeriesEffect
        Change of slope, in units per unit of time.
    effect_at_end : SeriesEffect
        Last point of the line after the start, minus the earlier line
        continued to that time.
    earlier_slope : SeriesEffect
        Slope before the start.
    before, after : int
        Points.
    errors : str
    lag : int or None
        Newey-West: neighbours allowed for.
    autocorrelation : float
        Of neighbouring residuals; with ``"ar1"`` the one estimated by REML.
    compared : bool
        Whether the series is the difference from a comparison series.
    level : float
    """

    level_change: SeriesEffect
    slope_change: SeriesEffect
    effect_at_end: SeriesEffect
    earlier_slope: SeriesEffect
    before: int
    after: int
    errors: str
    lag: int | None
    autocorrelation: float
    compared: bool
    level: float = 0.95

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per quantity."""
        told = (
            self.level_change,
            self.slope_change,
            self.effect_at_end,
            self.earlier_slope,
        )
        return [row for one in told for row in one.rows()]


@traced
def interrupted_series(  # noqa: PLR0913 - a series, its start, and how errors follow
    frame: IntoFrame,
    item: str,
    *,
    time: str,
    start: float,
    comparison: str | None = None,
    errors: Errors = "newey-west",
    lag: int | None = None,
    level: float = 0.95,
) -> InterruptedSeries:
    """Compare a series from a start on with the course it had before.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, DuckDB; a row per point, in any order.
    item : str
        The series: a mean, a rate, a count per unit.
    time : str
        Numeric column at equal distances.
    start : float
        First time at which the pilot ran.
    comparison : str, optional
        Column of a series without the pilot at the same times: it is taken off, so that
        what moved both cancels.
    errors : {"newey-west", "ar1"}
        ``"newey-west"``: least squares, errors robust to neighbours up to `lag`.
        ``"ar1"``: each residual a share of the one before, the share estimated by REML
        and the lines by generalised least squares (Prais-Winsten's transformation).
    lag : int, optional
        Absent: the whole part of 4 (points / 100)^(2/9).
    level : float

    Returns
    -------
    InterruptedSeries
        With few points both kinds of error are too small when neighbours resemble each
        other much: read intervals as the least uncertainty.

    Raises
    ------
    EstimationError
        ``series_too_short`` under 8 points on a side, ``series_uneven``,
        ``series_incomplete``, ``no_residuals``, ``lag_out_of_range``,
        ``unknown_errors``, ``level_out_of_range``, and those of reading.

    References
    ----------
    Wagner et al. (2002), Journal of Clinical Pharmacy and Therapeutics 27, 299-309.
    Newey and West (1987), Econometrica 55, 703-708; (1994) Review of Economic Studies
    61, 631-653 (the lag). Prais and Winsten (1954), Cowles Commission paper 383. Turner
    et al. (2021), BMC Medical Research Methodology 21, 181 (REML, number of points).
    """
    points, values = _read(frame, item, time=time, comparison=comparison)
    _check_sides(points, start)
    _check_errors(errors)
    lines = _lines(points, start)
    fit = _fitted(values, lines, errors=errors, lag=lag)
    return _told(fit, lines, errors=errors, comparison=comparison, level=level)


def _fitted(
    values: FloatArray, lines: FloatArray, *, errors: Errors, lag: int | None
) -> SeriesFit:
    if errors == "ar1":
        return autoregressive(values, lines)
    return newey_west(values, lines, lag)


def _told(
    fit: SeriesFit,
    lines: FloatArray,
    *,
    errors: Errors,
    comparison: str | None,
    level: float,
) -> InterruptedSeries:
    jump, bend = np.array([0.0, 0, 1, 0]), np.array([0.0, 0, 0, 1])
    after = int(lines[:, 2].sum())
    return InterruptedSeries(
        level_change=fit.effect("level_change", jump, level),
        slope_change=fit.effect("slope_change", bend, level),
        effect_at_end=fit.effect("effect_at_end", jump + lines[-1, 3] * bend, level),
        earlier_slope=fit.effect("earlier_slope", np.array([0.0, 1, 0, 0]), level),
        before=len(lines) - after,
        after=after,
        errors=errors,
        lag=fit.lag,
        autocorrelation=fit.autocorrelation,
        compared=comparison is not None,
        level=level,
    )


def _check_errors(errors: str) -> None:
    if errors not in ERRORS:
        raise EstimationError(
            "unknown_errors",
            f"errors must be {', '.join(ERRORS)}, not {errors!r}",
            given=errors,
            choices=ERRORS,
        )


def _read(
    frame: IntoFrame, item: str, *, time: str, comparison: str | None
) -> tuple[FloatArray, FloatArray]:
    """Return times in order, and the series minus its comparison."""
    columns = [time, item, *([comparison] if comparison else [])]
    rows = read_rows(frame, columns, [])
    points = rows.values[time]
    order = np.argsort(points, kind="stable")
    points = points[order]
    values = rows.values[item] - (rows.values[comparison] if comparison else 0.0)
    values = values[order]
    missing = np.isnan(points) | np.isnan(values)
    if missing.any():
        raise EstimationError(
            "series_incomplete",
            f"the series has no value at {points[missing][0]:g}",
            time=float(points[missing][0]),
        )
    steps = np.diff(points)
    usual = np.median(steps) if len(steps) else np.nan
    uneven = ~np.isclose(steps, usual, rtol=1e-6) | (steps <= 0)
    if uneven.any():
        at = float(points[1:][uneven][0])
        raise EstimationError(
            "series_uneven",
            f"the points of the series must follow at equal distances; see {at:g}",
            time=at,
        )
    return points, values


def _check_sides(points: FloatArray, start: float) -> None:
    after = int((points >= start).sum())
    before = len(points) - after
    if min(before, after) < FEWEST_POINTS:
        raise EstimationError(
            "series_too_short",
            f"the series has {before} points before and {after} after the start; "
            f"at least {FEWEST_POINTS} are needed on each side",
            before=before,
            after=after,
            least=FEWEST_POINTS,
        )


def _lines(points: FloatArray, start: float) -> FloatArray:
    """Return columns 1, time, after, time since the first point after; (points, 4).

    Time counts from that first point, so that the jump is read there.
    """
    on = (points >= start).astype(float)
    since = points - points[points >= start][0]
    return np.column_stack([np.ones(len(points)), since, on, on * since])
