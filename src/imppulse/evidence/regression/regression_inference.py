"""From coefficients and clusters' influence to intervals and tests.

Private to the regressions, which document what comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import DesignError
from imppulse.evidence.regression.regression_results import Regression
from imppulse.evidence.results import t_quantile
from imppulse.evidence.survey.linearisation import (
    domain_df,
    lonely_strata,
    scaled_deviations,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations

    FloatArray = NDArray[np.float64]


def residual_df(observations: Observations, covariate_terms: int) -> float:
    """Clusters minus strata of the domain, minus the terms of covariates.

    Raises
    ------
    DesignError
        ``too_few_clusters``.
    """
    table = observations.table
    free = float(domain_df(table, observations.presence[:, None])[0])
    if free - covariate_terms < 1:
        raise DesignError(
            "too_few_clusters",
            f"clusters minus strata leave {free:g} degrees of freedom, too few for "
            f"{covariate_terms} coefficients besides the intercept",
            clusters=int(table.by_primary(observations.presence, np.logical_or).sum()),
            free=int(free),
            coefficients=covariate_terms,
        )
    return free - covariate_terms


def inferred(
    observations: Observations,
    coefficients: FloatArray,
    influence: FloatArray,
    *,
    df: float,
    level: float,
    **described: Any,
) -> Regression:
    """Give coefficients the uncertainty of the sample as it was drawn.

    Raises
    ------
    DesignError
        ``lonely_strata``, ``every_stratum_lonely``.
    """
    table = observations.table
    presence = np.repeat(observations.presence[:, None], len(coefficients), axis=1)
    deviations = scaled_deviations(table, influence, presence)
    std_error = np.sqrt((deviations**2).sum(axis=0))
    margin = std_error * t_quantile(level, df)
    t = coefficients / np.where(std_error > 0, std_error, np.nan)
    return Regression(
        estimate=coefficients,
        std_error=std_error,
        ci_low=coefficients - margin,
        ci_high=coefficients + margin,
        t=t,
        p_value=2 * scipy.stats.t.sf(np.abs(t), df),
        n=int(observations.answers.sum()),
        df=df,
        level=level,
        lonely=table.design.lonely,
        lonely_strata=tuple(
            table.strata[h] for h in np.flatnonzero(lonely_strata(table))
        ),
        covariance=deviations.T @ deviations,
        **described,
    )
