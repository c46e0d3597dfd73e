"""A planned sample: how many answer, how alike, and how precise one number will be.

Everything is in the unit of `sd`: points of a 0-100 index, or percentage
points when `sd` comes from :func:`sd_of_share`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from imppulse.evidence.errors import DesignError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile


def require(name: str, value: object, possible: bool) -> None:  # noqa: FBT001 - read as one sentence
    """Refuse a field of a plan that cannot be.

    Raises
    ------
    DesignError
        ``impossible_plan`` with field and value, unless `possible`.
    """
    if not possible:
        raise DesignError(
            "impossible_plan", f"{name} cannot be {value}", field=name, value=value
        )


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
        require("response_rate", self.response_rate, (0 < self.response_rate <= 1))
        require("clusters", self.clusters, self.clusters is None or self.clusters >= 1)
        icc = self.intraclass_correlation
        require("intraclass_correlation", icc, 0 <= icc <= 1)
        cv, loss = self.cluster_size_cv, self.weighting_effect
        require("cluster_size_cv", cv, 0 <= cv < math.inf)
        require("weighting_effect", loss, 1 <= loss < math.inf)
        least = self.clusters or 2
        require("invitations", self.invitations, least <= self.respondents < math.inf)

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

    ``half_width`` is what stands after ± in the interval; infinite without degrees
    of freedom.
    """

    respondents: float
    effective_respondents: float
    deff: float
    df: float
    sd: float
    std_error: float
    half_width: float
    level: float


def sd_of_share(share: float) -> float:
    """Return the standard deviation of a yes/no answer, in percentage points.

    Parameters
    ----------
    share : float
        Expected share of yes, between 0 and 1; 0.5 is the cautious choice.

    Returns
    -------
    float
        In percentage points, between 0 and 50.

    Raises
    ------
    DesignError
        ``impossible_plan``.
    """
    require("share", share, 0 <= share <= 1)
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

    Returns
    -------
    Precision
        Standard error and half width of the interval, in the unit of `sd`.

    Raises
    ------
    DesignError
        ``impossible_plan`` unless `sd` is above 0.
    EstimationError
        ``level_out_of_range``.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, sections 5.4 and 8.2.
    """
    require("sd", sd, 0 < sd < math.inf)
    std_error = math.sqrt(sample.variance(sd))
    reach = float(t_quantile(level, sample.df))
    return Precision(
        respondents=sample.respondents,
        effective_respondents=sample.respondents / sample.deff,
        deff=sample.deff,
        df=sample.df,
        sd=sd,
        std_error=std_error,
        half_width=math.inf if sample.df < 1 else reach * std_error,
        level=level,
    )
