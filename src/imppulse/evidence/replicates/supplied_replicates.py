"""Replicate weights that came with the data, as multipliers of clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.replicates.replicates import (
    Centre,
    Replicates,
    Weighing,
    check_centre,
    replicated,
)
from imppulse.evidence.survey.rows import as_lazy, as_names, check_known, check_numeric
from imppulse.evidence.survey.totals import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign
    from imppulse.evidence.survey.totals import Totals

    FloatArray = NDArray[np.float64]

ALIKE = 1e-6


@dataclass(frozen=True, kw_only=True)
class ReplicateColumns:
    """Columns of replicate weights, and what their producer says of them.

    Parameters
    ----------
    columns : sequence of str
        Whole weights, not factors.
    scale : float
        Multiplies the sum of squared deviations.
    row_scales : sequence of float, optional
        One per column; absent, all 1.
    centre : {"replicates", "estimate"}
    """

    columns: Sequence[str]
    scale: float
    row_scales: Sequence[float] | None = None
    centre: Centre = "replicates"


@traced
def supplied_replicates(
    frame: IntoFrame,
    design: SampleDesign,
    items: str | Sequence[str],
    *,
    supplied: ReplicateColumns,
    by: str | Sequence[str] = (),
) -> Replicates:
    """Read totals together with replicate weights that came with the data.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    design : SampleDesign
        With the full-sample weights.
    items : str or sequence of str
    supplied : ReplicateColumns
    by : str or sequence of str

    Returns
    -------
    Replicates

    Raises
    ------
    DesignError
        ``unknown_column``, ``not_numeric``, ``missing_replicate_weight``,
        ``replicate_weights_vary`` (inside a cluster, relative to the weight), and those
        of `totals`.
    EstimationError
        ``too_few_replicates``, ``replicate_scales_differ``, ``unknown_centre``, and
        those of `totals`.

    References
    ----------
    Rust, K. F. and Rao, J. N. K. (1996). Variance estimation for complex surveys using
    replication techniques. Statistical Methods in Medical Research 5, 283-310.
    """
    row_scales = _row_scales(supplied)
    lazy = as_lazy(frame)
    _check_columns(lazy.collect_schema(), design, supplied)
    weight = nw.lit(1.0) if design.weight is None else nw.col(design.weight)
    factors = {
        f"_replicate_{r}": nw.col(column).cast(nw.Float64) / weight
        for r, column in enumerate(supplied.columns)
    }
    wanted = as_names(items)
    rows = lazy.with_columns(**factors).to_native()
    table = totals(rows, design, [*wanted, *factors], by=by)
    return replicated(
        _first(table, len(wanted)),
        _multipliers(table, len(wanted)),
        method="supplied",
        weighing=Weighing(supplied.scale, row_scales, supplied.centre),
    )


def _check_columns(
    schema: nw.Schema, design: SampleDesign, supplied: ReplicateColumns
) -> None:
    for name in (*design.columns, *supplied.columns):
        check_known(schema, name, DesignError)
    for name in supplied.columns:
        check_numeric(schema, name, DesignError)


def _first(table: Totals, items: int) -> Totals:
    """Return the totals of the first items alone, without those of the replicates."""
    return replace(
        table,
        items=table.items[:items],
        denominators=table.denominators[:items],
        sums={kind: sums[:, :items] for kind, sums in table.sums.items()},
    )


def _row_scales(supplied: ReplicateColumns) -> FloatArray:
    check_centre(supplied.centre)
    count = len(supplied.columns)
    if count < 2:
        raise EstimationError(
            "too_few_replicates",
            f"two replicates are needed at least, not {count}",
            replicates=count,
        )
    if supplied.row_scales is None:
        return np.ones(count)
    if len(supplied.row_scales) != count:
        raise EstimationError(
            "replicate_scales_differ",
            f"there are {count} replicates and {len(supplied.row_scales)} scales",
            replicates=count,
            scales=len(supplied.row_scales),
        )
    return np.asarray(supplied.row_scales, dtype=float)


def _multipliers(table: Totals, items: int) -> FloatArray:
    """Return each cluster's replicate weight over its weight, (replicates, clusters)."""
    weight, total, square, answers = (
        np.array([_by_cluster(table, column) for column in table.sums[kind].T[items:]])
        for kind in ("weight", "total", "square", "answers")
    )
    short = answers.sum(axis=1) != answers.sum(axis=1).max()
    if short.any():
        raise DesignError(
            "missing_replicate_weight",
            f"{int(short.sum())} replicates have rows without a weight",
            replicates=int(short.sum()),
        )
    multiplier = total / np.where(weight > 0, weight, 1.0)
    spread = square - multiplier * total
    uneven = (spread > ALIKE * np.maximum(square, weight)).any(axis=0)
    if uneven.any():
        raise DesignError(
            "replicate_weights_vary",
            f"in {int(uneven.sum())} clusters replicate weights are not one multiple "
            "of the weight",
            clusters=int(uneven.sum()),
        )
    return multiplier


def _by_cluster(table: Totals, column: FloatArray) -> FloatArray:
    clusters = len(table.stratum_of_cluster)
    return np.bincount(table.cluster_of_row, column, clusters).astype(float)
