"""One step of a test of invariance, and when it holds.

The first model must fit; each further one must not fit noticeably worse: it
fails where CFI falls by more than .010 *and* RMSEA rises by more than .015 or
SRMR by more than .030 (loadings) or .010 (intercepts). That is Chen's rule
(2007): CFI decides, the others confirm. RMSEA alone is no criterion: with few
degrees of freedom it rises by chance (Kenny, Kaniskan and McCoach 2015). Were
RMSEA or CFI enough to fail a step, 19 to 30 % of comparisons of two to six
groups that are alike would be stopped (validation/factor/README.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import scipy

from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.scales.fit_indices import FitIndices

# Hu and Bentler (1999) recommend about .95, .06 and .08, and warn that RMSEA
# rejects good models in small samples; .90 and .08 are the older conventions
# (Bentler and Bonett 1980; Browne and Cudeck 1993) for "not plainly wrong".
LOWEST_CFI = 0.90
LARGEST_RMSEA = 0.08
LARGEST_SRMR = 0.08
# Chen (2007), for 300 answers or more in all; Cheung and Rensvold (2002)
# found the same limit of CFI.
LARGEST_FALL_OF_CFI = 0.010
LARGEST_RISE_OF_RMSEA = 0.015
LARGEST_RISE_OF_SRMR = {"metric": 0.030, "scalar": 0.010, "partial scalar": 0.010}


@dataclass(frozen=True)
class InvarianceStep(Result):
    """What holding more equal costs.

    Attributes
    ----------
    step : str
        ``"configural"``, ``"metric"``, ``"scalar"`` or ``"partial scalar"``.
    freed : str or None
        The item whose intercept this step frees.
    holds : bool
    crossed : tuple of str
        Limits that were crossed, ``"cfi"``, ``"rmsea"``, ``"srmr"``: any of
        them fails the first step, CFI and another one a later step.
    chi_square_scaled, df, cfi, rmsea, srmr : float
        CFI and RMSEA robust.
    cfi_fall, rmsea_rise, srmr_rise : float
        Against the step before; of partial scalar steps against metric. NaN
        for the first.
    difference, difference_df, difference_p_value : float
        Scaled chi-square difference test against the same step (Satorra and
        Bentler 2001), reported beside; with hundreds of answers it rejects
        differences too small to matter. The statistic and its p value are NaN
        when the scaling comes out negative.
    """

    step: str
    freed: str | None
    holds: bool
    crossed: tuple[str, ...]
    chi_square_scaled: float
    df: int
    cfi: float
    rmsea: float
    srmr: float
    cfi_fall: float
    rmsea_rise: float
    srmr_rise: float
    difference: float
    difference_df: int
    difference_p_value: float


def first_step(fit: FitIndices) -> InvarianceStep:
    """Judge the model in which nothing is held equal."""
    limits = {
        "cfi": fit.cfi_robust < LOWEST_CFI,
        "rmsea": fit.rmsea_robust_low > LARGEST_RMSEA,
        "srmr": fit.srmr > LARGEST_SRMR,
    }
    # A root mean square over one or two degrees of freedom is mostly chance:
    # RMSEA counts only where its whole interval lies above the limit.
    crossed = tuple(name for name, beyond in limits.items() if beyond)
    return _step("configural", fit, crossed, holds=not crossed)


def next_step(
    name: Literal["metric", "scalar", "partial scalar"],
    fit: FitIndices,
    before: FitIndices,
) -> InvarianceStep:
    """Judge a model against a looser one."""
    limits = {
        "cfi": before.cfi_robust - fit.cfi_robust > LARGEST_FALL_OF_CFI,
        "rmsea": fit.rmsea_robust - before.rmsea_robust > LARGEST_RISE_OF_RMSEA,
        "srmr": fit.srmr - before.srmr > LARGEST_RISE_OF_SRMR[name],
    }
    crossed = tuple(name for name, beyond in limits.items() if beyond)
    holds = not limits["cfi"] or len(crossed) == 1
    return _step(name, fit, crossed, holds=holds, before=before)


def _step(
    name: str,
    fit: FitIndices,
    crossed: tuple[str, ...],
    *,
    holds: bool,
    before: FitIndices | None = None,
) -> InvarianceStep:
    statistic, df, p_value = (
        (math.nan, 0, math.nan) if before is None else scaled_difference(fit, before)
    )

    def apart(index: str) -> float:
        if before is None:
            return math.nan
        return float(getattr(fit, index) - getattr(before, index))

    return InvarianceStep(
        step=name,
        freed=None,
        holds=holds,
        crossed=crossed,
        chi_square_scaled=fit.chi_square_scaled,
        df=fit.df,
        cfi=fit.cfi_robust,
        rmsea=fit.rmsea_robust,
        srmr=fit.srmr,
        cfi_fall=-apart("cfi_robust"),
        rmsea_rise=apart("rmsea_robust"),
        srmr_rise=apart("srmr"),
        difference=statistic,
        difference_df=df,
        difference_p_value=p_value,
    )


def scaled_difference(fit: FitIndices, before: FitIndices) -> tuple[float, int, float]:
    """Return statistic, degrees of freedom and p value of the tighter model.

    References
    ----------
    Satorra, A. and Bentler, P. M. (2001). A scaled difference chi-square test
    statistic for moment structure analysis. Psychometrika 66, 507-514.
    """
    df = fit.df - before.df
    loose = before.scaling * before.df if before.df else 0.0
    scaling = (fit.scaling * fit.df - loose) / df if df else math.nan
    if not scaling > 0:
        return math.nan, df, math.nan
    statistic = (fit.chi_square - before.chi_square) / scaling
    return statistic, df, float(scipy.special.chdtrc(df, max(statistic, 0.0)))
