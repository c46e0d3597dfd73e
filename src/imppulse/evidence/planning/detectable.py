"""The smallest change that two waves, in one arm or two, would show.

References
----------
Teerenstra, S., Eldridge, S., Graff, M., de Hoop, E., Borm, G. F. (2012).
A simple sample size formula for analysis of covariance in cluster
randomized trials. Statistics in Medicine 31, 2169-2178.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.detection import smallest_ratio
from imppulse.evidence.planning.planned_sample import PlannedSample, require
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence


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

    Returns
    -------
    DetectableChange
        In the unit of `sd`; infinite without degrees of freedom.

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

    Returns
    -------
    DetectableChange
        In the unit of `sd`; infinite without degrees of freedom.

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
    Teerenstra, Eldridge, Graff, de Hoop and Borm (2012), Statistics in Medicine 31,
    2169-2178.
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


def _variance_of_change(
    waves: tuple[PlannedSample, PlannedSample], sd: float, autocorrelation: float
) -> float:
    require("sd", sd, 0 < sd < math.inf)
    require("cluster_autocorrelation", autocorrelation, 0 <= autocorrelation <= 1)
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
        smallest=smallest_ratio(df, alpha, power) * std_error,
        std_error=std_error,
        df=df,
        respondents=tuple(sample.respondents for sample in samples),
        deffs=tuple(sample.deff for sample in samples),
        sd=sd,
        alpha=alpha,
        power=power,
    )
