"""The regression behind a calibration, from sums by margin cell and domain.

Private to `calibrated_estimates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibration_cells import base_weight
from imppulse.evidence.calibration.calibration_targets import whole
from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.rows import (
    as_lazy,
    as_names,
    check_known,
    check_numeric,
    is_missing,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.calibration.calibrated_design import CalibratedDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CalibrationModel:
    """Base-weighted sums of what was known, X, with itself and with the items.

    Attributes
    ----------
    columns : list of narwhals expressions
        The columns of X: levels of margins as 0 and 1, then numeric ones,
        each over its scale.
    gram : (known, known) float
        Sum of d x x'.
    moments : mapping of domain to (known, items, 2) float
        Sums of d t x y and of d t x (denominator) over the rows of the
        domain that answered; t is the trimmed over the calibrated weight.
    """

    columns: list[nw.Expr]
    gram: FloatArray
    moments: Mapping[tuple[object, ...], FloatArray]

    def coefficients(
        self, cells: Sequence[tuple[FloatArray, FloatArray]]
    ) -> FloatArray:
        """Regress linearised values on X: (known, cells).

        Each cell is its moments (known, 2) and what y and the denominator
        count in the linearised value (2,).
        """
        moments = np.array([moment @ factors for moment, factors in cells]).T
        # A domain without answers has no value, and nothing to explain.
        moments = np.nan_to_num(moments)
        # Margins repeat each other: the fitted values are the same whatever B.
        found = np.linalg.lstsq(self.gram, moments, rcond=1e-13)[0]
        return np.asarray(found, dtype=float)


def calibration_model(
    frame: IntoFrame,
    design: CalibratedDesign,
    items: Mapping[str, str | None],
    *,
    by: Sequence[str],
) -> CalibrationModel:
    """Read the sums behind the residuals: one group-by.

    `items` names the denominator of each item, None for a mean or a total.
    """
    lazy = as_lazy(frame)
    schema = lazy.collect_schema()
    margins = as_names([column for margin in design.margins for column in margin])
    weights = as_names([design.calibrated, design.weight])
    measures = as_names([*design.totals, *items, *filter(None, items.values())])
    for name in (*weights, *design.design.columns):
        check_known(schema, name, DesignError)
    for name in (*margins, *measures, *by):
        check_known(schema, name, EstimationError)
    for name in weights:
        check_numeric(schema, name, DesignError)
    for name in measures:
        check_numeric(schema, name, EstimationError)
    if not items:
        raise EstimationError("no_items", "no item was asked for")
    keys = as_names([*by, *margins])
    rows = lazy.select(*keys, nw.lit(0).alias("_all"), *_products(design, items))
    sums = [name for name in rows.collect_schema().names() if name.startswith("_s")]
    table = rows.group_by(*keys, "_all").agg(*map(nw.sum, sums)).collect()
    _check_finite(table, items)
    return _assembled(table, design, by=by, items=len(items))


def _check_finite(table: nw.DataFrame[Any], items: Mapping[str, str | None]) -> None:
    for k, (item, denominator) in enumerate(items.items()):
        for kind, name in (("y", item), ("x", denominator)):
            if not np.isfinite(numbers(table, f"_s{kind}_0_{k}")).all():
                raise EstimationError(
                    "not_finite",
                    f"column {name!r} holds infinite values",
                    column=name,
                )


def _products(
    design: CalibratedDesign, items: Mapping[str, str | None]
) -> list[nw.Expr]:
    d = base_weight(design.design)
    t = nw.col(design.weight) / nw.col(design.calibrated)
    known = [nw.lit(1.0), *(nw.col(z).cast(nw.Float64) for z in design.totals)]
    pairs = combinations_with_replacement(range(len(known)), 2)
    squares = [(d * known[a] * known[b]).alias(f"_s_{a}_{b}") for a, b in pairs]
    crossed = []
    for k, (item, denominator) in enumerate(items.items()):
        y = _number(item)
        x = nw.lit(1.0) if denominator is None else _number(denominator)
        answered = ~y.is_null() & ~x.is_null()
        for a, z in enumerate(known):
            for kind, value in (("y", y), ("x", x)):
                term = nw.when(answered).then(d * t * z * value).otherwise(0.0)
                crossed.append(term.alias(f"_s{kind}_{a}_{k}"))
    return [*squares, *crossed]


def _number(name: str) -> nw.Expr:
    value = nw.col(name).cast(nw.Float64)
    return nw.when(~(value.is_null() | value.is_nan())).then(value)


def _assembled(
    table: nw.DataFrame[Any], design: CalibratedDesign, *, by: Sequence[str], items: int
) -> CalibrationModel:
    columns, dummies = _levels(table, design)
    many = range(1 + len(design.totals))
    d = {(a, b): numbers(table, f"_s_{a}_{b}") for a in many for b in many if a <= b}
    scale = np.array([1.0, *(np.sqrt(d[z, z].sum() / d[0, 0].sum()) for z in many[1:])])
    gram = np.block(
        [
            [dummies.T @ (dummies * d[0, 0][:, None]), _beside(dummies, d, scale)],
            [_beside(dummies, d, scale).T, _between(d, scale)],
        ]
    )
    moments = _moments(table, dummies, scale, items=items)
    place = _domains(table, by)
    numeric = [
        nw.col(z).cast(nw.Float64) / float(scale[k + 1])
        for k, z in enumerate(design.totals)
    ]
    return CalibrationModel(
        columns=[*columns, *numeric],
        gram=gram,
        moments={
            domain: moments[[k for k, own in enumerate(place) if own == domain]].sum(0)
            for domain in dict.fromkeys(place)
            if domain is not None
        },
    )


def _levels(
    table: nw.DataFrame[Any], design: CalibratedDesign
) -> tuple[list[nw.Expr], FloatArray]:
    """Return margin levels as 0 and 1: for the rows, and for the cells."""
    columns, dummies = [], []
    for margin in design.margins:
        labels = [table[column].to_list() for column in margin]
        found = list(zip(*labels, strict=True)) if labels else [()] * len(table)
        for level in dict.fromkeys(found):
            here = [nw.col(c) == v for c, v in zip(margin, level, strict=True)]
            inside = nw.when(*here).then(1.0).otherwise(0.0) if here else nw.lit(1.0)
            columns.append(inside)
            dummies.append([float(own == level) for own in found])
    cells = np.array(dummies, dtype=float).reshape(len(columns), len(table))
    return columns, cells.T


def _beside(
    dummies: FloatArray, d: Mapping[tuple[int, int], FloatArray], scale: FloatArray
) -> FloatArray:
    sums = [d[0, z] / scale[z] for z in range(1, len(scale))]
    beside = np.array(sums, dtype=float).reshape(len(sums), len(dummies))
    return np.asarray(dummies.T @ beside.T, dtype=float)


def _between(d: Mapping[tuple[int, int], FloatArray], scale: FloatArray) -> FloatArray:
    many = range(1, len(scale))
    sums = [
        [d[min(a, b), max(a, b)].sum() / (scale[a] * scale[b]) for b in many]
        for a in many
    ]
    return np.array(sums).reshape(len(many), len(many))


def _moments(
    table: nw.DataFrame[Any], dummies: FloatArray, scale: FloatArray, *, items: int
) -> FloatArray:
    """Return (cells, known, items, 2) sums of X with items and denominators."""
    many = range(len(scale))
    sums = np.array(
        [
            [
                [numbers(table, f"_s{kind}_{a}_{k}") for kind in "yx"]
                for k in range(items)
            ]
            for a in many
        ]
    )
    plain, numeric = sums[0], sums[1:] / scale[1:, None, None, None]
    levels = dummies[:, :, None, None] * np.moveaxis(plain, -1, 0)[:, None]
    return np.concatenate([levels, np.moveaxis(numeric, -1, 0)], axis=1)


def _domains(
    table: nw.DataFrame[Any], by: Sequence[str]
) -> list[tuple[object, ...] | None]:
    """Return the domain of each cell; None where a value is missing."""
    if not by:
        return [()] * len(table)
    labels = zip(*(table[column].to_list() for column in by), strict=True)
    return [
        None if any(map(is_missing, domain)) else tuple(map(whole, domain))
        for domain in labels
    ]
