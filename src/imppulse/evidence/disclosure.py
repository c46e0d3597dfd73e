"""Which cells of a table of respondents may be published.

A cell is small when 0 < n < threshold. An empty cell names nobody and is published
as "none". Small cells are hidden, and as many others as it takes that what is left,
with the sums, does not give them away. The estimate, standard error and interval of
a hidden cell are hidden with it; n is the number of respondents, never weighted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from imppulse.evidence.errors import DisclosureError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

PUBLISHED_THRESHOLD = 10
PROJECT_THRESHOLD = 5

# Solutions of the solver are whole numbers up to its tolerance.
ROUNDING = 1e-6
# Of cells that cost the same, the first is hidden.
TIE_BREAK = 1e-6


def with_margins(counts: ArrayLike) -> NDArray[np.int64]:
    """Append the totals of a table: last entry, or last row and column.

    Parameters
    ----------
    counts : array-like of int, shape (cells,) or (rows, columns)

    Returns
    -------
    ndarray of int, shape (cells + 1,) or (rows + 1, columns + 1)
    """
    table = np.asarray(counts)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def suppress(counts: ArrayLike, threshold: int = PUBLISHED_THRESHOLD) -> Mask:
    """Choose the cells of one table to hide.

    First the small cells; then, while somebody who knows the published cells and
    the sums could place a hidden cell within less than `threshold`, the cheapest
    further cells (the smaller the cheaper, margins included, empty cells never).
    The same table always gives the same answer.

    Parameters
    ----------
    counts : array-like of int, shape (cells + 1,) or (rows + 1, columns + 1)
        Respondents with totals last, as `with_margins` makes it.
    threshold : int
        Smallest number of respondents that may be shown; at least 2.

    Returns
    -------
    ndarray of bool, same shape
        True where the cell must be hidden.

    Raises
    ------
    DisclosureError
        ``disclosure_shape``, ``disclosure_not_counts``,
        ``disclosure_margins_do_not_add_up``, ``disclosure_threshold`` or
        ``disclosure_not_solved``.

    Notes
    -----
    Each round finds the cheapest pair of tables that an onlooker could hold for
    possible and that differ by `threshold` in the weakest cell; the cells in
    which they differ from the true table are hidden too. The equations of a table
    with one set of margins are those of a network, so that intervals found over
    fractions hold for whole numbers.

    References
    ----------
    Fischetti & Salazar (2001), Management Science 47, 1008-1027.
    Willenborg & de Waal (2001), Elements of Statistical Disclosure Control.
    """
    table = _table(counts)
    if threshold < 2:
        raise DisclosureError(
            "disclosure_threshold",
            f"the threshold must be at least 2, not {threshold}",
            threshold=threshold,
        )
    values, equations = table.ravel(), _equations(table.shape)
    hidden = (values > 0) & (values < threshold)
    while (weak := _weak(values, hidden, equations, width=threshold)).size:
        for cell in weak:
            hidden |= _cover(values, hidden, equations, cell=cell, width=threshold)
    return hidden.reshape(table.shape)


def audit(counts: ArrayLike, mask: ArrayLike) -> Floats:
    """Compute what an onlooker can derive about every cell.

    The onlooker knows the published cells, the sums, and that counts are not
    negative.

    Parameters
    ----------
    counts : array-like of int, shape (cells + 1,) or (rows + 1, columns + 1)
        Respondents with totals last.
    mask : array-like of bool, same shape
        True where the cell is hidden.

    Returns
    -------
    ndarray of float, shape (*counts.shape, 2)
        Smallest and largest possible count; the count itself, twice, where it is
        published; infinity where nothing bounds it.

    Raises
    ------
    DisclosureError
        ``disclosure_shape``, ``disclosure_not_counts``,
        ``disclosure_margins_do_not_add_up`` or ``disclosure_not_solved``.
    """
    table = _table(counts)
    hidden = np.asarray(mask, dtype=bool)
    if hidden.shape != table.shape:
        raise _shape_error(hidden.shape)
    intervals = np.repeat(table.ravel()[:, None], 2, axis=1)
    if hidden.any():
        intervals[hidden.ravel()] = _intervals(
            table.ravel(), hidden.ravel(), _equations(table.shape)
        )
    return intervals.reshape(*table.shape, 2)


def _table(counts: ArrayLike) -> Floats:
    table = np.asarray(counts)
    if table.ndim not in {1, 2} or min(table.shape) < 2:
        raise _shape_error(table.shape)
    table = table.astype(float)
    if not (np.isfinite(table) & (table >= 0) & (table == np.round(table))).all():
        raise DisclosureError(
            "disclosure_not_counts", "cells must be whole numbers of respondents"
        )
    if _equations(table.shape).dot(table.ravel()).any():
        raise DisclosureError(
            "disclosure_margins_do_not_add_up",
            "the last row and column must be the totals",
        )
    return table


def _shape_error(shape: tuple[int, ...]) -> DisclosureError:
    return DisclosureError(
        "disclosure_shape",
        f"expected one or two dimensions with totals last, not shape {shape}",
        shape=shape,
    )


def _equations(shape: tuple[int, ...]) -> sparse.csr_array:
    """Return one row per sum: parts minus total equals 0."""
    cells = np.arange(np.prod(shape)).reshape(shape)
    lines = [cells] if len(shape) == 1 else [*cells, *cells.T]
    rows = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    signs = np.concatenate([np.append(np.ones(len(line) - 1), -1) for line in lines])
    return sparse.csr_array((signs, (rows, np.concatenate(lines))))


def _weak(
    values: Floats,
    hidden: Mask,
    equations: sparse.csr_array,
    *,
    width: int,
) -> NDArray[np.int64]:
    """Return the hidden cells known to less than `width`, the best known first."""
    if not hidden.any():
        return np.flatnonzero(hidden)
    low, high = _intervals(values, hidden, equations).T
    order = np.argsort(high - low, kind="stable")
    weak = order[(high - low)[order] < width]
    cells: NDArray[np.int64] = np.flatnonzero(hidden)[weak]
    return cells


def _cover(
    values: Floats,
    hidden: Mask,
    equations: sparse.csr_array,
    *,
    cell: int,
    width: int,
) -> Mask:
    """Return the cells to hide so that `cell` is known to no less than `width`.

    Two possible tables, each the true one plus what is added minus what is taken
    away, must differ by `width` in the cell. Changing hidden cells costs nothing.
    """
    usable = np.flatnonzero(values > 0)
    moves = equations[:, usable]
    moves = sparse.hstack([moves, -moves])
    target = np.where(usable == cell, 1.0, 0.0)
    target = np.concatenate([target, -target])
    cost = np.where(hidden, 0, np.sqrt(values) + np.arange(len(values)) * TIE_BREAK)
    most = np.concatenate([np.full(len(usable), np.inf), values[usable]])
    conditions = sparse.vstack(
        [
            sparse.block_diag([moves, moves]),
            sparse.csr_array(np.append(target, -target)[None]),
        ]
    )
    totals = np.append(np.zeros(2 * equations.shape[0]), width)
    changes = _minimise(
        np.tile(cost[usable], 4), conditions, totals, most=np.tile(most, 2)
    )
    touched = np.zeros(len(values), dtype=bool)
    touched[usable] = (changes.reshape(4, -1) > ROUNDING).any(axis=0)
    return touched


def _intervals(values: Floats, hidden: Mask, equations: sparse.csr_array) -> Floats:
    """Return lowest and highest possible counts of the hidden cells, (hidden, 2).

    All minima and maxima are independent blocks of one linear programme.
    """
    unknown = equations[:, hidden]
    known = -(equations[:, ~hidden] @ values[~hidden])
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
    conditions = sparse.block_diag([unknown] * blocks)
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
    solution = milp(
        cost,
        constraints=LinearConstraint(conditions, totals, totals),
        bounds=Bounds(np.zeros(len(most)), most),
    )
    if solution.x is None:
        raise DisclosureError("disclosure_not_solved", solution.message)
    return solution.x
