"""What a diagnosis holds: released numbers only, ready to be stored."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import Provenance
from imppulse.evidence.results import SCHEMA, Contrast, Estimate, Result

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Respondents:
    """How many of a side answered; None when suppressed."""

    side: str
    suppressed: bool
    n: int | None


@dataclass(frozen=True, kw_only=True)
class IndexOfSide:
    """A 0-100 index on one side that was asked; None when suppressed."""

    index: str
    side: str
    suppressed: bool
    estimate: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What two sides say to the same questions: first minus second, points."""

    index: str
    first: str
    second: str
    suppressed: bool
    contrast: Contrast | None


@dataclass(frozen=True, kw_only=True)
class Misperception:
    """What a side believes another says, and what that one says.

    ``contrast`` is believed minus said: above zero, the guess is too high.
    """

    guess: str
    actual: str
    guesser: str
    target: str
    suppressed: bool
    guessed: Estimate | None
    said: Estimate | None
    contrast: Contrast | None


@dataclass(frozen=True, kw_only=True)
class FactorOfSide:
    """How far a factor lies from good on one side: 100 minus its indices.

    ``n`` of the shortfall is that of its least answered index. Ranks are over
    the released factors, 1 = the largest shortfall; ``rank_low`` and
    ``rank_high`` hold jointly for all of them.
    """

    code: str
    side: str
    indices: tuple[str, ...]
    suppressed: bool
    shortfall: Estimate | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    source_count: int
    source_kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IndexOfDistrict:
    """A 0-100 index of the population of a district; None when suppressed."""

    index: str
    district: str | int
    suppressed: bool
    estimate: Estimate | None


PARTS: dict[str, type[Any]] = {
    "respondents": Respondents,
    "indices": IndexOfSide,
    "gaps": Gap,
    "misperceptions": Misperception,
    "factors": FactorOfSide,
    "districts": IndexOfDistrict,
}
NUMBERS: dict[str, type[Any]] = {
    "estimate": Estimate,
    "shortfall": Estimate,
    "guessed": Estimate,
    "said": Estimate,
    "contrast": Contrast,
}


@dataclass(frozen=True, kw_only=True)
class Diagnosis(Result):
    """The state of the relation between the sides, for one force.

    Attributes
    ----------
    force : str or None
    threshold, police_threshold : int
        Fewest respondents behind any number shown, and behind any number of
        police officers.
    level : float
    interval_valid : bool
        False when people chose themselves to answer: numbers and n stand,
        everything about their uncertainty is undefined (NaN; null in JSON).
    respondents, indices, gaps, misperceptions, factors, districts : tuple
        Of what was asked. A suppressed entry holds no number at all.
    image_minus_local : Contrast or None
        Image of the police in general minus the local relation, within the
        population; None when not asked or suppressed.
    """

    force: str | None
    threshold: int
    police_threshold: int
    level: float
    interval_valid: bool
    respondents: tuple[Respondents, ...]
    indices: tuple[IndexOfSide, ...]
    gaps: tuple[Gap, ...]
    misperceptions: tuple[Misperception, ...]
    image_minus_local: Contrast | None
    factors: tuple[FactorOfSide, ...]
    districts: tuple[IndexOfDistrict, ...]

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Diagnosis:
        """Return the diagnosis that `to_dict` wrote.

        Raises
        ------
        EstimationError
            ``unknown_schema`` when another release wrote it otherwise.
        """
        if stored.get("schema") != SCHEMA:
            raise EstimationError(
                "unknown_schema",
                f"this diagnosis has schema {stored.get('schema')}, not {SCHEMA}",
                schema=stored.get("schema"),
                known=SCHEMA,
            )
        parts = [each.name for each in fields(cls) if each.name != "provenance"]
        read: dict[str, Any] = {name: stored[name] for name in parts}
        read["provenance"] = Provenance.from_dict(stored.get("provenance"))
        read["image_minus_local"] = _number(Contrast, read["image_minus_local"])
        read |= {
            name: tuple(_part(part, entry) for entry in stored[name])
            for name, part in PARTS.items()
        }
        return cls(**read)


def _part(kind: type[Any], entry: Mapping[str, Any]) -> Any:
    return kind(**{name: _value(name, value) for name, value in entry.items()})


def _value(name: str, value: Any) -> Any:
    if name in NUMBERS:
        return _number(NUMBERS[name], value)
    return tuple(value) if isinstance(value, list) else value


def _number(kind: type[Any], entry: Mapping[str, Any] | None) -> Any:
    """Return an estimate or contrast; JSON's null is an undefined number."""
    if entry is None:
        return None
    undefined = {name: math.nan for name, value in entry.items() if value is None}
    read = {name: _value("", value) for name, value in entry.items()}
    return kind(**(read | undefined))
