"""Designs of an evaluation, as planned: what variance its effect will have.

An answer is the sum of a part its area keeps, a part its area has in that wave,
and a part of the person. `intraclass_correlation` is the share of both area
parts, `cluster_autocorrelation` the share of the area's part that it keeps from
wave to wave, `person_correlation` what a person keeps of the person's part when
the same people are asked again (a panel); 0 when other people are asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.planned_sample import PlannedSample, require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


class PlannedAnalysis(StrEnum):
    """How the effect is read from two waves.

    ``after``: both arms compared after the start. ``change``: after minus
    before, in each arm. ``adjusted``: both arms compared after the start, given
    the measure before (analysis of covariance); only where arms were drawn.
    """

    AFTER = "after"
    CHANGE = "change"
    ADJUSTED = "adjusted"


class PlannedDesign(Protocol):
    """What every design states; `sd` is the standard deviation between people."""

    @property
    def df(self) -> float:
        """Return the degrees of freedom of the test."""

    @property
    def respondents(self) -> float:
        """Return the answers expected, over arms and waves."""

    def variance(self, sd: float) -> float:
        """Return the sampling variance of the effect, in squared units of `sd`."""


@dataclass(frozen=True, kw_only=True)
class PlannedComparison:
    """A pilot measured in one or two waves, with or without a comparison.

    Covers trials that draw persons (`PlannedSample` without clusters) or areas
    (with clusters), with or without baseline; differences in differences in
    repeated cross-sections or in a panel; and before-after alone.

    Parameters
    ----------
    treated : PlannedSample
        One wave of the arm with the pilot.
    comparison : PlannedSample or None
        One wave of the other arm; None only for ``change`` (before-after).
    analysis : PlannedAnalysis
    cluster_autocorrelation : float
        In [0, 1]; 1: areas keep their distances.
    person_correlation : float
        In [0, 1]; 0: other people are asked in the second wave.
    attrition : float
        Share of the answers that are lost after the first wave, in [0, 1).

    Raises
    ------
    DesignError
        ``impossible_plan`` or ``clusters_differ``.

    Notes
    -----
    With V the variance of an arm's mean in a wave and c the covariance of its
    two waves, an arm adds V (after), V0 + V1 - 2 c (change), or V1 - c²/V0
    (adjusted). Adjusting costs a degree of freedom and the factor
    1 + 1/(units - 4), since the slope is estimated.

    References
    ----------
    Teerenstra, S., Eldridge, S., Graff, M., de Hoop, E., Borm, G. F. (2012).
    A simple sample size formula for analysis of covariance in cluster
    randomized trials. Statistics in Medicine 31, 2169-2178.
    Hooper, R., Teerenstra, S., de Hoop, E., Eldridge, S. (2016). Sample size
    calculation for stepped wedge and other longitudinal cluster randomised
    trials. Statistics in Medicine 35, 4718-4728.
    """

    treated: PlannedSample
    comparison: PlannedSample | None
    analysis: PlannedAnalysis
    cluster_autocorrelation: float = 1.0
    person_correlation: float = 0.0
    attrition: float = 0.0

    def __post_init__(self) -> None:
        cac, person = self.cluster_autocorrelation, self.person_correlation
        require("cluster_autocorrelation", cac, 0 <= cac <= 1)
        require("person_correlation", person, 0 <= person <= 1)
        require("attrition", self.attrition, 0 <= self.attrition < 1)
        alone = self.comparison is None
        require(
            "comparison",
            self.comparison,
            not (alone and self.analysis != PlannedAnalysis.CHANGE),
        )
        if len({arm.clusters is None for arm in self.arms}) > 1:
            raise DesignError(
                "clusters_differ",
                "either both arms are planned in clusters or neither",
                treated=self.treated.clusters,
                comparison=self.comparison and self.comparison.clusters,
            )

    @property
    def arms(self) -> tuple[PlannedSample, ...]:
        """Both arms, or the one there is."""
        both = (self.treated, self.comparison)
        return tuple(arm for arm in both if arm is not None)

    @property
    def clustered(self) -> bool:
        """Whether areas, not persons, are the units."""
        return self.treated.clusters is not None

    @property
    def panel(self) -> bool:
        """Whether the same people are asked again."""
        return self.person_correlation > 0

    @property
    def respondents(self) -> float:
        """Answers expected, over arms and waves."""
        waves = 1 - self.attrition + (self.analysis != PlannedAnalysis.AFTER)
        return waves * sum(arm.respondents for arm in self.arms)

    @property
    def df(self) -> float:
        """Degrees of freedom: units minus arms, minus 1 where a slope is fitted."""
        units = sum(arm.clusters or arm.respondents for arm in self.arms)
        if not self.clustered:
            units *= 1 - self.attrition
        if self.analysis == PlannedAnalysis.ADJUSTED:
            return units - len(self.arms) - 1
        two_samples = self.analysis == PlannedAnalysis.CHANGE and not self.panel
        if two_samples and not self.clustered:
            return self.respondents - 2 * len(self.arms)
        return units - len(self.arms)

    def variance(self, sd: float) -> float:
        """Return the sampling variance of the effect, in squared units of `sd`."""
        total = sum(self._arm_variance(arm, sd) for arm in self.arms)
        if self.analysis != PlannedAnalysis.ADJUSTED:
            return total
        free = self.df - 1
        return total * (1 + 1 / free) if free > 0 else math.inf

    def _arm_variance(self, arm: PlannedSample, sd: float) -> float:
        before, after, shared = self._waves(arm, sd)
        if self.analysis == PlannedAnalysis.AFTER:
            return after
        if self.analysis == PlannedAnalysis.CHANGE:
            return before + after - 2 * shared
        return after - shared**2 / before

    def _waves(self, arm: PlannedSample, sd: float) -> tuple[float, float, float]:
        """Return the variances of both waves' means and their covariance."""
        before = arm.variance(sd)
        kept = 1 - self.attrition
        icc = arm.intraclass_correlation if self.clustered else 0.0
        people = sd**2 * (1 - icc) * arm.weighting_effect / arm.respondents
        after = before + people * (1 / kept - 1)
        areas = arm.between_waves(sd, self.cluster_autocorrelation)
        return before, after, areas + people * self.person_correlation


@dataclass(frozen=True, kw_only=True)
class SteppedWedge:
    """Areas that start one after the other, measured in every period.

    Parameters
    ----------
    starts : tuple of int
        Areas that start at each step. With s steps there are s + 1 periods:
        one before anybody starts, then one after each step.
    people : float
        Answers per area and period.
    intraclass_correlation : float
        In [0, 1].
    cluster_autocorrelation : float
        1 is the model of Hussey and Hughes; below 1, areas also move by
        themselves from period to period.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    Notes
    -----
    The variance is that of generalised least squares with period effects, the
    known covariance and other people in each period; with autocorrelation 1 it
    is the closed form of Hussey and Hughes (2007). The test uses Student's t
    with areas * periods - areas - periods degrees of freedom, those left inside
    areas, so that the variance components may be estimated.

    References
    ----------
    Hussey, M. A. and Hughes, J. P. (2007). Design and analysis of stepped wedge
    cluster randomized trials. Contemporary Clinical Trials 28, 182-191.
    Hooper, R. et al. (2016). Statistics in Medicine 35, 4718-4728.
    """

    starts: tuple[int, ...]
    people: float
    intraclass_correlation: float = 0.0
    cluster_autocorrelation: float = 1.0

    def __post_init__(self) -> None:
        icc, cac = self.intraclass_correlation, self.cluster_autocorrelation
        require("starts", self.starts, bool(self.starts) and min(self.starts) >= 1)
        require("starts", self.starts, len(self.starts) >= 2)
        require("people", self.people, 1 <= self.people < math.inf)
        require("intraclass_correlation", icc, 0 <= icc < 1)
        require("cluster_autocorrelation", cac, 0 <= cac <= 1)

    @property
    def treatment(self) -> FloatArray:
        """Who has started when: (areas, periods) of 0 and 1."""
        step = np.repeat(np.arange(len(self.starts)), self.starts)
        periods = np.arange(len(self.starts) + 1)
        return np.asarray(periods[None, :] > step[:, None], dtype=float)

    @property
    def respondents(self) -> float:
        """Answers expected, over areas and periods."""
        return float(self.people * self.treatment.size)

    @property
    def df(self) -> float:
        """Degrees of freedom left inside areas."""
        areas, periods = self.treatment.shape
        return float(areas * periods - areas - periods)

    def covariance(self, sd: float) -> FloatArray:
        """Return the covariance of an area's means, (periods, periods)."""
        periods = self.treatment.shape[1]
        area = sd**2 * self.intraclass_correlation
        kept = area * self.cluster_autocorrelation
        own = area - kept + sd**2 * (1 - self.intraclass_correlation) / self.people
        return np.full((periods, periods), kept) + own * np.eye(periods)

    def variance(self, sd: float) -> float:
        """Return the sampling variance of the effect, in squared units of `sd`."""
        treatment = self.treatment
        areas, periods = treatment.shape
        precision = np.linalg.inv(self.covariance(sd))
        information = np.zeros((periods + 1, periods + 1))
        information[:periods, :periods] = areas * precision
        pull = precision @ treatment.sum(axis=0)
        information[:periods, periods] = information[periods, :periods] = pull
        information[periods, periods] = np.einsum(
            "at,ts,as->", treatment, precision, treatment
        )
        variances: FloatArray = np.linalg.inv(information)
        return float(variances[-1, -1])
