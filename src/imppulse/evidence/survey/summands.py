"""What is summed: no more than the rows make necessary.

Columns of codes are added up by their levels (`level_sums`). For all others a first,
cheap look at the columns tells where answers are missing. An item
that everybody answered shares its weights and counts with every other such
item, and the square of an answer of 0 or 1 is that answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from imppulse.evidence.survey.level_sums import level_sums
from imppulse.evidence.survey.row_terms import row_terms
from imppulse.evidence.survey.rows import check_design, numbers, read, run

if TYPE_CHECKING:
    import numpy as np
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.rows import RowRequest

    FloatArray = NDArray[np.float64]

FEW_ROWS = 10_000
SUMS = (
    "answers",
    "weight",
    "total",
    "square",
    "denominator",
    "cross",
    "denominator_square",
)
# Without a denominator x is 1.
WITHOUT_DENOMINATOR = {
    "denominator": "weight",
    "cross": "total",
    "denominator_square": "weight",
}


@dataclass(frozen=True)
class Summand:
    """What a row adds, and what becomes of it in a group."""

    row: nw.Expr
    group: nw.Expr

    @classmethod
    def of(cls, row: nw.Expr) -> Summand:
        """Sum what each row adds."""
        return cls(row, row.sum())


@dataclass(frozen=True)
class Collected:
    """What was read: keys and sums of each group of rows, or of each row.

    Attributes
    ----------
    keys : dict of str to Series
    sums : dict of str to (rows,) float
    place : dict of (str, int) to str
        Which of the sums is each kind of sum of each item.
    grouped : bool
        Whether each cluster and domain has one row.
    """

    keys: dict[str, nw.Series[Any]]
    sums: dict[str, FloatArray]
    place: dict[tuple[str, int], str]
    grouped: bool

    def __len__(self) -> int:
        return len(next(iter(self.sums.values())))


def collect_sums(frame: IntoFrame, asked: RowRequest) -> Collected:
    """Run the pass: one group-by, or the bare rows when each is a cluster."""
    table = read(frame, asked)
    # A query costs as much as adding up thousands of rows.
    if isinstance(table, nw.DataFrame) and len(table) <= FEW_ROWS:
        return _few_rows(table, asked)
    rows = table.lazy().select(*asked.named())
    if (coded := level_sums(rows, asked)) is not None:
        place = {(kind, k): where[WITHOUT_DENOMINATOR.get(kind, kind)]
                 for k, where in enumerate(coded.place) for kind in SUMS}  # fmt: skip
        return Collected(coded.keys, coded.sums, place, grouped=True)
    look = _Look.at(rows, asked)
    check_design(asked, look.found)
    summands, place = look.summands()
    columns = summands.items()
    if asked.design.cluster is None:
        bare = [each.row.alias(name) for name, each in columns]
        query = rows.select(*asked.keys, *bare)
    else:
        query = rows.group_by(*asked.keys).agg(
            *(each.group.alias(name) for name, each in columns)
        )
    found = run(query)
    keys = {key: found[key] for key in asked.keys}
    sums = {name: numbers(found, name) for name in summands}
    return Collected(keys, sums, place, grouped=True)


def _few_rows(table: nw.DataFrame[Any], asked: RowRequest) -> Collected:
    """Compute what each row adds without a query."""
    terms = row_terms(table, asked)
    keys = {key: table[name] for key, name in asked.keys.items()}
    kinds = {kind: WITHOUT_DENOMINATOR.get(kind, kind) for kind in SUMS}
    place = {
        (kind, k): f"{kind if f'{kind}_{k}' in terms else one}_{k}"
        for kind, one in kinds.items()
        for k in range(len(asked.items))
    }
    return Collected(keys, terms, place, grouped=asked.design.cluster is None)


@dataclass(frozen=True)
class _Look:
    """What a first look at the columns found: counts, and ranges of integers."""

    asked: RowRequest
    schema: nw.Schema
    found: dict[str, Any]

    @classmethod
    def at(cls, rows: nw.LazyFrame[Any], asked: RowRequest) -> _Look:
        schema = rows.collect_schema()
        w = _number("w", schema)
        counts = {"rows": nw.len(), "weighted": w.count(), "heavy": _count(w > 0),
                  "negative": _count(w < 0)}  # fmt: skip
        columns = [*asked.corrections, *(n for n in schema if n[:2] in ("y_", "x_"))]
        for name in columns:
            counts[f"known_{name}"] = _number(name, schema).count()
            if schema[name].is_integer():
                counts |= {f"low_{name}": nw.col(name).min(),
                           f"high_{name}": nw.col(name).max()}  # fmt: skip
        table = run(rows.select(*(each.alias(name) for name, each in counts.items())))
        found = {name: table[name].to_list()[0] or 0 for name in table.columns}
        return cls(asked, schema, found)

    def summands(self) -> tuple[dict[str, Summand], dict[tuple[str, int], str]]:
        columns: dict[str, Summand] = {}
        place: dict[tuple[str, int], str] = {}
        for name in self.asked.corrections:
            row = _number(name, self.schema)
            columns |= {f"{name}_low": Summand(row, row.min()),
                        f"{name}_high": Summand(row, row.max())}  # fmt: skip
        for k in range(len(self.asked.items)):
            mine, where = self._item(k)
            columns |= mine
            place |= {(kind, k): where[kind] for kind in SUMS}
        return columns, place

    def _item(self, k: int) -> tuple[dict[str, Summand], dict[str, str]]:
        """Return the columns of one item, and the column of each kind of sum."""
        w, y = (_number(name, self.schema) for name in ("w", f"y_{k}"))
        paired = self.asked.items[k] in self.asked.denominators
        read = [f"y_{k}", f"x_{k}"] if paired else [f"y_{k}"]
        gaps = [name for name in read if self._has_gaps(name)]
        terms = {"weight": w, "total": w * y, "square": w * y * y}
        if paired:
            x = _number(f"x_{k}", self.schema)
            terms |= {"denominator": w * x, "cross": w * x * y,
                      "denominator_square": w * x * x}  # fmt: skip
        where = {kind: f"{kind}_{k}" for kind in terms}
        if self._is_binary(f"y_{k}"):
            where["square"] = where["total"]
        if not gaps:
            where["weight"] = "weight"
        where["answers"] = f"answers_{k}" if gaps else "answers"
        where |= {kind: where[one] for kind, one in WITHOUT_DENOMINATOR.items()
                  if not paired}  # fmt: skip
        answered = [~_number(name, self.schema).is_null() for name in gaps]
        columns = {where[kind]: Summand.of(_where(answered, terms[kind]))
                   for kind in terms if kind != "square" or where[kind] != where["total"]}  # fmt: skip
        return columns | {where["answers"]: self._answers(answered)}, where

    def _answers(self, answered: list[nw.Expr]) -> Summand:
        """Count the rows that weigh something and hold an answer."""
        if self.found["heavy"] < self.found["rows"]:
            answered = [*answered, nw.col("w") > 0]
        if not answered:
            return Summand(_where([~nw.col("w").is_null()], nw.lit(1.0)), nw.len())
        return Summand.of(_where(answered, nw.lit(1.0)))

    def _has_gaps(self, name: str) -> bool:
        return bool(self.found[f"known_{name}"] < self.found["rows"])

    def _is_binary(self, name: str) -> bool:
        if self.schema[name] == nw.Boolean:
            return True
        known = self.schema[name].is_integer()
        found = self.found
        return known and found[f"low_{name}"] >= 0 and found[f"high_{name}"] <= 1


def _number(name: str, schema: nw.Schema) -> nw.Expr:
    """Return a column as floats in which every missing value is null."""
    value = nw.col(name).cast(nw.Float64)
    return nw.when(~value.is_nan()).then(value) if schema[name].is_float() else value


def _where(conditions: list[nw.Expr], term: nw.Expr) -> nw.Expr:
    if not conditions:
        return term
    return nw.when(reduce(and_, conditions)).then(term).otherwise(0.0)


def _count(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(1).otherwise(0).sum()
