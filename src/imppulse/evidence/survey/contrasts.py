"""Named contrasts: any weighted sum of domain estimates, with all covariances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imppulse.evidence.results import Contrast, Estimates


@traced
def contrast(
    estimates: Estimates, coefficients: Mapping[tuple[str, object], float]
) -> Contrast:
    """Combine cells of one estimation linearly.

    Parameters
    ----------
    estimates : Estimates
        Of means, shares, ratios or totals.
    coefficients : mapping of (item, domain) to float
        Domain: one value per name in ``estimates.by``; bare when one name,
        ``()`` when none. Cells left out count zero.

    Returns
    -------
    Contrast
        In units of the items; the covariances between all cells are used.
        df: clusters minus strata among the clusters that hold an answer to
        one of the cells. NaN when one of the cells has no answers.

    Raises
    ------
    EstimationError
        ``unknown_item``, ``unknown_domain``, ``no_coefficients`` when there
        are none or all are zero, ``not_finite_coefficient``.

    References
    ----------
    Lumley, T. (2010). Complex Surveys. Wiley, section 2.3.
    Kish, L. (1965). Survey Sampling. Wiley, section 14.1.
    """
    factors = np.array(list(coefficients.values()), dtype=float)
    if not np.isfinite(factors).all():
        raise EstimationError(
            "not_finite_coefficient",
            "every coefficient of a contrast must be a finite number",
            given=tuple(coefficients.values()),
        )
    if not factors.any():
        raise EstimationError(
            "no_coefficients", "a contrast needs a coefficient other than zero"
        )
    return estimates.combine(coefficients)
