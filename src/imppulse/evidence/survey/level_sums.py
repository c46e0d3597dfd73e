"""The pass over columns of codes: weights added up by cell and levels of answers.

Answers are mostly codes of a few levels, and clusters and domains are often numbered.
One addition per row then serves several items: the weight goes to the row's cell and
to the combination of levels that the row answered, and the sums of each item are read
off that table. Only for polars, which hands over a file in parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.survey.cell_codes import Cells, Span, longer, spans_of
from imppulse.evidence.survey.rows import check_design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imppulse.evidence.survey.rows import RowRequest

    FloatArray = NDArray[np.float64]
    Place = dict[str, str]
    IntArray = NDArray[np.int64]

ROWS_AT_ONCE = 1 << 17  # what fits the cache of a core
MOST_PATTERNS = 8  # combinations of the levels of several items; more leave the cache
MOST_LEVELS = 64  # of an item
MOST_CLUSTER_CODES = 1 << 22  # combinations of stratum and cluster, used or not
MOST_DOMAINS = 1 << 16
MOST_SUMS = 1 << 23  # 64 MB of them


@dataclass(frozen=True)
class LevelSums:
    """Sums of each cluster and domain that occurs.

    Attributes
    ----------
    keys : dict of str to Series
    sums : dict of str to (cells,) float
    place : list of dict of str to str
        Which of the sums are the ``answers``, ``weight``, ``total`` and
        ``square`` of each item.
    """

    keys: dict[str, nw.Series[Any]]
    sums: dict[str, FloatArray]
    place: list[Place]


def level_sums(rows: nw.LazyFrame[Any], asked: RowRequest) -> LevelSums | None:
    """Add up weights by cell and level, or return None where columns are not codes.

    Raises
    ------
    DesignError
        As `check_design`.
    """
    schema = rows.collect_schema()
    items = [f"y_{k}" for k in range(len(asked.items))]
    if not _may_be_codes(rows, asked, [schema[name] for name in (*asked.keys, *items)]):
        return None
    truths = [name for name in schema if schema[name] == nw.Boolean]
    rows = rows.with_columns(nw.col(*truths).cast(nw.Int8)) if truths else rows
    keys, levels = (spans_of(rows, names) for names in (list(asked.keys), items))
    if not _are_codes(keys, levels, domains=len(asked.by)):
        return None
    cells, blocks = Cells(keys, len(asked.by)), _blocks(levels)
    if not _add(rows, cells, blocks=blocks, asked=asked):
        return None
    return _found(cells, blocks, schema)


def _may_be_codes(
    rows: nw.LazyFrame[Any], asked: RowRequest, kinds: Sequence[nw.dtypes.DType]
) -> bool:
    if not rows.implementation.is_polars() or asked.design.cluster is None:
        return False
    if asked.corrections or asked.denominators:
        return False
    return all(kind.is_integer() or kind == nw.Boolean for kind in kinds)


def _are_codes(keys: list[Span], items: list[Span], *, domains: int) -> bool:
    """Whether every key is known, and no column has more values than pay."""
    if any(span.gaps or not span.size for span in keys):
        return False
    clusters, by = keys[: len(keys) - domains], keys[len(keys) - domains :]
    if math.prod(span.size for span in clusters) > MOST_CLUSTER_CODES:
        return False
    few = math.prod(span.size for span in by) <= MOST_DOMAINS
    return few and all(0 < span.size < MOST_LEVELS for span in items)


def _add(
    rows: nw.LazyFrame[Any], cells: Cells, *, blocks: list[_Block], asked: RowRequest
) -> bool:
    """Add up all rows; tell whether the sums stayed few enough to be worth it."""
    coded = rows.select(
        nw.col("w").cast(nw.Float64),
        *(span.known for span in cells.spans),
        *(span.known for block in blocks for span in block.spans),
    ).to_native()
    found = dict.fromkeys(("rows", "weighted", "negative"), 0)
    for part in coded.collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=False):
        if part.is_empty():
            continue
        w = np.asarray(part["w"].to_numpy(), dtype=float)
        found["rows"] += len(w)
        found["weighted"] += len(w) - int(np.isnan(w).sum())
        found["negative"] += int((w < 0).sum())
        heavy = (w > 0).astype(float)
        cell = cells.numbers(part, heavy)
        if len(cells) * sum(block.patterns for block in blocks) > MOST_SUMS:
            return False
        for block in blocks:
            block.make_room(len(cells))
            block.add(block.number(part, cell), w, heavy)
    check_design(asked, found)
    return True


def _found(cells: Cells, blocks: list[_Block], schema: nw.Schema) -> LevelSums:
    """Read the sums of the cells that occur."""
    used = np.flatnonzero(cells.seen)
    labels = cells.labels(used)
    keys = {
        name: nw.new_series(name, values, backend="polars").cast(schema[name])
        for name, values in labels.items()
    }
    sums, place = {"answers": cells.answers[used]}, []
    for block in blocks:
        mine, where = block.read(used)
        sums |= mine
        place += where
    return LevelSums(keys, sums, place)


class _Block:
    """Items whose levels are added up together."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self.gaps = spans[0].gaps
        self.patterns = math.prod(span.levels for span in spans)
        self.weights = np.zeros(0)
        self.answers = np.zeros(0)

    def make_room(self, cells: int) -> None:
        """Have a place for each pattern in each cell."""
        self.weights = longer(self.weights, cells * self.patterns)
        if self.gaps:
            self.answers = longer(self.answers, cells * self.patterns)

    def number(self, part: Any, cell: IntArray) -> IntArray:
        """Return the place of each row of a part."""
        pattern = self.spans[0].coded(part).astype(np.uint8)
        for span in self.spans[1:]:
            pattern *= span.levels
            np.add(pattern, span.coded(part), out=pattern, casting="unsafe")
        place = cell * self.patterns
        place += pattern
        return place

    def add(self, place: IntArray, weight: FloatArray, heavy: FloatArray) -> None:
        """Add weights, and answers where some are missing."""
        np.add.at(self.weights, place, weight)
        if self.gaps:
            np.add.at(self.answers, place, heavy)

    def _table(self, sums: FloatArray) -> FloatArray:
        whole = len(sums) // self.patterns * self.patterns
        return sums[:whole].reshape(-1, self.patterns)

    def read(self, cells: IntArray) -> tuple[dict[str, FloatArray], list[Place]]:
        """Return the sums of each item in cells, and which is which."""
        weights = self._table(self.weights)[cells]
        answers = self._table(self.answers)[cells] if self.gaps else None
        sums: dict[str, FloatArray] = {}
        place: list[Place] = []
        stride = self.patterns
        for span in self.spans:
            stride //= span.levels
            level = np.arange(self.patterns) // stride % span.levels
            mine, where = _of_item(span, level, weights, answers=answers)
            sums |= mine
            place.append(where)
        return sums, place


def _of_item(
    span: Span, level: IntArray, weights: FloatArray, *, answers: FloatArray | None
) -> tuple[dict[str, FloatArray], Place]:
    """Return the sums of one item from those of the patterns, (cells, patterns)."""
    answered = (level < span.size).astype(float)
    value = answered * (level + span.low)
    where = {kind: f"{kind}_{span.name}" for kind in ("total", "square")}
    # An infinite weight is refused once everything is summed.
    with np.errstate(invalid="ignore", over="ignore"):
        sums = {where["total"]: weights @ value, where["square"]: weights @ value**2}
        if (value == value**2).all():
            del sums[where["square"]]
            where["square"] = where["total"]
        own = f"_{span.name}" if span.gaps else ""
        where |= {kind: f"{kind}{own}" for kind in ("answers", "weight")}
        sums[where["weight"]] = weights @ answered
        if answers is not None:
            sums[where["answers"]] = answers @ answered
    return sums, where


def _blocks(items: list[Span]) -> list[_Block]:
    """Gather items, in their order, as long as their levels make few patterns."""
    gathered: list[list[Span]] = []
    for span in items:
        last = gathered[-1] if gathered else []
        patterns = math.prod(each.levels for each in [*last, span])
        if last and last[0].gaps == span.gaps and patterns <= MOST_PATTERNS:
            last.append(span)
        else:
            gathered.append([span])
    return [_Block(spans) for spans in gathered]
