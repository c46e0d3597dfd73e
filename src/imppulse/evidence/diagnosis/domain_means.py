"""Means of many domains, each for itself: no covariance between them is kept.

Where people were drawn one by one, sums by stratum and domain hold all that a mean and
its variance need, so that a hundred thousand people by forty districts are no more work
than forty rows. Elsewhere the estimates come from the clusters, as in `mean`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.diagnosis.means import Design, means, sampled
from imppulse.evidence.results import Estimate, Estimates, t_quantile
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate
from imppulse.evidence.survey.linearisation import domain_sums
from imppulse.evidence.survey.totals import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

KINDS = ("n", "w", "wy", "wyy", "ww", "wwy", "wwyy")
# What is left of identical answers is rounding, not spread.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class DomainMeans:
    """Answers by item and domain, (items, domains), and the estimate of any of them."""

    domains: tuple[tuple[object, ...], ...]
    answers: NDArray[np.int64]
    at: Callable[[int, int], Estimate]


def domain_means(
    rows: IntoFrame,
    design: Design,
    items: Sequence[str],
    *,
    by: Sequence[str],
    level: float,
) -> DomainMeans:
    """Return the mean of every item in every domain.

    Parameters
    ----------
    rows, items, by, level
        As in `mean`.
    design : SampleDesign or CalibratedDesign

    Returns
    -------
    DomainMeans

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`, where an estimate is asked for.
    """
    if isinstance(design, SampleDesign) and _drawn_one_by_one(rows, design):
        return _from_strata(rows, design, items, by=by, level=level)
    table = totals(rows, sampled(design), list(items), by=list(by))

    @cache
    def found() -> Estimates:
        if isinstance(design, CalibratedDesign):
            return means(rows, items, design, by=by, level=level)
        return estimate(table, level=level)

    return DomainMeans(
        domains=table.domains,
        answers=domain_sums(table, "answers").astype(np.int64),
        at=lambda i, j: found().at(items[i], table.domains[j]),
    )


def _drawn_one_by_one(rows: IntoFrame, design: SampleDesign) -> bool:
    """Tell whether sums suffice; what is wrong in the data is told by `totals`."""
    if design.clusters or design.corrections:
        return False
    if design.lonely not in ("adjust", "remove"):
        return False
    bad = [nw.lit(0).sum()]
    if design.strata is not None:
        bad.append(nw.col(design.strata).is_null().cast(nw.Int64).sum().alias("strata"))
    if design.weight is not None:
        weight = nw.col(design.weight)
        wrong = weight.is_null() | ~(weight > 0)
        bad.append(wrong.fill_null(value=True).cast(nw.Int64).sum().alias("weight"))
    table = nw.from_native(rows).lazy().select(*bad[1:]).collect() if bad[1:] else None
    return table is None or not any(int(table[c][0] or 0) for c in table.columns)


def _from_strata(
    rows: IntoFrame,
    design: SampleDesign,
    items: Sequence[str],
    *,
    by: Sequence[str],
    level: float,
) -> DomainMeans:
    stratum = nw.lit(0) if design.strata is None else nw.col(design.strata)
    weight = nw.lit(1.0) if design.weight is None else nw.col(design.weight)
    weight = weight.cast(nw.Float64)
    columns = [
        nw.col(item).cast(nw.Float64).alias(f"_y_{k}") for k, item in enumerate(items)
    ]
    named = nw.from_native(rows).lazy()
    table = named.select(
        *by, stratum.alias("_stratum"), weight.alias("_weight"), *columns
    ).collect()
    keys = list(zip(*(table[name].to_list() for name in by), strict=True))
    domains = tuple(sorted({key for key in set(keys) if None not in key}, key=str))
    place = {domain: j for j, domain in enumerate(domains)}
    labels, where = np.unique(
        np.asarray(table["_stratum"].to_list(), dtype=str), return_inverse=True
    )
    size = np.bincount(where).astype(float)
    column = np.array([place.get(key, -1) for key in keys])
    cell, held = column * len(labels) + where, column >= 0
    w = np.asarray(table["_weight"].to_numpy(), dtype=float)
    # Row after row, never in parts: the same file gives the same digits each time.
    cells = np.zeros((len(KINDS), len(items), len(domains), len(labels)))
    for k in range(len(items)):
        y = np.asarray(table[f"_y_{k}"].to_numpy(), dtype=float)
        kept = held & ~np.isnan(y)
        v, u = w[kept], y[kept]
        for at, value in enumerate(
            (np.ones_like(v), v, v * u, v * u**2, v**2, v**2 * u, v**2 * u**2)
        ):
            summed = np.bincount(cell[kept], value, len(domains) * len(labels))
            cells[at, k] = summed.reshape(len(domains), len(labels))
    return _estimated(cells, size, domains, lonely=design.lonely, level=level)


def _estimated(
    cells: FloatArray,
    size: FloatArray,
    domains: tuple[tuple[object, ...], ...],
    *,
    lonely: str,
    level: float,
) -> DomainMeans:
    n, w, wy, wyy, ww, wwy, wwyy = cells
    answers, weight = n.sum(axis=-1), w.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = wy.sum(axis=-1) / weight
        m = mean[..., None]
        first = (wy - m * w) / weight[..., None]
        second = (wwyy - 2 * m * wwy + m**2 * ww) / weight[..., None] ** 2
        # A lonely stratum is compared with the mean of all parts, which is zero.
        alone = 1.0 if lonely == "adjust" else 0.0
        inside = (second - first**2 / size) * size / np.maximum(size - 1, 1)
        variance = np.where(size > 1, inside, alone * second).sum(axis=-1)
        error = np.sqrt(np.maximum(variance, 0.0))
        spread = wyy.sum(axis=-1) - mean**2 * weight
        spread = np.where(spread > ROUNDING * wyy.sum(axis=-1), spread, np.nan)
        deff = error**2 / (spread / weight / (answers - 1))
    error = np.where(answers < 2, np.nan, error)
    df = answers - (n > 0).sum(axis=-1)
    reach = error * t_quantile(level, df)

    def at(i: int, j: int) -> Estimate:
        return Estimate(
            estimate=float(mean[i, j]),
            std_error=float(error[i, j]),
            ci_low=float(mean[i, j] - reach[i, j]),
            ci_high=float(mean[i, j] + reach[i, j]),
            n=int(answers[i, j]),
            df=float(df[i, j]),
            deff=float(deff[i, j]),
        )

    return DomainMeans(domains, answers.astype(np.int64), at)
