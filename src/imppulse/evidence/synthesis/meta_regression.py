"""What the results of several territories go together with: meta-regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import SynthesisError
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
from imppulse.evidence.synthesis.moderators import model_matrix
from imppulse.evidence.synthesis.study_rows import check_choices, study_rows
from imppulse.evidence.synthesis.uncertain_variances import f_p_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.heterogeneity import Floats

STUDIES_PER_COEFFICIENT = 3
STUDIES_PER_MODERATOR = 10

Caution = Literal["few_studies_per_moderator"]


@dataclass(frozen=True)
class Coefficient(Result):
    """One coefficient: effect per unit of a moderator, or between two classes."""

    name: str
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float


@dataclass(frozen=True)
class MetaRegression(Result):
    """Effects regressed on moderators over studies.

    Attributes
    ----------
    k : int
        Number of studies.
    coefficients : tuple of Coefficient
        The intercept first.
    omnibus, omnibus_df1, omnibus_df2, omnibus_p_value : float
        F test that no moderator matters; with "classical" chi-squared divided by
        its degrees of freedom, `omnibus_df2` being infinite (null in JSON).
    tau2, tau2_ci_low, tau2_ci_high : float
        Variance of true effects that the moderators leave, Q-profile interval.
    i2 : float
        Percent of the remaining spread that is not chance.
    r2 : float
        Percent of tau2 that the moderators explain; NaN when there was none.
    q, q_p_value : float
        Test that nothing but chance remains, k - coefficients degrees of freedom.
    cautions : tuple of str
        "few_studies_per_moderator" under ten studies per moderator.
    method, test, level
        As asked.
    """

    k: int
    coefficients: tuple[Coefficient, ...]
    omnibus: float
    omnibus_df1: float
    omnibus_df2: float
    omnibus_p_value: float
    tau2: float
    tau2_ci_low: float
    tau2_ci_high: float
    i2: float
    r2: float
    q: float
    q_p_value: float
    cautions: tuple[Caution, ...]
    method: Method
    test: Test
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per coefficient."""
        return [row for each in self.coefficients for row in each.rows()]


@traced
def meta_regression(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    moderators: Mapping[str, ArrayLike | Sequence[object]],
    *,
    method: Method = "REML",
    test: Test = "knapp-hartung",
    level: float = 0.95,
) -> MetaRegression:
    """Regress the effects of several studies on what distinguishes the studies.

    A relation between studies, observed and not randomised: it never shows that
    the moderator is the cause.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        Effects in one common unit, and their standard errors.
    moderators : mapping of name to array-like, shape (studies,)
        Numbers, or text for classes.
    method, test
        As in :func:`synthesise`; t and F have k - coefficients degrees of freedom.
    level : float
        Of the confidence intervals.

    Returns
    -------
    MetaRegression
        Coefficients, the intercept first, in the unit of the effects per unit of the
        moderator.

    Raises
    ------
    SynthesisError
        ``moderators_too_many`` under three studies per coefficient, those of
        :func:`synthesise` for the rows, and ``moderators_missing``,
        ``moderator_not_finite``, ``moderator_constant``,
        ``moderators_collinear`` or ``synthesis_label_missing``.

    References
    ----------
    Knapp & Hartung (2003), Statistics in Medicine 22, 2693-2710.
    Raudenbush (2009), in The Handbook of Research Synthesis, 2nd ed., ch. 16 (R2).
    Higgins et al. (2019), Cochrane Handbook, 10.11.5.1, on ten studies a moderator.
    """
    check_choices(level, method=(method, Method), test=(test, Test))
    rows = study_rows(estimates, std_errors)
    names, x = model_matrix(moderators, len(rows))
    require_studies_per_coefficient(len(rows), len(names))
    fit = fit_mixed_effects(rows.y, rows.v, x, method=method)
    return _answer(fit, names, method=method, test=test, level=level)


def require_studies_per_coefficient(studies: int, coefficients: int) -> None:
    """Refuse a model with under three studies per coefficient."""
    fewest = STUDIES_PER_COEFFICIENT * coefficients
    if studies < fewest:
        raise SynthesisError(
            "moderators_too_many",
            f"{coefficients} coefficients need {fewest} studies, not {studies}",
            coefficients=coefficients,
            fewest=fewest,
            studies=studies,
        )


def wald(fit: MixedEffects, test: Test, which: slice) -> tuple[float, float, float]:
    """Return F and its degrees of freedom: some coefficients are all zero."""
    estimates = fit.coefficients[which]
    covariance = fit.covariance(test)[which, which]
    df2 = float("inf") if test == "classical" else float(fit.df)
    if not covariance.any():
        return (float("inf") if estimates.any() else 0.0), len(estimates), df2
    squared = estimates @ np.linalg.solve(covariance, estimates)
    return float(squared / len(estimates)), float(len(estimates)), df2


def _answer(
    fit: MixedEffects,
    names: tuple[str, ...],
    *,
    method: Method,
    test: Test,
    level: float,
) -> MetaRegression:
    f, df1, df2 = wald(fit, test, slice(1, None))
    low, high = heterogeneity.q_profile(fit.y, fit.v, level, x=fit.x)
    q = float(heterogeneity.error_contrasts(fit.y, fit.v, fit.x).q(0))
    few = len(fit.y) < STUDIES_PER_MODERATOR * (len(names) - 1)
    return MetaRegression(
        k=len(fit.y),
        coefficients=_coefficients(fit, names, test, level=level),
        omnibus=f,
        omnibus_df1=df1,
        omnibus_df2=df2,
        omnibus_p_value=f_p_value(f, df1, df2),
        tau2=fit.tau2,
        tau2_ci_low=low,
        tau2_ci_high=high,
        i2=fit.i2(method),
        r2=_explained(fit, method),
        q=q,
        q_p_value=f_p_value(q / fit.df, fit.df, float("inf")),
        cautions=("few_studies_per_moderator",) if few else (),
        method=method,
        test=test,
        level=level,
    )


def _coefficients(
    fit: MixedEffects, names: tuple[str, ...], test: Test, *, level: float
) -> tuple[Coefficient, ...]:
    errors: Floats = np.sqrt(np.diag(fit.covariance(test)))
    df = float("inf") if test == "classical" else float(fit.df)
    law = reference_law(df)
    quantile = float(law.ppf((1 + level) / 2))
    return tuple(
        Coefficient(
            name=name,
            estimate=estimate,
            std_error=error,
            ci_low=estimate - quantile * error,
            ci_high=estimate + quantile * error,
            df=df,
            p_value=two_sided_p(estimate, error, law),
        )
        for name, estimate, error in zip(
            names, fit.coefficients.tolist(), errors.tolist(), strict=True
        )
    )


def _explained(fit: MixedEffects, method: Method) -> float:
    before = fit_mixed_effects(fit.y, fit.v, method=method).tau2
    if before == 0:
        return float("nan")
    return 100 * max(0.0, 1 - fit.tau2 / before)
