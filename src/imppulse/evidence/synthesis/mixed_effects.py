"""The mixed-effects model behind every synthesis: moderators, tau squared, tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

from imppulse.evidence.synthesis import heterogeneity

if TYPE_CHECKING:
    from collections.abc import Callable

    from imppulse.evidence.synthesis.heterogeneity import Floats

Method = Literal["REML", "DL", "PM", "ML", "FE"]
Test = Literal["knapp-hartung", "knapp-hartung-plain", "classical"]

TAU2_ESTIMATORS: dict[Method, Callable[..., Floats]] = {
    "REML": heterogeneity.restricted_maximum_likelihood,
    "DL": heterogeneity.dersimonian_laird,
    "PM": heterogeneity.paule_mandel,
    "ML": heterogeneity.maximum_likelihood,
    "FE": heterogeneity.equal_effects,
}


@dataclass(frozen=True, eq=False)
class MixedEffects:
    """Weighted least squares with weights 1 / (v + tau2).

    Attributes
    ----------
    y, v : (studies,)
    x : (studies, coefficients)
    tau2 : float
    """

    y: Floats
    v: Floats
    x: Floats
    tau2: float

    @cached_property
    def weights(self) -> Floats:
        """Inverse variances, (studies,)."""
        return np.asarray(1 / (self.v + self.tau2))

    @cached_property
    def unscaled_covariance(self) -> Floats:
        """Covariance of the coefficients when the variances are taken as known."""
        root = np.linalg.qr(np.sqrt(self.weights)[:, None] * self.x)[1]
        inverse = np.linalg.inv(root)
        return np.asarray(inverse @ inverse.T)

    @cached_property
    def coefficients(self) -> Floats:
        """Estimates, (coefficients,)."""
        root = np.sqrt(self.weights)
        rotated, triangle = np.linalg.qr(root[:, None] * self.x)
        return np.linalg.solve(triangle, rotated.T @ (root * self.y))

    @cached_property
    def residuals(self) -> Floats:
        """What the coefficients leave, (studies,)."""
        return np.asarray(self.y - self.x @ self.coefficients)

    @cached_property
    def leverages(self) -> Floats:
        """Diagonal of the hat matrix, (studies,)."""
        spread = self.x @ self.unscaled_covariance
        return np.asarray(self.weights * (spread * self.x).sum(1))

    @property
    def df(self) -> int:
        """Studies minus coefficients."""
        return len(self.y) - int(self.x.shape[1])

    def scale(self, test: Test) -> float:
        """Return what the test multiplies variances by.

        References
        ----------
        Knapp & Hartung (2003), Statistics in Medicine 22, 2693-2710.
        """
        if test == "classical":
            return 1.0
        spread = float(self.weights @ self.residuals**2) / self.df
        return spread if test == "knapp-hartung-plain" else max(1.0, spread)

    def covariance(self, test: Test) -> Floats:
        """Return the covariance of the coefficients under a test."""
        return np.asarray(self.unscaled_covariance * self.scale(test))

    def i2(self, method: Method) -> float:
        """Return the percent of the spread that is not chance.

        From tau2; with equal effects, where tau2 is 0 by assumption, from Q.
        """
        if method == "FE":
            q = float(heterogeneity.error_contrasts(self.y, self.v, self.x).q(0))
            return 100 * max(0.0, 1 - self.df / q) if q > 0 else 0.0
        return self.i2_at(self.tau2)

    def i2_at(self, tau2: float) -> float:
        """Return I squared, percent, were tau2 this."""
        return 100 * tau2 / (tau2 + heterogeneity.typical_variance(self.v, self.x))


def fit_mixed_effects(
    y: Floats, v: Floats, x: Floats | None = None, *, method: Method = "REML"
) -> MixedEffects:
    """Estimate tau2, then the coefficients; `x` is a column of ones by default."""
    moderators = np.ones((len(y), 1)) if x is None else x
    return MixedEffects(
        y, v, moderators, float(TAU2_ESTIMATORS[method](y, v, moderators))
    )


def reference_law(df: float) -> Any:
    """Return Student's t, or the normal law when `df` is infinite."""
    return scipy.stats.t(df) if np.isfinite(df) else scipy.stats.norm()


def two_sided_p(estimate: float, std_error: float, law: Any) -> float:
    """Return the chance of so large a ratio when there is no effect."""
    # Identical results shrink the plain Knapp-Hartung standard error to 0.
    if std_error == 0:
        return 1.0 if estimate == 0 else 0.0
    return float(2 * law.sf(abs(estimate) / std_error))
