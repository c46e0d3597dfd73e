"""How much a pooled result owes to each study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis import heterogeneity
from imppulse.evidence.synthesis.mixed_effects import (
    Method,
    MixedEffects,
    Test,
    fit_mixed_effects,
    reference_law,
    two_sided_p,
)
from imppulse.evidence.synthesis.study_rows import (
    StudyRows,
    check_choices,
    require_studies,
    study_rows,
)
from imppulse.evidence.synthesis.synthesis import FEWEST_STUDIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class LeftOut(Result):
    """The pooled effect without one study, and how far that study lies from it.

    Attributes
    ----------
    label : str
        The study.
    estimate, std_error, ci_low, ci_high, p_value, tau2, i2, q : float
        Of the other studies.
    studentised_residual : float
        Distance from the mean of the others, over its standard error.
    dffits : float
        Change of the fitted value of the study, in standard errors.
    cooks_distance : float
        Squared change of the mean, over its variance with all studies.
    covariance_ratio : float
        Variance of the mean without the study over that with it.
    hat, weight : float
        Leverage, which without moderators is the weight as a share; percent.
    influential : bool
        By the usual rule of thumb: |dffits| > 3 sqrt(1 / (k - 1)), or
        Cook's distance beyond the median of chi-squared, or hat > 3 / k, or the
        mean moves by more than its standard error.
    """

    label: str
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    i2: float
    q: float
    studentised_residual: float
    dffits: float
    cooks_distance: float
    covariance_ratio: float
    hat: float
    weight: float
    influential: bool


@dataclass(frozen=True)
class Influence(Result):
    """One entry per study, in their order; `estimate` is that of all of them.

    `lowest` and `highest` are the smallest and the largest pooled estimate that
    leaving one study out gives.
    """

    k: int
    estimate: float
    lowest: float
    highest: float
    studies: tuple[LeftOut, ...]
    method: Method
    test: Test
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study."""
        return [row for each in self.studies for row in each.rows()]


@traced
def influence(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    method: Method = "REML",
    test: Test = "knapp-hartung",
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> Influence:
    """Leave each study out in turn and measure what changes.

    Parameters
    ----------
    estimates, std_errors, method, test, labels, level
        As in :func:`synthesise`; at least four studies, so that three remain.

    Returns
    -------
    Influence
        The pooled effect without each study, in their order and their unit.

    Raises
    ------
    SynthesisError
        ``synthesis_too_few_studies`` and the refusals of :func:`synthesise`.

    References
    ----------
    Viechtbauer & Cheung (2010), Research Synthesis Methods 1, 112-125.
    """
    check_choices(level, method=(method, Method), test=(test, Test))
    rows = study_rows(estimates, std_errors, labels)
    require_studies(len(rows), FEWEST_STUDIES + 1, "leaving one study out")
    whole = fit_mixed_effects(rows.y, rows.v, method=method)
    studies = tuple(
        _left_out(rows, row, whole, method=method, test=test, level=level)
        for row in range(len(rows))
    )
    means = [each.estimate for each in studies]
    return Influence(
        k=len(rows),
        estimate=float(whole.coefficients[0]),
        lowest=min(means),
        highest=max(means),
        studies=studies,
        method=method,
        test=test,
        level=level,
    )


def _left_out(
    rows: StudyRows,
    row: int,
    whole: MixedEffects,
    *,
    method: Method,
    test: Test,
    level: float,
) -> LeftOut:
    kept = rows.only(np.arange(len(rows)) != row)
    fit = fit_mixed_effects(kept.y, kept.v, method=method)
    mean, variance = float(fit.coefficients[0]), float(fit.covariance(test)[0, 0])
    error = float(np.sqrt(variance))
    law = reference_law(float("inf") if test == "classical" else fit.df)
    reach = float(law.ppf((1 + level) / 2)) * error
    distances = _distances(whole, fit, row, test=test)
    moved = _moved(whole, fit, test)
    return LeftOut(
        label=rows.names[row],
        estimate=mean,
        std_error=error,
        ci_low=mean - reach,
        ci_high=mean + reach,
        p_value=two_sided_p(mean, error, law),
        tau2=fit.tau2,
        i2=fit.i2(method),
        q=heterogeneity.generalised_q(kept.y, kept.v, 0),
        hat=float(whole.leverages[row]),
        weight=100 * float(whole.weights[row] / whole.weights.sum()),
        studentised_residual=distances["studentised_residual"],
        dffits=distances["dffits"],
        cooks_distance=distances["cooks_distance"],
        covariance_ratio=distances["covariance_ratio"],
        influential=_is_influential(whole, row, {**distances, "moved": moved}),
    )


def _moved(whole: MixedEffects, fit: MixedEffects, test: Test) -> float:
    """Return the move of the mean in standard errors, given the others' tau2."""
    known = 1 / float((1 / (whole.v + fit.tau2)).sum())
    return _over(_change(whole, fit), np.sqrt(fit.scale(test) * known))


def _change(whole: MixedEffects, fit: MixedEffects) -> float:
    return float(whole.coefficients[0] - fit.coefficients[0])


def _distances(
    whole: MixedEffects, fit: MixedEffects, row: int, *, test: Test
) -> dict[str, float]:
    change, scale = _change(whole, fit), fit.scale(test)
    variance = float(fit.covariance(test)[0, 0])
    own = scale * float(whole.v[row] + fit.tau2)
    before = float(whole.covariance(test)[0, 0])
    deleted = float(whole.y[row] - fit.coefficients[0])
    return {
        "studentised_residual": _over(deleted, np.sqrt(own + variance)),
        "dffits": _over(change, np.sqrt(whole.leverages[row] * own)),
        "cooks_distance": _over(change**2, before),
        "covariance_ratio": _over(variance, before),
    }


def _over(part: float, whole: float) -> float:
    # Identical results shrink the plain Knapp-Hartung standard error to 0.
    return float(part / whole) if whole > 0 else float("nan")


def _is_influential(whole: MixedEffects, row: int, distances: dict[str, float]) -> bool:

    k = len(whole.y)
    return bool(
        abs(distances["dffits"]) > 3 * np.sqrt(1 / (k - 1))
        or distances["cooks_distance"] > scipy.stats.chi2.ppf(0.5, 1)
        or whole.leverages[row] > 3 / k
        or abs(distances["moved"]) > 1
    )
