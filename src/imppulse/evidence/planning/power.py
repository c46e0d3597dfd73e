"""Before the money: what a plan can find, and with what chance.

The formulas; :mod:`imppulse.evidence.planning.simulated_power` checks them by
simulation. Everything is in the unit of `sd`: points of a 0-100 index, or
percentage points when `sd` comes from :func:`sd_of_share`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imppulse.evidence.planning.detectable import (
    DetectableChange,
    smallest_detectable_change,
    smallest_detectable_difference_in_differences,
)
from imppulse.evidence.planning.detection import detection_power, smallest_ratio
from imppulse.evidence.planning.planned_designs import (
    PlannedAnalysis,
    PlannedComparison,
    SteppedWedge,
)
from imppulse.evidence.planning.planned_sample import (
    PlannedSample,
    Precision,
    precision,
    require,
    sd_of_share,
)
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.planning.planned_designs import PlannedDesign

__all__ = [
    "DesignPower",
    "DetectableChange",
    "PlannedAnalysis",
    "PlannedComparison",
    "PlannedSample",
    "Precision",
    "SteppedWedge",
    "design_power",
    "detection_power",
    "precision",
    "sd_of_share",
    "smallest_detectable_change",
    "smallest_detectable_difference_in_differences",
    "smallest_detectable_effect",
]


@dataclass(frozen=True, kw_only=True)
class DesignPower(Result):
    """An effect, and the chance that a design finds it; units of `sd`.

    ``effect`` is infinite when no effect, however large, would be found.
    """

    effect: float
    power: float
    std_error: float
    df: float
    respondents: float
    sd: float
    alpha: float


@traced
def design_power(
    design: PlannedDesign, effect: float, *, sd: float, alpha: float = 0.05
) -> DesignPower:
    """Return the chance that a design finds a true effect.

    Parameters
    ----------
    design : PlannedComparison or SteppedWedge
    effect : float
        True effect, in the unit of `sd`.
    sd : float
        Standard deviation of the answers between people, in each wave.
    alpha : float
        Level of the two-sided test.

    Returns
    -------
    DesignPower
        The effect as given, and the power, between 0 and 1.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    References
    ----------
    Hemming, K., Girling, A. J., Sitch, A. J., Marsh, J., Lilford, R. J. (2011).
    Sample size calculations for cluster randomised controlled trials with a
    fixed number of clusters. BMC Medical Research Methodology 11, 102.
    """
    require("effect", effect, math.isfinite(effect))
    require("alpha", alpha, 0 < alpha < 1)
    std_error = _std_error(design, sd)
    if math.isinf(std_error):
        found = 0.0
    else:
        found = detection_power(effect, std_error, design.df, alpha=alpha)
    return _stated(design, sd, effect=effect, power=found, alpha=alpha)


@traced
def smallest_detectable_effect(
    design: PlannedDesign, *, sd: float, alpha: float = 0.05, power: float = 0.8
) -> DesignPower:
    """Return the smallest effect that a design finds with a given chance.

    Parameters
    ----------
    design, sd, alpha
        As in :func:`design_power`.
    power : float
        Chance wanted, above `alpha`.

    Returns
    -------
    DesignPower
        The effect in the unit of `sd`; infinite when none, however large, would be
        found. The power as asked.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.
    """
    ratio = smallest_ratio(design.df, alpha, power)
    smallest = ratio * _std_error(design, sd)
    return _stated(design, sd, effect=smallest, power=power, alpha=alpha)


def _std_error(design: PlannedDesign, sd: float) -> float:
    require("sd", sd, 0 < sd < math.inf)
    return math.sqrt(design.variance(sd))


def _stated(
    design: PlannedDesign, sd: float, *, effect: float, power: float, alpha: float
) -> DesignPower:
    return DesignPower(
        effect=effect,
        power=power,
        std_error=_std_error(design, sd),
        df=design.df,
        respondents=design.respondents,
        sd=sd,
        alpha=alpha,
    )
