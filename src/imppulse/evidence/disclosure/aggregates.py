"""What may leave a territory: estimates with all their covariances, no answers.

Domains that would give a small cell away are left out, with as many others as it
takes. From what remains every contrast, difference in differences and synthesis
equals that of the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.disclosure.disclosure import (
    PUBLISHED_THRESHOLD,
    check_threshold,
    suppress,
    with_margins,
)
from imppulse.evidence.disclosure.domain_tables import count_tables
from imppulse.evidence.disclosure.released import ReleasedEstimates, covariance_root
from imppulse.evidence.errors import DisclosureError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Estimates, Result, document

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.provenance import Provenance
    from imppulse.evidence.survey.totals import Totals

    BoolArray = NDArray[np.bool_]

Lost = Literal[
    "answers", "other_domains", "hidden_domains", "contrast_df", "cluster_totals"
]


@dataclass(frozen=True, eq=False)
class Aggregate(Result):
    """Estimates of one territory that may be handed on.

    Attributes
    ----------
    territory : str
        Name that tells its domains from those of others.
    threshold : int
        Smallest number of respondents that a cell may rest on.
    hidden : tuple of tuple
        Domains left out; not told apart: those under the threshold, and
        those that would give them away.
    strata, clusters : int
        How many the sample has.
    lost : tuple of str
        What the answers would still give and this does not: ``answers``,
        ``other_domains`` (regrouping), ``hidden_domains``, ``contrast_df``
        (degrees of freedom of a contrast are then the smallest of its
        cells), ``cluster_totals`` (resampling, other statistics).
    estimates : ReleasedEstimates
        Of the domains that remain.
    totals : Totals or None
        Sums by cluster, where asked for and every cell passes; strata and
        clusters are bare numbers.

    Raises
    ------
    DisclosureError
        ``aggregate_small_cell`` when a cell rests on fewer respondents than
        the threshold, ``cluster_cells_too_small``, ``disclosure_threshold``.
    """

    territory: str
    threshold: int
    hidden: tuple[tuple[object, ...], ...]
    strata: int
    clusters: int
    lost: tuple[Lost, ...]
    estimates: ReleasedEstimates = field(repr=False)
    totals: Totals | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Hold every cell to the threshold, however the object was made."""
        check_threshold(self.threshold)
        n = self.estimates.n
        if small := int(((n > 0) & (n < self.threshold)).sum()):
            raise DisclosureError(
                "aggregate_small_cell",
                f"{small} cells rest on fewer than {self.threshold} respondents",
                cells=small,
                threshold=self.threshold,
            )
        if self.totals is not None:
            _check_cluster_cells(self.totals, self.threshold)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per item and domain, the territory first."""
        return [{"territory": self.territory, **row} for row in self.estimates.rows()]

    def to_dict(self) -> dict[str, Any]:
        """Return the rows, and what is said about them, ready for JSON."""
        described = {
            "territory": self.territory,
            "threshold": self.threshold,
            "hidden": self.hidden,
            "strata": self.strata,
            "clusters": self.clusters,
            "lost": self.lost,
            "rows": self.rows(),
            "provenance": self.provenance,
        }
        return document(described)


@traced
def aggregate(
    estimates: Estimates,
    *,
    territory: str,
    totals: Totals | None = None,
    threshold: int = PUBLISHED_THRESHOLD,
    with_clusters: bool = False,
) -> Aggregate:
    """Keep what may be handed on of an estimation.

    Parameters
    ----------
    estimates : Estimates
    territory : str
    totals : Totals, optional
        Those the estimates were made from. They tell how many answered in each cluster:
        where that is `threshold` or more everywhere, the degrees of freedom of every
        contrast are kept.
    threshold : int
        Smallest number of respondents in a cell; at least 2.
    with_clusters : bool
        Whether to hand on the sums by cluster as well.

    Returns
    -------
    Aggregate
        A domain that one item hides is hidden for all items. With more than two columns
        of domains, each column is protected against all others taken together, not
        every set of margins at once.

    Raises
    ------
    DisclosureError
        ``aggregate_nothing_to_release``, ``aggregate_other_totals`` when `totals` are
        not those of the estimates, ``aggregate_without_totals``,
        ``cluster_cells_too_small``, ``clusters_of_two_stages``, and those of
        `suppress`.

    References
    ----------
    Willenborg, L. and de Waal, T. (2001). Elements of Statistical Disclosure Control.
    Springer, chapters 4 and 6.
    """
    _check_totals(estimates, totals, with_clusters=with_clusters)
    hidden = _hidden(estimates, threshold)
    kept = totals if with_clusters else None
    exact = totals is not None and _fewest_per_cluster(totals) >= threshold
    estimates = replace(estimates, provenance=_provenance(estimates, totals))
    left_out = tuple(estimates.domains[k] for k in np.flatnonzero(hidden))
    return Aggregate(
        territory=territory,
        threshold=threshold,
        hidden=left_out,
        strata=len(np.unique(estimates.stratum_of_cluster)),
        clusters=len(estimates.stratum_of_cluster),
        lost=_lost(hidden=bool(left_out), exact=exact, clusters=kept is not None),
        estimates=_released(estimates, ~hidden, exact=exact),
        totals=None if kept is None else _anonymous(kept),
        provenance=estimates.provenance,
    )


def _provenance(estimates: Estimates, totals: Totals | None) -> Provenance | None:
    """Name the design, which estimates made from totals do not know."""
    known = estimates.provenance
    if known is None or totals is None:
        return known
    return replace(known, design=totals.design)


def _check_totals(
    estimates: Estimates, totals: Totals | None, *, with_clusters: bool
) -> None:
    if totals is None:
        if with_clusters:
            raise DisclosureError(
                "aggregate_without_totals",
                "sums by cluster cannot be handed on without the totals",
            )
        return
    if totals.domains != estimates.domains or totals.by != estimates.by:
        raise DisclosureError(
            "aggregate_other_totals", "the totals are not those of the estimates"
        )
    if with_clusters and totals.unit_fraction is not None:
        raise DisclosureError(
            "clusters_of_two_stages",
            "sums by cluster are handed on for designs of one stage only",
        )


def _hidden(estimates: Estimates, threshold: int) -> BoolArray:
    """Return the domains to leave out, (domains,)."""
    hidden = np.zeros(len(estimates.domains), dtype=bool)
    for counts in estimates.n:
        for table in count_tables(estimates.domains, counts):
            grid = suppress(with_margins(table.counts), threshold)
            inner = grid[tuple(slice(size) for size in table.counts.shape)]
            hidden |= inner[table.places]
    if not estimates.n[:, ~hidden].any():
        raise DisclosureError(
            "aggregate_nothing_to_release",
            f"no domain may be released with a threshold of {threshold}",
            threshold=threshold,
        )
    return hidden


def _fewest_per_cluster(totals: Totals) -> int:
    """Return the respondents of the smallest first-stage cluster that has any."""
    answers = sum(totals.spread("answers", k) for k in range(len(totals.items)))
    people = np.max(
        [totals.spread("answers", k).sum(axis=1) for k in range(len(totals.items))],
        axis=0,
    )
    present = totals.by_primary(np.asarray(answers).sum(axis=1)) > 0
    return int(totals.by_primary(people)[present].min())


def _check_cluster_cells(totals: Totals, threshold: int) -> None:
    cells = np.array([totals.spread("answers", k) for k in range(len(totals.items))])
    if small := int(((cells > 0) & (cells < threshold)).sum()):
        raise DisclosureError(
            "cluster_cells_too_small",
            f"{small} cells of clusters hold fewer than {threshold} respondents",
            cells=small,
            threshold=threshold,
        )


def _lost(*, hidden: bool, exact: bool, clusters: bool) -> tuple[Lost, ...]:
    gone: dict[Lost, bool] = {
        "answers": True,
        "other_domains": True,
        "hidden_domains": hidden,
        "contrast_df": not exact,
        "cluster_totals": not clusters,
    }
    return tuple(code for code, is_gone in gone.items() if is_gone)


def _released(
    estimates: Estimates, kept: BoolArray, *, exact: bool
) -> ReleasedEstimates:
    cells = np.tile(kept, len(estimates.items))
    presence = estimates.presence[:, cells]
    # The order of clusters would tell which is which.
    order = np.lexsort((*presence.T, estimates.stratum_of_cluster))
    order = order if exact else order[:0]
    covariance = estimates.covariance[np.ix_(cells, cells)]
    arrays = ("estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff")
    domains = (estimates.domains[k] for k in np.flatnonzero(kept))
    return ReleasedEstimates(
        statistic=estimates.statistic,
        items=estimates.items,
        by=estimates.by,
        domains=tuple(domains),
        level=estimates.level,
        interval=estimates.interval,
        lonely=estimates.lonely,
        lonely_strata=estimates.lonely_strata,
        deviations=covariance_root(covariance),
        presence=presence[order],
        stratum_of_cluster=estimates.stratum_of_cluster[order],
        contrast_df="clusters" if exact else "smallest",
        provenance=estimates.provenance,
        **{name: getattr(estimates, name)[:, kept] for name in arrays},
    )


def _anonymous(totals: Totals) -> Totals:
    """Return the sums with clusters in an order that tells nothing of their names."""
    inside = (totals.domain_of_row >= 0) & (totals.sums["answers"] > 0).any(axis=1)
    clusters = len(totals.stratum_of_cluster)
    size = np.bincount(
        totals.cluster_of_row[inside], totals.sums["total"][inside, 0], clusters
    )
    order = np.lexsort((size, totals.stratum_of_cluster))
    place = np.empty(clusters, dtype=np.int64)
    place[order] = np.arange(clusters)
    return replace(
        totals,
        strata=tuple(range(len(totals.strata))),
        cluster_of_row=place[totals.cluster_of_row[inside]],
        domain_of_row=totals.domain_of_row[inside],
        sums={kind: values[inside] for kind, values in totals.sums.items()},
    )
