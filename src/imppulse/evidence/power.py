"""What a planned sample can see: precision, and the smallest detectable change.

Everything is in the unit of `sd`: points of a 0-100 index, or percentage
points when `sd` comes from :func:`sd_of_share`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scipy import optimize, special, stats

from imppulse.evidence.errors import DesignError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PlannedSample:
    """One wave of invitations in one group of people.

    Parameters
    ----------
    invitations : int
        People invited.
    response_rate : float
        Share expected to answer, in (0, 1].
    clusters : int, optional
        Districts (or other clusters) the people live in. Absent: people are
        drawn one by one and answer independently.
    intraclass_correlation : float
        Share of the variance that lies between clusters, in [0, 1].
    cluster_size_cv : float
        Coefficient of variation of answers per cluster; 0 = equal clusters.
    weighting_effect : float
        Loss by unequal weights, 1 + (coefficient of variation of weights)².

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    References
    ----------
    Eldridge, S. M., Ashby, D., Kerry, S. (2006). Sample size for cluster
    randomized trials: effect of coefficient of variation of cluster size and
    analysis method. International Journal of Epidemiology 35, 1292-1300.
    Kish, L. (1965). Survey Sampling. Wiley, sections 5.4 and 11.7.
    """

    invitations: int
    response_rate: float
    clusters: int | None = None
    intraclass_correlation: float = 0.0
    cluster_size_cv: float = 0.0
    weighting_effect: float = 1.0

    def __post_init__(self) -> None:
        _check("response_rate", self.response_rate, (0 < self.response_rate <= 1))
        _check("clusters", self.clusters, self.clusters is None or self.clusters >= 1)
        icc = self.intraclass_correlation
        _check("intraclass_correlation", icc, 0 <= icc <= 1)
        _check("cluster_size_cv", self.cluster_size_cv, self.cluster_size_cv >= 0)
        _check("weighting_effect", self.weighting_effect, self.weighting_effect >= 1)
        _check(
            "invitations", self.invitations, self.respondents >= (self.clusters or 2)
        )

    @property
    def respondents(self) -> float:
        """Answers expected."""
        return self.invitations * self.response_rate

    @property
    def clustering_effect(self) -> float:
        """Variance relative to the same number of independent answers."""
        if self.clusters is None:
            return 1.0
        size = self.respondents / self.clusters
        return 1 + ((self.cluster_size_cv**2 + 1) * size - 1) * (
            self.intraclass_correlation
        )

    @property
    def deff(self) -> float:
        """Design effect: clustering times weighting."""
        return self.clustering_effect * self.weighting_effect

    @property
    def df(self) -> float:
        """Degrees of freedom of one mean: clusters, or people, minus one."""
        return (self.clusters or self.respondents) - 1

    def variance(self, sd: float) -> float:
        """Return the sampling variance of a mean, in squared units of `sd`."""
        return sd**2 * self.deff / self.respondents

    def between_waves(self, sd: float, cluster_autocorrelation: float) -> float:
        """Return the covariance of two waves' means, due to shared clusters."""
        if self.clusters is None:
            return 0.0
        shared = sd**2 * self.intraclass_correlation * cluster_autocorrelation
        return shared * (self.cluster_size_cv**2 + 1) / self.clusters


@dataclass(frozen=True, kw_only=True)
class Precision(Result):
    """How precise one estimate will be; units of `sd`.

    ``half_width`` is what stands after ± in the interval.
    """

    respondents: float
    effective_respondents: float
    deff: float
    df: float
    sd: float
    std_error: float
    half_width: float
    level: float


@dataclass(frozen=True, kw_only=True)
class DetectableChange(Result):
    """The smallest true change a plan would find; units of `sd`.

    ``smallest`` is infinite when the design has no degrees of freedom: no
    change, however large, can then be told from chance. ``respondents`` and
    ``deffs`` follow the samples as given.
    """

    smallest: float
    std_error: float
    df: float
    respondents: tuple[float, ...]
    deffs: tuple[float, ...]
    sd: float
    alpha: float
    power: float


def sd_of_share(share: float) -> float:
    """Return the standard deviation of a yes/no answer, in percentage points.

    Parameters
    ----------
    share : float
        Expected share of yes, between 0 and 1; 0.5 is the cautious choice.

    Raises
    ------
    DesignError
        ``impossible_plan``.
    """
    _check("share", share, 0 <= share <= 1)
    return 100 * math.sqrt(share * (1 - share))


@traced
def precision(sample: PlannedSample, *, sd: float, level: float = 0.95) -> Precision:
    """Return the precision of a mean or share from one planned sample.

    Parameters
    ----------
    sample : PlannedSample
    sd : float
        Standard deviation of the answers between people.
    level : float
        Confidence level.

    Raises
    ------
    EstimationError
        ``level_out_of_range``.
    """
    std_error = math.sqrt(sample.variance(sd))
    return Precision(
        respondents=sample.respondents,
        effective_respondents=sample.respondents / sample.deff,
        deff=sample.deff,
        df=sample.df,
        sd=sd,
        std_error=std_error,
        half_width=float(t_quantile(level, sample.df)) * std_error,
        level=level,
    )


@traced
def smallest_detectable_change(
    before: PlannedSample,
    after: PlannedSample,
    *,
    sd: float,
    cluster_autocorrelation: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> DetectableChange:
    """Return the smallest change between two waves that would be found.

    New people are asked in each wave; clusters, where there are any, stay.

    Parameters
    ----------
    before, after : PlannedSample
        With the same number of clusters, or both without.
    sd : float
        Standard deviation of the answers between people, in each wave.
    cluster_autocorrelation : float
        Correlation of the true cluster means between waves, in [0, 1]; 1:
        clusters keep their distances.
    alpha : float
        Two-sided level of the test.
    power : float
        Chance of finding a change of that size.

    Raises
    ------
    DesignError
        ``impossible_plan`` or ``clusters_differ``.

    References
    ----------
    Hooper, R., Teerenstra, S., de Hoop, E., Eldridge, S. (2016). Sample size
    calculation for stepped wedge and other longitudinal cluster randomised
    trials. Statistics in Medicine 35, 4718-4728 (cluster autocorrelation).
    """
    if before.clusters != after.clusters:
        raise DesignError(
            "clusters_differ",
            "the two waves must be planned in the same clusters",
            before=before.clusters,
            after=after.clusters,
        )
    variance = _variance_of_change((before, after), sd, cluster_autocorrelation)
    people = before.respondents + after.respondents - 2
    df = people if before.clusters is None else before.df
    return _detectable(
        (before, after), sd, variance=variance, df=df, test=(alpha, power)
    )


@traced
def smallest_detectable_difference_in_differences(
    treated: PlannedSample,
    comparison: PlannedSample,
    *,
    sd: float,
    cluster_autocorrelation: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> DetectableChange:
    """Return the smallest effect a before-after comparison would find.

    Each arm is asked twice, with the same plan and the same clusters, new
    people each time. Arms may differ in clusters and invitations.

    Parameters
    ----------
    treated, comparison : PlannedSample
        One wave of each arm.
    sd, cluster_autocorrelation, alpha, power
        As in :func:`smallest_detectable_change`.

    Raises
    ------
    DesignError
        ``impossible_plan`` or ``clusters_differ`` (one arm with clusters, one
        without).

    Notes
    -----
    With m answers per cluster, g clusters per arm, intra-class correlation
    icc and cluster autocorrelation cac, an arm's change has variance
    2 sd² [1 + (m - 1) icc] (1 - r) / (m g), r = m icc cac / [1 + (m - 1) icc];
    the arms add. The test has as many degrees of freedom as there are clusters
    minus 2, and its power is that of the noncentral t distribution.

    References
    ----------
    Teerenstra, S., Eldridge, S., Graff, M., de Hoop, E., Borm, G. F. (2012).
    A simple sample size formula for analysis of covariance in cluster
    randomized trials. Statistics in Medicine 31, 2169-2178.
    """
    if (treated.clusters is None) != (comparison.clusters is None):
        raise DesignError(
            "clusters_differ",
            "either both arms are planned in clusters or neither",
            treated=treated.clusters,
            comparison=comparison.clusters,
        )
    arms = (treated, comparison)
    variance = sum(
        _variance_of_change((arm, arm), sd, cluster_autocorrelation) for arm in arms
    )
    waves = 2 if treated.clusters is None else 1
    units = sum(arm.clusters or arm.respondents for arm in arms)
    df = waves * units - 2 * waves
    return _detectable(arms, sd, variance=variance, df=df, test=(alpha, power))


def detection_power(
    effect: float, std_error: float, df: float, *, alpha: float = 0.05
) -> float:
    """Return the chance that a two-sided t test finds a true effect.

    Parameters
    ----------
    effect, std_error : float
        In the same unit.
    df : float
        Degrees of freedom; below 1 nothing can be tested and the chance is 0.
    alpha : float

    References
    ----------
    Johnson, N. L., Kotz, S., Balakrishnan, N. (1995). Continuous Univariate
    Distributions 2. Wiley, chapter 31 (noncentral t).
    """
    if df < 1:
        return 0.0
    critical = float(t_quantile(1 - alpha, df))
    shift = abs(effect) / std_error
    ratio, chance = _std_error_ratio(df)
    above = special.ndtr(shift - critical * ratio)
    below = special.ndtr(-shift - critical * ratio)
    return float((above + below) @ chance)


@lru_cache(maxsize=128)
def _std_error_ratio(df: float) -> tuple[FloatArray, FloatArray]:
    """Return values and chances of the estimated over the true standard error.

    Mixing the normal distribution over them gives the noncentral t.
    scipy.stats.nct is not used: it loses digits when the degrees of freedom
    are many and gives NaN in the far tail when they are few.
    """
    spread = stats.chi(df, scale=1 / math.sqrt(df))
    low, high = spread.ppf([1e-15, 1 - 1e-15])
    nodes, weights = special.roots_legendre(500)
    ratio = low + (nodes + 1) * (high - low) / 2
    return ratio, weights * spread.pdf(ratio) * (high - low) / 2


def _variance_of_change(
    waves: tuple[PlannedSample, PlannedSample], sd: float, autocorrelation: float
) -> float:
    _check("cluster_autocorrelation", autocorrelation, 0 <= autocorrelation <= 1)
    shared = sum(wave.between_waves(sd, autocorrelation) for wave in waves) / 2
    return sum(wave.variance(sd) for wave in waves) - 2 * shared


def _detectable(
    samples: Sequence[PlannedSample],
    sd: float,
    *,
    variance: float,
    df: float,
    test: tuple[float, float],
) -> DetectableChange:
    alpha, power = test
    std_error = math.sqrt(variance)
    return DetectableChange(
        smallest=_smallest_ratio(df, alpha, power) * std_error,
        std_error=std_error,
        df=df,
        respondents=tuple(sample.respondents for sample in samples),
        deffs=tuple(sample.deff for sample in samples),
        sd=sd,
        alpha=alpha,
        power=power,
    )


def _smallest_ratio(df: float, alpha: float, power: float) -> float:
    """Return effect over standard error at which the power is reached."""
    _check("alpha", alpha, 0 < alpha < 1)
    _check("power", power, alpha < power < 1)
    if df < 1:
        return math.inf

    def missing_power(ratio: float) -> float:
        return detection_power(ratio, 1, df, alpha=alpha) - power

    high = float(t_quantile(1 - alpha, df))
    while missing_power(high) < 0:
        high *= 2
    return float(optimize.brentq(missing_power, 0, high, xtol=1e-9))


def _check(name: str, value: object, possible: bool) -> None:  # noqa: FBT001 - private, read as one sentence
    if not possible:
        raise DesignError(
            "impossible_plan", f"{name} cannot be {value}", field=name, value=value
        )
