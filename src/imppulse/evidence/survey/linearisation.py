"""Taylor linearisation on cluster totals: variance, degrees of freedom, design effect.

Private to the estimators; `estimates` documents what comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.survey.totals import Totals

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]


def check_answers(table: Totals) -> None:
    """Refuse items that nobody answered.

    Raises
    ------
    EstimationError
        ``no_answers``.
    """
    answers = table.sums["answers"].sum(axis=0)
    empty = tuple(table.items[k] for k in np.flatnonzero(answers == 0))
    if empty:
        raise EstimationError(
            "no_answers", f"nobody answered {', '.join(empty)}", items=empty
        )


def domain_sums(table: Totals, kind: str) -> FloatArray:
    """Return one kind of sum over all clusters, (items, domains)."""
    return table.domain_sums(kind)


def _quotient(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide; NaN, without a warning, where there is nothing to divide by."""
    return above / np.where(below == 0, np.nan, below)


def linearise(table: Totals) -> tuple[FloatArray, FloatArray]:
    """Return ratios (items, domains) and clusters' part in them.

    The influence of cluster c on R = Y / X is (Y_c - R X_c) / X.
    """
    estimated, parts = [], []
    for k in range(len(table.items)):
        above, below = table.spread("total", k), table.spread("denominator", k)
        quotient = _quotient(above.sum(axis=0), below.sum(axis=0))
        parts.append(_quotient(above - quotient * below, below.sum(axis=0)))
        estimated.append(quotient)
    return np.array(estimated), np.hstack(parts)


def linearise_totals(table: Totals) -> tuple[FloatArray, FloatArray]:
    """Return totals (items, domains) and clusters' part in them; NaN without answers."""
    parts = []
    for k in range(len(table.items)):
        answered = table.spread("answers", k).sum(axis=0) > 0
        parts.append(np.where(answered, table.spread("total", k), np.nan))
    estimated = np.array([part.sum(axis=0) for part in parts])
    return estimated, np.hstack(parts)


def item_names(table: Totals) -> tuple[str, ...]:
    """Names of what is estimated: the item, or numerator/denominator."""
    pairs = zip(table.items, table.denominators, strict=True)
    return tuple(item if x is None else f"{item}/{x}" for item, x in pairs)


def lonely_strata(table: Totals) -> BoolArray:
    """Strata with one cluster drawn out of several, (strata,)."""
    alone = table.clusters_per_stratum == 1
    return np.asarray(alone & (table.sampling_fraction < 1))


def names_of_lonely_strata(table: Totals) -> tuple[object, ...]:
    """Labels of those strata."""
    return tuple(table.strata[h] for h in np.flatnonzero(lonely_strata(table)))


def scaled_deviations(
    table: Totals, linearised: FloatArray, presence: BoolArray
) -> FloatArray:
    """Centre clusters in their stratum and scale, so that D'D is the covariance.

    With n clusters out of N in a stratum the factor is (1 - n/N) n / (n - 1).
    In a two-stage design the units of the second stage follow as further rows.
    """
    lonely = lonely_strata(table)
    _check_lonely(table, lonely)
    deviations = _between(table, table.by_primary(linearised), lonely)
    if table.unit_fraction is not None:
        within = _within(table, linearised, table.unit_fraction)
        deviations = np.vstack([deviations, within])
    # A single cluster does not differ from its own mean: that zero is no precision.
    alone = table.by_primary(presence, np.logical_or).sum(axis=0) < 2
    return np.where(alone, np.nan, deviations) if alone.any() else deviations


def _between(table: Totals, primary: FloatArray, lonely: BoolArray) -> FloatArray:
    """Compare the first-stage clusters of each stratum, (primaries, cells)."""
    count, stratum = table.clusters_per_stratum, table.stratum_of_primary
    starts = np.searchsorted(stratum, np.arange(len(count)))
    centre = np.add.reduceat(primary, starts, axis=0) / count[:, None]
    if table.design.lonely == "adjust":
        centre[lonely] = primary.mean(axis=0)
    factor = (1 - table.sampling_fraction) * count / np.maximum(count - 1, 1)
    if table.design.lonely == "average":
        factor = factor * len(count) / (len(count) - lonely.sum())
    deviations = primary - centre[stratum]
    deviations *= np.sqrt(factor)[stratum, None]
    return deviations


def _within(table: Totals, linearised: FloatArray, fraction: FloatArray) -> FloatArray:
    """Compare the units of each first-stage cluster, (clusters, cells).

    With m units out of M in a cluster, and f the share of the stratum's
    clusters that were drawn, the factor is f (1 - m/M) m / (m - 1).
    """
    inside = table.primary_of_cluster
    count = np.bincount(inside)
    lonely = (count == 1) & (fraction < 1)
    _check_lonely_units(table, int(lonely.sum()))
    centre = table.by_primary(linearised) / count[:, None]
    if table.design.lonely == "adjust":
        # As in R: the part of a single unit counts whole.
        centre[lonely] = 0
    first = table.sampling_fraction[table.stratum_of_primary]
    factor = first * (1 - fraction) * count / np.maximum(count - 1, 1)
    return np.asarray((linearised - centre[inside]) * np.sqrt(factor)[inside, None])


def _check_lonely_units(table: Totals, clusters: int) -> None:
    if clusters and table.design.lonely in ("refuse", "average"):
        raise DesignError(
            "lonely_units",
            f"{clusters} clusters with a single unit drawn out of several: "
            "choose lonely='adjust' or 'remove'",
            clusters=clusters,
            choices=("adjust", "remove"),
        )


def _check_lonely(table: Totals, lonely: BoolArray) -> None:
    if len(table.stratum_of_primary) == 1:
        raise DesignError(
            "one_cluster",
            "one cluster alone gives no variance: at least two are needed",
            cluster=next(iter(table.design.clusters), None),
        )
    strata = tuple(table.strata[h] for h in np.flatnonzero(lonely))
    named = ", ".join(map(repr, strata))
    if strata and table.design.lonely == "refuse":
        raise DesignError(
            "lonely_strata",
            f"strata with a single cluster: {named}; merge them with a neighbour, "
            "or choose lonely='adjust', 'average' or 'remove'",
            strata=strata,
            choices=("adjust", "average", "remove"),
        )
    if lonely.all():
        raise DesignError(
            "every_stratum_lonely",
            f"every stratum has a single cluster ({named}): nothing to compare",
            strata=strata,
        )


def domain_df(table: Totals, presence: BoolArray) -> FloatArray:
    """Clusters minus strata that hold answers, per cell."""
    presence = table.by_primary(presence, np.logical_or)
    strata = np.arange(len(table.strata))
    starts = np.searchsorted(table.stratum_of_primary, strata)
    touched = np.logical_or.reduceat(presence, starts, axis=0)
    return np.asarray(presence.sum(axis=0) - touched.sum(axis=0), dtype=float)


def design_effects(
    table: Totals, estimated: FloatArray, std_error: FloatArray
) -> FloatArray:
    """Variance over that of a simple random sample of as many answers."""
    n, weight, square = (
        domain_sums(table, kind) for kind in ("answers", "weight", "square")
    )
    below = _quotient(domain_sums(table, "denominator"), weight)
    spread = (
        square
        - 2 * estimated * domain_sums(table, "cross")
        + estimated**2 * domain_sums(table, "denominator_square")
    )
    # What is left of identical answers is rounding, not spread.
    spread = np.where(spread > 1e-12 * square, spread, np.nan)
    simple = _quotient(_quotient(spread, weight), (n - 1) * below**2)
    if table.design.fpc is not None:
        simple = simple * (1 - n / np.where(weight > n, weight, np.nan))
    return _quotient(std_error**2, simple)
