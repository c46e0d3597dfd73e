"""Reading the rows: which columns, in what engine, and what is wrong with them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError, EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    Table = nw.DataFrame[Any] | nw.LazyFrame[Any]


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
        # A second stage without a correction adds nothing: it is not read.
        clusters = self.design.clusters[: 2 if self.design.two_stage else 1]
        strata = {} if self.design.strata is None else {"stratum": self.design.strata}
        stages = dict(zip(("cluster", "unit"), clusters, strict=False))
        return strata | stages | {f"by_{k}": name for k, name in enumerate(self.by)}

    @property
    def corrections(self) -> dict[str, str]:
        """Our name of each population correction, and its column."""
        names = ("fpc", "unit_fpc")
        return dict(zip(names, self.design.corrections, strict=False))

    @property
    def measures(self) -> tuple[str, ...]:
        """Every column that is summed."""
        return as_names([*self.items, *self.denominators.values()])

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        return as_names([*self.design.columns, *self.by, *self.measures])

    def named(self) -> list[nw.Expr]:
        """Return the columns under our names; without a weight each row weighs 1."""
        weight = self.design.weight
        return [
            *(nw.col(name).alias(key) for key, name in self.keys.items()),
            *(nw.col(name).alias(key) for key, name in self.corrections.items()),
            (nw.lit(1.0) if weight is None else nw.col(weight)).alias("w"),
            *(nw.col(name).alias(f"y_{k}") for k, name in enumerate(self.items)),
            *(
                nw.col(self.denominators[name]).alias(f"x_{k}")
                for k, name in enumerate(self.items)
                if name in self.denominators
            ),
        ]


def as_lazy(frame: IntoFrame) -> nw.LazyFrame[Any]:
    """Return any supported table as a lazy one, or refuse."""
    return _as_table(frame).lazy()


def _as_table(frame: IntoFrame) -> Table:
    try:
        return nw.from_native(frame)
    except TypeError as reason:
        raise EstimationError(
            "unsupported_frame",
            "the data must be a polars, pandas, pyarrow, DuckDB or PySpark table, "
            f"not {type(frame).__name__}",
            given=type(frame).__name__,
        ) from reason


def read(frame: IntoFrame, asked: RowRequest) -> Table:
    """Return a table that holds the columns asked for, or refuse.

    Tables in memory go to polars, without a copy where the layout allows;
    polars' lazy frames, DuckDB's relations and PySpark's frames stay there.
    """
    table = _as_table(frame)
    schema = table.collect_schema()
    _check_names(schema, asked)
    if isinstance(table, nw.DataFrame) and not table.implementation.is_polars():
        table = _in_polars(table.select(*asked.columns))
        schema = table.schema
    _check_kinds(schema, asked)
    return table


def _in_polars(table: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    try:
        return table.lazy(backend="polars").collect()
    except (TypeError, ValueError) as reason:
        mixed = tuple(n for n, kind in table.schema.items() if kind == nw.Object)
        raise EstimationError(
            "mixed_column",
            f"values of several kinds share a column: {', '.join(mixed)}",
            columns=mixed,
        ) from reason


def run(query: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a query; polars reads it in parts, so that files may exceed memory."""
    # Also the fastest of polars' engines for a group-by of many columns.
    if query.implementation.is_polars():
        return query.collect(engine="streaming")
    return query.collect()


def _check_names(schema: nw.Schema, asked: RowRequest) -> None:
    if not asked.items:
        raise EstimationError("no_items", "no item was asked for")
    for name in asked.design.columns:
        check_known(schema, name, DesignError)
    for name in (*asked.measures, *asked.by):
        check_known(schema, name, EstimationError)


def _check_kinds(schema: nw.Schema, asked: RowRequest) -> None:
    for measured in (asked.design.weight, *asked.design.corrections):
        if measured is not None:
            check_numeric(schema, measured, DesignError)
    for name in asked.measures:
        check_numeric(schema, name, EstimationError)


def check_known(schema: nw.Schema, name: str, refusal: type[EvidenceError]) -> None:
    """Refuse a name that is no column."""
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
    """Refuse a column that holds neither numbers nor true and false."""
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


def check_design(asked: RowRequest, found: Mapping[str, Any]) -> None:
    """Refuse weights and corrections that cannot be used.

    `found` counts the ``rows``, those ``weighted`` and those of ``negative``
    weight, and as ``known_fpc`` those that hold a correction.
    """
    design = asked.design
    if not found["rows"]:
        raise DesignError("no_rows", "the data have no rows")
    known = {"known_" + key: name for key, name in asked.corrections.items()}
    if design.weight is not None:
        known["weighted"] = design.weight
    for count, name in known.items():
        if missing := found["rows"] - found[count]:
            raise missing_design_value(name, rows=missing)
    if negative := found["negative"]:
        raise DesignError(
            "negative_weight",
            f"{negative} rows have a negative weight in {design.weight!r}",
            column=design.weight,
            rows=negative,
        )


def missing_design_value(column: str, **facts: object) -> DesignError:
    """Return the refusal of a column that describes the sample with gaps."""
    return DesignError(
        "missing_design_value",
        f"column {column!r} describes the sample and has missing values",
        column=column,
        **facts,
    )


def numbers(table: nw.DataFrame[Any], name: str) -> NDArray[np.float64]:
    """Return a column of the sums as floats."""
    values = np.asarray(table[name].to_numpy(), dtype=float)
    # DuckDB and Spark answer null, read as NaN, for the sum of nothing.
    return np.where(np.isnan(values), 0.0, values)


def is_missing(value: object) -> bool:
    """Whether a value read from any engine is null or NaN."""
    return value is None or value != value  # noqa: PLR0124 - NaN, of any type
