"""How often each test of a difference in differences errs when clusters are few.

    python validation/simulation/few_clusters.py

Nothing happens in these data: a test at 5 % should find something in 5 % of
draws, and then its interval holds the truth in 95 %. Writes the figures into
README.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from validation.simulation.designs import Case, two_arms
from validation.simulation.draws import answers

from imppulse.evidence.effects.comparisons import difference_in_differences
from imppulse.evidence.effects.difference_regression import (
    TwoByTwo,
    regression_difference_in_differences,
)
from imppulse.evidence.effects.few_clusters import (
    TIE,
    WildDraws,
    wild_difference_in_differences,
)
from imppulse.evidence.effects.randomisation import (
    AssignedClusters,
    ClusterAssignment,
    Lot,
    randomisation_test,
)
from imppulse.evidence.survey.design import SampleDesign

SEED = 20260318
DRAWS = 10_000
QUICK = 5
CHUNK = 25
ARMS = ((2, 2), (3, 3), (4, 4), (5, 5), (2, 10), (2, 3), (2, 4), (3, 5))
HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: written by few_clusters.py -->", "<!-- end of figures -->"
TESTS = {
    "t": "linearised error, t with clusters − 2",
    "cr1": "CR1 error, t with clusters − 1",
    "cr2": "CR2 error, Satterthwaite's t",
    "webb": "wild bootstrap, restricted, Webb",
    "signs": "wild bootstrap, restricted, signs",
    "lot": "randomisation",
}


@dataclass(frozen=True)
class Studies:
    """Simulated studies as sums: arrays (studies, waves, clusters)."""

    total: np.ndarray
    people: np.ndarray
    pilot: np.ndarray

    def __getitem__(self, some: slice) -> Studies:
        return Studies(self.total[some], self.people[some], self.pilot)

    def of_arms(self, values: np.ndarray) -> np.ndarray:
        """Sum clusters by arm, (studies, waves, arms)."""
        return values @ self.arms

    @cached_property
    def arms(self) -> np.ndarray:
        return np.column_stack([~self.pilot, self.pilot]).astype(float)

    @cached_property
    def size(self) -> np.ndarray:
        return self.of_arms(self.people)

    @cached_property
    def effect(self) -> np.ndarray:
        mean = self.of_arms(self.total) / self.size
        return mean[:, 1, 1] - mean[:, 0, 1] - mean[:, 1, 0] + mean[:, 0, 0]

    @cached_property
    def direction(self) -> np.ndarray:
        """Weight of an answer in the effect, (studies, waves, clusters)."""
        signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
        return (signs / self.size) @ self.arms.T

    @cached_property
    def residuals(self) -> np.ndarray:
        """Sums of residuals from the mean of the arm and wave."""
        mean = self.of_arms(self.total) / self.size
        return self.total - self.people * (mean @ self.arms.T)

    @cached_property
    def scores(self) -> np.ndarray:
        return (self.direction * self.residuals).sum(axis=1)

    @cached_property
    def restricted_residuals(self) -> np.ndarray:
        """Sums of residuals of wave and arm alone: no effect."""
        n, total = self.size, self.of_arms(self.total)
        normal = np.empty((len(n), 3, 3))
        normal[:, 0] = np.stack([n[:, 1].sum(axis=1), n[:, 1, 0], n[:, 1, 1]], axis=1)
        normal[:, 1] = np.stack(
            [n[:, 1, 0], n[:, :, 0].sum(axis=1), 0 * n[:, 0, 0]], axis=1
        )
        normal[:, 2] = np.stack(
            [n[:, 1, 1], 0 * n[:, 0, 0], n[:, :, 1].sum(axis=1)], axis=1
        )
        right = np.stack(
            [
                total[:, 1].sum(axis=1),
                *(total[:, :, arm].sum(axis=1) for arm in (0, 1)),
            ],
            axis=1,
        )
        solved = np.linalg.solve(normal, right[..., None])[..., 0]
        fitted = np.stack([solved[:, 1:], solved[:, 1:] + solved[:, :1]], axis=1)
        return self.total - self.people * (fitted @ self.arms.T)


def draw(case: Case, rng: np.random.Generator, draws: int) -> Studies:
    count = len(case.cells.stratum_of_cluster)
    total, people = np.empty((2, draws, 2, count))
    for k in range(draws):
        row, answer = answers(case.cells, rng)
        people[k] = np.bincount(row, minlength=2 * count).reshape(2, count)
        total[k] = np.bincount(row, answer, 2 * count).reshape(2, count)
    return Studies(total, people, case.cells.stratum_of_cluster == 1)


def student(
    effect: np.ndarray, variance: np.ndarray, df: np.ndarray | float
) -> np.ndarray:
    return 2 * stats.t.sf(np.abs(effect) / np.sqrt(variance), df)


def linearised(studies: Studies) -> np.ndarray:
    """Arms are strata, clusters are drawn in them."""
    clusters = studies.arms.sum(axis=0)
    variance = (studies.scores**2 @ studies.arms) @ (clusters / (clusters - 1))
    return student(studies.effect, variance, clusters.sum() - 2)


def cr1_factor(studies: Studies) -> np.ndarray:
    rows, count = studies.people.sum(axis=(1, 2)), len(studies.pilot)
    return count / (count - 1) * (rows - 1) / (rows - 4)


def cr1(studies: Studies) -> np.ndarray:
    variance = cr1_factor(studies) * (studies.scores**2).sum(axis=1)
    return student(studies.effect, variance, len(studies.pilot) - 1)


def cr2(studies: Studies) -> np.ndarray:
    """Means of four cells: the adjustment is a factor for each cluster and wave."""
    share = studies.people / (studies.size @ studies.arms.T)
    adjusted = studies.direction / np.sqrt(1 - share)
    scores = (adjusted * studies.residuals).sum(axis=1)
    sums = adjusted * studies.people
    own = (adjusted * sums).sum(axis=1)
    same_arm = studies.arms @ studies.arms.T
    scaled = sums / np.sqrt(studies.size @ studies.arms.T)
    products = -np.einsum("dwg,dwh->dgh", scaled, scaled) * same_arm
    at = np.arange(len(studies.pilot))
    products[:, at, at] += own
    df = own_trace(products) ** 2 / (products**2).sum(axis=(1, 2))
    return student(studies.effect, (scores**2).sum(axis=1), df)


def own_trace(products: np.ndarray) -> np.ndarray:
    return np.trace(products, axis1=1, axis2=2)


def altered(
    studies: Studies, values: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Shift of the effect by one arm, and its sum of squared cluster scores.

    A score is v a - sum over waves of m b, with v the multiplier, a the
    cluster's own score, m the shift of the arm's mean, b the cluster's part.
    """
    v = values[:, inside].T
    left = studies.restricted_residuals[:, :, inside]
    direction = studies.direction[:, :, inside]
    part = direction * studies.people[:, :, inside]
    own = (direction * left).sum(axis=1)
    people = studies.people[:, :, inside].sum(axis=2)
    means = [left[:, wave] @ v / people[:, wave, None] for wave in (0, 1)]
    shift = sum(direction[:, w, :1] * people[:, w, None] * means[w] for w in (0, 1))
    square = own**2 @ v**2
    for wave, mean in enumerate(means):
        square -= 2 * mean * ((own * part[:, wave]) @ v)
        for other, beside in enumerate(means):
            square += mean * beside * (part[:, wave] * part[:, other]).sum(1)[:, None]
    return shift, square


def wild(studies: Studies, multipliers: tuple) -> np.ndarray:
    """Restricted wild bootstrap: every draw of multipliers for every study."""
    _, values, every = multipliers
    left = studies.restricted_residuals
    factor = cr1_factor(studies)
    seen = np.abs(studies.effect) / np.sqrt(factor * (studies.scores**2).sum(axis=1))
    shift, square = (np.zeros((len(left), len(values))) for _ in range(2))
    for arm in (0, 1):
        moved, spread = altered(studies, values, studies.arms[:, arm] == 1)
        shift += moved
        square += spread
    spread = np.sqrt(factor[:, None] * np.maximum(square, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.nan_to_num(np.abs(shift) / spread, nan=0.0)
    count = (drawn >= (seen * (1 - TIE) - TIE)[:, None]).sum(axis=1)
    return count / len(values) if every else (1 + count) / (1 + len(values))


def lot(studies: Studies) -> np.ndarray:
    mean = studies.total / studies.people
    change = mean[:, 1] - mean[:, 0]
    clusters = AssignedClusters(
        outcome=change[0],
        treated=studies.pilot.astype(float),
        block=np.zeros(len(studies.pilot), dtype=np.int64),
        n=0,
    )
    signs = Lot(clusters, draws=9_999, seed=1).contrast
    every = np.abs(change @ signs[1:].T)
    seen = np.abs(change @ signs[0])[:, None]
    return (every >= seen - 1e-9 * np.abs(change).max()).mean(axis=1)


def p_values(studies: Studies, multipliers: dict[str, tuple]) -> dict[str, np.ndarray]:
    found = {
        "t": linearised(studies),
        "cr1": cr1(studies),
        "cr2": cr2(studies),
        "lot": lot(studies),
    }
    steps = range(0, len(studies.total), CHUNK)
    for name, each in multipliers.items():
        parts = [wild(studies[k : k + CHUNK], each) for k in steps]
        found[name] = np.concatenate(parts)
    return found


def wild_draws(clusters: int) -> dict[str, tuple]:
    return {
        "webb": WildDraws(multipliers="webb", draws=1_999).of(clusters),
        "signs": WildDraws(multipliers="rademacher").of(clusters),
    }


def rejections(
    case: Case, rng: np.random.Generator, *, draws: int = DRAWS
) -> dict[str, float]:
    multipliers = wild_draws(len(case.cells.stratum_of_cluster))
    found = p_values(draw(case, rng, draws), multipliers)
    # 0.05 itself rejects: a test by counting reaches it exactly.
    return {name: float((found[name] <= 0.05 + 1e-12).mean()) for name in TESTS}


def check_shortcut(case: Case, rng: np.random.Generator) -> None:
    """The sums made here must give what the public functions make of the rows."""
    row, answer = answers(case.cells, rng)
    cells, count = case.cells, len(case.cells.stratum_of_cluster)
    cluster, domain = cells.cluster[row], cells.domain[row]
    columns = {"wave": domain // 2, "arm": domain % 2, "cluster": cluster}
    frame = pl.DataFrame({"answer": answer, **columns})
    values = {"wave": "wave", "before": 0, "after": 1}
    values |= {"arm": "arm", "treated": 1, "comparison": 0}
    asked = TwoByTwo(**values, cluster="cluster")
    design = SampleDesign(strata="arm", cluster="cluster")
    signs = WildDraws(multipliers="rademacher")
    theirs = [
        difference_in_differences(frame, "answer", design, **values),
        regression_difference_in_differences(frame, "answer", asked, variance="CR1"),
        regression_difference_in_differences(frame, "answer", asked),
        wild_difference_in_differences(frame, "answer", asked, draws=signs),
        randomisation_test(
            frame, "answer", ClusterAssignment(**values, cluster="cluster")
        ),
    ]
    sums = Studies(
        np.bincount(row, answer, 2 * count).reshape(1, 2, count),
        np.bincount(row, minlength=2 * count).reshape(1, 2, count).astype(float),
        cells.stratum_of_cluster == 1,
    )
    ours = p_values(sums, {"signs": signs.of(count)})
    np.testing.assert_allclose(
        [ours[name][0] for name in ("t", "cr1", "cr2", "signs", "lot")],
        [one.p_value for one in theirs],
        rtol=1e-8,
    )


def table(
    rng: np.random.Generator,
    arms: tuple[tuple[int, int], ...] = ARMS,
    *,
    draws: int = DRAWS,
) -> list[str]:
    names = [f"{pilot} pilot, {comparison} comparison" for pilot, comparison in arms]
    columns = []
    for pilot, comparison in arms:
        case = two_arms(pilot, comparison)
        check_shortcut(case, rng)
        columns.append(rejections(case, rng, draws=draws))
        print(pilot, comparison, columns[-1], flush=True)
    return [
        f"| test | {' | '.join(names)} |",
        "|---" * (len(names) + 1) + "|",
        *(
            f"| {label} | "
            + " | ".join(f"{c[name]:.1%} / {1 - c[name]:.1%}" for c in columns)
            + " |"
            for name, label in TESTS.items()
        ),
    ]


def write_figures(lines: list[str]) -> None:
    page = HERE / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False) -> None:
    started = time.monotonic()
    rng = np.random.default_rng(SEED)
    if quick:
        table(rng, ARMS[:2], draws=QUICK)
        return
    print(f"{DRAWS} draws a column, seed {SEED}")
    write_figures(table(rng))
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
