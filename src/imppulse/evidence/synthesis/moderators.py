"""Moderators of a synthesis as the columns of a model, refused where they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.study_rows import labels_of, require_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.heterogeneity import Floats

INTERCEPT = "intercept"
# What is left of a column beyond the others, as a share of it, to count as its own.
SMALLEST_REST = 1e-8


def model_matrix(
    moderators: Mapping[str, ArrayLike | Sequence[object]], studies: int
) -> tuple[tuple[str, ...], Floats]:
    """Return names and columns, the intercept first.

    Numbers enter as they are; classes (text) as one 0/1 column per class but
    the first in alphabetical order, which the others are compared with.

    Raises
    ------
    SynthesisError
        ``moderators_missing``, ``synthesis_column_length_differs``,
        ``synthesis_label_missing``, ``moderator_not_finite``,
        ``moderator_constant`` or ``moderators_collinear``.
    """
    if not moderators:
        raise SynthesisError("moderators_missing", "no moderator was given")
    named = [(INTERCEPT, np.ones(studies))]
    for name, values in moderators.items():
        named += _columns(name, values, studies)
    names = tuple(name for name, _ in named)
    x = np.column_stack([values for _, values in named])
    _refuse_collinear(names, x)
    return names, x


def _columns(
    name: str, values: ArrayLike | Sequence[object], studies: int
) -> list[tuple[str, Floats]]:
    given = np.asarray(values)
    if given.dtype.kind in "OUS":
        return _classes(name, labels_of(list(given.ravel()), name, studies))
    numbers = given.astype(float).reshape(-1)
    require_length(name, len(numbers), studies)
    with np.errstate(over="ignore"):
        bad = np.flatnonzero(~np.isfinite(numbers**2))
    if len(bad):
        raise SynthesisError(
            "moderator_not_finite",
            f"{name} is not a number in row {bad[0] + 1}",
            moderator=name,
            row=int(bad[0]) + 1,
        )
    _refuse_constant(name, len(np.unique(numbers)))
    return [(name, numbers)]


def _classes(name: str, values: np.ndarray) -> list[tuple[str, Floats]]:
    known = sorted(set(values.tolist()))
    _refuse_constant(name, len(known))
    return [(f"{name}: {each}", (values == each).astype(float)) for each in known[1:]]


def _refuse_constant(name: str, distinct: int) -> None:
    if distinct < 2:
        raise SynthesisError(
            "moderator_constant",
            f"{name} is the same in all studies",
            moderator=name,
        )


def _refuse_collinear(names: tuple[str, ...], x: Floats) -> None:
    scaled = x / np.linalg.norm(x, axis=0)
    for j in range(1, x.shape[1]):
        basis = np.linalg.qr(scaled[:, :j])[0]
        rest = scaled[:, j] - basis @ (basis.T @ scaled[:, j])
        if np.linalg.norm(rest) < SMALLEST_REST or j >= x.shape[0]:
            raise SynthesisError(
                "moderators_collinear",
                f"{names[j]} follows from the moderators before it",
                moderator=names[j],
            )
