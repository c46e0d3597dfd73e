"""Estimates for districts with few answers, which borrow from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.mixed_effects import MixedEffects, fit_mixed_effects
from imppulse.evidence.synthesis.moderators import INTERCEPT, model_matrix
from imppulse.evidence.synthesis.study_rows import check_choices, study_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.heterogeneity import Floats

FEWEST_AREAS = 10
AREAS_PER_COEFFICIENT = 5

Caution = Literal["areas_alike"]


@dataclass(frozen=True)
class AreaEstimate(Result):
    """One area: the direct estimate and the one that borrows.

    Attributes
    ----------
    label : str
    direct, direct_std_error : float
        As given.
    model : float
        What the model expects in an area of this kind.
    estimate : float
        Empirical best linear unbiased predictor: `share` parts direct, the rest
        model.
    mse, std_error, ci_low, ci_high : float
        Mean squared error, its root, and the normal interval.
    share : float
        Between 0 and 1: the weight of the area's own answers.
    """

    label: str
    direct: float
    direct_std_error: float
    model: float
    estimate: float
    mse: float
    std_error: float
    ci_low: float
    ci_high: float
    share: float


@dataclass(frozen=True)
class SmallAreas(Result):
    """Estimates of all areas.

    Attributes
    ----------
    areas : tuple of AreaEstimate
        In the order given.
    tau2 : float
        Variance of the areas around the model, REML, squared unit.
    names, coefficients, std_errors : tuple
        The model that areas share.
    cautions : tuple of str
        "areas_alike" when tau2 is 0: every area then receives what the model
        expects, and nothing of its own.
    level : float
        Of the intervals.
    """

    areas: tuple[AreaEstimate, ...]
    tau2: float
    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    std_errors: tuple[float, ...]
    cautions: tuple[Caution, ...]
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per area."""
        return [row for each in self.areas for row in each.rows()]


@traced
def small_areas(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    auxiliaries: Mapping[str, ArrayLike | Sequence[object]] | None = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> SmallAreas:
    """Estimate every area by the Fay-Herriot model.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (areas,)
        Direct survey estimates and their standard errors, taken as known. Where an
        area has very few answers, smooth its standard error first.
    auxiliaries : mapping of name to array-like, shape (areas,), optional
        Known of every area from elsewhere (register, census); text makes classes.
    labels : sequence of str, optional
        Names of the areas; by default their row numbers from 1.
    level : float
        Of the intervals.

    Returns
    -------
    SmallAreas
        Estimates in the unit of `estimates`, in the order given.

    Raises
    ------
    SynthesisError
        ``small_areas_too_few`` under ten areas or five per coefficient;
        ``moderator_not_finite``, ``moderator_constant``, ``moderators_collinear``,
        ``moderators_missing``, ``synthesis_label_missing``; those of `synthesise`.

    Notes
    -----
    With g = tau2 / (tau2 + v), the mean squared error is g1 + g2 + 2 g3:
    g1 = g v; g2 = (1 - g)^2 x' Var(b) x; g3 = v^2 / (v + tau2)^3 Var(tau2),
    Var(tau2) = 2 / sum of 1 / (v + tau2)^2.

    References
    ----------
    Fay & Herriot (1979), JASA 74, 269-277. For REML: Prasad & Rao (1990), JASA 85,
    163-171; Datta & Lahiri (2000), Statistica Sinica 10, 613-627. Rao & Molina (2015),
    Small Area Estimation, chapter 6.
    """
    check_choices(level)
    rows = study_rows(estimates, std_errors, labels)
    names, x = _shared_model(auxiliaries, len(rows))
    fit = fit_mixed_effects(rows.y, rows.v, x)
    return SmallAreas(
        areas=_areas(fit, rows.names, level),
        tau2=fit.tau2,
        names=names,
        coefficients=tuple(fit.coefficients.tolist()),
        std_errors=tuple(np.sqrt(np.diag(fit.unscaled_covariance)).tolist()),
        cautions=("areas_alike",) if fit.tau2 == 0 else (),
        level=level,
    )


def _shared_model(
    auxiliaries: Mapping[str, ArrayLike | Sequence[object]] | None, areas: int
) -> tuple[tuple[str, ...], Floats]:
    """Return the names and columns of what areas share, (areas, coefficients)."""
    names: tuple[str, ...] = (INTERCEPT,)
    x = np.ones((areas, 1))
    if auxiliaries is not None:
        names, x = model_matrix(auxiliaries, areas)
    _refuse_few(areas, len(names))
    return names, x


def _refuse_few(areas: int, coefficients: int) -> None:
    fewest = max(FEWEST_AREAS, AREAS_PER_COEFFICIENT * coefficients)
    if areas < fewest:
        raise SynthesisError(
            "small_areas_too_few",
            f"{coefficients} coefficients need {fewest} areas, not {areas}",
            fewest=fewest,
            areas=areas,
        )


def mean_squared_errors(fit: MixedEffects) -> tuple[Floats, Floats, Floats]:
    """Return g1, g2 and g3, (areas,) each."""
    total = fit.v + fit.tau2
    share = fit.tau2 / total
    spread = ((fit.x @ fit.unscaled_covariance) * fit.x).sum(1)
    doubt = 2 / (1 / total**2).sum()
    return share * fit.v, (1 - share) ** 2 * spread, fit.v**2 / total**3 * doubt


def _areas(
    fit: MixedEffects, names: tuple[str, ...], level: float
) -> tuple[AreaEstimate, ...]:

    own, model, tau2 = mean_squared_errors(fit)
    mse = own + model + 2 * tau2
    share = fit.tau2 * fit.weights
    expected = fit.x @ fit.coefficients
    estimate = expected + share * fit.residuals
    reach = float(scipy.stats.norm.ppf((1 + level) / 2)) * np.sqrt(mse)
    return tuple(
        AreaEstimate(
            label=names[i],
            direct=float(fit.y[i]),
            direct_std_error=float(np.sqrt(fit.v[i])),
            model=float(expected[i]),
            estimate=float(estimate[i]),
            mse=float(mse[i]),
            std_error=float(np.sqrt(mse[i])),
            ci_low=float(estimate[i] - reach[i]),
            ci_high=float(estimate[i] + reach[i]),
            share=float(share[i]),
        )
        for i in range(len(fit.y))
    )
