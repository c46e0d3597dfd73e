"""Weighted likelihood of the proportional-odds model, in chunks.

Private to `ordinal` and `differential_items`, which document what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.regression.regression_fit import (
    STEPS,
    STILL,
    check_settled,
    separated,
)
from imppulse.evidence.regression.regression_matrix import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.regression.regression_matrix import ModelMatrix

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

MOST_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class OrdinalAnswers:
    """Answers in ordered categories, with what is known of who gave them.

    Attributes
    ----------
    observations : Observations
        Covariates, weights and clusters.
    category : (rows,) int
        Place of the answer on the scale.
    scale : tuple
        Categories in order.
    """

    observations: Observations
    category: IntArray
    scale: tuple[object, ...]

    @classmethod
    def of(cls, read: Observations) -> OrdinalAnswers:
        """Take the first categorical column as the answer, the rest as covariates."""
        covariates = replace(
            read, names=read.names[1:], labels=read.labels[1:], codes=read.codes[:, 1:]
        )
        return cls(covariates, read.codes[:, 0], read.labels[0])


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """Thresholds, then coefficients, where the likelihood is highest.

    Attributes
    ----------
    parameters : (parameters,) float
    information : (parameters, parameters) float
        Minus the second derivative of the log-likelihood.
    log_likelihood : float
        Sum of w log P(answer).
    """

    parameters: FloatArray
    information: FloatArray
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class OrdinalLikelihood:
    """The log-likelihood of logit P(Y <= k) = threshold_k - x'b."""

    answers: OrdinalAnswers
    matrix: ModelMatrix

    @property
    def thresholds(self) -> int:
        """Number of thresholds."""
        return len(self.answers.scale) - 1

    @cached_property
    def start(self) -> FloatArray:
        """Thresholds of the shares, no effect: (parameters,)."""
        weight = np.bincount(self.answers.category, self.answers.observations.weight)
        shares = np.cumsum(weight)[:-1] / weight.sum()
        return np.concatenate(
            [scipy.special.logit(shares), np.zeros(len(self.matrix.terms) - 1)]
        )

    def log_likelihood(self, parameters: FloatArray) -> float:
        """Return the sum of w log P; minus infinity where thresholds cross."""
        if (np.diff(parameters[: self.thresholds]) <= 0).any():
            return -np.inf
        found = 0.0
        for part, x in self._chunks():
            upper, lower = self._limits(parameters, part, x)
            share = _between(upper, lower)
            if (share <= 0).any():
                return -np.inf
            found += float(self.answers.observations.weight[part] @ np.log(share))
        return found

    def derivatives(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the score (parameters,) and the information (parameters, parameters)."""
        count = len(parameters)
        score, information = np.zeros(count), np.zeros((count, count))
        for part, x in self._chunks():
            weight = self.answers.observations.weight[part]
            upper, lower = self._limits(parameters, part, x)
            share = _between(upper, lower)
            above, below = self._gradients(part, x)
            by_row = (
                above * _slope(upper)[:, None] - below * _slope(lower)[:, None]
            ) / (share[:, None])
            score += weight @ by_row
            information += by_row.T @ (by_row * weight[:, None])
            for gradient, limit, sign in ((above, upper, -1.0), (below, lower, 1.0)):
                bend = sign * weight * _bend(limit) / share
                information += gradient.T @ (gradient * bend[:, None])
        return score, information

    def cluster_scores(self, parameters: FloatArray) -> FloatArray:
        """Return the sum of each cluster's scores, (clusters, parameters)."""
        observations = self.answers.observations
        clusters = len(observations.table.stratum_of_cluster)
        scores = np.zeros((clusters, len(parameters)))
        for part, x in self._chunks():
            upper, lower = self._limits(parameters, part, x)
            weight = observations.weight[part] / _between(upper, lower)
            above, below = self._gradients(part, x)
            by_row = above * _slope(upper)[:, None] - below * _slope(lower)[:, None]
            for k in range(len(parameters)):
                scores[:, k] += np.bincount(
                    observations.cluster[part], weight * by_row[:, k], clusters
                )
        return scores

    def _chunks(self) -> Iterator[tuple[slice, FloatArray]]:
        observations = self.answers.observations
        for start in range(0, len(observations.weight), CHUNK):
            part = slice(start, start + CHUNK)
            yield part, self.matrix.rows(observations, part)[:, 1:]

    def _limits(
        self, parameters: FloatArray, part: slice, x: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return where the category of each row ends and begins, as log-odds."""
        ends = np.concatenate([[-np.inf], parameters[: self.thresholds], [np.inf]])
        linear = x @ parameters[self.thresholds :]
        category = self.answers.category[part]
        return ends[category + 1] - linear, ends[category] - linear

    def _gradients(self, part: slice, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives of both limits, (rows, parameters)."""
        category = self.answers.category[part][:, None]
        place = np.arange(self.thresholds)[None, :]
        return (
            np.hstack([category == place, -x]),
            np.hstack([category - 1 == place, -x]),
        )


def _between(upper: FloatArray, lower: FloatArray) -> FloatArray:
    """Return P(lower < log-odds <= upper) from the tail where digits are left."""
    turned = lower > 0
    high = np.where(turned, -lower, upper)
    low = np.where(turned, -upper, lower)
    return np.asarray(scipy.special.expit(high) - scipy.special.expit(low))


def _slope(limit: FloatArray) -> FloatArray:
    return np.asarray(scipy.special.expit(limit) * scipy.special.expit(-limit))


def _bend(limit: FloatArray) -> FloatArray:
    return _slope(limit) * (scipy.special.expit(-limit) - scipy.special.expit(limit))


def fit_ordinal(answers: OrdinalAnswers, matrix: ModelMatrix) -> OrdinalFit:
    """Climb the likelihood by Newton's method, halving steps that go down.

    Raises
    ------
    EstimationError
        ``separation``.
    """
    _check_separated_levels(answers)
    likelihood = OrdinalLikelihood(answers, matrix)
    parameters = likelihood.start
    reached = likelihood.log_likelihood(parameters)
    for _ in range(STEPS):
        score, information = likelihood.derivatives(parameters)
        try:
            step = np.asarray(np.linalg.solve(information, score), dtype=float)
        except np.linalg.LinAlgError:
            step = np.full(len(score), np.nan)
        if not np.isfinite(step).all():
            break
        step, reached = _climbed(likelihood, parameters, step, reached=reached)
        parameters = parameters + step
        if np.max(np.abs(step)) <= STILL * max(1, np.max(np.abs(parameters))):
            break
    check_settled(
        ("", *matrix.terms[1:]),
        np.concatenate([[0.0], parameters[likelihood.thresholds :]]),
        step,
    )
    return OrdinalFit(parameters, likelihood.derivatives(parameters)[1], reached)


def _climbed(
    likelihood: OrdinalLikelihood,
    parameters: FloatArray,
    step: FloatArray,
    *,
    reached: float,
) -> tuple[FloatArray, float]:
    """Return the longest halving of a step that does not go down."""
    # At the top, rounding alone decides whether a step goes up.
    allowed = reached - 1e-12 * abs(reached)
    for _ in range(MOST_HALVINGS):
        climbed = likelihood.log_likelihood(parameters + step)
        if climbed >= allowed:
            return step, climbed
        step = step / 2
    return np.zeros(len(step)), reached


def _check_separated_levels(answers: OrdinalAnswers) -> None:
    """Refuse a level all of whose answers lie at one end of the scale."""
    observations = answers.observations
    for k, (name, levels) in enumerate(
        zip(observations.names, observations.labels, strict=True)
    ):
        codes = observations.codes[:, k]
        lowest = np.full(len(levels), len(answers.scale))
        highest = np.full(len(levels), -1)
        np.minimum.at(lowest, codes, answers.category)
        np.maximum.at(highest, codes, answers.category)
        ends = (highest == 0) | (lowest == len(answers.scale) - 1)
        for code in np.flatnonzero(ends):
            raise separated(f"{name}[{levels[code]}]", answers.scale[lowest[code]])


def check_scale(
    answers: OrdinalAnswers, column: str, scale: tuple[object, ...] | None
) -> None:
    """Refuse a scale that the answers do not fill.

    Raises
    ------
    EstimationError
        ``empty_category``, ``unknown_category``, ``too_many_categories``.
    """
    wanted = answers.scale if scale is None else scale
    for code, said, values in (
        ("empty_category", "has no answer in", set(wanted) - set(answers.scale)),
        (
            "unknown_category",
            "has answers beyond its scale:",
            set(answers.scale) - set(wanted),
        ),
    ):
        if values:
            named = tuple(sorted(values, key=str))
            raise EstimationError(
                code,
                f"{column!r} {said} {', '.join(map(repr, named))}",
                column=column,
                categories=named,
            )
    if len(answers.scale) > MOST_CATEGORIES:
        raise EstimationError(
            "too_many_categories",
            f"{column!r} has {len(answers.scale)} different answers; a scale has at "
            f"most {MOST_CATEGORIES}",
            column=column,
            categories=len(answers.scale),
            most=MOST_CATEGORIES,
        )


MOST_CATEGORIES = 20
