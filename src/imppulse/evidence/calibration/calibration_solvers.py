"""The weights nearest the old ones that reach the targets, cell by cell.

Private to `calibration`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.calibration.calibration_distances import Exponential, Term
from imppulse.evidence.calibration.calibration_targets import parts
from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imppulse.evidence.calibration.calibration_cells import Cells
    from imppulse.evidence.calibration.calibration_distances import Distance

    FloatArray = NDArray[np.float64]

MOST_SWEEPS = 2_000
MOST_STEPS = 100
MOST_HALVINGS = 30
SWEPT = 1e-12
SOLVED = 1e-14
ACCEPTED = 1e-9


@dataclass(frozen=True, eq=False)
class Targets:
    """Counts of each margin's levels, and totals, in the order of the cells."""

    counts: list[FloatArray]
    totals: FloatArray


@dataclass(frozen=True, eq=False)
class Solution:
    """The g-weights of cells and what makes them.

    Attributes
    ----------
    terms : list of Term
        The parts of u by margin, then by numeric column.
    g : (cells,) float
        Weight after, over weight before.
    iterations : int
    discrepancy : float
        Largest relative distance from a target.
    """

    terms: list[Term]
    g: FloatArray
    iterations: int
    discrepancy: float
    distance: Distance


def raked(cells: Cells, targets: Targets) -> Solution:
    """Bring one margin after the other to its counts until all hold."""
    effects = [np.zeros(len(count)) for count in targets.counts]
    fitted, sweeps, worst = cells.weight.copy(), 0, np.inf
    while worst >= SWEPT and sweeps < MOST_SWEEPS:
        steps = _swept(cells, targets, fitted)
        effects = [old + np.log(new) for old, new in zip(effects, steps, strict=True)]
        worst = max(float(np.abs(step - 1).max()) for step in steps)
        sweeps += 1
    _check_reached(worst, sweeps)
    g = fitted / cells.weight
    return Solution(_terms(cells, effects, []), g, sweeps, worst, Exponential())


def _swept(cells: Cells, targets: Targets, fitted: FloatArray) -> list[FloatArray]:
    """Multiply `fitted` in place; return the factor of each level."""
    steps = []
    for code, count in zip(cells.codes, targets.counts, strict=True):
        steps.append(count / np.bincount(code, fitted, len(count)))
        fitted *= steps[-1][code]
    return steps


def _check_reached(discrepancy: float, iterations: int) -> None:
    if discrepancy > ACCEPTED:
        raise EstimationError(
            "calibration_did_not_converge",
            f"after {iterations} rounds the weights still miss a target by "
            f"{100 * discrepancy:.2g} percent: the targets contradict each other, "
            "or this sample cannot reach them",
            iterations=iterations,
            discrepancy=discrepancy,
            percent=f"{100 * discrepancy:.2g}",
        )


def _terms(
    cells: Cells, effects: Sequence[FloatArray], slopes: Sequence[float]
) -> list[Term]:
    margins = zip(cells.margins, cells.levels, effects, strict=True)
    return [
        *(Term(parts(m), levels, tuple(e.tolist())) for m, levels, e in margins),
        *(
            Term((column,), (), (float(slope),))
            for column, slope in zip(cells.columns, slopes, strict=True)
        ),
    ]


@dataclass(frozen=True, eq=False)
class _Equations:
    """X'wg = target, for Newton; `unit` makes what is missing relative."""

    x: FloatArray
    target: FloatArray
    unit: FloatArray
    weight: FloatArray
    distance: Distance

    def missing(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what targets still lack, and the matrix of the next step."""
        with np.errstate(over="ignore", invalid="ignore"):
            g, slope = self.distance.values(self.x @ u)
            lack = self.target - self.x.T @ (self.weight * g)
            return lack, self.x.T @ (self.x * (self.weight * slope)[:, None])

    def discrepancy(self, lack: FloatArray) -> float:
        """Return the largest relative distance from a target."""
        return float(np.abs(lack / self.unit).max())


def newton(cells: Cells, targets: Targets, distance: Distance) -> Solution:
    """Solve the calibration equations by Newton's method on the dual."""
    counts, totals = targets.counts, targets.totals
    dummies = [
        np.eye(len(count))[code]
        for code, count in zip(cells.codes, counts, strict=True)
    ]
    scale = np.abs(cells.values).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    x = np.column_stack([*dummies, cells.values / scale])
    reach = float(counts[0].sum() if counts else distance.scale * cells.weight.sum())
    equations = _Equations(
        x=x,
        target=np.concatenate([*counts, totals / scale]),
        unit=np.concatenate([*counts, np.full(len(totals), reach)]),
        weight=cells.weight,
        distance=distance,
    )
    coefficients, steps, discrepancy = _solved(equations)
    _check_reached(discrepancy, steps)
    *effects, slopes = np.split(
        coefficients, np.cumsum([len(c) for c in counts], dtype=int)
    )
    return Solution(
        terms=_terms(cells, effects, (slopes / scale).tolist()),
        g=distance.values(x @ coefficients)[0],
        iterations=steps,
        discrepancy=discrepancy,
        distance=distance,
    )


def _solved(equations: _Equations) -> tuple[FloatArray, int, float]:
    at = np.zeros(equations.x.shape[1])
    lack, matrix = equations.missing(at)
    steps, worst = 0, equations.discrepancy(lack)
    while worst >= SOLVED and steps < MOST_STEPS:
        # Margins repeat each other (each sums to the population): any solution does.
        move = np.asarray(np.linalg.lstsq(matrix, lack, rcond=1e-13)[0], dtype=float)
        nearer = _shortened(equations, at, move, worst=worst)
        if nearer is None:
            break
        at, lack, matrix = nearer
        steps, worst = steps + 1, equations.discrepancy(lack)
    return at, steps, worst


def _shortened(
    equations: _Equations, at: FloatArray, move: FloatArray, *, worst: float
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """Return the first of the halved steps that comes nearer, if one does."""
    for halving in range(MOST_HALVINGS):
        to = at + move / 2**halving
        lack, matrix = equations.missing(to)
        finite = np.isfinite(lack).all() and np.isfinite(matrix).all()
        if finite and equations.discrepancy(lack) < worst:
            return to, lack, matrix
    return None
