"""What was measured about an evaluation; the strength of its sentence follows."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from imppulse.evidence.errors import DesignError
from imppulse.evidence.results import document

if TYPE_CHECKING:
    from collections.abc import Mapping


class Assignment(StrEnum):
    """How it was decided who gets the pilot."""

    DRAWN_HERE = "drawn_here"
    COUNTERSIGNED = "countersigned"
    CLAIMED_RANDOM = "claimed_random"
    NOT_RANDOM = "not_random"


class Unit(StrEnum):
    """What was assigned, which is not always what was sampled."""

    CLUSTERS = "clusters"
    INDIVIDUALS = "individuals"


class Inference(StrEnum):
    """How the interval and the test were obtained."""

    EXACT = "exact"
    WILD = "wild"
    SMALL_SAMPLE = "small_sample"
    LARGE_SAMPLE = "large_sample"


COUNTS = ("points_before", "points_after", "comparison")
SHARES = ("response_gap", "attrition", "attrition_gap")
CHOICES = {"unit": Unit, "assignment": Assignment, "inference": Inference}
MEMBERS = {name: frozenset(choice) for name, choice in CHOICES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFacts:
    """Measured facts of one outcome of one evaluation. Never a level.

    What is not known is stated as what helps least; only facts that may not
    have been measured at all have a default, and it is the least helpful one.

    Attributes
    ----------
    points_before, points_after : int
        Measurements of the outcome before and after the start, in every arm.
    treated, comparison : int
        Units per arm that were assigned and measured at each of those points.
        In stepped starts the comparison units are those not yet started.
    unit : Unit
        Clusters (areas, stations, groups) or individuals.
    assignment : Assignment
        ``drawn_here``: drawn at random by this software before the start;
        ``countersigned``: random, and the evaluator signed for it.
    inference : Inference
        ``small_sample``: corrected variance with degrees of freedom by cluster.
    response_gap, attrition_gap : float
        Difference between the arms in response and in attrition, share 0 to 1.
    attrition : float
        Share of the units followed (persons in a panel, clusters in repeated
        cross-sections) that were lost by the last measurement, 0 to 1.
    primary_outcome : bool
        Whether the plan names the outcome as primary.
    self_selected : bool
        Whether, in any wave or arm, people chose themselves to answer.
    scale_comparable, plan_locked_before_follow_up : bool
    primary_outcome_changed, instrument_or_mode_changed : bool
    contamination_reported : bool
    effective_n : float
        Smallest over arms and waves: respondents divided by the design effect.
    baseline_difference : float or None
        Largest absolute difference between arms before the start, in standard
        deviations.
    pre_trend : (low, high) or None
        Interval of the difference in trend before the start, in the unit of the
        outcome.
    dose : float or None
        Delivered share of what the plan foresaw.
    controlled : bool
        Whether background variables were controlled for or matched on. Counts
        for the Maryland level only.
    """

    points_before: int
    points_after: int
    treated: int
    comparison: int
    unit: Unit
    assignment: Assignment
    inference: Inference
    response_gap: float
    attrition: float
    attrition_gap: float
    primary_outcome: bool
    self_selected: bool
    scale_comparable: bool
    plan_locked_before_follow_up: bool
    primary_outcome_changed: bool
    instrument_or_mode_changed: bool
    contamination_reported: bool
    effective_n: float
    baseline_difference: float | None = None
    pre_trend: tuple[float, float] | None = None
    dose: float | None = None
    controlled: bool = False

    def __post_init__(self) -> None:
        """Refuse facts that cannot be.

        Raises
        ------
        DesignError
            ``design_fact_out_of_range`` with the fact and its value.
        """
        for name, possible in _plausibility(self).items():
            if not possible:
                value = getattr(self, name)
                raise DesignError(
                    "design_fact_out_of_range",
                    f"{name} cannot be {value!r}",
                    fact=name,
                    value=value,
                )

    @property
    def smaller_arm(self) -> int:
        """Units in the smaller arm."""
        return min(self.treated, self.comparison)

    @property
    def before_and_after(self) -> bool:
        """Whether the outcome was measured on both sides of the start."""
        return self.points_before >= 1 and self.points_after >= 1

    @property
    def randomised(self) -> bool:
        """Whether the assignment was random and somebody answers for it."""
        return self.assignment in {Assignment.DRAWN_HERE, Assignment.COUNTERSIGNED}

    @property
    def as_delivered(self) -> bool:
        """Whether the sentence must be about the pilot as delivered."""
        return self.dose is None or self.dose < 0.5

    def to_dict(self) -> dict[str, Any]:
        """Return the facts ready for JSON."""
        return document(asdict(self))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> DesignFacts:
        """Read facts written by `to_dict`.

        Raises
        ------
        DesignError
            ``design_facts_incomplete``, ``design_facts_unknown`` (both name the
            facts) or ``design_fact_out_of_range``.
        """
        values = {name: value for name, value in stored.items() if name != "schema"}
        _check_names(set(values))
        if values.get("pre_trend") is not None:
            values["pre_trend"] = tuple(values["pre_trend"])
        for name, choice in CHOICES.items():
            if values[name] in set(choice):
                values[name] = choice(values[name])
        return cls(**values)


OPTIONAL = {"baseline_difference", "pre_trend", "dose", "controlled"}


def _check_names(given: set[str]) -> None:
    known = {field.name for field in fields(DesignFacts)}
    for code, names in (
        ("design_facts_incomplete", known - OPTIONAL - given),
        ("design_facts_unknown", given - known),
    ):
        if names:
            listed = tuple(sorted(names))
            raise DesignError(code, f"{code}: {', '.join(listed)}", names=listed)


def _plausibility(facts: DesignFacts) -> dict[str, bool]:
    possible = {name: getattr(facts, name) in known for name, known in MEMBERS.items()}
    for name in COUNTS:
        possible[name] = getattr(facts, name) >= 0
    for name in SHARES:
        possible[name] = 0 <= getattr(facts, name) <= 1
    for name in ("baseline_difference", "dose"):
        value = getattr(facts, name)
        possible[name] = value is None or 0 <= value < math.inf
    return possible | {
        "treated": facts.treated >= 1,
        "effective_n": 0 <= facts.effective_n < math.inf,
        "pre_trend": facts.pre_trend is None
        or facts.pre_trend[0] <= facts.pre_trend[1],
    }
