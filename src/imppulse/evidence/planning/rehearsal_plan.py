"""A plan to be rehearsed: what is fixed in it, and what may plausibly be."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

from imppulse.evidence.errors import DesignError
from imppulse.evidence.findings.design_facts import Assignment, Inference, Unit
from imppulse.evidence.planning.planned_sample import require


class Plausible(NamedTuple):
    """A range of plausible values; every value in it is as likely."""

    low: float
    high: float


NONE, WHOLE = Plausible(0.0, 0.0), Plausible(1.0, 1.0)
SHARES = (
    "intraclass_correlation",
    "cluster_autocorrelation",
    "person_correlation",
    "response_rate",
    "response_gap",
    "attrition",
    "attrition_gap",
)


@dataclass(frozen=True, kw_only=True)
class RehearsalPlan:
    """An evaluation before it starts.

    Parameters
    ----------
    treated, comparison : int
        Areas with and without the pilot; persons where `unit` is individuals.
    invitations : int
        People invited per area and wave; not used for individuals, who are all
        invited.
    sd : float
        Standard deviation of the outcome between people.
    margin : float
        Smallest change that matters, in the unit of `sd`.
    effect : Plausible
        True effect, in the unit of `sd`; above 0 is more of the outcome.
    response_rate : Plausible
        In (0, 1].
    response_gap : Plausible
        Difference between the arms in response, to either side.
    intraclass_correlation, cluster_autocorrelation : Plausible
        As in :mod:`imppulse.evidence.planning.planned_designs`.
    panel : bool
        Whether the same people are asked again.
    person_correlation, attrition, attrition_gap : Plausible
        Of a panel: what people keep; who is lost; the difference between arms.
    waves_before : int
        Measurements before the start; 0: measured once, after it.
    unit : Unit
    assignment : Assignment
    weighting_effect : float
        Loss by unequal weights, at least 1.
    self_selected : bool
    higher_is_better : bool

    Raises
    ------
    DesignError
        ``impossible_plan`` or ``range_reversed``, naming the field.
    """

    treated: int
    comparison: int
    invitations: int
    sd: float
    margin: float
    effect: Plausible
    response_rate: Plausible
    response_gap: Plausible = NONE
    intraclass_correlation: Plausible = NONE
    cluster_autocorrelation: Plausible = WHOLE
    panel: bool = False
    person_correlation: Plausible = NONE
    attrition: Plausible = NONE
    attrition_gap: Plausible = NONE
    waves_before: int = 1
    unit: Unit = Unit.CLUSTERS
    assignment: Assignment = Assignment.NOT_RANDOM
    weighting_effect: float = 1.0
    self_selected: bool = False
    higher_is_better: bool = True

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if isinstance(value, Plausible):
                _check_range(name, value)
        for name in SHARES:
            low, high = getattr(self, name)
            require(name, [low, high], low >= 0 and high <= 1)
        require("response_rate", self.response_rate.low, self.response_rate.low > 0)
        require("attrition", self.attrition.high, self.attrition.high < 1)
        require("treated", self.treated, self.treated >= 1)
        require("comparison", self.comparison, self.comparison >= 0)
        require("invitations", self.invitations, self.invitations >= 1)
        require("sd", self.sd, 0 < self.sd < math.inf)
        require("margin", self.margin, 0 < self.margin < math.inf)
        require("waves_before", self.waves_before, self.waves_before >= 0)
        require("weighting_effect", self.weighting_effect, self.weighting_effect >= 1)

    @property
    def in_areas(self) -> bool:
        """Whether areas are the units."""
        return self.unit == Unit.CLUSTERS

    @property
    def inference(self) -> Inference:
        """What the analysis of two waves gives: by area from two per arm on."""
        few = self.in_areas and min(self.treated, self.comparison) >= 2
        return Inference.SMALL_SAMPLE if few else Inference.LARGE_SAMPLE


def _check_range(name: str, value: Plausible) -> None:
    require(name, list(value), all(map(math.isfinite, value)))
    if value.low > value.high:
        raise DesignError(
            "range_reversed",
            f"the range of {name} runs from {value.low} down to {value.high}",
            field=name,
            low=value.low,
            high=value.high,
        )
