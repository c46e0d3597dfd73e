"""How well a model reproduces means and covariances: chi-square, CFI, TLI, RMSEA, SRMR."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.results import Result
from imppulse.evidence.scales.factor_model import moments

if TYPE_CHECKING:
    from imppulse.evidence.scales.factor_fit import Fit

RMSEA_LEVEL = 0.90


@dataclass(frozen=True)
class FitIndices(Result):
    """What the distance between model and answers amounts to.

    Attributes
    ----------
    chi_square, df, p_value
        Likelihood ratio test of the model against free means and covariances.
        It assumes normal answers drawn one by one.
    scaling : float
        What `chi_square` is divided by so that its mean is `df` for answers
        that are not normal, weighted or clustered (Yuan-Bentler in the form
        of Mplus). NaN without degrees of freedom.
    chi_square_scaled, p_value_scaled : float
    cfi, tli, rmsea, rmsea_low, rmsea_high : float
        From `chi_square`; the interval of RMSEA is at 90 %.
    cfi_robust, tli_robust, rmsea_robust, rmsea_robust_low, rmsea_robust_high
        Corrected with `scaling`; to be preferred for answers on 5 points.
    srmr : float
        Square root of the mean squared standardised residual of means and
        covariances, averaged over groups.
    log_likelihood, aic, bic : float
    parameters : int
        Free parameters, intercepts included.
    n : int
    """

    chi_square: float
    df: int
    p_value: float
    scaling: float
    chi_square_scaled: float
    p_value_scaled: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    cfi_robust: float
    tli_robust: float
    rmsea_robust: float
    rmsea_robust_low: float
    rmsea_robust_high: float
    srmr: float
    log_likelihood: float
    aic: float
    bic: float
    parameters: int
    n: int


@dataclass(frozen=True)
class Distance:
    """A chi-square with its degrees of freedom and what it is divided by."""

    chi_square: float
    df: int
    scaling: float = 1.0

    @property
    def excess(self) -> float:
        """What is left after the part that chance explains."""
        return self.chi_square - self.scaling * self.df if self.df else 0.0


def fit_indices(model: Fit, independence: Fit) -> FitIndices:
    """Compare a fitted model with free moments and with independent items.

    References
    ----------
    Bentler, P. M. (1990). Comparative fit indexes in structural models.
    Psychological Bulletin 107, 238-246 (CFI).
    Tucker, L. R. and Lewis, C. (1973). A reliability coefficient for maximum
    likelihood factor analysis. Psychometrika 38, 1-10 (TLI).
    Steiger, J. H. (1998). A note on multiple sample extensions of the RMSEA
    fit index. Structural Equation Modeling 5, 411-419.
    Brosseau-Liard, P. E., Savalei, V. and Li, L. (2012). An investigation of
    the sample performance of two nonnormality corrections for RMSEA.
    Multivariate Behavioral Research 47, 904-930; Brosseau-Liard, P. E. and
    Savalei, V. (2014). Adjusting incremental fit indices for nonnormality.
    Multivariate Behavioral Research 49, 460-470 (robust versions).
    Asparouhov, T. and Muthen, B. (2005). Multivariate statistical modeling
    with survey data. FCSM Research Conference (scaling with weights).
    """
    sample = model.likelihood.sample
    n, groups = sample.total, len(sample.groups)
    plain = Distance(model.chi_square, model.df)
    plain_null = Distance(independence.chi_square, independence.df)
    robust = Distance(model.chi_square, model.df, model.scaling)
    robust_null = Distance(
        independence.chi_square, independence.df, independence.scaling
    )
    low, high = rmsea_interval(plain, n, groups)
    robust_low, robust_high = rmsea_interval(robust, n, groups)
    likelihood = _log_likelihood(model)
    parameters = model.likelihood.layout.free
    return FitIndices(
        chi_square=model.chi_square,
        df=model.df,
        p_value=_upper_tail(model.chi_square, model.df),
        scaling=model.scaling,
        chi_square_scaled=model.chi_square / model.scaling,
        p_value_scaled=_upper_tail(model.chi_square / model.scaling, model.df),
        cfi=cfi(plain, plain_null),
        tli=tli(plain, plain_null),
        rmsea=rmsea(plain, n, groups),
        rmsea_low=low,
        rmsea_high=high,
        cfi_robust=cfi(robust, robust_null),
        tli_robust=tli(robust, robust_null),
        rmsea_robust=rmsea(robust, n, groups),
        rmsea_robust_low=robust_low,
        rmsea_robust_high=robust_high,
        srmr=srmr(model),
        log_likelihood=likelihood,
        aic=2 * parameters - 2 * likelihood,
        bic=math.log(n) * parameters - 2 * likelihood,
        parameters=parameters,
        n=n,
    )


def cfi(model: Distance, null: Distance) -> float:
    """Share of the null model's excess that the model removes, within 0 and 1."""
    left = max(model.excess, 0.0)
    most = max(left, null.excess, 0.0)
    return 1.0 if most == 0 else 1 - left / most


def tli(model: Distance, null: Distance) -> float:
    """Return the same per degree of freedom; may exceed 1."""
    if not model.df or not null.excess:
        return 1.0
    return 1 - (model.excess / model.df) / (null.excess / null.df)


def rmsea(model: Distance, n: int, groups: int) -> float:
    """Return the misfit per degree of freedom, as a root."""
    if not model.df:
        return 0.0
    return math.sqrt(max(model.excess, 0.0) / (n * model.df) * groups)


def rmsea_interval(model: Distance, n: int, groups: int) -> tuple[float, float]:
    """Return the interval of RMSEA at 90 %."""
    if not model.df:
        return 0.0, 0.0
    scaled = model.chi_square / model.scaling
    ends = (0.5 + RMSEA_LEVEL / 2, 0.5 - RMSEA_LEVEL / 2)
    low, high = (
        math.sqrt(
            model.scaling
            * _noncentrality(scaled, model.df, end)
            * groups
            / (n * model.df)
        )
        for end in ends
    )
    return low, high


def _noncentrality(statistic: float, df: int, chance: float) -> float:
    """Return the noncentrality under which the statistic has that chance below it."""
    if scipy.special.chdtr(df, statistic) < chance:
        return 0.0
    most = statistic
    while scipy.special.chndtr(statistic, df, most) > chance:
        most *= 2
    least = statistic * 1e-12
    return float(
        scipy.optimize.brentq(
            lambda centre: scipy.special.chndtr(statistic, df, centre) - chance,
            least,
            most,
            xtol=1e-10,
        )
    )


def _upper_tail(statistic: float, df: int) -> float:

    return float(scipy.special.chdtrc(df, statistic)) if df else math.nan


def srmr(model: Fit) -> float:
    """Return the standardised root mean squared residual."""
    sample = model.likelihood.sample
    mean, implied = moments(model.likelihood.structure, model.local)
    spread = np.sqrt(np.diagonal(sample.covariance, axis1=-2, axis2=-1))
    scale = spread[:, :, None] * spread[:, None, :]
    row, column = np.tril_indices(mean.shape[1])
    of_covariance = ((sample.covariance - implied) / scale)[:, row, column]
    residuals = np.hstack([of_covariance, (sample.mean - mean) / spread])
    return float(sample.share @ np.sqrt((residuals**2).mean(axis=1)))


def _log_likelihood(model: Fit) -> float:
    likelihood = model.likelihood
    items = len(likelihood.structure.items)
    each = likelihood.value(model.free) + items / 2 * math.log(2 * math.pi)
    return -likelihood.sample.total * each
