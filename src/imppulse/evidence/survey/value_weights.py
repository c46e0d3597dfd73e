"""Weights by cluster, domain and value of a column: the pass behind distributions.

Private to `quantiles` and `independence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.rows import as_names
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ValueWeights:
    """Sums of weights; one row per cluster, domain and value that occur.

    Attributes
    ----------
    table : Totals
        Its domains are combinations of the columns asked for; rows with a
        missing value are in none.
    cluster, combination : (rows,) int
    weight, answers : (rows,) float
        Sum of weights, and number of rows of positive weight.
    """

    table: Totals
    cluster: IntArray
    combination: IntArray
    weight: FloatArray
    answers: FloatArray


def value_weights(
    frame: IntoFrame,
    columns: Sequence[str],
    design: SampleDesign,
    *,
    number: str | None = None,
) -> ValueWeights:
    """Sum the weights by cluster and combination of the columns' values.

    `number` is the column that must hold numbers, if one must.
    """
    counted, item = _with_ones(frame) if number is None else (frame, number)
    table = totals(counted, design, item, by=as_names(columns))
    kept = (table.domain_of_row >= 0) & (table.sums["answers"][:, 0] > 0)
    if not kept.any():
        raise EstimationError(
            "no_answers", f"nobody answered {', '.join(columns)}", items=tuple(columns)
        )
    return ValueWeights(
        table=table,
        cluster=table.cluster_of_row[kept],
        combination=table.domain_of_row[kept],
        weight=table.sums["weight"][kept, 0],
        answers=table.sums["answers"][kept, 0],
    )


def _with_ones(frame: Any) -> tuple[Any, str]:
    """Add a column that everybody answered; what is no table passes unchanged."""
    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError:  # `totals` says which tables are understood
        return frame, "1"
    name = "1"
    while name in lazy.collect_schema().names():
        name += "1"
    return lazy.with_columns(nw.lit(1.0).alias(name)).to_native(), name
