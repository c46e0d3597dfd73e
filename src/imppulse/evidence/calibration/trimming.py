"""Bounds on weights: what is cut from the few is shared among the others.

References
----------
Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling
weights. Proceedings of the Section on Survey Research Methods, American Statistical
Association, 225-230.
Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley, section 7.3
(``trimWeights``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.weight_quality import weight_quality
from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.rows import as_lazy, check_known, check_numeric, numbers

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]

TRIMMED = "trimmed_weight"
MOST_ROUNDS = 1_000


@dataclass(frozen=True, eq=False)
class Trimming(Result):
    """Trimmed weights, and what trimming did.

    Attributes
    ----------
    frame : dataframe
        The caller's frame, of the same type, with the weight column added.
    design : SampleDesign or CalibratedDesign
        The design given, with the trimmed weights.
    weight : str
        Name of the new column.
    lower, upper : float
        The bounds, in weights.
    raised, lowered : int
        Rows brought up to the lower and down to the upper bound.
    moved : float
        Weight cut above the upper bound, as a share of the whole.
    shared : float
        What each other row received (below 0: gave).
    rounds : int
    beyond : int
        Rows outside the bounds after all; 0 unless a single round was asked.
    smallest, largest : float
        Weights after.
    n, population, effective_n, weighting_effect, largest_share
        Of the weights after, as in `Calibration`; effective_n_before before.
    """

    frame: Any = field(repr=False)
    design: SampleDesign | CalibratedDesign
    weight: str
    lower: float
    upper: float
    raised: int
    lowered: int
    moved: float
    shared: float
    rounds: int
    beyond: int
    smallest: float
    largest: float
    n: int
    population: float
    effective_n_before: float
    effective_n: float
    weighting_effect: float
    largest_share: float


@traced
def trim_weights(
    frame: IntoFrame,
    design: SampleDesign | CalibratedDesign,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
    into: str = TRIMMED,
    single_round: bool = False,
) -> Trimming:
    """Keep weights between two multiples of their mean; the sum stays.

    What is cut above the upper bound, less what lifts weights below the lower one, is
    added in equal parts to the others; again where that pushes some over a bound.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    design : SampleDesign or CalibratedDesign
        Names the weights; after calibration, `Calibration.design`.
    lower, upper : float
        Below and above 1, as multiples of the mean weight.
    into : str
        Name of the new column.
    single_round : bool
        Stop after one round, as R's ``trimWeights(strict = FALSE)``: some weights may
        then lie beyond a bound.

    Returns
    -------
    Trimming
        Margins no longer hold exactly after trimming; `calibrate_within` bounds weights
        and keeps the margins.

    Raises
    ------
    DesignError
        ``unknown_column``, ``not_numeric``, ``no_rows``, ``weight_not_positive``.
    EstimationError
        ``trimming_needs_weights``, ``trimming_out_of_range``,
        ``trimming_leaves_nobody``, ``already_trimmed``, ``column_taken``,
        ``unsupported_frame``.

    References
    ----------
    Potter (1990), Proceedings of the Section on Survey Research Methods, 225-230.
    Lumley (2010), Complex Surveys, section 7.3 (``trimWeights``).
    """
    column = _weight_column(design)
    if not 0 <= lower < 1 < upper:
        raise EstimationError(
            "trimming_out_of_range",
            "bounds of weights are multiples of their mean, the lower below 1 and "
            f"the upper above; not {lower} and {upper}",
            lower=lower,
            upper=upper,
        )
    table = _distinct(frame, column, into)
    cut = _cut(table, lower, upper, rounds=1 if single_round else MOST_ROUNDS)
    return _reported(frame, design, table, cut=cut, into=into)


@dataclass(frozen=True, eq=False)
class _Weights:
    """The different weights and how many rows have each."""

    column: str
    weight: FloatArray
    n: FloatArray

    @property
    def mean(self) -> float:
        return float(self.weight @ self.n / self.n.sum())


@dataclass(frozen=True, eq=False)
class _Cut:
    """Where weights are cut: `low` and `high` apply to the weights before."""

    lower: float
    upper: float
    low: float
    high: float
    shared: float
    rounds: int

    def values(self, weight: FloatArray) -> FloatArray:
        inside = weight + self.shared
        above = np.where(weight > self.high, self.upper, inside)
        return np.where(weight < self.low, self.lower, above)

    def expression(self, weight: nw.Expr) -> nw.Expr:
        inside = weight + self.shared
        above = nw.when(weight > self.high).then(nw.lit(self.upper)).otherwise(inside)
        return nw.when(weight < self.low).then(nw.lit(self.lower)).otherwise(above)


def _weight_column(design: SampleDesign | CalibratedDesign) -> str:
    if isinstance(design, CalibratedDesign) and design.trimmed is not None:
        raise EstimationError(
            "already_trimmed",
            f"the weights in {design.trimmed!r} are trimmed already",
            column=design.trimmed,
        )
    if design.weight is None:
        raise EstimationError("trimming_needs_weights", "the design names no weights")
    return design.weight


def _distinct(frame: IntoFrame, column: str, into: str) -> _Weights:
    lazy = as_lazy(frame)
    schema = lazy.collect_schema()
    check_known(schema, column, DesignError)
    check_numeric(schema, column, DesignError)
    if into in schema.names():
        raise EstimationError(
            "column_taken", f"the data already have a column {into!r}", column=into
        )
    rows = lazy.select(nw.col(column).cast(nw.Float64).alias("w"))
    table = rows.group_by("w").agg(nw.len().alias("n")).collect()
    if not len(table):
        raise DesignError("no_rows", "the data have no rows")
    weight, n = np.asarray(table["w"].to_numpy(), dtype=float), numbers(table, "n")
    usable = np.isfinite(weight) & (weight > 0)
    if not usable.all():
        raise DesignError(
            "weight_not_positive",
            f"{int(n[~usable].sum())} rows have a weight in {column!r} "
            "that is not above 0",
            column=column,
            rows=int(n[~usable].sum()),
        )
    order = np.argsort(weight)
    return _Weights(column, weight[order], n[order])


def _cut(table: _Weights, lower: float, upper: float, *, rounds: int) -> _Cut:
    bounds = lower * table.mean, upper * table.mean
    cut = _Cut(*bounds, -np.inf, np.inf, 0.0, 0)
    for number in range(1, rounds + 1):
        now = cut.values(table.weight)
        if now.min() >= bounds[0] and now.max() <= bounds[1]:
            break
        low = max(cut.low, bounds[0] - cut.shared)
        high = min(cut.high, bounds[1] - cut.shared)
        free = (table.weight >= low) & (table.weight <= high)
        if not free.any():
            raise EstimationError(
                "trimming_leaves_nobody",
                "the bounds are so narrow that every weight would be cut",
                lower=bounds[0],
                upper=bounds[1],
            )
        trial = replace(cut, low=low, high=high)
        short = table.n @ (table.weight - trial.values(table.weight))
        shared = cut.shared + float(short / table.n[free].sum())
        cut = replace(trial, shared=shared, rounds=number)
    return cut


def _reported(
    frame: IntoFrame,
    design: SampleDesign | CalibratedDesign,
    table: _Weights,
    *,
    cut: _Cut,
    into: str,
) -> Trimming:
    before, after, n = table.weight, cut.values(table.weight), table.n
    sums = {"n": n.sum(), "total": n @ after, "square": n @ after**2}
    quality = weight_quality(**sums, largest=after.max())
    slack = 1e-9 * table.mean
    outside = (after < cut.lower - slack) | (after > cut.upper + slack)
    new = cut.expression(nw.col(table.column).cast(nw.Float64)).alias(into)
    return Trimming(
        frame=nw.from_native(frame).with_columns(new).to_native(),
        design=_with_weight(design, into),
        weight=into,
        lower=cut.lower,
        upper=cut.upper,
        raised=int(n[before < cut.low].sum()),
        lowered=int(n[before > cut.high].sum()),
        moved=float(n @ np.maximum(before - cut.upper, 0) / (n @ before)),
        shared=cut.shared,
        rounds=cut.rounds,
        beyond=int(n[outside].sum()),
        smallest=float(after.min()),
        largest=float(after.max()),
        n=quality.n,
        population=quality.population,
        effective_n_before=float((n @ before) ** 2 / (n @ before**2)),
        effective_n=quality.effective_n,
        weighting_effect=quality.weighting_effect,
        largest_share=quality.largest_share,
    )


def _with_weight(
    design: SampleDesign | CalibratedDesign, column: str
) -> SampleDesign | CalibratedDesign:
    if isinstance(design, CalibratedDesign):
        return replace(design, trimmed=column)
    return replace(design, weight=column)
