"""An interrupted series: one territory, many measurements, no comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.planning.drawn_tests import DrawnTests
from imppulse.evidence.planning.planned_sample import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

STRONGEST = 0.9


@dataclass(frozen=True, kw_only=True)
class PlannedSeries:
    """A series of measurements that the pilot interrupts: its power is simulated.

    Parameters
    ----------
    before, after : int
        Measurements before and after the start, at least 3 each.
    people : float
        Answers per measurement.
    shock : float
        Standard deviation of what moves the territory from one measurement to
        the next, as a share of that between people; 0: sampling alone.
    autocorrelation : float
        Correlation of neighbouring shocks, in [0, 0.9].

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    Notes
    -----
    The effect is the step at the start of a line that keeps its slope: y =
    level + slope * time + effect * started + error. It is fitted by least
    squares after Prais and Winsten's transformation, whose autocorrelation is
    that of the residuals plus the bias (1 + 3 rho) / n that short series have;
    Student's t with n - 4 degrees of freedom. With short series this still
    finds too much: `false_alarms` says how much.

    References
    ----------
    Prais, S. J. and Winsten, C. B. (1954). Trend estimators and serial
    correlation. Cowles Commission discussion paper 383.
    Turner, S. L. et al. (2021). Evaluation of statistical methods used in the
    analysis of interrupted time series studies: a simulation study. BMC Medical
    Research Methodology 21, 181.
    """

    before: int
    after: int
    people: float
    shock: float = 0.0
    autocorrelation: float = 0.0

    def __post_init__(self) -> None:
        require("before", self.before, self.before >= 3)
        require("after", self.after, self.after >= 3)
        require("people", self.people, 1 <= self.people < math.inf)
        require("shock", self.shock, 0 <= self.shock < math.inf)
        rho = self.autocorrelation
        require("autocorrelation", rho, 0 <= rho <= STRONGEST)

    @property
    def df(self) -> float:
        """Measurements less level, slope, step and autocorrelation."""
        return self.before + self.after - 4

    @property
    def respondents(self) -> float:
        """Answers expected, over all measurements."""
        return (self.before + self.after) * self.people

    @property
    def regressors(self) -> FloatArray:
        """Level, time and start: (measurements, 3)."""
        time = np.arange(self.before + self.after, dtype=float)
        started = (time >= self.before).astype(float)
        return np.stack([np.ones_like(time), time - time.mean(), started], axis=1)


def series_tests(
    design: PlannedSeries, sd: float, *, draws: int, rng: np.random.Generator
) -> DrawnTests:
    """Draw series without effect and test the step in each."""
    regressors = design.regressors
    values = _errors(design, sd, draws=draws, rng=rng)
    residual = values - values @ np.linalg.pinv(regressors).T @ regressors.T
    rho = _autocorrelation(residual)
    fitted = _transformed(np.broadcast_to(regressors, (draws, *regressors.shape)), rho)
    moved = _transformed(values[:, :, None], rho)[:, :, 0]
    bread = np.linalg.inv(np.einsum("dnp,dnq->dpq", fitted, fitted))
    slopes = np.einsum("dpq,dnq,dn->dp", bread, fitted, moved, optimize=True)
    left = moved - np.einsum("dnp,dp->dn", fitted, slopes)
    spread = (left**2).sum(axis=1) / design.df
    error = np.sqrt(spread * bread[:, 2, 2])
    return DrawnTests(slopes[:, 2], error, np.full(draws, design.df))


def _errors(
    design: PlannedSeries, sd: float, *, draws: int, rng: np.random.Generator
) -> FloatArray:
    count = design.before + design.after
    lag = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    shocks = (sd * design.shock) ** 2 * design.autocorrelation**lag
    covariance = shocks + sd**2 / design.people * np.eye(count)
    return np.asarray(
        rng.standard_normal((draws, count)) @ np.linalg.cholesky(covariance).T
    )


def _autocorrelation(residual: FloatArray) -> FloatArray:
    """Estimate the correlation of neighbours, its bias in short series undone."""
    count = residual.shape[1]
    raw = (residual[:, 1:] * residual[:, :-1]).sum(axis=1) / (residual**2).sum(axis=1)
    corrected = (count * raw + 1) / (count - 3) if count > 6 else raw
    return np.asarray(np.clip(corrected, 0.0, STRONGEST))


def _transformed(values: FloatArray, rho: FloatArray) -> FloatArray:
    """Return (draws, measurements, columns) without their autocorrelation."""
    share = rho[:, None, None]
    first = values[:, :1] * np.sqrt(1 - share**2)
    return np.concatenate([first, values[:, 1:] - share * values[:, :-1]], axis=1)
