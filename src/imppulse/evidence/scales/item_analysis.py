"""Each item of a scale beside the others, and the answers they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Result
from imppulse.evidence.scales.factor_sample import check_covariance
from imppulse.evidence.survey.answer_columns import as_lazy, check_columns, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.scales.scales import IndexItem
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ItemAnalysis(Result):
    """How one item behaves among the others.

    Attributes
    ----------
    item : str
    item_rest : float
        Weighted correlation with the sum of the other items. Negative: the
        item probably runs the other way.
    alpha_if_dropped : float
        Alpha of the other items; NaN when only one is left.
    mean, sd : float
        In units of the item (reversed where declared so).
    floor, ceiling : float
        Weighted shares of answers at the ends of the scale; for an item given
        by its name, at the lowest and highest answer seen.
    missing : float
        Weighted share of respondents without an answer to this item.
    """

    item: str
    item_rest: float
    alpha_if_dropped: float
    mean: float
    sd: float
    floor: float
    ceiling: float
    missing: float


@dataclass(frozen=True, eq=False)
class Answers:
    """Complete answers to the items of a scale.

    Attributes
    ----------
    declared : tuple of (str or IndexItem)
    values : (n, items) float
    weight : (n,) float
    missing : (items,) float
        Weighted share without an answer, among everyone.
    dropped : int
    """

    declared: tuple[str | IndexItem, ...]
    values: FloatArray
    weight: FloatArray
    missing: FloatArray
    dropped: int

    @property
    def names(self) -> list[str]:
        """Names of the items."""
        return [_name(item) for item in self.declared]

    @property
    def unit_weight(self) -> FloatArray:
        """Weights that sum to the number of respondents."""
        return np.asarray(self.weight * (len(self.weight) / self.weight.sum()))

    @cached_property
    def mean(self) -> FloatArray:
        """Weighted means, (items,)."""
        return np.asarray(np.average(self.values, axis=0, weights=self.weight))

    @cached_property
    def covariance(self) -> FloatArray:
        """Weighted covariance with divisor "sum of weights", (items, items)."""
        return weighted_covariance(self.values, self.weight)

    @property
    def correlation(self) -> FloatArray:
        """Weighted correlation, (items, items)."""
        return _correlation(self.covariance)

    def analyse(self, k: int) -> ItemAnalysis:
        """Describe item k beside the others."""
        own = self.values[:, k]
        others = np.delete(self.values, k, axis=1)
        pair = np.column_stack([own, others.sum(axis=1)])
        kept = np.delete(np.delete(self.covariance, k, axis=0), k, axis=1)
        low, high = _ends(self.declared[k], own)
        n = len(own)
        return ItemAnalysis(
            item=self.names[k],
            item_rest=float(_correlation(weighted_covariance(pair, self.weight))[0, 1]),
            alpha_if_dropped=cronbach(kept),
            mean=float(self.mean[k]),
            sd=math.sqrt(self.covariance[k, k] * n / (n - 1)),
            floor=float(np.average(own == low, weights=self.weight)),
            ceiling=float(np.average(own == high, weights=self.weight)),
            missing=float(self.missing[k]),
        )


def _ends(item: str | IndexItem, answers: FloatArray) -> tuple[float, float]:
    if isinstance(item, str):
        return float(answers.min()), float(answers.max())
    return item.low, item.high


def weighted_covariance(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the covariance with divisor "sum of weights"."""
    apart = values - np.average(values, axis=0, weights=weight)
    return np.asarray((weight[:, None] * apart).T @ apart / weight.sum())


def _correlation(covariance: FloatArray) -> FloatArray:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def cronbach(covariance: FloatArray) -> float:
    """Return alpha of a covariance; NaN for a single item."""
    count = len(covariance)
    if count < 2:
        return math.nan
    return float(count / (count - 1) * (1 - np.trace(covariance) / covariance.sum()))


def read_answers(
    coded: IntoFrame,
    declared: tuple[str | IndexItem, ...],
    design: SampleDesign,
) -> Answers:
    """Read the complete answers, or refuse items that cannot bear a scale."""
    names = [_name(item) for item in declared]
    rows = read_rows(coded, names, [], weight=design.weight)
    complete = rows.complete()
    if len(complete.weight) <= len(names):
        raise EstimationError(
            "too_few_complete_answers",
            f"{len(complete.weight)} respondents answered every item; "
            f"{len(names) + 1} are needed",
            answers=len(complete.weight),
            needed=len(names) + 1,
        )
    absent = [
        float(np.average(np.isnan(rows.values[name]), weights=rows.weight))
        for name in names
    ]
    answers = Answers(
        declared=declared,
        values=np.column_stack([complete.values[name] for name in names]),
        weight=complete.weight,
        missing=np.array(absent),
        dropped=len(rows.weight) - len(complete.weight),
    )
    check_covariance(answers.covariance, names, "the sample")
    return answers


def declared_items(items: Sequence[str | IndexItem]) -> tuple[IndexItem | str, ...]:
    """Refuse a scale of one item, or of the same item twice."""
    names = [_name(item) for item in items]
    if len(names) < 2:
        raise EstimationError(
            "too_few_items",
            f"the scale has {len(names)} items; 2 are needed",
            factor="scale",
            items=len(names),
            needed=2,
        )
    if len(set(names)) < len(names):
        raise EstimationError(
            "repeated_item", "the scale names the same item twice", index="scale"
        )
    return tuple(items)


def _name(item: str | IndexItem) -> str:
    return item if isinstance(item, str) else item.name


def with_codes(frame: IntoFrame, items: Sequence[str | IndexItem]) -> Any:
    """Return the rows with declared codes made missing and items turned."""
    lazy = as_lazy(frame)
    check_columns(lazy, [_name(item) for item in items])
    turned = [_answer(item) for item in items if not isinstance(item, str)]
    return lazy.with_columns(*turned).to_native() if turned else lazy.to_native()


def _answer(item: IndexItem) -> nw.Expr:
    code = nw.col(item.name).cast(nw.Float64)
    if item.missing:
        code = nw.when(~code.is_in([float(value) for value in item.missing])).then(code)
    turned = item.low + item.high - code if item.reversed else code
    return turned.alias(item.name)
