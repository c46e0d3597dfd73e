"""How much results differ between places: the variance between studies, tau squared.

Effects ``y`` and their sampling variances ``v`` are float arrays of shape
(..., studies); ``x`` holds the moderators, (studies, coefficients), and is a
column of ones where none is given. Leading axes are separate syntheses. Every
estimator answers in the squared unit of ``y``, with the leading shape.

What the coefficients cannot explain lies in studies - coefficients error
contrasts. Rotated so that their sampling variances d are independent, the
contrasts u have variances d + tau2, and every estimator needs no more than u
and d (Harville 1977, JASA 72, 320-338).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Function = Callable[[Floats], Floats]

GRID_POINTS = 256
MOST_HALVINGS = 1200  # from the largest double to the smallest


@dataclass(frozen=True, eq=False)
class ErrorContrasts:
    """Independent contrasts of mean 0 and variance ``variances + tau2``.

    Attributes
    ----------
    squares, variances : (..., studies - coefficients)
        Squared contrasts, and their sampling variances.
    sampling : (..., studies)
        Sampling variances of the studies.
    """

    squares: Floats
    variances: Floats
    sampling: Floats

    @property
    def df(self) -> int:
        """Degrees of freedom: studies minus coefficients."""
        return int(self.variances.shape[-1])

    def q(self, tau2: Floats | float) -> Floats:
        """Return the weighted sum of squared residuals, given tau2."""
        total: Floats = (self.squares / self._total(self.variances, tau2)).sum(-1)
        return total

    def score(self, tau2: Floats) -> Floats:
        """Return twice the slope of the restricted log-likelihood."""
        precision = 1 / self._total(self.variances, tau2)
        return np.asarray(self._pull(tau2) - precision.sum(-1))

    def ml_score(self, tau2: Floats) -> Floats:
        """Return twice the slope of the profile log-likelihood."""
        precision = 1 / self._total(self.sampling, tau2)
        return np.asarray(self._pull(tau2) - precision.sum(-1))

    def log_likelihood(self, tau2: Floats) -> Floats:
        """Return twice the restricted log-likelihood, up to a constant."""
        spread = np.log(self._total(self.variances, tau2)).sum(-1)
        return np.asarray(-spread - self.q(tau2))

    def ml_log_likelihood(self, tau2: Floats) -> Floats:
        """Return twice the profile log-likelihood, up to a constant."""
        spread = np.log(self._total(self.sampling, tau2)).sum(-1)
        return np.asarray(-spread - self.q(tau2))

    def at(self, rows: NDArray[np.intp]) -> ErrorContrasts:
        """Return some of several syntheses, one per row asked for."""
        return ErrorContrasts(
            self.squares[rows], self.variances[rows], self.sampling[rows]
        )

    def _pull(self, tau2: Floats) -> Floats:
        pull: Floats = (self.squares / self._total(self.variances, tau2) ** 2).sum(-1)
        return pull

    @staticmethod
    def _total(variances: Floats, tau2: Floats | float) -> Floats:
        total: Floats = variances + np.asarray(tau2)[..., None]
        return total


def error_contrasts(y: Floats, v: Floats, x: Floats | None = None) -> ErrorContrasts:
    """Return what no coefficient explains, on independent axes."""
    x = np.ones((y.shape[-1], 1)) if x is None else x
    rest = np.linalg.qr(x, mode="complete")[0][:, x.shape[1] :]
    # Singular values keep small variances exact beside huge ones.
    _, scale, axes = np.linalg.svd(np.sqrt(v)[..., None] * rest, full_matrices=False)
    contrasts = (axes @ (y @ rest)[..., None])[..., 0]
    squares, variances = np.broadcast_arrays(contrasts**2, scale**2)
    return ErrorContrasts(squares, variances, np.broadcast_to(v, y.shape))


def weighted_mean(y: Floats, v: Floats, tau2: float) -> float:
    """Mean of ``y`` with weights 1 / (v + tau2)."""
    w = 1 / (v + tau2)
    return float(w @ y / w.sum())


def generalised_q(y: Floats, v: Floats, tau2: float) -> float:
    """Weighted sum of squared deviations; Cochran's Q when ``tau2`` is 0."""
    return float(((y - weighted_mean(y, v, tau2)) ** 2 / (v + tau2)).sum())


def typical_variance(v: Floats, x: Floats | None = None) -> float:
    """Return the sampling variance of a typical study, as I squared needs it.

    References
    ----------
    Higgins & Thompson (2002), Statistics in Medicine 21, 1539-1558.
    """
    contrasts = error_contrasts(np.zeros(len(v)), v, x)
    return float(contrasts.df / (1 / contrasts.variances).sum())


def equal_effects(y: Floats, v: Floats, x: Floats | None = None) -> Floats:
    """Return 0: all true effects are taken to be equal."""
    del v, x
    return np.zeros(y.shape[:-1])


def dersimonian_laird(y: Floats, v: Floats, x: Floats | None = None) -> Floats:
    """Moment estimator, truncated at 0.

    References
    ----------
    DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188.
    """
    contrasts = error_contrasts(y, v, x)
    excess = contrasts.q(0) - contrasts.df
    return np.asarray(np.maximum(0, excess / (1 / contrasts.variances).sum(-1)))


def paule_mandel(y: Floats, v: Floats, x: Floats | None = None) -> Floats:
    """Empirical Bayes estimator: the tau2 at which Q equals its degrees of freedom.

    References
    ----------
    Paule & Mandel (1982), Journal of Research of the NBS 87, 377-385.
    """
    contrasts = error_contrasts(y, v, x)
    return tau2_where_q_equals(contrasts, contrasts.df)


def restricted_maximum_likelihood(
    y: Floats, v: Floats, x: Floats | None = None
) -> Floats:
    """REML estimator: the global maximum over tau2 >= 0.

    Fisher scoring, the usual way, can stop early or swing for ever when one study
    is much less precise than the others. The score is therefore bracketed on a
    grid and its roots are found to machine precision; of several maxima (0 among
    them) the highest is taken. The grid ends where every squared contrast is
    below its variance, beyond which the score is negative.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293.
    """
    return _highest(
        error_contrasts(y, v, x),
        ErrorContrasts.score,
        ErrorContrasts.log_likelihood,
    )


def maximum_likelihood(y: Floats, v: Floats, x: Floats | None = None) -> Floats:
    """ML estimator, the global maximum; too small on average with few studies.

    References
    ----------
    Hardy & Thompson (1996), Statistics in Medicine 15, 619-629.
    """
    return _highest(
        error_contrasts(y, v, x),
        ErrorContrasts.ml_score,
        ErrorContrasts.ml_log_likelihood,
    )


def q_profile(
    y: Floats, v: Floats, level: float, *, x: Floats | None = None
) -> tuple[float, float]:
    """Confidence interval of tau2; (0, 0) when the results differ less than chance.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52.
    """
    contrasts = error_contrasts(y, v, x)
    shares = np.array([1 + level, 1 - level]) / 2
    targets = scipy.stats.chi2.ppf(shares, contrasts.df)
    low, high = tau2_where_q_equals(contrasts, targets).tolist()
    return low, high


def tau2_where_q_equals(contrasts: ErrorContrasts, target: Floats | float) -> Floats:
    """Return the tau2 that brings Q down to a target, 0 where it is below."""
    squares = contrasts.squares.sum(-1)
    # Q is below the sum of the squares over tau2.
    end = np.where(contrasts.q(0) > target, squares / target, 0.0)
    return _falls_to_zero(lambda tau2: contrasts.q(tau2) - target, 0 * end, end)


def _highest(
    contrasts: ErrorContrasts,
    score: Callable[[ErrorContrasts, Floats], Floats],
    log_likelihood: Callable[[ErrorContrasts, Floats], Floats],
) -> Floats:
    """Return the tau2 >= 0 of the highest maximum of each likelihood."""
    shape = contrasts.squares.shape[:-1]
    flat = ErrorContrasts(
        contrasts.squares.reshape(-1, contrasts.df),
        contrasts.variances.reshape(-1, contrasts.df),
        contrasts.sampling.reshape(-1, contrasts.sampling.shape[-1]),
    )
    grid = _grid(flat)
    every = np.repeat(np.arange(len(grid)), grid.shape[1])
    scores = score(flat.at(every), grid.ravel()).reshape(grid.shape)
    row, cell = np.nonzero((scores[:, :-1] > 0) & (scores[:, 1:] <= 0))
    part = flat.at(row)
    maxima = _falls_to_zero(
        lambda tau2: score(part, tau2), grid[row, cell], grid[row, cell + 1]
    )
    row = np.append(np.arange(len(grid)), row)
    tau2 = np.append(np.zeros(len(grid)), maxima)
    height = log_likelihood(flat.at(row), tau2)
    # By synthesis, then by height, and 0 last among equals: it is then taken.
    order = np.lexsort((-tau2, height, row))
    last = np.append(np.diff(row[order]) > 0, True)
    return np.asarray(tau2[order][last].reshape(shape))


def _grid(contrasts: ErrorContrasts) -> Floats:
    """Return 0 and rising points up to where each score is surely negative."""
    end = (contrasts.squares - contrasts.variances).max(-1)
    least = contrasts.variances.min(-1)
    # When all squares are equal the score is 0, and not negative, at their end.
    end = 1.001 * np.maximum(end, 1e-3 * least)[:, None]
    start = np.minimum(end, 1e-3 * least[:, None])
    steps = np.linspace(0, 1, GRID_POINTS)
    return np.hstack([0 * end, start * (end / start) ** steps])


def _falls_to_zero(function: Function, low: Floats, high: Floats) -> Floats:
    """Bisect to machine precision; the function falls through 0 in between."""
    for _ in range(MOST_HALVINGS):
        middle = (low + high) / 2
        above = function(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
        if np.all(high - low <= 4 * np.finfo(float).eps * high):
            break
    return (low + high) / 2
