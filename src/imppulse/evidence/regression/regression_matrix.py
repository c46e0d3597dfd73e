"""The columns of a regression, and whether they can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.regression.regression_formula import Formula

    FloatArray = NDArray[np.float64]

INTERCEPT = "(intercept)"
# Rows of the design matrix that are held at once.
CHUNK = 1 << 16
# Share of a column's variance that the columns before it must leave unexplained.
SMALLEST_OWN_SHARE = 1e-10


@dataclass(frozen=True, eq=False)
class ModelMatrix:
    """An intercept, a column per level but the reference, and the covariates.

    Covariates are centred and scaled inside, so that a year or an income does
    not cost digits; `to_units` takes coefficients back.

    Attributes
    ----------
    terms : tuple of str
        ``(intercept)``, ``column[level]``, ``column``.
    columns : tuple of str
        Column behind each term; empty for the intercept.
    dummies : tuple of (int, int)
        Position of the categorical column and code of the level.
    centre, scale : (covariates,) float
    """

    terms: tuple[str, ...]
    columns: tuple[str, ...]
    dummies: tuple[tuple[int, int], ...]
    centre: FloatArray
    scale: FloatArray

    def rows(self, observations: Observations, part: slice) -> FloatArray:
        """Return some rows of the matrix, (rows, terms)."""
        codes = observations.codes[part]
        count = len(self.dummies)
        matrix = np.ones((len(codes), len(self.terms)))
        for column, (at, code) in enumerate(self.dummies, start=1):
            matrix[:, column] = codes[:, at] == code
        covariates = observations.continuous[part]
        matrix[:, 1 + count :] = (covariates - self.centre) / self.scale
        return matrix

    def chunks(self, observations: Observations) -> Iterator[tuple[slice, FloatArray]]:
        """Walk through the matrix without ever holding all of it."""
        for start in range(0, len(observations.weight), CHUNK):
            part = slice(start, start + CHUNK)
            yield part, self.rows(observations, part)

    @property
    def to_units(self) -> FloatArray:
        """Matrix that takes coefficients to the units of the data."""
        count = len(self.centre)
        transform = np.eye(len(self.terms))
        if count:
            transform[-count:, -count:] = np.diag(1 / self.scale)
            transform[0, -count:] = -self.centre / self.scale
        return transform


def model_matrix(observations: Observations, formula: Formula) -> ModelMatrix:
    """Lay out the columns of a formula.

    Raises
    ------
    EstimationError
        ``constant_column``, ``missing_level``, ``collinear_columns``.
    """
    dummies, terms, columns = [], [INTERCEPT], [""]
    for at, (name, levels) in enumerate(
        zip(observations.names, observations.labels, strict=True)
    ):
        left_out = _reference(name, levels, formula)
        for code, label in enumerate(levels):
            if label != left_out:
                dummies.append((at, code))
                terms.append(f"{name}[{label}]")
                columns.append(name)
    centre, scale = _standardisation(observations, formula)
    matrix = ModelMatrix(
        terms=(*terms, *formula.continuous),
        columns=(*columns, *formula.continuous),
        dummies=tuple(dummies),
        centre=centre,
        scale=scale,
    )
    _check_collinear(matrix, observations)
    return matrix


def _reference(name: str, levels: tuple[object, ...], formula: Formula) -> object:
    if len(levels) < 2:
        raise constant_column(name)
    wanted = formula.reference.get(name, levels[0])
    if wanted not in levels:
        named = ", ".join(map(repr, levels))
        raise EstimationError(
            "missing_level",
            f"no answer has the level {wanted!r} of {name!r}; there is {named}",
            column=name,
            level=wanted,
            levels=levels,
        )
    return wanted


def references(
    observations: Observations, dummies: tuple[tuple[int, int], ...]
) -> dict[str, object]:
    """Return the level of each categorical column that has no term."""
    return {
        name: next(
            label for code, label in enumerate(levels) if (at, code) not in dummies
        )
        for at, (name, levels) in enumerate(
            zip(observations.names, observations.labels, strict=True)
        )
    }


def constant_column(name: str) -> EstimationError:
    """Return the refusal of a column that does not vary."""
    return EstimationError(
        "constant_column",
        f"column {name!r} has the same value in every row of the regression",
        column=name,
    )


def _standardisation(
    observations: Observations, formula: Formula
) -> tuple[FloatArray, FloatArray]:
    weight, values = observations.weight, observations.continuous
    for k, name in enumerate(formula.continuous):
        if values[:, k].min() == values[:, k].max():
            raise constant_column(name)
    centre = weight @ values / weight.sum()
    spread = np.array(
        [weight @ (x - m) ** 2 for x, m in zip(values.T, centre, strict=True)]
    )
    return centre, np.sqrt(spread / weight.sum())


def _check_collinear(matrix: ModelMatrix, observations: Observations) -> None:
    """Regress each column on those before it; name those that say the same."""
    merged = observations.merged()
    products = np.zeros((len(matrix.terms), len(matrix.terms)))
    for part, x in matrix.chunks(merged):
        products += x.T @ (x * merged.weight[part, None])
    products /= products[0, 0]
    spread = np.diag(products) - products[0] ** 2
    for j in range(1, len(products)):
        before = products[:j, :j]
        share = np.linalg.solve(before, products[:j, j])
        if products[j, j] - products[:j, j] @ share > SMALLEST_OWN_SHARE * spread[j]:
            continue
        told = np.abs(share[1:]) * np.sqrt(spread[1:j]) > 1e-6 * np.sqrt(spread[j])
        same = tuple(matrix.terms[1 + k] for k in np.flatnonzero(told))
        raise EstimationError(
            "collinear_columns",
            f"{matrix.terms[j]!r} is already given by {', '.join(map(repr, same))}",
            term=matrix.terms[j],
            others=same,
        )
