"""Draws of planned designs without an effect, each with its estimate and test.

Estimators are equivariant: adding an effect moves the estimate and leaves its
standard error, so that one set of draws serves every effect.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.planning.drawn_series import PlannedSeries, series_tests
from imppulse.evidence.planning.drawn_tests import DrawnTests
from imppulse.evidence.planning.planned_designs import (
    PlannedAnalysis,
    PlannedComparison,
    SteppedWedge,
)
from imppulse.evidence.planning.planned_sample import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.planning.planned_sample import PlannedSample

    FloatArray = NDArray[np.float64]

DrawnDesign = PlannedComparison | SteppedWedge | PlannedSeries
CELLS_AT_ONCE = 2_000_000


def tested(
    design: DrawnDesign, sd: float, *, draws: int, rng: np.random.Generator
) -> DrawnTests:
    """Draw a design without effect and test each draw."""
    if isinstance(design, PlannedSeries):
        return series_tests(design, sd, draws=draws, rng=rng)
    if isinstance(design, SteppedWedge):
        return _stepped(design, sd, draws=draws, rng=rng)
    units = sum(_units(arm) for arm in design.arms)
    portion = max(100, min(draws, CELLS_AT_ONCE // units))
    parts = [
        _compared(design, sd, draws=min(portion, draws - done), rng=rng)
        for done in range(0, draws, portion)
    ]
    return DrawnTests.joined(parts)


def _units(arm: PlannedSample) -> int:
    return arm.clusters or round(arm.respondents)


def _compared(
    design: PlannedComparison, sd: float, *, draws: int, rng: np.random.Generator
) -> DrawnTests:
    arms = [_waves(design, arm, sd, draws=draws, rng=rng) for arm in design.arms]
    if design.analysis == PlannedAnalysis.ADJUSTED:
        return _adjusted(arms)
    if design.analysis == PlannedAnalysis.AFTER:
        return _difference([(after, size) for _before, after, size in arms])
    if design.clustered or design.panel:
        return _difference([(after - before, size) for before, after, size in arms])
    samples = [(wave, size) for *waves, size in arms for wave in waves]
    return _difference(samples, signs=(-1.0, 1.0, 1.0, -1.0)[: len(samples)])


def _waves(
    design: PlannedComparison,
    arm: PlannedSample,
    sd: float,
    *,
    draws: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw both waves' means of each unit, and the units' sizes relative to 1."""
    units = _units(arm)
    icc = arm.intraclass_correlation if design.clustered else 0.0
    size = np.ones((draws, units))
    if design.clustered and arm.cluster_size_cv > 0:
        shape = 1 / arm.cluster_size_cv**2
        size = rng.gamma(shape, 1 / shape, (draws, units))
        size /= size.mean(axis=1, keepdims=True)
    people = arm.respondents / units * size / arm.weighting_effect
    area = _pair(
        sd * math.sqrt(icc), design.cluster_autocorrelation, like=size, rng=rng
    )
    own = sd * math.sqrt(1 - icc)
    persons = _pair(own, design.person_correlation, like=size, rng=rng)
    lost = rng.standard_normal(size.shape) * own * math.sqrt(_lost(design))
    before = area[0] + persons[0] / np.sqrt(people)
    after = area[1] + (persons[1] + lost) / np.sqrt(people)
    return before, after, size


def _lost(design: PlannedComparison) -> float:
    return 1 / (1 - design.attrition) - 1


def _pair(
    sd: float, correlation: float, *, like: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw two waves of the same standard deviation that correlate."""
    kept = rng.standard_normal(like.shape) * math.sqrt(correlation)
    own = rng.standard_normal((2, *like.shape)) * math.sqrt(1 - correlation)
    return sd * (kept + own[0]), sd * (kept + own[1])


def _difference(
    samples: list[tuple[FloatArray, FloatArray]],
    signs: tuple[float, ...] = (1.0, -1.0),
) -> DrawnTests:
    """Compare means weighted by size; the residuals of all samples are pooled."""
    draws = len(samples[0][0])
    estimate, squares, inverse = np.zeros(draws), np.zeros(draws), 0.0
    for (value, size), sign in zip(samples, signs, strict=False):
        centre = (value * size).mean(axis=1)
        estimate += sign * centre
        squares += ((size * (value - centre[:, None])) ** 2).sum(axis=1)
        inverse += 1 / value.shape[1]
    df = sum(value.shape[1] for value, _size in samples) - len(samples)
    return DrawnTests(estimate, np.sqrt(squares / df * inverse), np.full(draws, df))


def _adjusted(
    arms: list[tuple[FloatArray, FloatArray, FloatArray]],
) -> DrawnTests:
    """Compare the arms after the start, given the measure before."""
    before, after, size = (
        np.concatenate([arm[k] for arm in arms], axis=1) for k in range(3)
    )
    treated = np.zeros(before.shape)
    treated[:, : arms[0][0].shape[1]] = 1
    regressors = np.stack([np.ones_like(before), before, treated], axis=2)
    weighted = regressors * size[:, :, None]
    bread = np.linalg.inv(np.einsum("dup,duq->dpq", weighted, regressors))
    slopes = np.einsum("dpq,duq,du->dp", bread, weighted, after, optimize=True)
    residual = after - np.einsum("dup,dp->du", regressors, slopes)
    df = before.shape[1] - 3
    lean = np.einsum("dp,dup->du", bread[:, 2], weighted)
    equal = bool((size == 1).all())
    spread = (residual**2).sum(axis=1) / df
    variance = (
        spread * bread[:, 2, 2]
        if equal
        else ((lean * residual) ** 2).sum(axis=1) * before.shape[1] / df
    )
    return DrawnTests(slopes[:, 2], np.sqrt(variance), np.full(len(before), df))


def _stepped(
    design: SteppedWedge, sd: float, *, draws: int, rng: np.random.Generator
) -> DrawnTests:
    """Fit the model of Hussey and Hughes; its variances are those of each draw."""
    cac = design.cluster_autocorrelation
    require("cluster_autocorrelation", cac, cac == 1)
    treatment = design.treatment
    areas, periods = treatment.shape
    root = np.linalg.cholesky(design.covariance(sd) + 1e-12 * sd**2 * np.eye(periods))
    values = rng.standard_normal((draws, areas, periods)) @ root.T
    within, between = _components(values, treatment)
    kept = 1 - np.sqrt(within / (within + periods * between))
    inside = _less_kept(values, kept)
    started = _less_kept(np.broadcast_to(treatment, values.shape), kept)
    information = (started**2).sum(axis=(1, 2))
    estimate = (started * inside).sum(axis=(1, 2)) / information
    return DrawnTests(
        estimate, np.sqrt(within / information), np.full(draws, design.df)
    )


def _components(
    values: FloatArray, treatment: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Estimate the variances inside and between areas, by moments."""
    areas, periods = treatment.shape
    started = _centred(treatment - treatment.mean(axis=1, keepdims=True))
    inside = _centred(values - values.mean(axis=2, keepdims=True))
    slope = (inside * started).sum(axis=(1, 2)) / (started**2).sum()
    residual = inside - slope[:, None, None] * started
    df = (areas - 1) * (periods - 1) - 1
    within = (residual**2).sum(axis=(1, 2)) / df
    level = (values - slope[:, None, None] * treatment).mean(axis=2)
    between = level.var(axis=1, ddof=1) - within / periods
    return within, np.maximum(between, 0.0)


def _less_kept(values: FloatArray, kept: FloatArray) -> FloatArray:
    """Take a share of each area's mean away, then each period's mean."""
    return _centred(values - kept[:, None, None] * values.mean(axis=2, keepdims=True))


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean(axis=-2, keepdims=True))
