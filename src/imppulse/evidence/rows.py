"""Reading the rows: which columns, in what engine, and what is wrong with them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError, EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.design import SampleDesign


def as_names(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return column names as a tuple, each once; a bare name counts as one."""
    return tuple(dict.fromkeys([names] if isinstance(names, str) else names))


@dataclass(frozen=True)
class RowRequest:
    """What is read from the rows; columns get names of our own."""

    design: SampleDesign
    items: tuple[str, ...]
    by: tuple[str, ...]
    denominators: dict[str, str]

    @property
    def keys(self) -> dict[str, str]:
        """Our name of each key, and the column it is read from."""
        named = {"stratum": self.design.strata, "cluster": self.design.cluster}
        domains = {f"by_{k}": name for k, name in enumerate(self.by)}
        return {k: name for k, name in named.items() if name is not None} | domains

    @property
    def measures(self) -> tuple[str, ...]:
        """Every column that is summed."""
        return as_names([*self.items, *self.denominators.values()])

    def cleaned(self) -> list[nw.Expr]:
        """Return keys, weight and numbers in which every missing value is null."""
        weight = self.design.weight
        fpc = self.design.fpc
        return [
            *(nw.col(name).alias(key) for key, name in self.keys.items()),
            (nw.lit(1.0) if weight is None else _number(weight)).alias("w"),
            *([] if fpc is None else [_number(fpc).alias("fpc")]),
            *(_number(name).alias(f"y_{k}") for k, name in enumerate(self.items)),
            *(
                _number(self.denominators[name]).alias(f"x_{k}")
                for k, name in enumerate(self.items)
                if name in self.denominators
            ),
        ]

    def summands(self) -> list[nw.Expr]:
        """Return what a row adds to its group; named ``kind_position``."""
        items = [self._item(k) for k in range(len(self.items))]
        return [*self._design_facts(), *(column for item in items for column in item)]

    def _item(self, k: int) -> list[nw.Expr]:
        w, y = nw.col("w"), nw.col(f"y_{k}")
        answered = ~y.is_null() & ~w.is_null()
        terms = {"weight": w, "total": w * y, "square": w * y * y}
        if self.items[k] in self.denominators:
            x = nw.col(f"x_{k}")
            answered = answered & ~x.is_null()
            terms |= {
                "denominator": w * x,
                "cross": w * x * y,
                "denominator_square": w * x * x,
            }
        return [
            nw.when(answered & (w > 0)).then(1).otherwise(0).alias(f"answers_{k}"),
            *(
                nw.when(answered).then(term).otherwise(0.0).alias(f"{kind}_{k}")
                for kind, term in terms.items()
            ),
        ]

    def _design_facts(self) -> list[nw.Expr]:
        w = nw.col("w")
        facts = [
            nw.when(w.is_null()).then(1).otherwise(0).alias("weightless"),
            nw.when(w < 0).then(1).otherwise(0).alias("negative"),
        ]
        if self.design.fpc is not None:
            fpc = nw.col("fpc")
            facts += [
                nw.when(fpc.is_null()).then(1).otherwise(0).alias("fpcless"),
                fpc.alias("fpc_low"),
                fpc.alias("fpc_high"),
            ]
        return facts


def _number(name: str) -> nw.Expr:
    value = nw.col(name).cast(nw.Float64)
    return nw.when(~(value.is_null() | value.is_nan())).then(value)


def collect_sums(frame: IntoFrame, asked: RowRequest) -> nw.DataFrame[Any]:
    """Run the pass: one group-by, or the bare rows when each is a cluster."""
    lazy = as_lazy(frame)
    _check_columns(lazy.collect_schema(), asked)
    rows = lazy.select(*asked.cleaned()).select(*asked.keys, *asked.summands())
    if asked.design.cluster is None:
        return rows.collect()
    kept = [name for name in rows.collect_schema().names() if name not in asked.keys]
    return rows.group_by(*asked.keys).agg(*map(_reduced, kept)).collect()


def _reduced(name: str) -> nw.Expr:
    reducers = {"fpc_low": nw.Expr.min, "fpc_high": nw.Expr.max}
    return reducers.get(name, nw.Expr.sum)(nw.col(name))


def as_lazy(frame: IntoFrame) -> nw.LazyFrame[Any]:
    """Return the rows unread, or refuse what is no table."""
    try:
        return nw.from_native(frame).lazy()
    except TypeError as reason:
        raise EstimationError(
            "unsupported_frame",
            "the data must be a polars, pandas, pyarrow or DuckDB table, "
            f"not {type(frame).__name__}",
            given=type(frame).__name__,
        ) from reason


def _check_columns(schema: nw.Schema, asked: RowRequest) -> None:
    if not asked.items:
        raise EstimationError("no_items", "no item was asked for")
    design = asked.design
    for name in design.columns:
        check_known(schema, name, DesignError)
    for name in (*asked.measures, *asked.by):
        check_known(schema, name, EstimationError)
    for measured in {design.weight, design.fpc} - {None}:
        check_numeric(schema, str(measured), DesignError)
    for name in asked.measures:
        check_numeric(schema, name, EstimationError)


def check_known(schema: nw.Schema, name: str, refusal: type[EvidenceError]) -> None:
    """Refuse a column that the data do not have."""
    known = schema.names()
    if name in known:
        return
    close = difflib.get_close_matches(name, known)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise refusal(
        "unknown_column",
        f"there is no column {name!r}{hint}",
        column=name,
        close=tuple(close),
        columns=tuple(known),
    )


def check_numeric(schema: nw.Schema, name: str, refusal: type[EvidenceError]) -> None:
    """Refuse a column that holds no numbers."""
    kind = schema[name]
    # An entirely empty column has no type to speak of in some engines.
    if kind.is_numeric() or kind in (nw.Boolean, nw.Unknown):
        return
    raise refusal(
        "not_numeric",
        f"column {name!r} holds {kind}, not numbers",
        column=name,
        holds=str(kind),
    )


def check_design_values(table: nw.DataFrame[Any], asked: RowRequest) -> None:
    """Refuse weights, strata, clusters and corrections that cannot be used."""
    design = asked.design
    if not len(table):
        raise DesignError("no_rows", "the data have no rows")
    counts = {"weightless": design.weight, "fpcless": design.fpc}
    for count, name in counts.items():
        if name is not None and (rows := int(numbers(table, count).sum())):
            raise _missing(name, rows=rows)
    if negative := int(numbers(table, "negative").sum()):
        raise DesignError(
            "negative_weight",
            f"{negative} rows have a negative weight in {design.weight!r}",
            column=design.weight,
            rows=negative,
        )
    for key in ("stratum", "cluster"):
        if key in asked.keys and any(map(is_missing, table[key].to_list())):
            raise _missing(asked.keys[key])


def _missing(column: str, **facts: object) -> DesignError:
    return DesignError(
        "missing_design_value",
        f"column {column!r} describes the sample and has missing values",
        column=column,
        **facts,
    )


def numbers(table: nw.DataFrame[Any], name: str) -> NDArray[np.float64]:
    """Return a column of the sums as floats."""
    # DuckDB answers null for the sum of nothing.
    column = table[name].cast(nw.Float64).fill_null(0.0)
    return np.asarray(column.to_numpy(), dtype=float)


def is_missing(value: object) -> bool:
    """Whether a value read from any engine is null or NaN."""
    return value is None or value != value  # noqa: PLR0124 - NaN, of any type
