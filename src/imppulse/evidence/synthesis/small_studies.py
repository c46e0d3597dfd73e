"""Do small studies tell another story than large ones? Two tests, from ten studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.mixed_effects import (
    MixedEffects,
    reference_law,
    two_sided_p,
)
from imppulse.evidence.synthesis.study_rows import (
    check_choices,
    require_studies,
    study_rows,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.study_rows import StudyRows

FEWEST_STUDIES = 10
SMALLEST_SPREAD = 1e-8


@dataclass(frozen=True)
class RegressionTest(Result):
    """Egger's regression of the effect on its standard error.

    Attributes
    ----------
    k : int
        Number of studies.
    slope, std_error, t, df, p_value : float
        Change of the effect per unit of standard error; 0 when small and large
        studies agree.
    limit, limit_ci_low, limit_ci_high : float
        The effect that the line gives for a study without sampling error.
    level : float
        Of the interval.
    """

    k: int
    slope: float
    std_error: float
    t: float
    df: float
    p_value: float
    limit: float
    limit_ci_low: float
    limit_ci_high: float
    level: float


@dataclass(frozen=True)
class RankTest(Result):
    """Kendall's tau of effects and variances; exact where no value occurs twice."""

    k: int
    tau: float
    p_value: float
    exact: bool


@traced
def egger_test(
    estimates: ArrayLike, std_errors: ArrayLike, *, level: float = 0.95
) -> RegressionTest:
    """Test whether the effect depends on the size of the study.

    A dependence has many causes: results that were not published, but also
    smaller studies elsewhere, on other people, done otherwise.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        From ten studies on, of different precision.
    level : float
        Of the interval of the limit.

    Returns
    -------
    RegressionTest
        The slope of the effect on its standard error; the limit in the unit of the
        effects.

    Raises
    ------
    SynthesisError
        ``synthesis_too_few_studies`` under ten, ``moderator_constant`` when all
        standard errors are alike, and the refusals of :func:`synthesise`.

    References
    ----------
    Egger, Davey Smith, Schneider & Minder (1997), BMJ 315, 629-634.
    Sterne et al. (2011), BMJ 343, d4002, on ten studies.
    """
    check_choices(level)
    rows = _enough(estimates, std_errors)
    errors = np.sqrt(rows.v)
    x = np.column_stack([np.ones(len(rows)), errors])
    line = MixedEffects(rows.y, rows.v, x, 0.0)
    limit, slope = line.coefficients.tolist()
    error = np.sqrt(np.diag(line.covariance("knapp-hartung-plain")))
    law = reference_law(line.df)
    reach = float(law.ppf((1 + level) / 2) * error[0])
    return RegressionTest(
        k=len(rows),
        slope=slope,
        std_error=float(error[1]),
        t=slope / float(error[1]) if error[1] > 0 else float("nan"),
        df=float(line.df),
        p_value=two_sided_p(slope, float(error[1]), law),
        limit=limit,
        limit_ci_low=limit - reach,
        limit_ci_high=limit + reach,
        level=level,
    )


@traced
def rank_test(estimates: ArrayLike, std_errors: ArrayLike) -> RankTest:
    """Test by ranks whether effects and their variances go together.

    Weaker than :func:`egger_test`, without its straight line.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        From ten studies on, of different precision.

    Returns
    -------
    RankTest
        Kendall's tau and its p-value; tau is NaN when all effects are alike.

    Raises
    ------
    SynthesisError
        ``synthesis_too_few_studies`` under ten, ``moderator_constant`` when all
        standard errors are alike, and the refusals of :func:`synthesise`.

    References
    ----------
    Begg & Mazumdar (1994), Biometrics 50, 1088-1101.
    """
    rows = _enough(estimates, std_errors)
    w = 1 / rows.v
    spread = np.sqrt(rows.v - 1 / w.sum())
    deviates = (rows.y - w @ rows.y / w.sum()) / spread
    exact = len(set(deviates)) == len(set(rows.v)) == len(rows)
    if np.ptp(rows.y) == 0:
        return RankTest(k=len(rows), tau=float("nan"), p_value=1.0, exact=False)
    found = scipy.stats.kendalltau(
        deviates, rows.v, method="exact" if exact else "asymptotic"
    )
    return RankTest(
        k=len(rows),
        tau=float(found.statistic),
        p_value=float(found.pvalue),
        exact=exact,
    )


def _enough(estimates: ArrayLike, std_errors: ArrayLike) -> StudyRows:
    rows = study_rows(estimates, std_errors)
    require_studies(len(rows), FEWEST_STUDIES, "a test of small-study effects")
    if np.ptp(rows.v) <= SMALLEST_SPREAD * rows.v.max():
        raise SynthesisError(
            "moderator_constant",
            "all standard errors are alike",
            moderator="std_errors",
        )
    return rows
