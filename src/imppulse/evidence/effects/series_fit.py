"""Lines through a series, with errors for points that resemble their neighbours.

Private to `interrupted_series`, which documents what comes out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.effects.difference_regression import two_sided_p
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Result, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

TERMS = 4


@dataclass(frozen=True)
class SeriesEffect(Result):
    """One quantity of a series, tested with Student's t.

    ``df`` is points minus 4.
    """

    quantity: str
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float


@dataclass(frozen=True)
class SeriesFit:
    """Coefficients (4,) of the lines, and their covariance (4, 4)."""

    coefficients: FloatArray
    covariance: FloatArray
    df: int
    autocorrelation: float
    lag: int | None = None

    def effect(self, name: str, weights: FloatArray, level: float) -> SeriesEffect:
        """Return one combination of the coefficients."""
        estimate = float(weights @ self.coefficients)
        std_error = math.sqrt(float(weights @ self.covariance @ weights))
        margin = float(t_quantile(level, self.df)) * std_error
        return SeriesEffect(
            quantity=name,
            estimate=estimate,
            std_error=std_error,
            ci_low=estimate - margin,
            ci_high=estimate + margin,
            df=float(self.df),
            p_value=two_sided_p(estimate, std_error, self.df),
        )


def newey_west(values: FloatArray, lines: FloatArray, lag: int | None) -> SeriesFit:
    """Fit by least squares; errors allow for neighbours up to the lag."""
    count = len(values)
    if lag is None:
        lag = int(4 * (count / 100) ** (2 / 9))
    if not 0 <= lag < count - 1:
        raise EstimationError(
            "lag_out_of_range",
            f"the lag must lie between 0 and {count - 2}, not {lag}",
            lag=lag,
            most=count - 2,
        )
    coefficients = np.linalg.lstsq(lines, values, rcond=None)[0]
    residuals = values - lines @ coefficients
    _check_residuals(residuals, values)
    scores = lines * residuals[:, None]
    meat = scores.T @ scores
    for k in range(1, lag + 1):
        cross = scores[k:].T @ scores[:-k]
        meat += (1 - k / (lag + 1)) * (cross + cross.T)
    bread = np.linalg.inv(lines.T @ lines)
    return SeriesFit(
        coefficients=np.asarray(coefficients, float),
        covariance=bread @ meat @ bread * count / (count - TERMS),
        df=count - TERMS,
        autocorrelation=float(residuals[1:] @ residuals[:-1] / (residuals @ residuals)),
        lag=lag,
    )


def autoregressive(values: FloatArray, lines: FloatArray) -> SeriesFit:
    """Estimate the autocorrelation by REML, then the lines by Prais-Winsten."""
    plain = np.linalg.lstsq(lines, values, rcond=None)[0]
    _check_residuals(values - lines @ plain, values)
    grid = np.linspace(-0.98, 0.98, 99)
    best = grid[np.argmin([_reml(rho, values, lines) for rho in grid])]
    found = scipy.optimize.minimize_scalar(
        _reml,
        bounds=(best - 0.02, min(best + 0.02, 0.9999)),
        args=(values, lines),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return prais_winsten(values, lines, float(found.x))


def prais_winsten(values: FloatArray, lines: FloatArray, rho: float) -> SeriesFit:
    """Return generalised least squares at a given autocorrelation."""
    y, x = (_whitened(part, rho) for part in (values, lines))
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    df = len(y) - TERMS
    variance = float(((y - x @ coefficients) ** 2).sum()) / df
    covariance = variance * np.asarray(np.linalg.inv(x.T @ x), float)
    return SeriesFit(np.asarray(coefficients, float), covariance, df, rho)


def _whitened(part: FloatArray, rho: float) -> FloatArray:
    """Take from each point its share of the one before; keep the first, scaled."""
    first = math.sqrt(1 - rho**2) * part[:1]
    return np.concatenate([first, part[1:] - rho * part[:-1]])


def _reml(rho: float, values: FloatArray, lines: FloatArray) -> float:
    """Minus twice the restricted log-likelihood, constants left out."""
    y, x = (_whitened(part, rho) for part in (values, lines))
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    df = len(y) - TERMS
    _, determinant = np.linalg.slogdet(x.T @ x)
    spread = math.log(float(residuals @ residuals))
    return float(df * spread + determinant - math.log(1 - rho**2))


def _check_residuals(residuals: FloatArray, values: FloatArray) -> None:
    if residuals @ residuals <= 1e-20 * (values @ values):
        raise EstimationError(
            "no_residuals",
            "the points lie on the lines exactly: there is no error to estimate",
        )
