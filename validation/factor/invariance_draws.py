"""Answers on five points from one factor in several groups, to judge a verdict on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.scales.factor_model import structure_of
from imppulse.evidence.scales.factor_sample import check_sample, sample_of

if TYPE_CHECKING:
    from imppulse.evidence.scales.factor_model import Structure
    from imppulse.evidence.scales.factor_sample import FactorSample

LOADINGS = (0.80, 0.75, 0.70, 0.65, 0.60, 0.55)
# Where the latent answer passes from one of the five points to the next:
# symmetric for half of the items, leaning to agreement for the others.
EVEN = (-1.4, -0.5, 0.5, 1.4)
LEANING = (-1.8, -1.1, -0.2, 0.9)


@dataclass(frozen=True)
class Case:
    """A population to draw from.

    `shift` moves one item's answers in the last group, in standard
    deviations of the latent answer; `factor_step` moves the factor from each
    group to the next.
    """

    groups: int
    n: int
    items: int = 4
    shift: float = 0.0
    loading_change: float = 0.0
    factor_step: float = 0.15

    @property
    def structure(self) -> Structure:
        return structure_of({"trust": [f"item{k}" for k in range(self.items)]})


def draw(case: Case, rng: np.random.Generator) -> FactorSample:
    answers = tuple(_answers(case, group, rng) for group in range(case.groups))
    weights = tuple(rng.uniform(0.5, 1.5, case.n) for _ in answers)
    scale = case.groups * case.n / sum(weight.sum() for weight in weights)
    sample = sample_of(
        tuple(range(case.groups)),
        answers,
        tuple(weight * scale for weight in weights),
    )
    check_sample(sample, case.structure)
    return sample


def _answers(case: Case, group: int, rng: np.random.Generator) -> np.ndarray:
    last = group == case.groups - 1
    loading = np.array(LOADINGS[: case.items])
    error = np.sqrt(1 - loading**2)
    loading[1] += case.loading_change * last
    factor = rng.normal(case.factor_step * group, 1, case.n)
    latent = factor[:, None] * loading + error * rng.normal(size=(case.n, case.items))
    latent[:, 1] += case.shift * last
    passed = [
        np.searchsorted(EVEN if k % 2 == 0 else LEANING, latent[:, k])
        for k in range(case.items)
    ]
    return np.column_stack(passed) + 1.0
