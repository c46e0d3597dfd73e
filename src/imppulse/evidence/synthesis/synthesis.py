"""Random-effects synthesis of one outcome over several territories.

The prediction interval is estimate -/+ c sqrt(std_error^2 + tau2), c being the
quantile of `prediction`: "t(k-1)" with Knapp-Hartung and "normal" with
"classical" is the convention of the R package metafor, "t(k-2)" that of
Higgins and others.

With `df`, the classical variance is that of :mod:`uncertain_variances`
(Meier; Kenward & Roger); the classical test uses t with Satterthwaite's
degrees of freedom, Knapp-Hartung the smaller of those and k - 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis import heterogeneity, uncertain_variances
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
    row_df,
    study_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.heterogeneity import Floats

FEWEST_STUDIES = 3

Prediction = Literal["t(k-1)", "t(k-2)", "normal"]


@dataclass(frozen=True)
class PooledEffect(Result):
    """One outcome pooled over studies. Effects in the unit of the estimates.

    Attributes
    ----------
    k : int
        Number of studies.
    estimate, std_error, ci_low, ci_high, p_value : float
        The mean effect.
    pi_low, pi_high : float
        Where the true effect in a further territory is expected; NaN with equal
        effects, where no territory differs by assumption.
    tau2, tau2_ci_low, tau2_ci_high : float
        Variance of the true effects and its Q-profile interval, squared unit.
    i2, i2_ci_low, i2_ci_high : float
        Percent of the spread that is not chance, from tau2 and the ends of its
        interval (with equal effects the estimate is from Q).
    q, q_p_value : float
        Cochran's test that all true effects are equal, k - 1 degrees of freedom;
        Welch's F test where the rows have degrees of freedom.
    weights : tuple of float
        Percent, in the order of the studies; they sum to 100.
    labels : tuple of str
        Names of the studies, in the same order.
    method, test, level
        As asked.
    prediction : str
        Law of the prediction interval: "t(k-1)", "t(k-2)", "normal" or "none".
    df : float
        Degrees of freedom of the mean; infinite (null in JSON) for the normal law.
    """

    k: int
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    tau2: float
    tau2_ci_low: float
    tau2_ci_high: float
    i2: float
    q: float
    q_p_value: float
    p_value: float
    weights: tuple[float, ...]
    labels: tuple[str, ...]
    method: Method
    test: Test
    level: float
    # What earlier releases did not store has a default, so that it can be read.
    i2_ci_low: float = float("nan")
    i2_ci_high: float = float("nan")
    prediction: Prediction | Literal["none"] = "t(k-1)"
    df: float = float("nan")


@dataclass(frozen=True)
class TooFewStudies(Result):
    """One or two studies: their range, and no pooled number.

    Attributes
    ----------
    k : int
        Number of studies.
    low, high : float
        Smallest and largest estimate.
    """

    k: int
    low: float
    high: float


def only_the_range(rows: StudyRows) -> TooFewStudies:
    """Return what one or two studies allow to say."""
    return TooFewStudies(k=len(rows), low=float(rows.y.min()), high=float(rows.y.max()))


@traced
def synthesise(  # noqa: PLR0913 - one keyword per choice that a plan states
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    df: ArrayLike | None = None,
    method: Method = "REML",
    test: Test = "knapp-hartung",
    prediction: Prediction | None = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> PooledEffect | TooFewStudies:
    """Pool the estimates of one outcome from several territories.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        Effects in one common unit, and their standard errors.
    df : array-like of float, shape (studies,), optional
        Degrees of freedom of the standard errors; without, they count as known.
    method : {"REML", "DL", "PM", "ML", "FE"}
        Estimator of the variance between studies; "FE": true effects are equal.
    test : {"knapp-hartung", "knapp-hartung-plain", "classical"}
        "knapp-hartung" scales the standard error by the observed spread, not below
        the classical one, t(k - 1); "-plain" lets it shrink; "classical" is normal.
    prediction : {"t(k-1)", "t(k-2)", "normal"}, optional
        Law of the prediction interval; that of the confidence interval by default.
    labels : sequence of str, optional
        Names of the studies; by default their row numbers from 1.
    level : float
        Of the confidence and prediction intervals.

    Returns
    -------
    PooledEffect, or TooFewStudies under three studies.

    Raises
    ------
    SynthesisError
        ``synthesis_lengths_differ``, ``synthesis_without_studies``,
        ``synthesis_not_finite``, ``synthesis_std_error_not_positive`` and
        ``synthesis_df_below_one`` (these name the row and its label),
        ``synthesis_column_length_differs``, ``synthesis_unknown_choice``,
        ``synthesis_level_out_of_range``.

    References
    ----------
    Hartung & Knapp (2001), Statistics in Medicine 20, 1771-1782.
    Jackson, Law, Ruecker & Schwarzer (2017), Statistics in Medicine 36, 3923-3934.
    Higgins, Thompson & Spiegelhalter (2009), JRSS A 172, 137-159.
    """
    law = prediction or ("normal" if test == "classical" else "t(k-1)")
    check_choices(
        level, method=(method, Method), test=(test, Test), prediction=(law, Prediction)
    )
    rows = study_rows(estimates, std_errors, labels)
    degrees = row_df(df, rows)
    if len(rows) < FEWEST_STUDIES:
        return only_the_range(rows)
    fit = fit_mixed_effects(rows.y, rows.v, method=method)
    return _pooled(fit, _Choices(rows, degrees, method, test, law, level))


@dataclass(frozen=True, eq=False)
class _Choices:
    rows: StudyRows
    row_df: Floats | None
    method: Method
    test: Test
    prediction: Prediction
    level: float


def _pooled(fit: MixedEffects, asked: _Choices) -> PooledEffect:
    mean = heterogeneity.weighted_mean(fit.y, fit.v, fit.tau2)
    se, df = _std_error(fit, asked.test, asked.row_df)
    law = reference_law(df)
    reach = float(law.ppf((1 + asked.level) / 2)) * se
    predicted = _prediction_reach(fit.tau2, se, asked)
    tau2_low, tau2_high = heterogeneity.q_profile(fit.y, fit.v, asked.level)
    q, q_p_value = _equality(fit, asked.row_df)
    return PooledEffect(
        k=len(fit.y),
        estimate=mean,
        std_error=se,
        ci_low=mean - reach,
        ci_high=mean + reach,
        pi_low=mean - predicted,
        pi_high=mean + predicted,
        tau2=fit.tau2,
        tau2_ci_low=tau2_low,
        tau2_ci_high=tau2_high,
        i2=fit.i2(asked.method),
        q=q,
        q_p_value=q_p_value,
        p_value=two_sided_p(mean, se, law),
        weights=tuple((100 * fit.weights / fit.weights.sum()).tolist()),
        labels=asked.rows.names,
        method=asked.method,
        test=asked.test,
        level=asked.level,
        i2_ci_low=fit.i2_at(tau2_low),
        i2_ci_high=fit.i2_at(tau2_high),
        prediction="none" if asked.method == "FE" else asked.prediction,
        df=df,
    )


def _std_error(
    fit: MixedEffects, test: Test, row_df: Floats | None
) -> tuple[float, float]:
    """Return the standard error of the mean and its degrees of freedom."""
    known = float(1 / fit.weights.sum())
    variance, df = known * fit.scale(test), float("inf")
    if test != "classical":
        df = float(fit.df)
    if row_df is not None and test != "knapp-hartung-plain":
        corrected = uncertain_variances.corrected_variance(fit.v, fit.tau2, row_df)
        variance = max(variance, corrected)
        df = min(df, uncertain_variances.satterthwaite_df(fit.v, fit.tau2, row_df))
    return float(np.sqrt(variance)), df


def _prediction_reach(tau2: float, std_error: float, asked: _Choices) -> float:
    if asked.method == "FE":
        return float("nan")
    k = len(asked.rows)
    df = {"t(k-1)": k - 1.0, "t(k-2)": k - 2.0, "normal": float("inf")}
    quantile = reference_law(df[asked.prediction]).ppf((1 + asked.level) / 2)
    return float(quantile * np.hypot(std_error, np.sqrt(tau2)))


def _equality(fit: MixedEffects, row_df: Floats | None) -> tuple[float, float]:
    """Return Cochran's Q and the p-value of equal effects."""
    q = heterogeneity.generalised_q(fit.y, fit.v, 0)
    if row_df is None:
        found = (q / fit.df, float(fit.df), float("inf"))
    else:
        found = uncertain_variances.welch_test(fit.y, fit.v, row_df)
    return q, uncertain_variances.f_p_value(*found)
