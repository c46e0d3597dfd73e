"""Two groups of few areas: the degrees of freedom of their difference."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import scipy

from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from imppulse.evidence.results import Contrast


def two_group_df(treated: int, comparison: int) -> float:
    """Return the degrees of freedom of a difference between two groups of areas.

    Parameters
    ----------
    treated, comparison : int
        Areas in each group, at least 2.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the group.

    Notes
    -----
    Satterthwaite's for areas of equal variance: areas minus two when the groups
    are as large, towards those of the smaller one when it is much smaller.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors
    for linear regression with multi-stage samples. Survey Methodology 28,
    169-181.
    """
    require("treated", treated, treated >= 2)
    require("comparison", comparison, comparison >= 2)
    spread = (1 / treated + 1 / comparison) ** 2
    parts = 1 / (treated**2 * (treated - 1)) + 1 / (comparison**2 * (comparison - 1))
    return spread / parts


@traced
def with_few_areas(effect: Contrast, treated: int, comparison: int) -> Contrast:
    """Give a contrast between areas the interval of two small groups of them.

    Parameters
    ----------
    effect : Contrast
        With areas as clusters and the arms as strata.
    treated, comparison : int
        Areas in each arm, at least 2.

    Returns
    -------
    Contrast
        The same estimate and standard error, with the degrees of freedom of
        :func:`two_group_df`.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the group.
    """
    df = two_group_df(treated, comparison)
    reach = float(t_quantile(effect.level, df)) * effect.std_error
    ratio = abs(effect.estimate) / effect.std_error if effect.std_error else math.nan
    return replace(
        effect,
        df=df,
        ci_low=effect.estimate - reach,
        ci_high=effect.estimate + reach,
        p_value=float(2 * scipy.stats.t.sf(ratio, df)),
    )
