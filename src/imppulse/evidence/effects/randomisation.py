"""Randomisation inference: the result against those of the other draws of the lot.

The arms of clusters are drawn again as they could have fallen; if the pilot did
nothing to anyone, the result under the true assignment is one of many alike.

References
----------
Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd.
Imbens, G. W. and Rubin, D. B. (2015). Causal Inference for Statistics, Social, and
Biomedical Sciences. Cambridge University Press, chapter 5.
Rosenbaum, P. R. (2002). Observational Studies. Springer, chapter 2 (intervals by
inversion).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.effects.inversion import invert
from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.answer_columns import Rows, codes_of, read_rows

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from imppulse.evidence.survey.answer_columns import BoolArray, FloatArray, IntArray

LARGEST_ENUMERATION = 20_000
TIE = 1e-9


@dataclass(frozen=True)
class RandomisationTest(Result):
    """What the other assignments say of the one that was drawn.

    Attributes
    ----------
    estimate : float
        Mean of treated minus mean of comparison clusters, averaged over
        blocks by their number of clusters; units of the item.
    p_value : float
        Share of assignments at least as far from the hypothesis, the true one
        included; with drawn assignments (1 + count) / (1 + draws).
    ci_low, ci_high : float
        Constant effects the same test does not reject; infinite where the
        assignments are too few to reject any.
    hypothesis : float
    assignments : int
        Looked at.
    possible : int
        That the lot could have made.
    enumerated : bool
    smallest_p : float
        The p value that no data can go below.
    clusters, treated_clusters, blocks, n : int
    level : float
    """

    estimate: float
    p_value: float
    ci_low: float
    ci_high: float
    hypothesis: float
    assignments: int
    possible: int
    enumerated: bool
    smallest_p: float
    clusters: int
    treated_clusters: int
    blocks: int
    n: int
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class ClusterAssignment:
    """How clusters came into their arms, and when they were measured.

    Parameters
    ----------
    cluster : str
        The unit that was drawn.
    arm : str
        Rows in neither arm are left out.
    treated, comparison : object
        Values of `arm`.
    block : str, optional
        Column of blocks inside which arms were drawn (pairs, strata).
    weight : str, optional
        Of answers inside their cluster; clusters count alike.
    wave : str, optional
        Column of waves: clusters are then compared on their change.
    before, after : object
        Values of `wave`.
    """

    cluster: str
    arm: str
    treated: object
    comparison: object
    block: str | None = None
    weight: str | None = None
    wave: str | None = None
    before: object = None
    after: object = None

    def __post_init__(self) -> None:
        same_wave = self.wave is not None and self.before == self.after
        if same_wave or self.treated == self.comparison:
            raise EstimationError(
                "same_domain",
                "a comparison needs two arms, and a change two waves",
                domain=self.before if same_wave else self.treated,
            )

    @property
    def labels(self) -> list[str]:
        """The columns of labels it reads."""
        named = (self.cluster, self.arm, self.block, self.wave)
        return [name for name in named if name is not None]


@traced
def randomisation_test(  # noqa: PLR0913 - the data, the lot, and the test
    frame: IntoFrame,
    item: str,
    assignment: ClusterAssignment,
    *,
    hypothesis: float = 0.0,
    draws: int = 9_999,
    seed: int = 1,
    level: float = 0.95,
) -> RandomisationTest:
    """Test an effect by the other ways the arms could have been drawn.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    item : str
    assignment : ClusterAssignment
    hypothesis : float
        Constant effect under test, in units of the item.
    draws : int
        Assignments drawn where more than 20,000 are possible; else all are looked at.
    seed : int
    level : float
        Of the interval, which is found by inverting the test.

    Returns
    -------
    RandomisationTest
        Exact when arms were drawn by lot as `assignment` says, whatever the number of
        clusters. Where they were chosen, the p value describes an analogy, not a lot.

    Raises
    ------
    DesignError
        ``missing_design_value``, ``negative_weight``, ``no_rows``,
        ``cluster_in_two_groups`` when a cluster lies in two arms or blocks,
        ``empty_arm`` when an arm holds no cluster.
    EstimationError
        ``same_domain``, ``too_few_draws``, ``level_out_of_range``, ``no_answers``, and
        those of reading.

    References
    ----------
    Fisher (1935), The Design of Experiments. Imbens and Rubin (2015), Causal Inference
    for Statistics, Social, and Biomedical Sciences, chapter 5. Rosenbaum (2002),
    Observational Studies, chapter 2 (intervals by inversion).
    """
    _check_request(draws, level)
    clusters = read_clusters(frame, item, assignment)
    lot = Lot(clusters, draws=draws, seed=seed)
    return _tested(clusters, lot, hypothesis=hypothesis, level=level)


def _tested(
    clusters: AssignedClusters, lot: Lot, *, hypothesis: float, level: float
) -> RandomisationTest:
    step = float(np.ptp(clusters.outcome)) or 1.0
    low, high = invert(
        lot.p_value,
        lot.estimate,
        step=step,
        alpha=1 - level,
        smallest_p=lot.smallest_p,
    )
    looked_at = len(lot.statistics[0])
    return RandomisationTest(
        estimate=lot.estimate,
        p_value=lot.p_value(hypothesis),
        ci_low=low,
        ci_high=high,
        hypothesis=hypothesis,
        assignments=looked_at,
        possible=lot.possible,
        enumerated=lot.enumerated,
        smallest_p=lot.smallest_p,
        clusters=len(clusters.outcome),
        treated_clusters=int(clusters.treated.sum()),
        blocks=int(clusters.block.max()) + 1,
        n=clusters.n,
        level=level,
    )


def _check_request(draws: int, level: float) -> None:
    if draws < 99:
        raise EstimationError(
            "too_few_draws",
            f"{draws} draws are too few: at least 99 are needed",
            draws=draws,
            least=99,
        )
    if not 0 < level < 1:
        raise EstimationError(
            "level_out_of_range",
            f"the confidence level must lie between 0 and 1, not {level}",
            level=level,
        )


@dataclass(frozen=True, eq=False)
class AssignedClusters:
    """One number per cluster; arrays of shape (clusters,)."""

    outcome: FloatArray
    treated: FloatArray
    block: IntArray
    n: int


@dataclass(frozen=True, eq=False)
class Lot:
    """The assignments that could have been, and their statistics."""

    clusters: AssignedClusters
    draws: int
    seed: int

    @cached_property
    def members(self) -> list[IntArray]:
        """Clusters of each block."""
        count = int(self.clusters.block.max()) + 1
        return [np.flatnonzero(self.clusters.block == b) for b in range(count)]

    @cached_property
    def possible(self) -> int:
        """How many assignments keep the number of treated in every block."""
        treated = self.clusters.treated
        ways = [math.comb(len(m), int(treated[m].sum())) for m in self.members]
        return math.prod(ways)

    @property
    def enumerated(self) -> bool:
        """Whether all of them are looked at."""
        return self.possible <= LARGEST_ENUMERATION

    @property
    def smallest_p(self) -> float:
        """What p cannot go below; equal arms mirror each assignment."""
        if not self.enumerated:
            return 1 / (1 + self.draws)
        treated = self.clusters.treated
        mirrored = all(2 * treated[m].sum() == len(m) for m in self.members)
        return min(1.0, (1 + mirrored) / self.possible)

    @cached_property
    def assignments(self) -> FloatArray:
        """0 or 1 by cluster, (assignments, clusters)."""
        treated = self.clusters.treated
        if not self.enumerated:
            rng = np.random.default_rng(self.seed)
            drawn = np.tile(treated, (self.draws, 1))
            for at in self.members:
                drawn[:, at] = rng.permuted(drawn[:, at], axis=1)
            return drawn
        ways = [
            itertools.combinations(at, int(treated[at].sum())) for at in self.members
        ]
        chosen = [list(itertools.chain(*parts)) for parts in itertools.product(*ways)]
        every = np.zeros((len(chosen), len(treated)))
        np.put_along_axis(every, np.array(chosen, dtype=np.int64), 1.0, axis=1)
        return every

    @cached_property
    def contrast(self) -> FloatArray:
        """Weight of each cluster by assignment, (1 + assignments, clusters)."""
        rows = np.vstack([self.clusters.treated, self.assignments])
        signs = np.zeros_like(rows)
        compared = [at for at in self.members if 0 < rows[0, at].sum() < len(at)]
        total = sum(map(len, compared))
        for at in compared:
            treated = int(rows[0, at].sum())
            high, low = 1 / treated, -1 / (len(at) - treated)
            signs[:, at] = np.where(rows[:, at] == 1, high, low) * len(at) / total
        return signs

    @cached_property
    def statistics(self) -> tuple[FloatArray, FloatArray]:
        """Of the outcome, and of the true assignment itself, (assignments,)."""
        signs = self.contrast[1:]
        return signs @ self.clusters.outcome, signs @ self.clusters.treated

    @cached_property
    def estimate(self) -> float:
        """Statistic of the true assignment."""
        return float(self.contrast[0] @ self.clusters.outcome)

    def p_value(self, hypothesis: float) -> float:
        """Return the share of assignments at least as far from the hypothesis."""
        outcome, own = self.statistics
        scale = float(np.abs(self.clusters.outcome).max()) + abs(hypothesis)
        seen = abs(self.estimate - hypothesis) - TIE * max(scale, 1e-300)
        count = int((np.abs(outcome - hypothesis * own) >= seen).sum())
        if self.enumerated:
            return count / len(outcome)
        return (1 + count) / (1 + len(outcome))


def read_clusters(
    frame: IntoFrame, item: str, assignment: ClusterAssignment
) -> AssignedClusters:
    """Reduce answers to one number per cluster: a mean, or a change of means."""
    asked = assignment
    rows = read_rows(frame, [item], asked.labels, weight=asked.weight).complete()
    arm = rows.labels[asked.arm]
    rows = rows.keep((arm == asked.treated) | (arm == asked.comparison))
    if not len(rows.weight):
        raise EstimationError("no_answers", f"nobody answered {item}", items=(item,))
    known, cluster = codes_of(rows.labels[asked.cluster], asked.cluster)
    outcome = _outcome(rows, item, asked, cluster=cluster)
    present = ~np.isnan(outcome)
    treated = _of_cluster(
        (rows.labels[asked.arm] == asked.treated).astype(np.int64), cluster, known
    )
    block = np.zeros(len(known), dtype=np.int64)
    if asked.block is not None:
        codes = codes_of(rows.labels[asked.block], asked.block)[1]
        block = _of_cluster(codes, cluster, known)
    found = AssignedClusters(
        outcome=outcome[present],
        treated=treated[present].astype(float),
        block=np.unique(block[present], return_inverse=True)[1],
        n=len(rows.weight),
    )
    _check_arms(found, asked)
    return found


def _outcome(
    rows: Rows, item: str, asked: ClusterAssignment, *, cluster: IntArray
) -> FloatArray:
    everyone = np.ones(len(cluster), dtype=bool)
    if asked.wave is None:
        return _means(rows, item, everyone, cluster=cluster)
    wave = rows.labels[asked.wave]
    after, before = (
        _means(rows, item, wave == value, cluster=cluster)
        for value in (asked.after, asked.before)
    )
    return after - before


def _means(
    rows: Rows, item: str, inside: BoolArray, *, cluster: IntArray
) -> FloatArray:
    """Weighted means by cluster; NaN where nobody answered."""
    weight = np.where(inside, rows.weight, 0.0)
    total = np.bincount(cluster, weight * rows.values[item])
    size = np.bincount(cluster, weight)
    return total / np.where(size > 0, size, np.nan)


def _of_cluster(codes: IntArray, cluster: IntArray, known: list[object]) -> IntArray:
    """Return the one code of each cluster, or refuse."""
    low, high = np.full(len(known), np.iinfo(np.int64).max), np.full(len(known), -1)
    np.minimum.at(low, cluster, codes)
    np.maximum.at(high, cluster, codes)
    mixed = tuple(known[k] for k in np.flatnonzero(low != high))
    if mixed:
        raise DesignError(
            "cluster_in_two_groups",
            f"clusters in several arms or blocks: {', '.join(map(repr, mixed))}",
            clusters=mixed,
        )
    return low


def _check_arms(found: AssignedClusters, asked: ClusterAssignment) -> None:
    treated = int(found.treated.sum())
    counts = {asked.treated: treated, asked.comparison: len(found.treated) - treated}
    for arm, count in counts.items():
        if count == 0:
            raise DesignError(
                "empty_arm", f"no cluster with answers is in arm {arm!r}", arm=arm
            )
    blocks = np.unique(found.block)
    inside = [found.treated[found.block == b] for b in blocks]
    if not any(0 < part.sum() < len(part) for part in inside):
        raise DesignError(
            "empty_arm", "no block holds clusters of both arms", arm=asked.comparison
        )
