"""Which cells of a table of respondents may be published.

A cell is small when 0 < n < threshold. An empty cell names nobody and is published
as "none". Small cells are hidden, and as many others as it takes that what is left,
with the sums, does not give them away. The estimate, standard error and interval of
a hidden cell are hidden with it; n is the number of respondents, never weighted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.disclosure.disclosure_intervals import (
    equations,
    intervals,
    protected,
)
from imppulse.evidence.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

PUBLISHED_THRESHOLD = 10
PROJECT_THRESHOLD = 5


def check_threshold(threshold: int) -> None:
    """Refuse a threshold that hides nobody.

    Raises
    ------
    DisclosureError
        ``disclosure_threshold``.
    """
    if not threshold >= 2:
        raise DisclosureError(
            "disclosure_threshold",
            f"the threshold must be at least 2, not {threshold}",
            threshold=threshold,
        )


def with_margins(counts: ArrayLike) -> NDArray[np.int64]:
    """Append the totals of a table: last entry, or last row and column.

    Parameters
    ----------
    counts : array-like of int, shape (cells,) or (rows, columns)

    Returns
    -------
    ndarray of int, shape (cells + 1,) or (rows + 1, columns + 1)

    Raises
    ------
    DisclosureError
        ``disclosure_shape`` or ``disclosure_not_counts``.
    """
    table = _whole_counts(counts)
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
    return suppress_alike([counts], threshold)


def suppress_alike(
    tables: Sequence[ArrayLike], threshold: int = PUBLISHED_THRESHOLD
) -> Mask:
    """Choose the cells to hide in every one of several tables of one shape.

    A cell hidden in one wave and shown in the next gives itself away to whoever
    knows that little changed. So the same cells are hidden in all, and each table
    is protected against what its own sums give away.

    Parameters
    ----------
    tables : sequence of array-like of int, shape (cells + 1,) or (rows + 1, columns + 1)
        One per wave, totals last, the same cells in the same places.
    threshold : int
        Smallest number of respondents that may be shown; at least 2.

    Returns
    -------
    ndarray of bool, shape of one table
        True where the cell must be hidden in every wave.

    Raises
    ------
    DisclosureError
        Those of `suppress`; ``disclosure_shapes_differ``.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, section 4.5
    (linked tables).
    """
    stacked = [_table(counts) for counts in tables]
    shapes = {table.shape for table in stacked}
    if len(shapes) != 1:
        raise DisclosureError(
            "disclosure_shapes_differ",
            f"all tables need the same cells, not shapes {sorted(shapes)}",
            shapes=tuple(sorted(shapes)),
        )
    check_threshold(threshold)
    [shape] = shapes
    values = [table.ravel() for table in stacked]
    sums = equations(shape)
    small = [(cells > 0) & (cells < threshold) for cells in values]
    hidden: Mask = np.logical_or.reduce(small)
    while True:
        before = hidden.copy()
        for cells in values:
            hidden = protected(cells, hidden, sums, width=threshold)
        if len(values) == 1 or (hidden == before).all():
            return hidden.reshape(shape)


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
    known = np.repeat(table.ravel()[:, None], 2, axis=1)
    if hidden.any():
        known[hidden.ravel()] = intervals(
            table.ravel(), hidden.ravel(), equations(table.shape)
        )
    return known.reshape(*table.shape, 2)


def _table(counts: ArrayLike) -> Floats:
    table = _whole_counts(counts).astype(float)
    if min(table.shape) < 2:
        raise _shape_error(table.shape)
    if equations(table.shape).dot(table.ravel()).any():
        raise DisclosureError(
            "disclosure_margins_do_not_add_up",
            "the last row and column must be the totals",
        )
    return table


def _whole_counts(counts: ArrayLike) -> NDArray[np.int64]:
    table = np.asarray(counts)
    if table.ndim not in {1, 2}:
        raise _shape_error(table.shape)
    try:
        numbers = table.astype(float)
    except (TypeError, ValueError):
        numbers = np.full(table.shape, np.nan)
    # Beyond 2**53 floats skip whole numbers, and margins would no longer add up.
    if not ((numbers >= 0) & (numbers < 2**53) & (numbers == np.round(numbers))).all():
        raise DisclosureError(
            "disclosure_not_counts", "cells must be whole numbers of respondents"
        )
    return numbers.astype(np.int64)


def _shape_error(shape: tuple[int, ...]) -> DisclosureError:
    return DisclosureError(
        "disclosure_shape",
        f"expected one or two dimensions with totals last, not shape {shape}",
        shape=shape,
    )
