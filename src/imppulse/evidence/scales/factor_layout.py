"""Which parameters are free, which are equal across groups, which are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.factor_model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from imppulse.evidence.scales.factor_model import Kind, Structure

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

EqualityLevel = Literal["configural", "metric", "scalar", "strict"]
EQUALITY_LEVELS: tuple[EqualityLevel, ...] = get_args(EqualityLevel)
HELD: dict[EqualityLevel, tuple[Kind, ...]] = {
    "configural": (),
    "metric": ("loading",),
    "scalar": ("loading", "intercept"),
    "strict": ("loading", "intercept", "residual"),
}
FIXED = -1


@dataclass(frozen=True)
class Equality:
    """What is held equal across groups.

    Parameters
    ----------
    level : {"configural", "metric", "scalar", "strict"}
        Nothing but the factors' items; loadings; loadings and intercepts;
        loadings, intercepts and residual variances.
    free_loadings, free_intercepts, free_residuals : tuple of str
        Items exempt from it, in every group (partial invariance).

    Raises
    ------
    EstimationError
        ``unknown_equality``.
    """

    level: EqualityLevel = "configural"
    free_loadings: tuple[str, ...] = ()
    free_intercepts: tuple[str, ...] = ()
    free_residuals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.level not in EQUALITY_LEVELS:
            raise EstimationError(
                "unknown_equality",
                f"equality must be one of {', '.join(EQUALITY_LEVELS)}, "
                f"not {self.level!r}",
                given=self.level,
                choices=EQUALITY_LEVELS,
            )

    @property
    def exempt(self) -> dict[Kind, tuple[str, ...]]:
        """Items exempt from equality, by kind of parameter."""
        return {
            "loading": self.free_loadings,
            "intercept": self.free_intercepts,
            "residual": self.free_residuals,
        }


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each group's parameters lie among the free ones.

    Attributes
    ----------
    position : (groups, size) int
        Place among the free parameters; -1 is fixed.
    fixed : (groups, size) float
        Values of the fixed ones; 0 elsewhere.
    """

    position: IntArray
    fixed: FloatArray

    @property
    def free(self) -> int:
        """How many parameters are free."""
        return int(self.position.max()) + 1

    @cached_property
    def selection(self) -> FloatArray:
        """One where a group's parameter is the free one, (groups, size, free)."""
        picked = np.eye(self.free + 1)[self.position]
        return np.asarray(picked[..., : self.free])

    def local(self, free: FloatArray) -> FloatArray:
        """Return every group's parameters, (groups, size)."""
        chosen = np.append(free, 0.0)[self.position]
        return np.where(self.position == FIXED, self.fixed, chosen)

    def collect(self, matrices: FloatArray) -> FloatArray:
        """Sum the groups' matrices over the free parameters."""
        turned = np.swapaxes(self.selection, -1, -2)
        return np.asarray((turned @ matrices @ self.selection).sum(axis=0))


def layout_of(structure: Structure, groups: int, equality: Equality) -> Layout:
    """Lay out the parameters of `groups` groups under an equality."""
    for kind, exempt in equality.exempt.items():
        for name in exempt:
            structure.place(kind, name)
    fixed = np.zeros((groups, structure.size))
    is_fixed = np.zeros((groups, structure.size), dtype=bool)
    for place in _markers(structure, equality):
        fixed[:, place], is_fixed[:, place] = 1.0, True
    is_fixed[: _groups_without_mean(equality, groups), structure.part["mean"]] = True
    names: dict[object, int] = {}
    position = np.full((groups, structure.size), FIXED)
    for group, place in zip(*np.nonzero(~is_fixed), strict=True):
        shared = _is_shared(structure, equality, int(place))
        key = (None if shared else group, place)
        position[group, place] = names.setdefault(key, len(names))
    return Layout(position, fixed)


def _groups_without_mean(equality: Equality, groups: int) -> int:
    return 1 if "intercept" in HELD[equality.level] else groups


def _is_shared(structure: Structure, equality: Equality, place: int) -> bool:
    kind = kind_at(structure, place)
    if kind not in HELD[equality.level]:
        return False
    item = structure.items[place - structure.part[kind].start]
    return item not in equality.exempt[kind]


def kind_at(structure: Structure, place: int) -> Kind:
    """Return the kind of the parameter at a place."""
    return next(kind for kind in KINDS if place < structure.part[kind].stop)


def _markers(structure: Structure, equality: Equality) -> Iterator[int]:
    """Yield the loading of each factor that is fixed at 1."""
    held = HELD[equality.level]
    for k, factor in enumerate(structure.factors):
        own = [
            structure.items[j] for j in np.flatnonzero(structure.factor_of_item == k)
        ]
        for kind in held:
            if kind != "residual" and set(own) <= set(equality.exempt[kind]):
                raise EstimationError(
                    "no_invariant_item",
                    f"every {kind} of {factor} is free: nothing links the groups",
                    factor=factor,
                    parameter=kind,
                )
        loadings = equality.free_loadings if "loading" in held else ()
        marker = next(item for item in own if item not in loadings)
        yield structure.place("loading", marker)


def independence_layout(structure: Structure, groups: int) -> Layout:
    """Lay out the model in which no two items are related."""
    part = structure.part
    position = np.full((groups, structure.size), FIXED)
    own = np.arange(structure.size)[part["intercept"].start : part["residual"].stop]
    position[:, own] = np.arange(groups * len(own)).reshape(groups, -1)
    return Layout(position, np.zeros((groups, structure.size)))
