"""Effects of staggered starts, put together by group, wave or time since the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import scipy

from imppulse.evidence.effects.difference_regression import two_sided_p
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Result, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]

Aggregation = Literal["simple", "group", "calendar", "event"]
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)


@dataclass(frozen=True)
class StaggeredEffect(Result):
    """One effect: of a group, a wave, a time since the start, or overall.

    ``at`` is the group's start, the wave, or waves since the start; None for
    a single overall number.
    """

    at: float | None
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float


@dataclass(frozen=True)
class StaggeredSummary(Result):
    """Group-time effects put together.

    Attributes
    ----------
    aggregation : str
    effects : tuple of StaggeredEffect
        By group, wave or time since the start; the one overall for "simple".
    overall : StaggeredEffect
        Mean of the effects after the start: by size of group ("simple",
        "group"), over waves or over times alike ("calendar", "event").
    """

    aggregation: str
    effects: tuple[StaggeredEffect, ...]
    overall: StaggeredEffect

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per effect."""
        return [row for effect in self.effects for row in effect.rows()]


@dataclass(frozen=True)
class PreTrendTest(Result):
    """Whether groups moved apart before their start.

    Attributes
    ----------
    f, df1, df2, p_value : float
        Joint Wald test that every effect before the start is zero, as an F.
    largest : float
        Largest absolute effect before the start.
    low, high : float
        Hull of the simultaneous (Bonferroni) intervals of these effects: to
        be held against the margin that matters.
    """

    f: float
    df1: int
    df2: float
    p_value: float
    largest: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class GroupTimeEffects(Result):
    """Effects by group and wave, with what is needed to put them together.

    Attributes
    ----------
    group, wave : (effects,) float
        Start of the group, and the wave it is measured in.
    estimate, std_error : (effects,) float
        In units of the item.
    control, base : str
    df : float
        Clusters minus strata that hold answers.
    n : int
    level : float
    size : (effects,) float
        Weight of the group over all waves.
    parts, size_parts : (clusters, effects) float
        Clusters' part in the estimates and in the sizes.
    """

    group: FloatArray
    wave: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    control: str
    base: str
    df: float
    n: int
    level: float
    size: FloatArray = field(repr=False)
    parts: FloatArray = field(repr=False)
    size_parts: FloatArray = field(repr=False)

    @cached_property
    def covariance(self) -> FloatArray:
        """Of the estimates, (effects, effects)."""
        return self.parts.T @ self.parts

    @property
    def since_start(self) -> FloatArray:
        """Waves since the start, in the unit of the waves; (effects,)."""
        return self.wave - self.group

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per group and wave."""
        told = [
            self._effect(None, estimate, part)
            for estimate, part in zip(self.estimate, self.parts.T, strict=True)
        ]
        where = zip(self.group.tolist(), self.wave.tolist(), told, strict=True)
        return [
            {"group": group, "wave": wave, **one.rows()[0]}
            for group, wave, one in where
        ]

    def aggregate(self, aggregation: Aggregation = "event") -> StaggeredSummary:
        """Put group-time effects together.

        Parameters
        ----------
        aggregation : {"event", "group", "calendar", "simple"}
            By time since the start (earlier times too), by group (over its
            waves), by wave (over groups), or all in one.

        Returns
        -------
        StaggeredSummary
            Groups count by their weight in the sample, whose uncertainty is
            in the error.

        Raises
        ------
        EstimationError
            ``unknown_aggregation``.

        References
        ----------
        Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-differences
        with multiple time periods. Journal of Econometrics 225, 200-230,
        section 3.
        """
        if aggregation not in AGGREGATIONS:
            raise EstimationError(
                "unknown_aggregation",
                f"the summary must be one of {', '.join(AGGREGATIONS)}",
                given=aggregation,
                choices=AGGREGATIONS,
            )
        if aggregation == "simple":
            overall = self._effect(None, *self._average(self.since_start >= 0))
            return StaggeredSummary(
                "simple", (overall,), overall, provenance=self.provenance
            )
        places, means = self._averages(aggregation)
        return StaggeredSummary(
            aggregation,
            tuple(
                self._effect(float(at), *one)
                for at, one in zip(places, means, strict=True)
            ),
            self._effect(None, *self._overall(aggregation, places, means)),
            provenance=self.provenance,
        )

    def _averages(
        self, aggregation: Aggregation
    ) -> tuple[FloatArray, list[tuple[float, FloatArray]]]:
        """Return the places of an aggregation, and the mean effect at each."""
        by = {"group": self.group, "calendar": self.wave}.get(
            aggregation, self.since_start
        )
        counted = (self.since_start >= 0) | (aggregation == "event")
        places = np.unique(by[counted])
        alike = aggregation == "group"
        means = [self._average(counted & (by == at), alike=alike) for at in places]
        return places, means

    def _average(
        self, chosen: BoolArray, *, alike: bool = False
    ) -> tuple[float, FloatArray]:
        """Mean of some effects by size of group (or alike), and clusters' parts."""
        at = np.flatnonzero(chosen)
        if alike:
            return float(self.estimate[at].mean()), self.parts[:, at].mean(axis=1)
        return _weighted(
            self.estimate[at], self.parts[:, at], self.size[at], self.size_parts[:, at]
        )

    def _overall(
        self,
        aggregation: Aggregation,
        places: FloatArray,
        means: list[tuple[float, FloatArray]],
    ) -> tuple[float, FloatArray]:
        """Mean over groups by their size, or over waves or times alike."""
        estimates = np.array([estimate for estimate, _ in means])
        parts = np.column_stack([part for _, part in means])
        if aggregation == "group":
            at = [int(np.flatnonzero(self.group == group)[0]) for group in places]
            return _weighted(estimates, parts, self.size[at], self.size_parts[:, at])
        kept = (places >= 0) | (aggregation == "calendar")
        return float(estimates[kept].mean()), parts[:, kept].mean(axis=1)

    def _effect(
        self, at: float | None, estimate: float, part: FloatArray
    ) -> StaggeredEffect:
        std_error = float(np.linalg.norm(part))
        margin = float(t_quantile(self.level, self.df)) * std_error
        return StaggeredEffect(
            at=at,
            estimate=float(estimate),
            std_error=std_error,
            ci_low=float(estimate) - margin,
            ci_high=float(estimate) + margin,
            df=self.df,
            p_value=two_sided_p(float(estimate), std_error, self.df),
        )

    def pre_trend(self) -> PreTrendTest:
        """Test that nothing happened before the start, by time since the start.

        Returns
        -------
        PreTrendTest

        Raises
        ------
        EstimationError
            ``no_wave_before`` when no effect before the start is there.

        References
        ----------
        Roth, J. (2022). Pretest with caution. American Economic Review:
        Insights 4, 305-322 (passing the test proves little).
        Korn, E. L. and Graubard, B. I. (1990). Simultaneous testing of
        regression coefficients with complex survey data: use of Bonferroni t
        statistics. American Statistician 44, 270-276 (the F).
        """
        times = np.unique(self.since_start[self.since_start < 0])
        if not len(times):
            raise EstimationError(
                "no_wave_before", "no wave before the start can be tested"
            )
        means = [self._average(self.since_start == at) for at in times]
        estimates = np.array([estimate for estimate, _ in means])
        parts = np.column_stack([part for _, part in means])
        count = len(times)
        wald = float(estimates @ np.linalg.pinv(parts.T @ parts) @ estimates)
        df2 = self.df - count + 1
        f = wald / count * df2 / self.df
        level = 1 - (1 - self.level) / count
        reach = float(t_quantile(level, self.df)) * np.linalg.norm(parts, axis=0)
        return PreTrendTest(
            f=f,
            df1=count,
            df2=df2,
            p_value=float(scipy.stats.f.sf(f, count, df2)) if df2 > 0 else np.nan,
            largest=float(np.abs(estimates).max()),
            low=float((estimates - reach).min()),
            high=float((estimates + reach).max()),
            provenance=self.provenance,
        )


def _weighted(  # noqa: PLR0917 - means and weights, each with clusters' parts
    estimates: FloatArray, parts: FloatArray, size: FloatArray, size_parts: FloatArray
) -> tuple[float, FloatArray]:
    """Weighted mean and its parts: of the estimates, and of the weights."""
    total = size.sum()
    middle = float(size @ estimates / total)
    share = size_parts @ (estimates - middle) / total
    return middle, parts @ size / total + share
