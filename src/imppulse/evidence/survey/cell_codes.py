"""Columns of codes, and the cells that their combinations make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.survey.rows import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Span:
    """The whole numbers from `low` on that a column may hold."""

    name: str
    low: int
    size: int
    gaps: bool

    @property
    def levels(self) -> int:
        """Possible values; the last is no answer where there are gaps."""
        return self.size + self.gaps

    @property
    def known(self) -> nw.Expr:
        """The column; no answer is the number above the highest."""
        column = nw.col(self.name)
        return column.fill_null(self.low + self.size) if self.gaps else column

    def coded(self, part: Any) -> NDArray[Any]:
        """Return the column of a part, counted from 0."""
        values = np.asarray(part[self.name].to_numpy())
        if not self.low:
            return values
        # In the column's own type wherever no difference can leave it.
        fits = self.size <= np.iinfo(values.dtype).max
        kind = values.dtype if fits else np.dtype(np.int64)
        return np.asarray(np.subtract(values, kind.type(self.low), dtype=kind))


def spans_of(rows: nw.LazyFrame[Any], names: Sequence[str]) -> list[Span]:
    """Return the span of each column; an empty one has none."""
    facts = {
        f"{fact}_{name}": each
        for name in names
        for fact, each in (
            ("low", nw.col(name).min()),
            ("high", nw.col(name).max()),
            ("gaps", nw.col(name).null_count()),
        )
    }
    table = run(rows.select(*(each.alias(fact) for fact, each in facts.items())))
    found = {name: table[name].to_list()[0] for name in table.columns}
    spans = []
    for name in names:
        low, high, gaps = (found[f"{fact}_{name}"] for fact in ("low", "high", "gaps"))
        size = 0 if low is None else int(high) - int(low) + 1
        spans.append(Span(name, int(low or 0), size, bool(gaps)))
    return spans


class Cells:
    """Numbers the cells, cluster by domain; clusters in the order they come.

    Clusters are numbered within strata, so that few of all combinations occur: a
    table tells the place of those that do.
    """

    def __init__(self, spans: list[Span], domains: int) -> None:
        self.spans = spans
        self.clusters = spans[: len(spans) - domains]
        self.domains = spans[len(spans) - domains :]
        self.width = math.prod(span.size for span in self.domains)
        possible = math.prod(span.size for span in self.clusters)
        self.place = np.full(possible, -1, dtype=np.int32)
        self.codes = np.zeros(0, dtype=np.int64)
        self.seen = np.zeros(0, dtype=bool)
        self.answers = np.zeros(0)

    def __len__(self) -> int:
        return len(self.codes) * self.width

    def numbers(self, part: Any, heavy: FloatArray) -> IntArray:
        """Return the cell of each row of a part, and count the rows."""
        code = _mixed(part, self.clusters, np.zeros(1, dtype=np.int64))
        cluster = self.place.take(code)
        if cluster.min() < 0:
            self._number(np.unique(code[cluster < 0]))
            cluster = self.place.take(code)
        cell = _mixed(part, self.domains, cluster.astype(np.int64))
        self.seen[cell] = True
        np.add.at(self.answers, cell, heavy)
        return cell

    def _number(self, new: IntArray) -> None:
        self.place[new] = np.arange(len(new)) + len(self.codes)
        self.codes = np.concatenate([self.codes, new])
        self.seen = longer(self.seen, len(self))
        self.answers = longer(self.answers, len(self))

    def labels(self, cells: IntArray) -> dict[str, IntArray]:
        """Return the values of the keys of cells."""
        cluster, domain = np.divmod(cells, self.width)
        clusters = _parted(self.codes[cluster], self.clusters)
        return clusters | _parted(domain, self.domains)


def _mixed(part: Any, spans: list[Span], code: IntArray) -> IntArray:
    """Return one number for the values of several columns."""
    for span in spans:
        code = np.add(code * span.size, span.coded(part), dtype=np.int64)
    return code


def _parted(code: IntArray, spans: list[Span]) -> dict[str, IntArray]:
    """Undo `_mixed`."""
    values = {}
    for span in reversed(spans):
        code, value = np.divmod(code, span.size)
        values[span.name] = value + span.low
    return values


def longer(values: NDArray[Any], size: int) -> NDArray[Any]:
    """Return values with room for `size`; doubled, so that it is seldom copied."""
    if len(values) >= size:
        return values
    room = np.zeros(max(size, 2 * len(values)), dtype=values.dtype)
    room[: len(values)] = values
    return room
