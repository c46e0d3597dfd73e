"""Equivalence: what an absence of effect can honestly be said to exclude."""

from __future__ import annotations

from dataclasses import dataclass

import scipy

from imppulse.evidence.effects.sensitivity import Tested, check_effect
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile


@dataclass(frozen=True)
class Equivalence(Result):
    """Two one-sided tests that an effect lies inside a margin.

    Attributes
    ----------
    estimate, std_error, df : float
        The effect, in units of the item.
    low, high : float
        The margin; NaN without one.
    p_low, p_high : float
        Of "the effect is at or below `low`" and "at or above `high`".
    p_value : float
        The larger of the two.
    equivalent : bool or None
        Whether `p_value` is below 1 - level; None without a margin.
    no_effect_larger_than : float
        Smallest symmetric margin at which equivalence holds: in either
        direction, the effect is no larger than this.
    no_gain_larger_than, no_loss_larger_than : float
        The same in one direction: one-sided limits, never below zero.
    level : float
        Of each one-sided test.
    """

    estimate: float
    std_error: float
    df: float
    low: float | None
    high: float | None
    p_low: float | None
    p_high: float | None
    p_value: float | None
    equivalent: bool | None
    no_effect_larger_than: float
    no_gain_larger_than: float
    no_loss_larger_than: float
    level: float = 0.95


@traced
def equivalence(
    effect: Tested,
    margin: float | tuple[float, float] | None = None,
    *,
    level: float = 0.95,
) -> Equivalence:
    """Test that an effect is too small to matter, and say how small.

    Parameters
    ----------
    effect : Contrast or any result with estimate, std_error and df
    margin : float, or (float, float), optional
        What matters, in units of the item: symmetric around zero, or its low
        and high end. Absent: only the sentence "no effect larger than X".
    level : float
        Confidence of each one-sided test; 0.95 goes with the 90 % interval.
        The wording rules ask for more: their 95 % interval inside the margin
        is this test at 0.975.

    Returns
    -------
    Equivalence

    Raises
    ------
    EstimationError
        ``margin_not_around_zero``, ``not_an_effect``, ``level_out_of_range``.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure
    and the power approach. Journal of Pharmacokinetics and Biopharmaceutics
    15, 657-680.
    Lakens, D. (2017). Equivalence tests. Social Psychological and Personality
    Science 8, 355-362.
    """
    check_effect(effect)
    reach = float(t_quantile(2 * level - 1, effect.df)) * effect.std_error
    low, high = _margin(margin)
    p_low, p_high = _one_sided(effect, low, high)
    p_value = None if p_low is None or p_high is None else max(p_low, p_high)
    return Equivalence(
        estimate=effect.estimate,
        std_error=effect.std_error,
        df=effect.df,
        low=low,
        high=high,
        p_low=p_low,
        p_high=p_high,
        p_value=p_value,
        equivalent=None if p_value is None else p_value < 1 - level,
        no_effect_larger_than=abs(effect.estimate) + reach,
        no_gain_larger_than=max(effect.estimate + reach, 0.0),
        no_loss_larger_than=max(reach - effect.estimate, 0.0),
        level=level,
    )


def _margin(
    margin: float | tuple[float, float] | None,
) -> tuple[float | None, float | None]:
    if margin is None:
        return None, None
    low, high = margin if isinstance(margin, tuple) else (-margin, margin)
    if not low < 0 < high:
        raise EstimationError(
            "margin_not_around_zero",
            f"the margin must lie around zero, not between {low} and {high}",
            low=low,
            high=high,
        )
    return low, high


def _one_sided(
    effect: Tested, low: float | None, high: float | None
) -> tuple[float | None, float | None]:

    if low is None or high is None:
        return None, None
    above = scipy.stats.t.sf((effect.estimate - low) / effect.std_error, effect.df)
    below = scipy.stats.t.cdf((effect.estimate - high) / effect.std_error, effect.df)
    return float(above), float(below)
