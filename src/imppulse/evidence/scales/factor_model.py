"""The common factor model: parameters, implied moments and their derivatives.

Private to `factor_analysis`, which documents what comes out. Each item belongs
to one factor. In group g the answers have mean ``nu + L alpha`` and covariance
``L Phi L' + Theta``, Theta diagonal. All parameters of a group, fixed or free,
lie in one vector: loadings, intercepts, residual variances, the lower triangle
of the factor covariance by rows, factor means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    # Derivatives are taken along imaginary steps, so either kind of number.
    Numbers = NDArray[Any]

Kind = Literal["loading", "intercept", "residual", "covariance", "mean"]
KINDS: tuple[Kind, ...] = ("loading", "intercept", "residual", "covariance", "mean")
FEWEST_ITEMS_OF_ONE_FACTOR = 3
FEWEST_ITEMS_AMONG_FACTORS = 2
# An imaginary step has no rounding error, so it can be as small as one likes.
STEP = 1e-30


@dataclass(frozen=True, eq=False)
class Structure:
    """Which item belongs to which factor."""

    factors: tuple[str, ...]
    items: tuple[str, ...]
    factor_of_item: IntArray

    @cached_property
    def membership(self) -> FloatArray:
        """One where the item belongs to the factor, (items, factors)."""
        return np.eye(len(self.factors))[self.factor_of_item]

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Row and column of each entry of the factor covariance."""
        return np.tril_indices(len(self.factors))

    @cached_property
    def place_of_pair(self) -> IntArray:
        """Where each cell of the factor covariance lies, (factors, factors)."""
        count = len(self.factors)
        place = np.zeros((count, count), dtype=np.int64)
        place[self.pairs] = np.arange(len(self.pairs[0]))
        return np.maximum(place, place.T)

    @cached_property
    def part(self) -> dict[Kind, slice]:
        """Where each kind of parameter lies."""
        p, m = len(self.items), len(self.factors)
        ends = np.cumsum([0, p, p, p, len(self.pairs[0]), m])
        return {
            kind: slice(int(low), int(high))
            for kind, low, high in zip(KINDS, ends[:-1], ends[1:], strict=True)
        }

    @property
    def size(self) -> int:
        """How many parameters a group has, fixed ones included."""
        return int(self.part["mean"].stop)

    def place(self, kind: Kind, item: str) -> int:
        """Where a parameter of an item lies."""
        if item not in self.items:
            raise EstimationError(
                "unknown_item",
                f"there is no item {item!r}; there is {', '.join(self.items)}",
                wanted=item,
                known=self.items,
            )
        return int(self.part[kind].start) + self.items.index(item)

    def loadings(self, local: Numbers) -> Numbers:
        """Return the matrix of loadings, (..., items, factors)."""
        loading: Numbers = local[..., self.part["loading"], None] * self.membership
        return loading

    def factor_covariance(self, local: Numbers) -> Numbers:
        """Return the covariance of the factors, (..., factors, factors)."""
        covariance: Numbers = local[..., self.part["covariance"]][
            ..., self.place_of_pair
        ]
        return covariance


def structure_of(factors: Mapping[str, Sequence[str]]) -> Structure:
    """Read factors and their items, or refuse what cannot be identified."""
    items = [item for named in factors.values() for item in named]
    twice = sorted({item for item in items if items.count(item) > 1})
    if twice:
        raise EstimationError(
            "item_of_two_factors",
            f"an item belongs to one factor, once: {', '.join(twice)}",
            items=tuple(twice),
        )
    needed = (
        FEWEST_ITEMS_OF_ONE_FACTOR if len(factors) == 1 else FEWEST_ITEMS_AMONG_FACTORS
    )
    if not factors:
        raise EstimationError("no_items", "no item was asked for")
    for factor, named in factors.items():
        if len(named) < needed:
            raise EstimationError(
                "too_few_items",
                f"{factor} has {len(named)} items; {needed} are needed",
                factor=factor,
                items=len(named),
                needed=needed,
            )
    owners = [k for k, named in enumerate(factors.values()) for _ in named]
    return Structure(tuple(factors), tuple(items), np.array(owners, dtype=np.int64))


def moments(structure: Structure, local: Numbers) -> tuple[Numbers, Numbers]:
    """Return the implied mean (..., items) and covariance (..., items, items)."""
    part = structure.part
    loading = structure.loadings(local)
    factor_covariance = structure.factor_covariance(local)
    residual = local[..., part["residual"], None] * np.eye(len(structure.items))
    mean = local[..., part["intercept"]] + _times(loading, local[..., part["mean"]])
    spread = loading @ factor_covariance @ np.swapaxes(loading, -1, -2) + residual
    return mean, spread


def _times(matrix: Numbers, vector: Numbers) -> Numbers:
    product: Numbers = (matrix @ vector[..., None])[..., 0]
    return product


def gradient(
    structure: Structure, local: Numbers, *, mean: FloatArray, covariance: FloatArray
) -> Numbers:
    """Return the gradient of a person's part of minus the log-likelihood.

    With Q = inverse - inverse (S + d d') inverse, d = mean - implied mean, the
    derivative along dSigma and dmu is tr(Q dSigma) / 2 - d' inverse dmu.
    """
    implied_mean, implied = moments(structure, local)
    inverse = np.linalg.inv(implied)
    pulled = _times(inverse, mean - implied_mean)
    q = inverse - inverse @ covariance @ inverse
    q = q - pulled[..., :, None] * pulled[..., None, :]
    loading = structure.loadings(local)
    steep = q @ loading @ structure.factor_covariance(local)
    means = local[..., structure.part["mean"]][..., structure.factor_of_item]
    turned = np.swapaxes(loading, -1, -2)
    row, column = structure.pairs
    between = (turned @ q @ loading)[..., row, column]
    parts = (
        (steep * structure.membership).sum(axis=-1) - pulled * means,
        -pulled,
        np.diagonal(q, axis1=-2, axis2=-1) / 2,
        between * np.where(row == column, 0.5, 1.0),
        -_times(turned, pulled),
    )
    return np.concatenate(parts, axis=-1)


def hessian(
    structure: Structure,
    local: FloatArray,
    *,
    mean: FloatArray,
    covariance: FloatArray,
) -> FloatArray:
    """Differentiate `gradient`, exactly: (groups, size, size)."""
    moved = local[:, None, :] + 1j * STEP * np.eye(structure.size)
    turned = gradient(
        structure, moved, mean=mean[:, None], covariance=covariance[:, None]
    )
    return np.asarray(turned.imag / STEP, dtype=float)


def sensitivities(
    structure: Structure, local: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how mean and covariance move with each parameter.

    (groups, size, items) and (groups, size, items, items).
    """
    moved = local[:, None, :] + 1j * STEP * np.eye(structure.size)
    mean, spread = moments(structure, moved)
    return np.asarray(mean.imag / STEP), np.asarray(spread.imag / STEP)


def expected_information(structure: Structure, local: FloatArray) -> FloatArray:
    """Return Fisher's information of one person, (groups, size, size)."""
    inverse = np.linalg.inv(moments(structure, local)[1])
    mean, spread = sensitivities(structure, local)
    turned = inverse[:, None] @ spread
    of_spread = np.einsum("gaij,gbji->gab", turned, turned, optimize=True) / 2
    return np.asarray(of_spread + mean @ inverse @ np.swapaxes(mean, -1, -2))
