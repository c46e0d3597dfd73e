"""Where a result comes from: the method, the library, the design, the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from imppulse.evidence.survey.design import SampleDesign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

P = ParamSpec("P")
R = TypeVar("R", bound="DataclassInstance")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What is needed to obtain a result again.

    Attributes
    ----------
    method : str
        Full name of the function that was called.
    version : str
        Release of this library.
    design : SampleDesign or None
        None where no sample design enters.
    data : str or None
        Checksum of the data (SHA-256, hexadecimal) where the caller stated it
        with `Result.from_data`.
    """

    method: str
    version: str
    design: SampleDesign | None = None
    data: str | None = None

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any] | None) -> Provenance | None:
        """Read what `Result.to_dict` wrote."""
        if stored is None:
            return None
        design = stored["design"]
        return cls(**{**stored, "design": design and SampleDesign(**design)})


@cache
def _library_version() -> str:
    return version("imppulse")


def _design_of(given: object) -> SampleDesign | None:
    """Return a design, or the one a calibrated design, sums or a result rest on."""
    if isinstance(given, SampleDesign):
        return given
    provenance = getattr(given, "provenance", None)
    for owner in (given, provenance):
        design = getattr(owner, "design", None)
        if isinstance(design, SampleDesign):
            return design
    return None


def traced(function: Callable[P, R]) -> Callable[P, R]:
    """Let a public function sign the `Result` it returns.

    The outermost traced function signs: it is the one the reader called.
    """
    method = f"imppulse.evidence.{function.__name__}"

    @wraps(function)
    def signed(*args: P.args, **kwargs: P.kwargs) -> R:
        found = function(*args, **kwargs)
        stated = map(_design_of, (*args, *kwargs.values()))
        design = next((one for one in stated if one is not None), None)
        signature = Provenance(method=method, version=_library_version(), design=design)
        return replace(found, provenance=signature)

    return signed
