"""How large an unmeasured event must be to undo a finding, when areas are few.

Areas have events of their own: a change of command, a scandal, a shop that
closes. An interval from answers does not contain them. This says how much areas
would have to differ by such events before the finding no longer stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tested(Protocol):
    """An effect with its error and degrees of freedom: a `Contrast`, say."""

    @property
    def estimate(self) -> float:
        """In units of the item."""

    @property
    def std_error(self) -> float:
        """In units of the item."""

    @property
    def df(self) -> float:
        """Degrees of freedom."""


@dataclass(frozen=True)
class AreaShocks(Result):
    """How strong events of single areas must be to undo a finding.

    Attributes
    ----------
    estimate, std_error, df : float
        The finding, in units of the item.
    treated_areas, comparison_areas : int
    already_uncertain : bool
        The interval holds zero before any event is supposed.
    sd_uncertain : float
        Standard deviation of areas' own shocks to their change from which the
        interval holds zero; 0 where it does already. "Holds unless districts
        differ by more than this of their own."
    common_uncertain : float
        Shift common to all treated areas from which the interval holds zero.
    common_reversed : float
        Shift common to all treated areas beyond which the sign turns.
    one_area_uncertain, one_area_reversed : float
        The same two when a single treated area carries the whole shift.
    level : float
    """

    estimate: float
    std_error: float
    df: float
    treated_areas: int
    comparison_areas: int
    already_uncertain: bool
    sd_uncertain: float
    common_uncertain: float
    common_reversed: float
    one_area_uncertain: float
    one_area_reversed: float
    level: float = 0.95


@traced
def sensitivity_to_area_shocks(
    effect: Tested,
    *,
    treated_areas: int,
    comparison_areas: int,
    level: float = 0.95,
) -> AreaShocks:
    """Return the size of unmeasured area events that would undo a finding.

    Parameters
    ----------
    effect : Contrast or any result with estimate, std_error and df
        A difference in differences, or another difference between areas,
        whose error is that of the answers.
    treated_areas, comparison_areas : int
        Areas that count alike in each arm.
    level : float
        Confidence level at which the finding is called certain.

    Returns
    -------
    AreaShocks
        Shocks are supposed independent between areas, of mean zero and known
        standard deviation s: they add s² (1/treated + 1/comparison) to the
        variance. The common shifts are not random at all.

    Raises
    ------
    EstimationError
        ``areas_not_positive``, ``not_an_effect`` when the estimate or its
        error is missing or negative, ``level_out_of_range``.

    References
    ----------
    Donald, S. G. and Lang, K. (2007). Inference with difference-in-differences
    and other panel data. Review of Economics and Statistics 89, 221-233
    (shocks common to a group).
    Rosenbaum, P. R. (2002). Observational Studies. Springer, chapter 4
    (how strong the unmeasured must be).
    """
    counts = {"treated_areas": treated_areas, "comparison_areas": comparison_areas}
    _check_areas(counts)
    check_effect(effect)
    reach = float(t_quantile(level, effect.df)) * effect.std_error
    size = abs(effect.estimate)
    common = max(size - reach, 0.0)
    return AreaShocks(
        estimate=effect.estimate,
        std_error=effect.std_error,
        df=effect.df,
        already_uncertain=size <= reach,
        sd_uncertain=_shock_sd(effect, reach, counts),
        common_uncertain=common,
        common_reversed=size,
        one_area_uncertain=common * treated_areas,
        one_area_reversed=size * treated_areas,
        level=level,
        treated_areas=treated_areas,
        comparison_areas=comparison_areas,
    )


def _shock_sd(effect: Tested, reach: float, counts: Mapping[str, int]) -> float:
    size = abs(effect.estimate)
    if size <= reach:
        return 0.0
    per_shock = sum(1 / count for count in counts.values())
    spare = (size / reach) ** 2 - 1
    return effect.std_error * math.sqrt(spare / per_shock)


def _check_areas(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if count < 1:
            raise EstimationError(
                "areas_not_positive",
                f"{name} must be at least 1, not {count}",
                field=name,
                count=count,
            )


def check_effect(effect: Tested) -> None:
    """Refuse an effect without a number, an error, or degrees of freedom.

    Raises
    ------
    EstimationError
        ``not_an_effect``.
    """
    usable = (
        math.isfinite(effect.estimate)
        and math.isfinite(effect.std_error)
        and effect.std_error > 0
        and effect.df >= 1
    )
    if not usable:
        raise EstimationError(
            "not_an_effect",
            "an effect needs an estimate, a standard error above 0 and degrees of "
            f"freedom of at least 1, not {effect.estimate}, {effect.std_error}, "
            f"{effect.df}",
            estimate=effect.estimate,
            std_error=effect.std_error,
            df=effect.df,
        )
