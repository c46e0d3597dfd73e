"""Replicate weights as multipliers of clusters: jackknife, BRR, Fay, bootstrap.

A replicate multiplies every weight of a cluster by the same number, so a
replicate estimate is a product of multipliers with cluster totals: a thousand
replicates of a hundred statistics need no thousand columns of weights, and no
row is read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.linearisation import lonely_strata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.survey.totals import Totals

    FloatArray = NDArray[np.float64]

Centre = Literal["replicates", "estimate"]
CENTRES: tuple[Centre, ...] = ("replicates", "estimate")


@dataclass(frozen=True, eq=False)
class Replicates(Result):
    """Multipliers of the clusters of one table of totals.

    The variance of a statistic t is
    ``scale * sum(row_scales * (t_r - centre)^2)`` over the replicates r.

    Attributes
    ----------
    method : str
        ``"JK1"``, ``"JKn"``, ``"BRR"``, ``"Fay"``, ``"bootstrap"`` or
        ``"supplied"``.
    replicates : int
    clusters : int
    df : int
        Clusters minus strata.
    scale : float
    centre : {"replicates", "estimate"}
        Deviations are taken from the mean of the replicates, or from the
        estimate on the full sample.
    seed : int or None
        Of the bootstrap.
    row_scales : (replicates,) float
    multipliers : (replicates, clusters) float
    table : Totals
    """

    method: str
    replicates: int
    clusters: int
    df: int
    scale: float
    centre: Centre
    seed: int | None
    row_scales: FloatArray = field(repr=False)
    multipliers: FloatArray = field(repr=False)
    table: Totals = field(repr=False)


@dataclass(frozen=True, eq=False)
class Weighing:
    """How deviations of replicates add up to a variance."""

    scale: float
    row_scales: FloatArray
    centre: Centre


@traced
def jackknife(table: Totals, *, centre: Centre = "replicates") -> Replicates:
    """Leave out one cluster at a time: JK1 in one stratum, JKn in several.

    Parameters
    ----------
    table : Totals
        Whose design tells strata and clusters. A stratum with one cluster is
        refused, or held fixed with ``lonely="remove"``.
    centre : {"replicates", "estimate"}

    Returns
    -------
    Replicates
        One per cluster. The others of its stratum weigh n / (n - 1); the
        scale is (n - 1) / n times what the population correction leaves.

    Raises
    ------
    DesignError
        ``one_cluster``, ``replicates_with_lonely_strata``.
    EstimationError
        ``unknown_centre``.

    References
    ----------
    Wolter, K. M. (2007). Introduction to Variance Estimation, second edition.
    Springer, chapter 4.
    Rust, K. F. and Rao, J. N. K. (1996). Variance estimation for complex
    surveys using replication techniques. Statistical Methods in Medical
    Research 5, 283-310.
    """
    _check(table, centre)
    count, stratum = table.clusters_per_stratum, table.stratum_of_cluster
    left_out = np.flatnonzero(count[stratum] > 1)
    h = stratum[left_out]
    together = h[:, None] == stratum
    raised = (count[h] / (count[h] - 1))[:, None]
    multipliers = np.where(together, raised, 1.0).astype(float)
    multipliers[np.arange(len(left_out)), left_out] = 0.0
    scales = (1 - table.sampling_fraction[h]) * (count[h] - 1) / count[h]
    alone = len(count) == 1
    return replicated(
        table,
        multipliers,
        method="JK1" if alone else "JKn",
        weighing=(
            Weighing(float(scales[0]), np.ones_like(scales), centre)
            if alone
            else Weighing(1.0, scales, centre)
        ),
    )


@traced
def balanced_replicates(
    table: Totals, *, fay: float = 0.0, centre: Centre = "replicates"
) -> Replicates:
    """Halve strata of two clusters in balance: BRR, or Fay's method.

    Parameters
    ----------
    table : Totals
        Two clusters in every stratum, no population correction.
    fay : float
        Weight left to the half that steps back, 0 (BRR) to below 1. Fay's
        method keeps every cluster, so small domains keep their estimates.
    centre : {"replicates", "estimate"}

    Returns
    -------
    Replicates
        As many as the least power of two above the number of strata
        (Sylvester's Hadamard matrix: full orthogonal balance); the scale is
        1 / (replicates (1 - fay)^2).

    Raises
    ------
    DesignError
        ``two_clusters_needed``, ``replicates_without_fpc``.
    EstimationError
        ``fay_out_of_range``, ``unknown_centre``.

    References
    ----------
    McCarthy, P. J. (1969). Pseudo-replication: half samples. Review of the
    International Statistical Institute 37, 239-264.
    Judkins, D. R. (1990). Fay's method for variance estimation. Journal of
    Official Statistics 6, 223-239.
    """
    check_centre(centre)
    _check_halves(table, fay)

    strata = len(table.strata)
    size = 1 << strata.bit_length()
    signs = scipy.linalg.hadamard(size)[:, 1 : strata + 1]
    second = np.arange(2 * strata) % 2 == 1
    sign = np.where(second, -1, 1) * signs[:, table.stratum_of_cluster]
    return replicated(
        table,
        np.asarray(1 + (1 - fay) * sign, dtype=float),
        method="Fay" if fay else "BRR",
        weighing=Weighing(1 / (size * (1 - fay) ** 2), np.ones(size), centre),
    )


@traced
def bootstrap(
    table: Totals,
    *,
    seed: int,
    replicates: int = 1_000,
    centre: Centre = "replicates",
) -> Replicates:
    """Rescaling bootstrap: draw n - 1 of the n clusters of each stratum.

    Parameters
    ----------
    table : Totals
        A stratum with one cluster is refused, or held fixed with
        ``lonely="remove"``.
    seed : int
        The same seed gives the same replicates.
    replicates : int
    centre : {"replicates", "estimate"}

    Returns
    -------
    Replicates
        A cluster drawn r times weighs 1 + sqrt(1 - f) (r n / (n - 1) - 1),
        f the fraction of clusters drawn; the scale is 1 / (replicates - 1).

    Raises
    ------
    DesignError
        ``one_cluster``, ``replicates_with_lonely_strata``.
    EstimationError
        ``too_few_replicates``, ``unknown_centre``.

    References
    ----------
    Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex
    survey data. JASA 83, 231-241.
    Rao, J. N. K., Wu, C. F. J. and Yue, K. (1992). Some recent work on
    resampling methods for complex surveys. Survey Methodology 18, 209-217.
    """
    _check(table, centre)
    if replicates < 2:
        raise EstimationError(
            "too_few_replicates",
            f"two replicates are needed at least, not {replicates}",
            replicates=replicates,
        )
    count, stratum = table.clusters_per_stratum, table.stratum_of_cluster
    multipliers = _drawn(table, replicates, np.random.default_rng(seed))
    n, left = count[stratum], np.sqrt(1 - table.sampling_fraction)[stratum]
    left = np.where(n > 1, left, 0.0)
    # In place: with thousands of clusters these are the largest arrays there are.
    multipliers *= left * n / np.maximum(n - 1, 1)
    multipliers += 1 - left
    return replicated(
        table,
        multipliers,
        method="bootstrap",
        weighing=Weighing(1 / (replicates - 1), np.ones(replicates), centre),
        seed=seed,
    )


def _drawn(table: Totals, replicates: int, rng: np.random.Generator) -> FloatArray:
    """Count how often each cluster is drawn, (replicates, clusters)."""
    count = table.clusters_per_stratum
    first = np.cumsum(count) - count
    h = np.repeat(np.arange(len(count)), count - 1)
    clusters = len(table.stratum_of_cluster)
    drawn = rng.random((replicates, len(h)))
    drawn *= count[h]
    place = drawn.astype(np.int64)
    place += first[h]
    place += np.arange(replicates)[:, None] * clusters
    times = np.bincount(place.ravel(), minlength=replicates * clusters)
    return times.reshape(replicates, clusters).astype(float)


def replicated(
    table: Totals,
    multipliers: FloatArray,
    *,
    method: str,
    weighing: Weighing,
    seed: int | None = None,
) -> Replicates:
    """Return the multipliers with what turns them into variances."""
    clusters = len(table.stratum_of_cluster)
    return Replicates(
        method=method,
        replicates=len(multipliers),
        clusters=clusters,
        df=clusters - len(table.strata),
        scale=weighing.scale,
        centre=weighing.centre,
        seed=seed,
        row_scales=weighing.row_scales,
        multipliers=multipliers,
        table=table,
    )


def check_centre(centre: str) -> None:
    """Refuse a centre that is none."""
    if centre not in CENTRES:
        raise EstimationError(
            "unknown_centre",
            f"centre must be one of {', '.join(CENTRES)}, not {centre!r}",
            given=centre,
            choices=CENTRES,
        )


def _check(table: Totals, centre: str) -> None:
    check_centre(centre)
    if len(table.stratum_of_cluster) == 1:
        raise DesignError(
            "one_cluster",
            "one cluster alone gives no variance: at least two are needed",
            cluster=table.design.cluster,
        )
    lonely = lonely_strata(table)
    if lonely.any() and (table.design.lonely != "remove" or lonely.all()):
        strata = tuple(table.strata[h] for h in np.flatnonzero(lonely))
        raise DesignError(
            "replicates_with_lonely_strata",
            f"strata with a single cluster: {', '.join(map(repr, strata))}; replicates "
            "need two in each: merge strata, or hold these fixed with lonely='remove'",
            strata=strata,
        )


def _check_halves(table: Totals, fay: float) -> None:
    if not 0 <= fay < 1:
        raise EstimationError(
            "fay_out_of_range",
            f"Fay's coefficient must be from 0 to below 1, not {fay}",
            fay=fay,
        )
    if table.sampling_fraction.any():
        raise DesignError(
            "replicates_without_fpc",
            "balanced replicates take no population correction; use the jackknife "
            "or the bootstrap",
        )
    wrong = np.flatnonzero(table.clusters_per_stratum != 2)
    if len(wrong):
        strata = tuple(table.strata[h] for h in wrong)
        raise DesignError(
            "two_clusters_needed",
            "balanced replicates need two clusters in every stratum; not so in "
            f"{', '.join(map(repr, strata))}",
            strata=strata,
        )
