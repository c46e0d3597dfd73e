"""Means, proportions, ratios and totals by domain, as the sample was drawn.

Every statistic but the total is a ratio of weighted totals. Its variance is Taylor's: the
ratio is linearised on the cluster totals, and the clusters of a stratum are
compared with each other. All cells share one set of linearised clusters, so
contrasts between domains come with their exact covariance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Contrast, Estimates
from imppulse.evidence.survey.intervals import Cells, Interval, limits
from imppulse.evidence.survey.linearisation import (
    check_answers,
    design_effects,
    domain_df,
    domain_sums,
    item_names,
    linearise,
    linearise_totals,
    names_of_lonely_strata,
    scaled_deviations,
)
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]

Statistic = Literal["mean", "proportion", "ratio", "total"]


@traced
def mean(
    frame: IntoFrame,
    items: str | Sequence[str],
    design: SampleDesign,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate weighted means by domain.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    items : str or sequence of str
        Numeric or boolean columns; null and NaN are missing.
    design : SampleDesign
    by : str or sequence of str
        Columns whose combinations are the domains.
    level : float
        Confidence level of the t intervals.

    Returns
    -------
    Estimates
        Arrays (items, domains) in the units of the items. A domain without
        answers has NaN and n = 0; one whose answers come from a single
        cluster has a mean but no standard error. `deff` compares with a simple random sample
        of the same number of answers: drawn without replacement when the
        design has an `fpc` (the weights then sum to the population; R's
        ``deff=TRUE``), with replacement otherwise (``deff="replace"``).

    Raises
    ------
    DesignError
        ``one_cluster``, ``lonely_strata``, ``every_stratum_lonely``, and
        those of `totals`.
    EstimationError
        ``no_answers``, and those of `totals`.

    References
    ----------
    Woodruff, R. S. (1971). A simple method for approximating the variance of
    a complicated estimate. JASA 66, 411-414.
    Lumley, T. (2004). Analysis of complex survey samples. Journal of
    Statistical Software 9(8).
    Kish, L. (1965). Survey Sampling. Wiley, section 8.2 (design effect).
    """
    return estimate(totals(frame, design, items, by=by), level=level)


@traced
def proportion(
    frame: IntoFrame,
    items: str | Sequence[str],
    design: SampleDesign,
    *,
    by: str | Sequence[str] = (),
    interval: Interval = "logit",
    level: float = 0.95,
) -> Estimates:
    """Estimate weighted shares of ones by domain.

    Parameters
    ----------
    frame, items, design, by, level
        As in `mean`; items hold 0 and 1 or false and true.
    interval : {"logit", "korn-graubard", "mean"}
        ``"logit"`` takes the t interval on the log-odds, so that it stays
        between 0 and 1; it is undefined (NaN) for shares of exactly 0 or 1.
        ``"korn-graubard"`` takes the exact binomial interval of Clopper and
        Pearson for the effective number of answers, corrected for the
        degrees of freedom (cautious; of use for rare answers and for shares
        of 0 or 1, where every answer counts as effective).
        ``"mean"`` takes the t interval on the share itself.

    Returns
    -------
    Estimates
        Shares between 0 and 1.

    Raises
    ------
    EstimationError
        ``not_binary``, ``unknown_interval``, and those of `mean`.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for
    proportions with small expected number of positive counts estimated from
    survey data. Survey Methodology 24, 193-201 (both intervals compared).
    """
    table = totals(frame, design, items, by=by)
    return estimate(table, statistic="proportion", interval=interval, level=level)


@traced
def ratio(
    frame: IntoFrame,
    numerator: str,
    denominator: str,
    *,
    design: SampleDesign,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate the ratio of two weighted totals by domain.

    Parameters
    ----------
    frame, design, by, level
        As in `mean`.
    numerator, denominator : str
        Numeric columns; a row counts when both are answered.

    Returns
    -------
    Estimates
        One item named ``numerator/denominator``, in units of the numerator
        per unit of the denominator. `deff` is that of the linearised ratio.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley,
    section 6.4.
    """
    pair = {numerator: denominator}
    table = totals(frame, design, numerator, by=by, denominators=pair)
    return estimate(table, statistic="ratio", level=level)


@traced
def total(
    frame: IntoFrame,
    items: str | Sequence[str],
    design: SampleDesign,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Estimate the totals of the population by domain.

    Parameters
    ----------
    frame, items, design, by, level
        As in `mean`. The weights must bring the sample up to the population:
        with weights on another scale the totals are on that scale. Whoever
        did not answer counts zero, since nothing stands in for the missing.

    Returns
    -------
    Estimates
        In units of the item, summed over the population; a column of ones
        gives the size of the domains. The covariance includes how the size
        of a domain varies between samples. `deff` compares with a simple
        random sample of as many answers that knows the size of the domain.

    Raises
    ------
    DesignError
        ``no_weight`` without a column of weights, and those of `mean`.
    EstimationError
        Those of `mean`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley,
    sections 2.11 (domains) and 9A.
    """
    if design.weight is None:
        raise DesignError(
            "no_weight", "totals of a population need a column of weights"
        )
    table = totals(frame, design, items, by=by)
    return estimate(table, statistic="total", level=level)


@traced
def difference(  # noqa: PLR0917 - read aloud: the item, the first, the second
    estimates: Estimates, item: str, first: object, second: object
) -> Contrast:
    """Return first minus second domain of one item.

    Parameters
    ----------
    estimates : Estimates
    item : str
    first, second : object
        Domains: one value per name in ``estimates.by``; bare when one name.

    Returns
    -------
    Contrast
        In units of the item, with the covariance of the two domains.

    Raises
    ------
    EstimationError
        ``unknown_item``, ``unknown_domain``, or ``same_domain``.
    """
    if estimates.position(item, first) == estimates.position(item, second):
        raise EstimationError(
            "same_domain", "a difference needs two domains", domain=first
        )
    return estimates.combine({(item, first): 1.0, (item, second): -1.0})


@traced
def estimate(
    table: Totals,
    *,
    statistic: Statistic = "mean",
    interval: Interval = "mean",
    level: float = 0.95,
) -> Estimates:
    """Finish an estimation from its totals: no rows are needed any more.

    Parameters
    ----------
    table : Totals
    statistic : {"mean", "proportion", "ratio", "total"}
    interval : {"mean", "logit", "korn-graubard"}
    level : float

    Returns
    -------
    Estimates

    Raises
    ------
    DesignError, EstimationError
        Those of `mean` and `proportion`.
    """
    check_answers(table)
    if statistic == "proportion":
        _check_binary(table)
    sums = statistic == "total"
    estimated, linearised = (linearise_totals if sums else linearise)(table)
    presence = np.hstack(
        [table.spread("answers", k) > 0 for k in range(len(table.items))]
    )
    # A cluster without answers adds a true zero to a total, nothing to a mean.
    deviations = scaled_deviations(table, linearised, presence | sums)
    std_error = np.sqrt((deviations**2).sum(axis=0)).reshape(estimated.shape)
    df = domain_df(table, presence).reshape(estimated.shape)
    n = domain_sums(table, "answers").astype(np.int64)
    low, high = limits(interval, Cells(estimated, std_error, df, n, level))
    return Estimates(
        statistic=statistic,
        items=item_names(table),
        by=table.by,
        domains=table.domains,
        estimate=estimated,
        std_error=std_error,
        ci_low=low,
        ci_high=high,
        n=n,
        df=df,
        deff=design_effects(table, *_per_head(table, estimated, std_error, sums=sums)),
        level=level,
        interval=interval,
        lonely=table.design.lonely,
        lonely_strata=names_of_lonely_strata(table),
        deviations=deviations,
        presence=table.by_primary(presence, np.logical_or),
        stratum_of_cluster=table.stratum_of_primary,
    )


def _per_head(
    table: Totals, estimated: FloatArray, std_error: FloatArray, *, sums: bool
) -> tuple[FloatArray, FloatArray]:
    """Return totals as means of a population whose size is known."""
    size = domain_sums(table, "weight") if sums else np.ones_like(estimated)
    size = np.where(size > 0, size, np.nan)
    return estimated / size, std_error / size


def _check_binary(table: Totals) -> None:
    # w y y sums to w y exactly when every y is 0 or 1.
    total, square = (table.sums[kind].sum(axis=0) for kind in ("total", "square"))
    wrong = ~np.isclose(total, square, rtol=1e-9, atol=0)
    items = tuple(table.items[k] for k in np.flatnonzero(wrong))
    if items:
        raise EstimationError(
            "not_binary",
            f"a proportion needs answers of 0 and 1; not so: {', '.join(items)}",
            items=items,
        )
