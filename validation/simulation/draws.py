"""Simulated answers, already summed by cluster and domain.

An answer is an index of nine yes/no questions (0, 11.1, ... 100). Clusters differ by
a uniform shift of their level, part of which they keep from wave to wave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.totals import Totals

QUESTIONS = 9


@dataclass(frozen=True, kw_only=True)
class Cells:
    """One row per cluster and domain; arrays of one entry per row.

    `people` answer with weight `weight` at level `level` (a share). Clusters are
    numbered from 0 and sorted by stratum.
    """

    cluster: np.ndarray
    domain: np.ndarray
    people: np.ndarray
    level: np.ndarray
    weight: np.ndarray
    stratum_of_cluster: np.ndarray
    domains: tuple[tuple[object, ...], ...]
    intraclass_correlation: float
    cluster_autocorrelation: float = 1.0
    uneven: bool = True


def standard_deviation(level: float, intraclass_correlation: float) -> float:
    """Standard deviation between people, points."""
    tau2 = cluster_variance(np.array(level), intraclass_correlation)
    return 100 * float(np.sqrt((level * (1 - level) - tau2) / QUESTIONS + tau2))


def cluster_variance(level: np.ndarray, icc: float) -> np.ndarray:
    within = level * (1 - level) / QUESTIONS
    return icc * within / (1 - icc + icc / QUESTIONS)


def shifts(cells: Cells, rng: np.random.Generator) -> np.ndarray:
    """Uniform cluster shifts of variance 1: one part kept, one new in each row."""
    kept = rng.uniform(-1, 1, len(cells.stratum_of_cluster))[cells.cluster]
    new = rng.uniform(-1, 1, len(cells.cluster))
    share = cells.cluster_autocorrelation
    return np.sqrt(3) * (np.sqrt(share) * kept + np.sqrt(1 - share) * new)


def answers(cells: Cells, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the row each person belongs to, and what the person answers."""
    people = cells.people
    if cells.uneven:
        people = np.where(people > 1, 1 + rng.poisson(people - 1), 1)
    tau = np.sqrt(cluster_variance(cells.level, cells.intraclass_correlation))
    level = cells.level + tau * shifts(cells, rng)
    row = np.repeat(np.arange(len(people)), people)
    return row, 100 / QUESTIONS * rng.binomial(QUESTIONS, level[row])


def summed(cells: Cells, row: np.ndarray, answer: np.ndarray) -> Totals:
    """Return the totals the library would make of these answers."""
    count = len(cells.cluster)
    people = np.bincount(row, minlength=count).astype(float)
    weight = people * cells.weight
    total = np.bincount(row, answer, count) * cells.weight
    square = np.bincount(row, answer**2, count) * cells.weight
    kinds = {
        "answers": people,
        "weight": weight,
        "total": total,
        "square": square,
        "denominator": weight,
        "cross": total,
        "denominator_square": weight,
    }
    strata = int(cells.stratum_of_cluster.max()) + 1
    return Totals(
        design=SampleDesign(weight="weight", strata="stratum", cluster="cluster"),
        items=("answer",),
        denominators=(None,),
        by=tuple(f"domain_{k}" for k in range(len(cells.domains[0]))),
        domains=cells.domains,
        strata=tuple(range(strata)),
        stratum_of_cluster=cells.stratum_of_cluster,
        primary_of_cluster=np.arange(len(cells.stratum_of_cluster)),
        sampling_fraction=np.zeros(strata),
        unit_fraction=None,
        cluster_of_row=cells.cluster,
        domain_of_row=cells.domain,
        sums={kind: values[:, None] for kind, values in kinds.items()},
    )


def draw(cells: Cells, rng: np.random.Generator) -> Totals:
    return summed(cells, *answers(cells, rng))
