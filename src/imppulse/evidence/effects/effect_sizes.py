"""Effect sizes that other studies can be compared with, as the sample was drawn.

Hedges' g for scores; risk difference, risk ratio and odds ratio for shares.
Errors come from the cluster totals: Taylor's linearisation of the whole
expression, the pooled standard deviation included.

References
----------
Hedges, L. V. (2007). Effect sizes in cluster-randomized designs. Journal of
Educational and Behavioral Statistics 32, 341-370 (equations 15, 16).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.effects.difference_regression import two_sided_p
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, degrees_of_freedom, t_quantile
from imppulse.evidence.survey.answer_columns import (
    as_lazy,
    check_columns,
    check_numeric,
)
from imppulse.evidence.survey.estimates import mean

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.results import Estimates
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]

SQUARE = "__square_of_item"


@dataclass(frozen=True)
class EffectSize(Result):
    """An effect size of a first domain against a second.

    Attributes
    ----------
    measure : str
        ``"hedges_g"``, ``"risk_difference"``, ``"risk_ratio"`` or
        ``"odds_ratio"``.
    estimate, ci_low, ci_high : float
        Standard deviations, share, or ratio.
    std_error : float
        Of the estimate; of its logarithm where `logarithm` is true.
    logarithm : bool
        Ratios are estimated on the log scale, where studies are pooled.
    df : float
        Clusters minus strata that hold answers.
    p_value : float
        Against no effect: 0, or a ratio of 1.
    n : int
    level : float
    """

    measure: str
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float
    n: int
    logarithm: bool = False
    level: float = 0.95


def hedges_correction(df: float) -> float:
    """Return Hedges' exact factor J for the small-sample bias of d.

    Parameters
    ----------
    df : float
        Answers minus 2.

    Returns
    -------
    float
        Between 0 and 1, without unit: what d is multiplied by to give g.

    Raises
    ------
    EstimationError
        ``impossible_study`` unless `df` is above 1.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect
    size and related estimators. Journal of Educational Statistics 6, 107-128.
    """
    _refuse_study("df", df, possible=1 < df < math.inf)
    log_j = math.lgamma(df / 2) - math.lgamma((df - 1) / 2) - math.log(df / 2) / 2
    return math.exp(log_j)


@traced
def hedges_g(  # noqa: PLR0913 - the data, what is compared, and between whom
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    arm: str,
    treated: object,
    comparison: object,
    level: float = 0.95,
) -> EffectSize:
    """Return the difference of two means in standard deviations between people.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    item : str
    design : SampleDesign
        Its clusters enter the error.
    arm : str
        Column of arms, or of any two groups.
    treated, comparison : object
        Values of `arm`: first minus second.
    level : float

    Returns
    -------
    EffectSize
        Weighted means over the pooled weighted standard deviation, times the
        exact J. Clusters enter the error, not the standard deviation: it is
        that between all people (Hedges' total).

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``same_domain``, ``unknown_domain``, and
        ``no_spread`` when everybody answers alike or too few answer.

    References
    ----------
    Hedges, L. V. (1981). Journal of Educational Statistics 6, 107-128.
    Hedges, L. V. (2007). Effect sizes in cluster-randomized designs. Journal
    of Educational and Behavioral Statistics 32, 341-370 (total standard
    deviation).
    Woodruff, R. S. (1971). JASA 66, 411-414 (the linearised variance).
    """
    table = as_lazy(frame)
    check_columns(table, [item, arm])
    check_numeric(table.collect_schema(), item)
    value = nw.col(item).cast(nw.Float64)
    # A shift of origin changes nothing and keeps the squares small.
    known = table.filter(~value.is_null() & ~value.is_nan())
    middle = known.select(value.mean().alias("m")).collect()["m"][0] or 0.0
    moved = table.with_columns((value - float(middle)).alias(item)).with_columns(
        (nw.col(item) * nw.col(item)).alias(SQUARE)
    )
    means = mean(moved.to_native(), (item, SQUARE), design, by=arm, level=level)
    cells = _cells(means, [item, SQUARE], (treated, comparison))
    estimate, gradient = _standardised(means, cells)
    return _effect(means, cells, gradient, measure="hedges_g", estimate=estimate)


def _standardised(means: Estimates, cells: list[int]) -> tuple[float, FloatArray]:
    """Return g and its gradient in (mean, mean, square, square)."""
    first, second, first_square, second_square = means.estimate.ravel()[cells]
    n = means.n.ravel()[cells[:2]].astype(float)
    df = n.sum() - 2
    pooled = (
        n[0] * (first_square - first**2) + n[1] * (second_square - second**2)
    ) / max(df, 1)
    if not (df >= 2 and pooled > 1e-12 * (first_square + second_square)):
        raise EstimationError(
            "no_spread",
            "answers are too few, or all alike: there is no standard deviation",
            answers=int(n.sum()),
        )
    factor = hedges_correction(float(df)) / math.sqrt(pooled)
    g = factor * (first - second)
    slope = -g / (2 * pooled * df)
    inner = [
        factor - 2 * slope * n[0] * first,
        -factor - 2 * slope * n[1] * second,
        slope * n[0],
        slope * n[1],
    ]
    return float(g), np.array(inner)


@traced
def risk_difference(  # noqa: PLR0917 - read aloud: the item, the first, the second
    estimates: Estimates, item: str, first: object, second: object
) -> EffectSize:
    """Return the difference of two shares: first minus second.

    Parameters
    ----------
    estimates : Estimates
        Of `proportion`, by the column of arms.
    item : str
    first, second : object
        Domains.

    Returns
    -------
    EffectSize
        A share, between -1 and 1.

    Raises
    ------
    EstimationError
        ``unknown_item``, ``unknown_domain``, ``same_domain``, ``not_a_share``.

    References
    ----------
    Lumley, T. (2010). Complex Surveys. Wiley, section 2.3.
    """
    cells, shares = _shares(estimates, item, (first, second))
    return _effect(
        estimates,
        cells,
        np.array([1.0, -1.0]),
        measure="risk_difference",
        estimate=float(shares[0] - shares[1]),
    )


@traced
def risk_ratio(  # noqa: PLR0917 - read aloud: the item, the first, the second
    estimates: Estimates, item: str, first: object, second: object
) -> EffectSize:
    """Return the ratio of two shares: first over second.

    Parameters
    ----------
    estimates, item, first, second
        As in `risk_difference`.

    Returns
    -------
    EffectSize
        Interval and error on the log scale.

    Raises
    ------
    EstimationError
        Those of `risk_difference`; ``share_at_the_edge`` when a share is 0.

    References
    ----------
    Katz, D. et al. (1978). Obtaining confidence intervals for the risk ratio
    in cohort studies. Biometrics 34, 469-474.
    """
    cells, shares = _shares(estimates, item, (first, second), inner=(0.0, math.inf))
    return _effect(
        estimates,
        cells,
        np.array([1, -1]) / shares,
        measure="risk_ratio",
        estimate=float(np.log(shares[0] / shares[1])),
    )


@traced
def odds_ratio(  # noqa: PLR0917 - read aloud: the item, the first, the second
    estimates: Estimates, item: str, first: object, second: object
) -> EffectSize:
    """Return the ratio of the odds of two shares: first over second.

    Parameters
    ----------
    estimates, item, first, second
        As in `risk_difference`.

    Returns
    -------
    EffectSize
        Interval and error on the log scale; equal to a survey-weighted
        logistic regression on the arm alone.

    Raises
    ------
    EstimationError
        Those of `risk_difference`; ``share_at_the_edge`` when a share is 0 or 1.

    References
    ----------
    Woolf, B. (1955). On estimating the relation between blood group and
    disease. Annals of Human Genetics 19, 251-253.
    """
    cells, shares = _shares(estimates, item, (first, second), inner=(0.0, 1.0))
    odds = shares / (1 - shares)
    return _effect(
        estimates,
        cells,
        np.array([1, -1]) / (shares * (1 - shares)),
        measure="odds_ratio",
        estimate=float(np.log(odds[0] / odds[1])),
    )


@traced
def clustered_hedges_g(  # noqa: PLR0913 - what a published report gives
    difference: float,
    standard_deviation: float,
    *,
    treated: int,
    comparison: int,
    cluster_size: float,
    intraclass_correlation: float,
    level: float = 0.95,
) -> EffectSize:
    """Return Hedges' g of a clustered study from the numbers it reports.

    Parameters
    ----------
    difference : float
        Of the means, in units of the item.
    standard_deviation : float
        Between all people, pooled over arms.
    treated, comparison : int
        People in each arm.
    cluster_size : float
        People per cluster; the mean where sizes differ a little.
    intraclass_correlation : float
        At least 0, below 1.
    level : float

    Returns
    -------
    EffectSize
        ``df`` is people minus 2, lowered for clusters as Hedges' h.

    Raises
    ------
    EstimationError
        ``impossible_study``, naming the field.

    References
    ----------
    Hedges (2007), Journal of Educational and Behavioral Statistics 32, 341-370
    (equations 15, 16).
    """
    people, m, rho = treated + comparison, cluster_size, intraclass_correlation
    _check_study({**locals()})
    g, std_error, df = _of_clusters(
        difference / standard_deviation, (treated, comparison), m=m, rho=rho
    )
    margin = float(t_quantile(level, df)) * std_error
    return EffectSize(
        measure="hedges_g",
        estimate=g,
        std_error=std_error,
        ci_low=g - margin,
        ci_high=g + margin,
        df=df,
        p_value=two_sided_p(g, std_error, df),
        n=people,
        level=level,
    )


def _of_clusters(
    d: float, arms: tuple[int, int], *, m: float, rho: float
) -> tuple[float, float, float]:
    """Return g, its standard error and df: equations 15 and 16 of Hedges (2007)."""
    people = sum(arms)
    total = people - 2
    spread = (
        total * (1 - rho) ** 2
        + m * (people - 2 * m) * rho**2
        + 2 * (people - 2 * m) * rho * (1 - rho)
    )
    shrunk = total - 2 * (m - 1) * rho
    g = d * math.sqrt(shrunk / total)
    variance = people / math.prod(arms) * (1 + (m - 1) * rho)
    variance += g**2 * spread / (2 * total * shrunk)
    return g, math.sqrt(variance), shrunk**2 / spread


def _check_study(given: dict[str, Any]) -> None:
    people = given["treated"] + given["comparison"]
    holds = {
        "difference": math.isfinite(given["difference"]),
        "standard_deviation": 0 < given["standard_deviation"] < math.inf,
        "treated": given["treated"] >= 2,
        "comparison": given["comparison"] >= 2,
        "cluster_size": 1 <= given["cluster_size"] <= people / 2,
        "intraclass_correlation": 0 <= given["intraclass_correlation"] < 1,
    }
    for field, possible in holds.items():
        _refuse_study(field, given[field], possible=possible)


def _refuse_study(field: str, value: float, *, possible: bool) -> None:
    if not possible:
        raise EstimationError(
            "impossible_study",
            f"a study cannot have {field} = {value}",
            field=field,
            value=value,
        )


def _cells(
    estimates: Estimates, items: list[str], domains: tuple[object, object]
) -> list[int]:
    cells = [estimates.position(item, domain) for item in items for domain in domains]
    if cells[0] == cells[1]:
        raise EstimationError(
            "same_domain", "an effect needs two domains", domain=domains[0]
        )
    return cells


def _shares(
    estimates: Estimates,
    item: str,
    domains: tuple[object, object],
    *,
    inner: tuple[float, float] = (-1.0, math.inf),
) -> tuple[list[int], FloatArray]:
    if estimates.statistic != "proportion":
        raise EstimationError(
            "not_a_share",
            f"this effect size needs shares, not a {estimates.statistic}",
            statistic=estimates.statistic,
        )
    cells = _cells(estimates, [item], domains)
    shares = estimates.estimate.ravel()[cells]
    if not ((shares > inner[0]) & (shares < inner[1])).all():
        raise EstimationError(
            "share_at_the_edge",
            f"shares of {shares[0]:g} and {shares[1]:g} have no such ratio",
            first=float(shares[0]),
            second=float(shares[1]),
        )
    return cells, shares


def _effect(
    estimates: Estimates,
    cells: list[int],
    gradient: FloatArray,
    *,
    measure: str,
    estimate: float,
) -> EffectSize:
    """Finish an effect size by the delta method; ratios arrive as logarithms."""
    logarithm = measure.endswith("ratio")
    std_error = float(np.linalg.norm(estimates.deviations[:, cells] @ gradient))
    df = degrees_of_freedom(estimates.presence[:, cells], estimates.stratum_of_cluster)
    margin = float(t_quantile(estimates.level, df)) * std_error
    shown = (estimate, estimate - margin, estimate + margin)
    middle, low, high = map(math.exp, shown) if logarithm else shown
    return EffectSize(
        measure=measure,
        estimate=middle,
        std_error=std_error,
        ci_low=low,
        ci_high=high,
        df=df,
        p_value=two_sided_p(estimate, std_error, df),
        n=int(estimates.n.ravel()[cells[:2]].sum()),
        logarithm=logarithm,
        level=estimates.level,
    )
