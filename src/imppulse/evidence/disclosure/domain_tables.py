"""Domains laid out as tables with margins, as suppression protects them.

Private to `aggregates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CountTable:
    """Respondents, and where each domain stands among them."""

    counts: IntArray
    places: tuple[IntArray, ...]


def count_tables(
    domains: tuple[tuple[object, ...], ...], counts: IntArray
) -> list[CountTable]:
    """Lay the domains out as tables with margins: one, or one per column."""
    width = len(domains[0])
    if width < 2:
        return [CountTable(counts, (np.arange(len(counts)),))]
    # Of two columns, one table holds both margins.
    axes = range(1 if width == 2 else width)
    return [_table_across(domains, counts, axis) for axis in axes]


def _table_across(
    domains: tuple[tuple[object, ...], ...], counts: IntArray, axis: int
) -> CountTable:
    keys = [(domain[axis], domain[:axis] + domain[axis + 1 :]) for domain in domains]
    places, sizes = [], []
    for part in zip(*keys, strict=True):
        known = {label: k for k, label in enumerate(dict.fromkeys(part))}
        places.append(np.array([known[label] for label in part]))
        sizes.append(len(known))
    grid = np.zeros(sizes, dtype=np.int64)
    grid[tuple(places)] = counts
    return CountTable(grid, tuple(places))
