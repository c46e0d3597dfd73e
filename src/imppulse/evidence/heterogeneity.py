"""How much results differ between places: the variance between studies, tau squared.

Every estimator here takes effects ``y`` and their sampling variances ``v``, float
arrays of shape (studies,), and answers in the squared unit of ``y``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GRID_POINTS = 256
RELATIVE_TOLERANCE = 4 * float(np.finfo(float).eps)


def weighted_mean(y: Floats, v: Floats, tau2: float) -> float:
    """Mean of ``y`` with weights 1 / (v + tau2)."""
    w = 1 / (v + tau2)
    return float(w @ y / w.sum())


def generalised_q(y: Floats, v: Floats, tau2: float) -> float:
    """Weighted sum of squared deviations; Cochran's Q when ``tau2`` is 0."""
    return float(((y - weighted_mean(y, v, tau2)) ** 2 / (v + tau2)).sum())


def typical_variance(v: Floats) -> float:
    """Return the sampling variance of a typical study, as I squared needs it.

    References
    ----------
    Higgins & Thompson (2002), Statistics in Medicine 21, 1539-1558.
    """
    w = 1 / v
    return float((len(v) - 1) / (w.sum() - (w**2).sum() / w.sum()))


def dersimonian_laird(y: Floats, v: Floats) -> float:
    """Moment estimator, truncated at 0.

    References
    ----------
    DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188.
    """
    excess = generalised_q(y, v, 0) - (len(y) - 1)
    return max(0.0, excess * typical_variance(v) / (len(y) - 1))


def paule_mandel(y: Floats, v: Floats) -> float:
    """Empirical Bayes estimator: the tau2 at which Q equals its degrees of freedom.

    References
    ----------
    Paule & Mandel (1982), Journal of Research of the NBS 87, 377-385.
    """
    return _tau2_where_q_equals(y, v, len(y) - 1)


def restricted_maximum_likelihood(y: Floats, v: Floats) -> float:
    """REML estimator: the global maximum over tau2 >= 0.

    Fisher scoring, the usual way, can stop early or swing for ever when one study
    is much less precise than the others. The score is therefore bracketed on a
    grid and its roots are found to machine precision; of several maxima (0 among
    them) the highest is taken. The grid ends at half the squared range of ``y``,
    beyond which the score is negative whatever the variances.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293.
    """
    end = _half_squared_range(y)
    if end == 0:
        return 0.0
    grid = np.append(
        0.0, np.geomspace(min(end, float(v.min())) * 1e-3, end, GRID_POINTS)
    )
    scores = _restricted_score(y, v, grid)
    falls = np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0))
    maxima = [
        _root(lambda tau2: float(_restricted_score(y, v, tau2)), grid[i], grid[i + 1])
        for i in falls
    ]
    candidates = [0.0, *maxima] if scores[0] <= 0 else maxima
    return max(candidates, key=lambda tau2: _restricted_log_likelihood(y, v, tau2))


def q_profile(y: Floats, v: Floats, level: float) -> tuple[float, float]:
    """Confidence interval of tau2; (0, 0) when the results differ less than chance.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52.
    """
    chi2 = stats.chi2(len(y) - 1)
    low = _tau2_where_q_equals(y, v, float(chi2.ppf((1 + level) / 2)))
    high = _tau2_where_q_equals(y, v, float(chi2.ppf((1 - level) / 2)))
    return low, high


def _half_squared_range(y: Floats) -> float:
    return float(np.ptp(y)) ** 2 / 2


def _restricted_score(y: Floats, v: Floats, tau2: Floats | float) -> Floats:
    """Twice the slope of the restricted log-likelihood, shape of `tau2`."""
    w = 1 / (v + np.asarray(tau2)[..., None])
    total = w.sum(axis=-1)
    residuals = y - ((w * y).sum(axis=-1) / total)[..., None]
    slope: Floats = (
        ((w * residuals) ** 2).sum(axis=-1) - total + (w**2).sum(axis=-1) / total
    )
    return slope


def _restricted_log_likelihood(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    fit = np.log(w).sum() - np.log(w.sum()) - generalised_q(y, v, tau2)
    return float(fit / 2)


def _tau2_where_q_equals(y: Floats, v: Floats, target: float) -> float:
    if generalised_q(y, v, 0) <= target:
        return 0.0
    # Q falls in tau2 and is below range(y)^2 (k - 1) / (2 tau2).
    end = _half_squared_range(y) * (len(y) - 1) / target
    return _root(lambda tau2: generalised_q(y, v, tau2) - target, 0.0, end)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(
        optimize.brentq(
            function,
            low,
            high,
            xtol=high * RELATIVE_TOLERANCE,
            rtol=RELATIVE_TOLERANCE,
            maxiter=1000,
        )
    )
