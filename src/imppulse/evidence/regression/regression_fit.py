"""Weighted likelihood equations of linear and logistic regression, in chunks.

Private to `regression`, which documents what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.regression.regression_matrix import ModelMatrix

    FloatArray = NDArray[np.float64]

Model = Literal["linear", "logistic"]
STEPS = 60
# Largest step, in coefficients of standardised columns, that counts as none.
STILL = 1e-12
# Largest last step of coefficients that do not run away.
SETTLED = 1e-6
# Log-odds, per standard deviation, that only a runaway coefficient reaches.
CERTAIN = 10.0


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients (terms,) and the clusters' part in them (clusters, terms)."""

    coefficients: FloatArray
    influence: FloatArray


@dataclass(frozen=True, eq=False)
class LikelihoodEquations:
    """The weighted likelihood equations of one model."""

    model: Model
    observations: Observations
    matrix: ModelMatrix

    def at(self, coefficients: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the information (terms, terms) and the score (terms,)."""
        observations, count = self.observations, len(coefficients)
        information, score = np.zeros((count, count)), np.zeros(count)
        for part, x in self.matrix.chunks(observations):
            expected, slope = self._expected(x @ coefficients)
            weight = observations.weight[part]
            information += x.T @ (x * (weight * slope)[:, None])
            score += (observations.total[part] - weight * expected) @ x
        return information, score

    def cluster_scores(self, coefficients: FloatArray) -> FloatArray:
        """Return the sum of each cluster's scores, (clusters, terms)."""
        observations = self.observations
        clusters = len(observations.table.stratum_of_cluster)
        scores = np.zeros((clusters, len(coefficients)))
        for part, x in self.matrix.chunks(observations):
            expected, _ = self._expected(x @ coefficients)
            left = observations.total[part] - observations.weight[part] * expected
            cluster = observations.cluster[part]
            for k in range(len(coefficients)):
                scores[:, k] += np.bincount(cluster, left * x[:, k], clusters)
        return scores

    def _expected(self, linear: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the expected outcome and its derivative."""
        if self.model == "linear":
            return linear, np.ones(len(linear))
        share = scipy.special.expit(linear)
        return share, share * (1 - share)


def fit(model: Model, observations: Observations, matrix: ModelMatrix) -> Fit:
    """Solve the weighted likelihood equations by Newton's method.

    Raises
    ------
    EstimationError
        ``separation``.
    """
    if model == "logistic":
        _check_separated_levels(observations)
        _check_separated_covariates(observations, matrix)
    # Steps need the combinations of levels only; the variance needs clusters.
    merged = LikelihoodEquations(model, observations.merged(), matrix)
    coefficients, step = _newton(merged)
    if model == "logistic":
        check_settled(matrix.terms, coefficients, step)
    information, _ = merged.at(coefficients)
    whole = LikelihoodEquations(model, observations, matrix)
    influence = np.linalg.solve(information, whole.cluster_scores(coefficients).T).T
    to_units = matrix.to_units
    return Fit(
        coefficients=to_units @ coefficients,
        influence=np.asarray(influence @ to_units.T),
    )


def _newton(equations: LikelihoodEquations) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients and the last step; NaN where it broke down."""
    coefficients = step = np.zeros(len(equations.matrix.terms))
    for _ in range(STEPS):
        information, score = equations.at(coefficients)
        step = _solved(information, score)
        if not np.isfinite(step).all():
            break
        coefficients = coefficients + step
        if np.max(np.abs(step)) <= STILL * max(1, np.max(np.abs(coefficients))):
            break
    return coefficients, step


def _solved(information: FloatArray, score: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.solve(information, score))
    except np.linalg.LinAlgError:
        return np.full(len(score), np.nan)


def separated(term: str, value: object) -> EstimationError:
    """Return the refusal of a term that settles the outcome."""
    return EstimationError(
        "separation",
        f"{term} settles the outcome: every answer is {value!r} there, and no finite "
        "coefficient describes it; merge levels or leave the column out",
        terms=(term,),
        value=value,
    )


def _check_separated_levels(observations: Observations) -> None:
    for k, (name, levels) in enumerate(
        zip(observations.names, observations.labels, strict=True)
    ):
        codes = observations.codes[:, k]
        weight = np.bincount(codes, observations.weight, len(levels))
        ones = np.bincount(codes, observations.total, len(levels))
        for value, empty in ((1, weight - ones), (0, ones)):
            for code in np.flatnonzero(empty <= 1e-12 * weight):
                term = f"{name}[{levels[code]}]"
                raise separated(term, value)


def _check_separated_covariates(
    observations: Observations, matrix: ModelMatrix
) -> None:
    if not observations.continuous.shape[1]:
        return
    ones = observations.total > 0
    for k, values in enumerate(observations.continuous.T):
        term = matrix.terms[len(matrix.terms) - len(matrix.centre) + k]
        above, below = values[ones], values[~ones]
        if above.min() >= below.max() or below.min() >= above.max():
            raise separated(term, int(above.min() >= below.max()))


def check_settled(
    terms: tuple[str, ...], coefficients: FloatArray, step: FloatArray
) -> None:
    """Refuse coefficients that still run away: some combination separates."""
    if np.isfinite(step).all() and np.max(np.abs(step)) < SETTLED:
        return
    running = np.abs(coefficients) > CERTAIN
    names = tuple(term for term, far in zip(terms, running, strict=True) if far)
    names = names or tuple(filter(None, terms))
    raise EstimationError(
        "separation",
        f"together, {', '.join(names)} settle the outcome of some answers, and no "
        "finite coefficient describes it; leave one out",
        terms=names,
    )
