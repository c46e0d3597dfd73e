"""Maximum likelihood for the factor model, with sandwich errors.

Private to `factor_analysis`, which documents the method and its sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.factor_layout import Layout, independence_layout
from imppulse.evidence.scales.factor_model import (
    expected_information,
    gradient,
    hessian,
    moments,
    sensitivities,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.scales.factor_model import Structure
    from imppulse.evidence.scales.factor_sample import FactorSample

    FloatArray = NDArray[np.float64]

LARGEST_GRADIENT = 1e-6
SMALLEST_CURVATURE = 1e-9


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Minus the log-likelihood per respondent, as a function of free parameters.

    The constant ``items * log(2 pi) / 2`` is left out.
    """

    structure: Structure
    layout: Layout
    sample: FactorSample

    def value(self, free: FloatArray) -> float:
        """Return it; infinite where an implied covariance is not one."""
        mean, implied = moments(self.structure, self.layout.local(free))
        try:
            factor = np.linalg.cholesky(implied)
        except np.linalg.LinAlgError:
            return np.inf
        gap = self.sample.mean - mean
        spread = self.sample.covariance + gap[:, :, None] * gap[:, None, :]
        inside = np.linalg.solve(implied, spread)
        trace = np.trace(inside, axis1=-2, axis2=-1)
        log_det = 2 * np.log(np.diagonal(factor, axis1=-2, axis2=-1)).sum(axis=-1)
        return float(self.sample.share @ (log_det + trace)) / 2

    def gradient(self, free: FloatArray) -> FloatArray:
        """Return its gradient, (free,)."""
        local = self.layout.local(free)
        sample = self.sample
        steep = gradient(
            self.structure, local, mean=sample.mean, covariance=sample.covariance
        )
        weighed = sample.share[:, None] * steep
        return np.asarray(np.einsum("gk,gkq->q", weighed, self.layout.selection))

    def hessian(self, free: FloatArray) -> FloatArray:
        """Return its second derivatives, (free, free): the observed information."""
        local = self.layout.local(free)
        sample = self.sample
        curved = hessian(
            self.structure, local, mean=sample.mean, covariance=sample.covariance
        )
        return self.layout.collect(sample.share[:, None, None] * curved)

    def expected(self, free: FloatArray) -> FloatArray:
        """Return Fisher's information, (free, free)."""
        each = expected_information(self.structure, self.layout.local(free))
        return self.layout.collect(self.sample.share[:, None, None] * each)


@dataclass(frozen=True, eq=False)
class Fit:
    """Where the likelihood is largest.

    Attributes
    ----------
    free : (free,) float
    chi_square : float
        Likelihood ratio against free means and covariances.
    df : int
    scaling : float
        What the chi-square is divided by; NaN without degrees of freedom.
    observed, expected, meat : (free, free) float
        Information of one respondent, and the mean cross product of scores.
    """

    likelihood: Likelihood
    free: FloatArray
    chi_square: float
    df: int
    scaling: float
    observed: FloatArray
    expected: FloatArray
    meat: FloatArray

    @property
    def local(self) -> FloatArray:
        """Every group's parameters, (groups, size)."""
        return self.likelihood.layout.local(self.free)

    def covariance(self, *, robust: bool) -> FloatArray:
        """Return the covariance of the free parameters."""
        n = self.likelihood.sample.total
        if not robust:
            return np.asarray(np.linalg.inv(self.expected) / n)
        bread = np.linalg.inv(self.observed)
        return np.asarray(bread @ self.meat @ bread / n)


def fit(structure: Structure, layout: Layout, sample: FactorSample) -> Fit:
    """Estimate the model, or refuse one that has no proper solution."""
    likelihood = Likelihood(structure, layout, sample)
    free = _minimise(likelihood)
    return _at(likelihood, free)


def fit_independence(structure: Structure, sample: FactorSample) -> Fit:
    """Estimate the model in which no two items are related."""
    layout = independence_layout(structure, len(sample.groups))
    variances = np.diagonal(sample.covariance, axis1=-2, axis2=-1)
    free = np.hstack([sample.mean, variances]).ravel()
    return _at(Likelihood(structure, layout, sample), free)


def _at(likelihood: Likelihood, free: FloatArray) -> Fit:
    sample, layout = likelihood.sample, likelihood.layout
    items = len(likelihood.structure.items)
    df = len(sample.groups) * items * (items + 3) // 2 - layout.free
    _, log_det = np.linalg.slogdet(sample.covariance)
    saturated = float(sample.share @ (log_det + items)) / 2
    observed = likelihood.hessian(free)
    meat = _meat(likelihood, free)
    excess = _saturated_trace(sample) - np.trace(np.linalg.solve(observed, meat))
    distance = max(likelihood.value(free) - saturated, 0.0)
    return Fit(
        likelihood=likelihood,
        free=free,
        chi_square=2 * sample.total * distance,
        df=df,
        scaling=float(excess / df) if df else np.nan,
        observed=observed,
        expected=likelihood.expected(free),
        meat=meat,
    )


def _minimise(likelihood: Likelihood) -> FloatArray:
    """Return the free parameters, after steps in units of the items' spread."""
    start, unit = _start(likelihood)

    def value(x: FloatArray) -> float:
        return likelihood.value(x * unit)

    def steepness(x: FloatArray) -> FloatArray:
        return likelihood.gradient(x * unit) * unit

    def curvature(x: FloatArray) -> FloatArray:
        return likelihood.hessian(x * unit) * np.outer(unit, unit)

    found = scipy.optimize.minimize(
        value,
        start / unit,
        jac=steepness,
        hess=curvature,
        method="trust-exact",
        options={"gtol": 1e-7, "maxiter": 500},
    )
    reached = np.asarray(found.x)
    steep, curved = steepness(reached), curvature(reached)
    if np.abs(steep).max() > LARGEST_GRADIENT:
        raise EstimationError(
            "factor_model_not_converged",
            "no best solution was found: the items do not fit these factors",
            factors=likelihood.structure.factors,
        )
    if np.linalg.eigvalsh(curved)[0] < SMALLEST_CURVATURE:
        raise EstimationError(
            "factor_model_not_identified",
            "the answers do not settle every parameter of this model",
            factors=likelihood.structure.factors,
        )
    # One more step of Newton's takes what is left of the gradient to rounding.
    return unit * (reached - np.linalg.solve(curved, steep))


def _start(likelihood: Likelihood) -> tuple[FloatArray, FloatArray]:
    """Return a first guess and the unit of each free parameter."""
    structure, layout = likelihood.structure, likelihood.layout
    sample = likelihood.sample
    pooled = np.einsum("g,gij->ij", sample.share, sample.covariance)
    spread = np.sqrt(np.diag(pooled))
    marked = (layout.position[0] < 0) & (layout.fixed[0] == 1)
    marker = np.flatnonzero(marked)
    of_factor = spread[marker]
    of_item = marker[structure.factor_of_item]
    row, column = structure.pairs
    same = row == column
    sign = np.where(pooled[np.arange(len(spread)), of_item] < 0, -1.0, 1.0)
    unit = np.concatenate(
        [
            spread / spread[of_item],
            spread,
            spread**2,
            of_factor[row] * of_factor[column],
            of_factor,
        ]
    )
    guess = np.concatenate(
        [
            0.8 * sign,
            np.zeros(len(spread)),
            np.full(len(spread), 0.5),
            0.5 * same,
            np.zeros(len(marker)),
        ]
    )
    local = np.tile(guess * unit, (len(sample.groups), 1))
    local[:, structure.part["intercept"]] = sample.mean
    return _shared(layout, local), _shared(layout, np.tile(unit, (len(local), 1)))


def _shared(layout: Layout, local: FloatArray) -> FloatArray:
    """Average the groups' values of each free parameter."""
    held = layout.position >= 0
    place = layout.position[held]
    return np.bincount(place, local[held]) / np.bincount(place)


def moment_scores(
    answers: FloatArray, mean: FloatArray, inverse: FloatArray
) -> FloatArray:
    """Return each respondent's scores for mean and lower triangle of covariance."""
    pulled = (answers - mean) @ inverse
    row, column = np.tril_indices(len(mean))
    twice = pulled[:, row] * pulled[:, column] - inverse[row, column]
    return np.hstack([pulled, twice * np.where(row == column, 0.5, 1.0)])


def _cross_products(
    sample: FactorSample, group: int, *, mean: FloatArray, inverse: FloatArray
) -> FloatArray:
    """Sum the squared scores of independent units over the sum of weights."""
    weight = sample.weights[group]
    scores = weight[:, None] * moment_scores(sample.answers[group], mean, inverse)
    if sample.clusters is not None:
        _, cluster = np.unique(sample.clusters[group], return_inverse=True)
        count = cluster.max() + 1
        summed = np.zeros((count, scores.shape[1]))
        np.add.at(summed, cluster, scores)
        scores = summed * np.sqrt(count / (count - 1))
    return np.asarray(scores.T @ scores / weight.sum())


def _meat(likelihood: Likelihood, free: FloatArray) -> FloatArray:
    """Return the mean cross product of the scores, (free, free)."""
    structure, sample = likelihood.structure, likelihood.sample
    local = likelihood.layout.local(free)
    mean, implied = moments(structure, local)
    inverse = np.linalg.inv(implied)
    of_mean, of_spread = sensitivities(structure, local)
    row, column = np.tril_indices(len(structure.items))
    turned = np.concatenate([of_mean, of_spread[..., row, column]], axis=-1)
    each = [
        share
        * turned[g]
        @ _cross_products(sample, g, mean=mean[g], inverse=inverse[g])
        @ turned[g].T
        for g, share in enumerate(sample.share)
    ]
    return likelihood.layout.collect(np.array(each))


def _saturated_trace(sample: FactorSample) -> float:
    """Return the trace of meat times inverse information, nothing modelled."""
    row, column = np.tril_indices(sample.mean.shape[1])
    total = 0.0
    for g, spread in enumerate(sample.covariance):
        of_mean = len(spread)
        crossed = _cross_products(
            sample, g, mean=sample.mean[g], inverse=np.linalg.inv(spread)
        )
        straight = spread[np.ix_(row, row)] * spread[np.ix_(column, column)]
        across = spread[np.ix_(row, column)] * spread[np.ix_(column, row)]
        total += (crossed[:of_mean, :of_mean] * spread).sum()
        total += (crossed[of_mean:, of_mean:] * (straight + across)).sum()
    return float(total)
