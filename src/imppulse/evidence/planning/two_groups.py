"""Two independent groups of people: the power of a test, and the people it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import scipy

from imppulse.evidence.planning.detection import detection_power
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PEOPLE = 1e9


@dataclass(frozen=True, kw_only=True)
class TwoGroupPower(Result):
    """The chance that two groups of `people` each show their difference.

    ``difference`` is in the unit of the outcome, or a difference of shares.
    ``both_tails`` says whether a significant result of the wrong sign counts.
    """

    people: float
    difference: float
    power: float
    alpha: float
    both_tails: bool


@traced
def power_for_means(
    people: float,
    difference: float,
    *,
    sd: float,
    alpha: float = 0.05,
    both_tails: bool = True,
) -> TwoGroupPower:
    """Return the power of Student's t test of two means.

    Parameters
    ----------
    people : float
        Answers in each group, at least 2.
    difference : float
        True difference of the means, in the unit of `sd`.
    sd : float
        Standard deviation between people, the same in both groups.
    alpha : float
        Two-sided level.
    both_tails : bool
        As in :func:`~imppulse.evidence.planning.detection.detection_power`: False gives
        the digits of R's ``power.t.test``, True those with ``strict = TRUE``.

    Returns
    -------
    TwoGroupPower
        The power, between 0 and 1, with what was asked.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    References
    ----------
    Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences.
    2nd ed., Erlbaum, chapter 2.
    """
    require("people", people, 2 <= people < math.inf)
    require("sd", sd, 0 < sd < math.inf)
    require("alpha", alpha, 0 < alpha < 1)
    require("difference", difference, math.isfinite(difference))
    std_error = sd * math.sqrt(2 / people)
    df = 2 * people - 2
    return TwoGroupPower(
        people=people,
        difference=difference,
        power=detection_power(
            difference, std_error, df, alpha=alpha, both_tails=both_tails
        ),
        alpha=alpha,
        both_tails=both_tails,
    )


@traced
def people_for_means(
    difference: float,
    *,
    sd: float,
    power: float = 0.8,
    alpha: float = 0.05,
    both_tails: bool = True,
) -> TwoGroupPower:
    """Return the people each group needs to show a difference of means.

    Parameters
    ----------
    difference, sd, alpha, both_tails
        As in :func:`power_for_means`; the difference is not 0.
    power : float
        Chance wanted, above `alpha`.

    Returns
    -------
    TwoGroupPower
        ``people`` is not rounded: round it up.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.
    """
    require("difference", difference, 0 < abs(difference) < math.inf)

    def reached(people: float) -> TwoGroupPower:
        return power_for_means(
            people, difference, sd=sd, alpha=alpha, both_tails=both_tails
        )

    return _fewest(reached, power, alpha)


@traced
def power_for_shares(
    people: float,
    first: float,
    second: float,
    *,
    alpha: float = 0.05,
    both_tails: bool = True,
) -> TwoGroupPower:
    """Return the power of the normal test of two shares.

    Parameters
    ----------
    people : float
        Answers in each group.
    first, second : float
        True shares, strictly between 0 and 1.
    alpha, both_tails
        As in :func:`power_for_means`; digits of R's ``power.prop.test``.

    Returns
    -------
    TwoGroupPower
        The power, between 0 and 1; the difference is second minus first.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.

    Notes
    -----
    The test pools the variance under no difference; the power uses the
    variances of both shares. Large-sample: at least some ten of each answer
    in each group.

    References
    ----------
    Fleiss, J. L., Levin, B., Paik, M. C. (2003). Statistical Methods for Rates
    and Proportions. 3rd ed., Wiley, chapter 4.
    """
    require("people", people, 1 <= people < math.inf)
    require("alpha", alpha, 0 < alpha < 1)
    for name, share in (("first", first), ("second", second)):
        require(name, share, 0 < share < 1)
    middle = (first + second) / 2
    critical = -scipy.special.ndtri(alpha / 2) * math.sqrt(2 * middle * (1 - middle))
    spread = math.sqrt(first * (1 - first) + second * (1 - second))
    shift = math.sqrt(people) * abs(second - first)
    found = scipy.special.ndtr((shift - critical) / spread)
    if both_tails:
        found += scipy.special.ndtr(-(shift + critical) / spread)
    return TwoGroupPower(
        people=people,
        difference=second - first,
        power=float(found),
        alpha=alpha,
        both_tails=both_tails,
    )


@traced
def people_for_shares(
    first: float,
    second: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    both_tails: bool = True,
) -> TwoGroupPower:
    """Return the people each group needs to show a difference of shares.

    Parameters
    ----------
    first, second, alpha, both_tails
        As in :func:`power_for_shares`; the shares differ.
    power : float
        Chance wanted, above `alpha`.

    Returns
    -------
    TwoGroupPower
        ``people`` is not rounded: round it up.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.
    """
    require("second", second, first != second)

    def reached(people: float) -> TwoGroupPower:
        return power_for_shares(
            people, first, second, alpha=alpha, both_tails=both_tails
        )

    return _fewest(reached, power, alpha)


def _fewest(
    reached: Callable[[float], TwoGroupPower], power: float, alpha: float
) -> TwoGroupPower:

    require("power", power, alpha < power < 1)
    fewest = 2.0
    if reached(fewest).power >= power:
        return reached(fewest)
    most = 2 * fewest
    while reached(most).power < power:
        most *= 2
        require("difference", reached(fewest).difference, most <= MOST_PEOPLE)
    root = scipy.optimize.brentq(
        lambda people: reached(people).power - power, most / 2, most, xtol=1e-10
    )
    return reached(float(root))
