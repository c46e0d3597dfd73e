"""Two variances of true effects, between territories and within them, by REML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

STARTS = (0.0, 0.01, 0.1, 0.3, 1.0, 3.0)
MOST_STEPS = 40
TOLERANCE = 1e-13


@dataclass(frozen=True, eq=False)
class NestedModel:
    """Rows in units in territories, with known sampling variances.

    Attributes
    ----------
    y, v : (rows,)
    x : (rows, coefficients)
    levels : (2, rows, rows)
        Whether two rows share the territory; whether they share the unit.
    """

    y: Floats
    v: Floats
    x: Floats
    levels: Floats

    def covariance(self, sigma2: Floats) -> Floats:
        """Return the covariance of the rows, (rows, rows)."""
        return np.asarray(np.diag(self.v) + np.tensordot(sigma2, self.levels, 1))

    def at(self, sigma2: Floats) -> NestedFit:
        """Return the generalised least squares fit at these variances."""
        return NestedFit(self, sigma2)


@dataclass(frozen=True, eq=False)
class NestedFit:
    """The model at given variances, ``sigma2`` = (between, within)."""

    model: NestedModel
    sigma2: Floats

    @cached_property
    def _root(self) -> Floats:
        return np.asarray(np.linalg.cholesky(self.model.covariance(self.sigma2)))

    @cached_property
    def _half(self) -> Floats:
        return np.asarray(np.linalg.solve(self._root, self.model.x))

    @cached_property
    def coefficient_covariance(self) -> Floats:
        """Covariance of the coefficients in the model."""
        return np.asarray(np.linalg.inv(self._half.T @ self._half))

    @cached_property
    def coefficients(self) -> Floats:
        """Estimates, (coefficients,)."""
        half_y = np.linalg.solve(self._root, self.model.y)
        return np.asarray(self.coefficient_covariance @ (self._half.T @ half_y))

    @cached_property
    def residuals(self) -> Floats:
        """What the coefficients leave, (rows,)."""
        return np.asarray(self.model.y - self.model.x @ self.coefficients)

    @cached_property
    def log_likelihood(self) -> float:
        """Restricted log-likelihood, up to a constant."""
        rest = np.linalg.solve(self._root, self.residuals)
        spread = 2 * np.log(np.diag(self._root)).sum()
        precision = np.linalg.slogdet(self.coefficient_covariance)[1]
        return float(-(spread - precision + rest @ rest) / 2)

    @cached_property
    def _projection(self) -> Floats:
        inverse_root = np.linalg.inv(self._root)
        inverse = inverse_root.T @ inverse_root
        side = inverse @ self.model.x
        return np.asarray(inverse - side @ self.coefficient_covariance @ side.T)

    def score_and_information(self) -> tuple[Floats, Floats]:
        """Return slope and expected curvature of the restricted log-likelihood."""
        projected = self._projection @ self.model.y
        views = self._projection @ self.model.levels
        pull = np.einsum("i,lij,j->l", projected, self.model.levels, projected)
        score = (pull - np.trace(views, axis1=1, axis2=2)) / 2
        return score, np.einsum("aij,bji->ab", views, views) / 2


def nested_rows(territory: NDArray[np.intp], unit: NDArray[np.intp]) -> Floats:
    """Return the `levels` of a model from labels; units are nested in territories."""
    same_territory = np.equal.outer(territory, territory)
    same_unit = np.equal.outer(unit, unit) & same_territory
    return np.array([same_territory, same_unit], dtype=float)


def fit_nested(model: NestedModel) -> NestedFit:
    """Maximise the restricted likelihood over variances of 0 or more.

    A bounded quasi-Newton search from the best point of a coarse grid, then
    Fisher scoring to the last digits.

    References
    ----------
    Harville (1977), JASA 72, 320-338.
    Konstantopoulos (2011), Research Synthesis Methods 2, 61-76.
    """
    unit = float(np.var(model.y))
    if unit == 0:
        return model.at(np.zeros(2))
    starts = (np.array(pair) * unit for pair in product(STARTS, repeat=2))
    fit = max(map(model.at, starts), key=lambda each: each.log_likelihood)
    fit = _search(fit, unit)
    for _ in range(MOST_STEPS):
        step = _step(fit)
        further = model.at(fit.sigma2 + step)
        # What differs by rounding only counts as level.
        rounding = 1e-12 * max(1.0, abs(fit.log_likelihood))
        if further.log_likelihood < fit.log_likelihood - rounding:
            return fit
        fit = further
        if np.all(np.abs(step) <= TOLERANCE * max(unit, float(fit.sigma2.max()))):
            return fit
    return fit


def _search(start: NestedFit, unit: float) -> NestedFit:

    def descent(share: Floats) -> tuple[float, Floats]:
        fit = start.model.at(share * unit)
        return -fit.log_likelihood, -unit * fit.score_and_information()[0]

    found = scipy.optimize.minimize(
        descent,
        start.sigma2 / unit,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * 2,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 200},
    )
    further = start.model.at(np.asarray(found.x) * unit)
    return max(start, further, key=lambda each: each.log_likelihood)


def _step(fit: NestedFit) -> Floats:
    """Return the scoring step, along the border where a variance is 0."""
    score, information = fit.score_and_information()
    free = (fit.sigma2 > 0) | (score > 0)
    step = np.zeros(2)
    if free.any():
        step[free] = np.linalg.lstsq(
            information[np.ix_(free, free)], score[free], rcond=None
        )[0]
    return np.maximum(step, -fit.sigma2)
