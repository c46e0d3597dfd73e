"""What a factor analysis returns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Contrast, Result

if TYPE_CHECKING:
    from imppulse.evidence.scales.factor_fit import Fit
    from imppulse.evidence.scales.factor_layout import Equality
    from imppulse.evidence.scales.factor_model import Kind
    from imppulse.evidence.scales.fit_indices import FitIndices


@dataclass(frozen=True)
class FactorParameter(Result):
    """One parameter in one group.

    Attributes
    ----------
    kind : {"loading", "intercept", "residual", "covariance", "mean"}
        ``"covariance"`` of a factor with itself is its variance.
    factor : str or None
        None for intercepts and residual variances.
    item : str or None
        The item; for a covariance the other factor; None for a mean.
    group : object
    estimate, std_error, ci_low, ci_high : float
        In units of the items; the interval is normal, at 95 %. A fixed
        parameter has no error (0).
    standardised : float
        With items and factors at variance 1 in the group.
    fixed : bool
    """

    kind: Kind
    factor: str | None
    item: str | None
    group: object
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    standardised: float
    fixed: bool


@dataclass(frozen=True, eq=False)
class FactorAnalysis(Result):
    """A confirmatory factor analysis, in one or several groups.

    Attributes
    ----------
    factors, items : tuple of str
    groups : tuple
        Sorted; ``(None,)`` without groups. Factor means of the first are 0
        when intercepts are equal.
    n : tuple of int
        Complete answers of each group.
    dropped : int
        Respondents left out: an answer or the group was missing.
    equality : Equality
    errors : str
        ``"robust"`` or ``"classical"``.
    fit : FitIndices
    parameters : tuple of FactorParameter
    estimated : Fit
        Working arrays.
    """

    factors: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[object, ...]
    n: tuple[int, ...]
    dropped: int
    equality: Equality
    errors: str
    fit: FitIndices
    parameters: tuple[FactorParameter, ...]
    estimated: Fit = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per parameter and group."""
        return [row for each in self.parameters for row in each.rows()]

    def parameter(self, kind: Kind, name: str, group: object = None) -> FactorParameter:
        """Return one parameter.

        Parameters
        ----------
        kind : {"loading", "intercept", "residual", "covariance", "mean"}
        name : str
            The item; for a variance or a mean the factor.
        group : object
            Not needed without groups.

        Raises
        ------
        EstimationError
            ``unknown_parameter``.
        """
        for each in self.parameters:
            named = (
                each.item
                if kind in {"loading", "intercept", "residual"}
                else (
                    each.factor if kind == "mean" or each.item == each.factor else None
                )
            )
            if (each.kind, named, each.group) == (kind, name, group):
                return each
        raise EstimationError(
            "unknown_parameter",
            f"there is no {kind} of {name!r} in group {group!r}",
            parameter=kind,
            name=name,
            group=group,
        )

    def mean_difference(self, factor: str, first: object, second: object) -> Contrast:
        """Return the first minus the second group's mean of a factor.

        In units of the factor's marker item. Needs equal intercepts. The test
        is normal (df infinite).

        Parameters
        ----------
        factor : str
        first, second : object
            Groups.

        Returns
        -------
        Contrast

        Raises
        ------
        EstimationError
            ``means_not_comparable`` unless intercepts are held equal,
            ``unknown_parameter``, ``same_factor_group``.
        """
        self._check_means(first, second)
        pair = [self.parameter("mean", factor, group) for group in (first, second)]
        layout = self.estimated.likelihood.layout
        part = self.estimated.likelihood.structure.part["mean"]
        place = part.start + self.factors.index(factor)
        signs = np.zeros(layout.free + 1)
        for group, sign in ((first, 1.0), (second, -1.0)):
            signs[layout.position[self.groups.index(group), place]] += sign
        covariance = self.estimated.covariance(robust=self.errors == "robust")
        std_error = math.sqrt(signs[:-1] @ covariance @ signs[:-1])
        estimate = pair[0].estimate - pair[1].estimate
        margin = normal_quantile() * std_error
        n = sum(self.n[self.groups.index(group)] for group in (first, second))
        return Contrast(
            estimate=estimate,
            std_error=std_error,
            ci_low=estimate - margin,
            ci_high=estimate + margin,
            df=math.inf,
            p_value=math.erfc(abs(estimate) / std_error / math.sqrt(2)),
            n=n,
        )

    def _check_means(self, first: object, second: object) -> None:
        if self.equality.level not in {"scalar", "strict"}:
            raise EstimationError(
                "means_not_comparable",
                "means of factors compare only when intercepts are held equal; "
                f"here equality is {self.equality.level!r}",
                given=self.equality.level,
            )
        if first == second:
            raise EstimationError(
                "same_factor_group",
                f"{first!r} cannot be compared with itself",
                group=first,
            )


def normal_quantile() -> float:
    """Return the quantile of a two-sided interval at 95 %."""
    return float(scipy.special.ndtri(0.975))
