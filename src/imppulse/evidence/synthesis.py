"""Random-effects synthesis of one outcome over several territories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from scipy import stats

from imppulse.evidence import heterogeneity
from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from imppulse.evidence.heterogeneity import Floats

FEWEST_STUDIES = 3

Method = Literal["REML", "DL", "PM"]
Test = Literal["knapp-hartung", "knapp-hartung-plain", "classical"]

TAU2_ESTIMATORS: dict[Method, Callable[[Floats, Floats], float]] = {
    "REML": heterogeneity.restricted_maximum_likelihood,
    "DL": heterogeneity.dersimonian_laird,
    "PM": heterogeneity.paule_mandel,
}


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
        Where the true effect in a further territory is expected.
    tau2, tau2_ci_low, tau2_ci_high : float
        Variance of the true effects and its Q-profile interval, squared unit.
    i2 : float
        Percent of the spread that is not chance, from tau2 (not from Q).
    q, q_p_value : float
        Cochran's test that all true effects are equal, k - 1 degrees of freedom.
    weights : tuple of float
        Percent, in the order of the studies; they sum to 100.
    labels : tuple of str
        Names of the studies, in the same order.
    method, test, level
        As asked.
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


@traced
def synthesise(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    method: Method = "REML",
    test: Test = "knapp-hartung",
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> PooledEffect | TooFewStudies:
    """Pool the estimates of one outcome from several territories.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        Effects in one common unit, and their standard errors.
    method : {"REML", "DL", "PM"}
        Estimator of the variance between studies: restricted maximum likelihood,
        DerSimonian-Laird or Paule-Mandel.
    test : {"knapp-hartung", "knapp-hartung-plain", "classical"}
        "knapp-hartung" scales the standard error by the observed spread, never
        below the classical one, and uses t with k - 1 degrees of freedom;
        "knapp-hartung-plain" lets it shrink; "classical" uses the normal law.
    labels : sequence of str, optional
        Names of the studies; by default their row numbers from 1.
    level : float
        Of the confidence and prediction intervals.

    Returns
    -------
    PooledEffect or TooFewStudies
        Under three studies nothing is pooled.

    Raises
    ------
    SynthesisError
        ``synthesis_lengths_differ``, ``synthesis_without_studies``,
        ``synthesis_not_finite``, ``synthesis_std_error_not_positive`` (both name
        the row and its label), ``synthesis_unknown_choice`` or
        ``synthesis_level_out_of_range``.

    Notes
    -----
    The prediction interval is estimate -/+ c sqrt(std_error^2 + tau2), where c is
    the same quantile as for the confidence interval: t with k - 1 degrees of
    freedom with Knapp-Hartung, normal with "classical" (the convention of the R
    package metafor; Higgins and others use k - 2).

    References
    ----------
    Hartung & Knapp (2001), Statistics in Medicine 20, 1771-1782.
    Jackson, Law, Ruecker & Schwarzer (2017), Statistics in Medicine 36, 3923-3934,
    on the standard error that never shrinks.
    Higgins, Thompson & Spiegelhalter (2009), JRSS A 172, 137-159, on prediction.
    """
    _check_choices(method, test, level)
    y, s = _columns(estimates), _columns(std_errors)
    names = _names(labels, len(y))
    _check_rows(y, s, names)
    if len(y) < FEWEST_STUDIES:
        return TooFewStudies(k=len(y), low=float(y.min()), high=float(y.max()))
    return _pool(y, s**2, names, method=method, test=test, level=level)


def _pool(
    y: Floats,
    v: Floats,
    names: tuple[str, ...],
    *,
    method: Method,
    test: Test,
    level: float,
) -> PooledEffect:
    k = len(y)
    tau2 = TAU2_ESTIMATORS[method](y, v)
    w = 1 / (v + tau2)
    mean = heterogeneity.weighted_mean(y, v, tau2)
    se = float(np.sqrt(_scale(y, v, tau2, test=test) / w.sum()))
    law = stats.norm() if test == "classical" else stats.t(k - 1)
    quantile = float(law.ppf((1 + level) / 2))
    reach = quantile * float(np.hypot(se, np.sqrt(tau2)))
    tau2_low, tau2_high = heterogeneity.q_profile(y, v, level)
    q = heterogeneity.generalised_q(y, v, 0)
    return PooledEffect(
        k=k,
        estimate=mean,
        std_error=se,
        ci_low=mean - quantile * se,
        ci_high=mean + quantile * se,
        pi_low=mean - reach,
        pi_high=mean + reach,
        tau2=tau2,
        tau2_ci_low=tau2_low,
        tau2_ci_high=tau2_high,
        i2=100 * tau2 / (tau2 + heterogeneity.typical_variance(v)),
        q=q,
        q_p_value=float(stats.chi2.sf(q, k - 1)),
        p_value=_two_sided_p(mean, se, law),
        weights=tuple((100 * w / w.sum()).tolist()),
        labels=names,
        method=method,
        test=test,
        level=level,
    )


def _scale(y: Floats, v: Floats, tau2: float, *, test: Test) -> float:
    if test == "classical":
        return 1.0
    spread = heterogeneity.generalised_q(y, v, tau2) / (len(y) - 1)
    return spread if test == "knapp-hartung-plain" else max(1.0, spread)


def _two_sided_p(mean: float, se: float, law: Any) -> float:
    # Identical results shrink the plain Knapp-Hartung standard error to 0.
    if se == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * law.sf(abs(mean) / se))


def _columns(values: ArrayLike) -> Floats:
    column: Floats = np.asarray(values, dtype=float).reshape(-1)
    return column


def _names(labels: Sequence[str] | None, k: int) -> tuple[str, ...]:
    if labels is None:
        return tuple(str(row) for row in range(1, k + 1))
    return tuple(labels)


def _check_choices(method: str, test: str, level: float) -> None:
    for name, value, known in (
        ("method", method, get_args(Method)),
        ("test", test, get_args(Test)),
    ):
        if value not in known:
            raise SynthesisError(
                "synthesis_unknown_choice",
                f"{name} must be one of {', '.join(known)}, not {value!r}",
                option=name,
                value=value,
                known=known,
            )
    if not 0 < level < 1:
        raise SynthesisError(
            "synthesis_level_out_of_range",
            f"level must lie between 0 and 1, not {level}",
            value=level,
        )


def _check_rows(y: Floats, s: Floats, names: tuple[str, ...]) -> None:
    if not len(y) == len(s) == len(names):
        raise SynthesisError(
            "synthesis_lengths_differ",
            f"{len(y)} estimates, {len(s)} standard errors, {len(names)} labels",
            estimates=len(y),
            std_errors=len(s),
            labels=len(names),
        )
    if len(y) == 0:
        raise SynthesisError("synthesis_without_studies", "there is nothing to pool")
    # Squares are checked, since the computation needs them.
    with np.errstate(over="ignore"):
        finite = np.isfinite(y**2) & np.isfinite(s**2)
    _refuse_first(~finite, "synthesis_not_finite", names)
    _refuse_first((s < 0) | (s**2 == 0), "synthesis_std_error_not_positive", names)


def _refuse_first(bad: np.ndarray, code: str, names: tuple[str, ...]) -> None:
    if not bad.any():
        return
    row = int(np.flatnonzero(bad)[0])
    complaint = {
        "synthesis_not_finite": "the estimate or its standard error is not a number",
        "synthesis_std_error_not_positive": "the standard error is not positive",
    }[code]
    raise SynthesisError(
        code,
        f"row {row + 1} ({names[row]}): {complaint}",
        row=row + 1,
        label=names[row],
    )
