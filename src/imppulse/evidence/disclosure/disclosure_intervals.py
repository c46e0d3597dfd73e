"""What the sums of a table give away about its hidden cells, by linear programming.

Private to `disclosure`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import DisclosureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

# Solutions of the solver are whole numbers up to its tolerance.
ROUNDING = 1e-6
# Of cells that cost the same, the first is hidden.
TIE_BREAK = 1e-6


def equations(shape: tuple[int, ...]) -> sparse.csr_array:
    """Return one row per sum: parts minus total equals 0."""
    cells = np.arange(np.prod(shape)).reshape(shape)
    lines = [cells] if len(shape) == 1 else [*cells, *cells.T]
    rows = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    signs = np.concatenate([np.append(np.ones(len(line) - 1), -1) for line in lines])
    return scipy.sparse.csr_array((signs, (rows, np.concatenate(lines))))


def protected(
    values: Floats, hidden: Mask, sums: sparse.csr_array, *, width: int
) -> Mask:
    """Hide further cells until every hidden one is known to no less than `width`."""
    while (weak := _weak(values, hidden, sums, width=width)).size:
        for cell in weak:
            hidden = hidden | _cover(values, hidden, sums, cell=cell, width=width)
    return hidden


def _weak(
    values: Floats,
    hidden: Mask,
    sums: sparse.csr_array,
    *,
    width: int,
) -> NDArray[np.int64]:
    """Return the hidden cells known to less than `width`, the best known first."""
    if not hidden.any():
        return np.flatnonzero(hidden)
    low, high = intervals(values, hidden, sums).T
    order = np.argsort(high - low, kind="stable")
    # Nobody is behind an empty cell, hidden only because it is not in another wave.
    somebody = values[hidden][order] > 0
    weak = order[((high - low)[order] < width) & somebody]
    cells: NDArray[np.int64] = np.flatnonzero(hidden)[weak]
    return cells


def _cover(
    values: Floats,
    hidden: Mask,
    sums: sparse.csr_array,
    *,
    cell: int,
    width: int,
) -> Mask:
    """Return the cells to hide so that `cell` is known to no less than `width`.

    Two possible tables, each the true one plus what is added minus what is taken
    away, must differ by `width` in the cell. Changing hidden cells costs nothing.
    """
    usable = np.flatnonzero(values > 0)
    moves = sums[:, usable]
    moves = scipy.sparse.hstack([moves, -moves])
    target = np.where(usable == cell, 1.0, 0.0)
    target = np.concatenate([target, -target])
    cost = np.where(hidden, 0, np.sqrt(values) + np.arange(len(values)) * TIE_BREAK)
    most = np.concatenate([np.full(len(usable), np.inf), values[usable]])
    conditions = scipy.sparse.vstack(
        [
            scipy.sparse.block_diag([moves, moves]),
            scipy.sparse.csr_array(np.append(target, -target)[None]),
        ]
    )
    totals = np.append(np.zeros(2 * sums.shape[0]), width)
    changes = _minimise(
        np.tile(cost[usable], 4), conditions, totals, most=np.tile(most, 2)
    )
    touched = np.zeros(len(values), dtype=bool)
    touched[usable] = (changes.reshape(4, -1) > ROUNDING).any(axis=0)
    return touched


def intervals(values: Floats, hidden: Mask, sums: sparse.csr_array) -> Floats:
    """Return lowest and highest possible counts of the hidden cells, (hidden, 2).

    All minima and maxima are independent blocks of one linear programme.
    """
    unknown = sums[:, hidden]
    known = -(sums[:, ~hidden] @ values[~hidden])
    cells, blocks = unknown.shape[1], 2 * unknown.shape[1]
    # A bounded maximum never exceeds the sum of all cells; the objective stops just
    # above it, the other cells far enough not to be what stops it.
    beyond = values.sum() + 1
    highest = np.full((blocks, cells), 3 * beyond)
    own = np.arange(blocks) % cells
    highest[np.arange(blocks), own] = beyond
    sense = np.where(np.arange(blocks) < cells, 1.0, -1.0)
    objective = np.zeros((blocks, cells))
    objective[np.arange(blocks), own] = sense
    conditions = scipy.sparse.block_diag([unknown] * blocks)
    possible = _minimise(
        objective.ravel(), conditions, np.tile(known, blocks), most=highest.ravel()
    )
    optimum = np.rint(possible.reshape(blocks, cells)[np.arange(blocks), own])
    low, high = optimum[:cells], optimum[cells:]
    return np.column_stack([low, np.where(high >= beyond, np.inf, high)])


def _minimise(
    cost: Floats, conditions: sparse.coo_array, totals: Floats, *, most: Floats
) -> Floats:
    """Solve: cost @ x least, conditions @ x = totals, 0 <= x <= most (HiGHS)."""
    solution = scipy.optimize.milp(
        cost,
        constraints=scipy.optimize.LinearConstraint(conditions, totals, totals),
        bounds=scipy.optimize.Bounds(np.zeros(len(most)), most),
    )
    if solution.x is None:
        raise DisclosureError("disclosure_not_solved", solution.message)
    return solution.x
