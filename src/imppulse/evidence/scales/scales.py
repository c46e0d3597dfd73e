"""Indices: several answers made into one number from 0 to 100, 100 = good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from narwhals.typing import IntoFrame, IntoFrameT

TEXT = (nw.String, nw.Categorical, nw.Enum)


@dataclass(frozen=True)
class IndexItem:
    """One question of an index and how its codes are read.

    Parameters
    ----------
    name : str
        Column of the answers.
    low, high : float
        Ends of the answer scale, in codes.
    reversed : bool
        Whether `low` is the good end.
    missing : tuple of float
        Codes outside the scale that mean "no answer": refusals, and answers
        such as "nobody ever asks" that a careless recode keeps as the top of
        the scale.

    Raises
    ------
    EstimationError
        ``empty_scale`` or ``missing_code_on_scale``.
    """

    name: str
    low: float
    high: float
    reversed: bool = False
    missing: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise EstimationError(
                "empty_scale",
                f"the scale of {self.name} must rise, not run from {self.low} "
                f"to {self.high}",
                item=self.name,
                low=self.low,
                high=self.high,
            )
        for code in self.missing:
            if self.low <= code <= self.high:
                raise EstimationError(
                    "missing_code_on_scale",
                    f"{code} is an answer on the scale of {self.name} and cannot "
                    "also mean a missing one",
                    item=self.name,
                    value=code,
                )


@dataclass(frozen=True)
class Index:
    """The mean of rescaled answers to several questions.

    Parameters
    ----------
    name : str
        Column the index is written to.
    items : tuple of IndexItem
    minimum_answered : int
        Answers needed; with fewer the index is missing.

    Raises
    ------
    EstimationError
        ``impossible_minimum`` or ``repeated_item``.
    """

    name: str
    items: tuple[IndexItem, ...]
    minimum_answered: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.minimum_answered <= len(self.items):
            raise EstimationError(
                "impossible_minimum",
                f"{self.name} has {len(self.items)} items and cannot need "
                f"{self.minimum_answered} answers",
                index=self.name,
                items=len(self.items),
                minimum_answered=self.minimum_answered,
            )
        if len({item.name for item in self.items}) < len(self.items):
            raise EstimationError(
                "repeated_item",
                f"{self.name} names the same item twice",
                index=self.name,
            )


def add_indices(frame: IntoFrameT, indices: Sequence[Index]) -> IntoFrameT:
    """Add one column per index, from 0 (bad) to 100 (good).

    Each answer is moved to 0-100 by the ends of its own scale, never by the
    range seen in the sample, so that waves and cities stay comparable. The
    index is the mean of the answered items.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow or DuckDB relation; one row
        per respondent.
    indices : sequence of Index

    Returns
    -------
    dataframe
        Of the type given, with float columns named after the indices, missing
        where fewer than `minimum_answered` items were answered.

    Raises
    ------
    EstimationError
        ``unknown_column``, ``column_taken``, ``not_numeric``, or
        ``code_off_scale`` when an answer is neither on the scale nor declared
        missing.
    """
    table = _opened(frame)
    _check_columns(table.collect_schema(), indices)
    items = list(dict.fromkeys(item for index in indices for item in index.items))
    if items:
        _check_codes(table.lazy(), items)
    added: IntoFrameT = table.with_columns(*map(_score, indices)).to_native()
    return added


def _opened(frame: IntoFrame) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    return nw.from_native(frame)


def _score(index: Index) -> nw.Expr:
    rescaled = [_rescaled(item) for item in index.items]
    answered = nw.sum_horizontal(
        *((~answer.is_null()).cast(nw.Int64) for answer in rescaled)
    )
    score = nw.mean_horizontal(*rescaled)
    return nw.when(answered >= index.minimum_answered).then(score).alias(index.name)


def _rescaled(item: IndexItem) -> nw.Expr:
    distance = item.high - _answer(item) if item.reversed else _answer(item) - item.low
    return distance * (100 / (item.high - item.low))


def _answer(item: IndexItem) -> nw.Expr:
    """Return the answer on its own scale; declared missing codes become null."""
    code = nw.col(item.name).cast(nw.Float64).fill_nan(None)
    if not item.missing:
        return code
    return nw.when(~code.is_in([float(value) for value in item.missing])).then(code)


def _check_columns(schema: nw.Schema, indices: Sequence[Index]) -> None:
    for index in indices:
        if index.name in schema:
            raise EstimationError(
                "column_taken",
                f"the data already have a column {index.name}",
                column=index.name,
            )
        for item in index.items:
            _check_item(schema, item.name)


def _check_item(schema: nw.Schema, name: str) -> None:
    if name not in schema:
        raise EstimationError(
            "unknown_column", f"the data have no column {name}", column=name
        )
    if isinstance(schema[name], TEXT):
        raise EstimationError(
            "not_numeric", f"the answers to {name} are text, not codes", item=name
        )


def _check_codes(table: nw.LazyFrame[Any], items: Sequence[IndexItem]) -> None:
    """Refuse codes off the scale: a silent one would move every mean."""
    ends = table.select(
        *(_answer(item).min().alias(f"{i} low") for i, item in enumerate(items)),
        *(_answer(item).max().alias(f"{i} high") for i, item in enumerate(items)),
    ).collect()
    for i, item in enumerate(items):
        seen = (ends[f"{i} low"].item(), ends[f"{i} high"].item())
        # An engine without a row for "no answers" gives null or NaN: no code.
        for code in (value for value in seen if value is not None):
            if code < item.low or code > item.high:
                raise EstimationError(
                    "code_off_scale",
                    f"{item.name} holds {code:g}, which is neither on its scale "
                    f"({item.low:g} to {item.high:g}) nor declared missing",
                    item=item.name,
                    value=code,
                    low=item.low,
                    high=item.high,
                )
