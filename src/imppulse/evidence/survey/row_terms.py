"""What each row adds to the sums, for tables too small to be worth a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.survey.rows import check_design

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.survey.rows import RowRequest

    FloatArray = NDArray[np.float64]


def row_terms(table: nw.DataFrame[Any], asked: RowRequest) -> dict[str, FloatArray]:
    """Return each kind of sum of each item, and the corrections, (rows,) each.

    Without a denominator an item has no sums of one.
    """
    weight = asked.design.weight
    w = np.ones(len(table)) if weight is None else _floats(table, weight)
    corrections = {key: _floats(table, name) for key, name in asked.corrections.items()}
    known = {f"known_{key}": _known(each) for key, each in corrections.items()}
    counts = {"rows": len(w), "weighted": _known(w), "negative": int((w < 0).sum())}
    check_design(asked, counts | known)
    terms = {f"{key}_{end}": each for key, each in corrections.items()
             for end in ("low", "high")}  # fmt: skip
    for k, item in enumerate(asked.items):
        x = asked.denominators.get(item)
        read = (w, _floats(table, item), None if x is None else _floats(table, x))
        terms |= {f"{kind}_{k}": each for kind, each in _item(*read).items()}
    return terms


def _item(w: FloatArray, y: FloatArray, x: FloatArray | None) -> dict[str, FloatArray]:
    """Return what one item adds; rows without an answer add nothing."""
    missing = np.isnan(y) if x is None else np.isnan(y) | np.isnan(x)
    answers = np.where(missing, 0.0, w > 0)
    w, y = np.where(missing, 0.0, w), np.where(missing, 0.0, y)
    # Infinite answers are refused once everything is summed.
    with np.errstate(invalid="ignore", over="ignore"):
        terms = {"answers": answers, "weight": w, "total": w * y, "square": w * y * y}
        if x is None:
            return terms
        x = np.where(missing, 0.0, x)
        return terms | {"denominator": w * x, "cross": w * x * y,
                        "denominator_square": w * x * x}  # fmt: skip


def _floats(table: nw.DataFrame[Any], name: str) -> FloatArray:
    """Return a column as floats in which every missing value is NaN."""
    return np.asarray(table[name].cast(nw.Float64).to_numpy(), dtype=float)


def _known(values: FloatArray) -> int:
    return int((~np.isnan(values)).sum())
