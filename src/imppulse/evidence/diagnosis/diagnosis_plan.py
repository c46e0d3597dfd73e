"""What a diagnosis is asked: sides, indices, guesses, factors and thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Contrast, Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
    from imppulse.evidence.scales.scales import Index
    from imppulse.evidence.survey.design import SampleDesign

POPULATION = "population"
POLICE_OFFICERS = "police_officers"

Result = TypeVar("Result", Estimate, Contrast)
INTERVAL = ("std_error", "ci_low", "ci_high", "df")
UNCERTAINTY: dict[type, tuple[str, ...]] = {
    Estimate: (*INTERVAL, "deff"),
    Contrast: (*INTERVAL, "p_value"),
}


@dataclass(frozen=True)
class FactorMeasure:
    """How a factor of estrangement is measured on one side.

    Parameters
    ----------
    code : str
        The factor.
    indices : tuple of str
        Names of indices of the plan; the factor is their plain mean.
    side : str
    sources : tuple of str
        Kind of each source that speaks of the factor ("survey",
        "interviews", ...), one entry per source.
    """

    code: str
    indices: tuple[str, ...]
    side: str = POPULATION
    sources: tuple[str, ...] = ("survey",)


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One side's guess of what another answers; both are indices of the plan."""

    guess: str
    actual: str
    guesser: str
    target: str


@dataclass(frozen=True, kw_only=True)
class DiagnosisPlan:
    """What is read from the answers.

    Parameters
    ----------
    indices : tuple of Index
        All that is used below, guesses included.
    sides : tuple of str
        Values of the column ``side``; one side alone is a study as well.
    design : SampleDesign or CalibratedDesign
        Of all sides together.
    force : str, optional
        Value of the column ``force``. Needed when police officers of several
        forces answered: they are measured per force.
    image_index, local_index : str, optional
        Indices of the image of the police in general and of the local
        relation.
    guesses : tuple of Guess
    factors : tuple of FactorMeasure
    district : str, optional
        Column of districts, for the population only.
    threshold : int
        Fewest respondents behind a published number. For police officers it
        is never below 10.
    self_selected : bool
        People chose themselves to answer, as through any open link.
    level : float
        Confidence level.

    Raises
    ------
    EstimationError
        ``unknown_index``, ``unknown_side`` or ``image_without_local``.
    """

    indices: tuple[Index, ...]
    sides: tuple[str, ...]
    design: SampleDesign | CalibratedDesign
    force: str | None = None
    image_index: str | None = None
    local_index: str | None = None
    guesses: tuple[Guess, ...] = ()
    factors: tuple[FactorMeasure, ...] = ()
    district: str | None = None
    threshold: int = PUBLISHED_THRESHOLD
    self_selected: bool = False
    level: float = 0.95

    def __post_init__(self) -> None:
        if (self.image_index is None) != (self.local_index is None):
            raise EstimationError(
                "image_without_local",
                "name the index of the image and that of the local relation, or "
                "neither",
            )
        relation = [name for name in (self.image_index, self.local_index) if name]
        guessed = [
            name for guess in self.guesses for name in (guess.guess, guess.actual)
        ]
        measured = [name for factor in self.factors for name in factor.indices]
        known = [index.name for index in self.indices]
        _check_known("index", [*relation, *guessed, *measured], known)
        sides = [
            side for guess in self.guesses for side in (guess.guesser, guess.target)
        ]
        sides += [factor.side for factor in self.factors]
        _check_known("side", sides, self.sides)

    @property
    def names(self) -> tuple[str, ...]:
        """Indices that are answers about oneself or the relation, not guesses."""
        guesses = {guess.guess for guess in self.guesses}
        return tuple(index.name for index in self.indices if index.name not in guesses)

    def threshold_of(self, side: str) -> int:
        """Return the fewest respondents behind a number of this side."""
        strict = side == POLICE_OFFICERS
        return max(self.threshold, PUBLISHED_THRESHOLD) if strict else self.threshold

    def cautious(self, result: Result) -> Result:
        """Drop the uncertainty of a result that is not known.

        It is known of random samples only, and from two clusters on.
        """
        if result.df >= 1 and not self.self_selected:
            return result
        lost: dict[str, Any] = dict.fromkeys(UNCERTAINTY[type(result)], math.nan)
        return replace(result, **lost)


def _check_known(kind: str, used: Sequence[str], known: Sequence[str]) -> None:
    for name in used:
        if name not in known:
            raise EstimationError(
                f"unknown_{kind}",
                f"the plan has no {kind} {name!r}",
                wanted=name,
                known=tuple(known),
            )
