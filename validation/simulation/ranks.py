"""How often intervals of relative importance, and of ranks, hold.

    python validation/simulation/ranks.py

Relative importance is worked out for all replicates of a draw at once, from sums
by cluster; one draw of each line is also run on its rows through the library,
which must give the same numbers. Priorities and joint ranks go through the
library's public functions. Writes the figures into RANKS.md.
"""

from __future__ import annotations

import sys
import time
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import polars as pl
from scipy.special import ndtr

from imppulse.evidence.diagnosis.priorities import factor_priorities
from imppulse.evidence.diagnosis.ranking import joint_ranks
from imppulse.evidence.regression.importance import relative_importance
from imppulse.evidence.survey.design import SampleDesign

SEED = 20261122
DRAWS = 10_000
QUICK = 2
REPLICATES = 500
PEOPLE = 20
ALIKE = 0.05
CLUSTERS = (40, 10)
DESIGN = SampleDesign(cluster="cluster")
PREDICTORS = ("x0", "x1", "x2")
SLOPES = np.array([0.5, 0.3, 0.0])
TOGETHER = 0.3
MEANS = np.array([45.0, 52.0, 55.0, 65.0])
SPREAD = 20.0
HERE = Path(__file__).resolve().parent
BEGIN = "<!-- figures: written by ranks.py -->"
END = "<!-- end of figures -->"


def alike(rng: np.random.Generator, clusters: int, columns: int) -> np.ndarray:
    """Normal scores, people of a cluster alike, (clusters, people, columns)."""
    own = rng.normal(size=(clusters, PEOPLE, columns))
    shared = rng.normal(size=(clusters, 1, columns))
    return np.sqrt(1 - ALIKE) * own + np.sqrt(ALIKE) * shared


def predictor_covariance() -> np.ndarray:
    count = len(SLOPES)
    return np.full((count, count), TOGETHER) + (1 - TOGETHER) * np.eye(count)


def true_covariance() -> np.ndarray:
    """Of the outcome, first, and the predictors."""
    inner = predictor_covariance()
    outer = inner @ SLOPES
    variance = SLOPES @ outer + 1
    return np.block([[np.array([[variance]]), outer[None]], [outer[:, None], inner]])


def shares(covariance: np.ndarray) -> np.ndarray:
    """Average gain of R squared over orders of entry, (..., predictors)."""
    count = covariance.shape[-1] - 1
    explained = {(): np.zeros(covariance.shape[:-2])}
    for size in range(1, count + 1):
        for subset in combinations(range(count), size):
            at = 1 + np.array(subset)
            inner = covariance[..., at[:, None], at[None, :]]
            outer = covariance[..., 0, at]
            slopes = np.linalg.solve(inner, outer[..., None])[..., 0]
            explained[subset] = (outer * slopes).sum(axis=-1) / covariance[..., 0, 0]
    found = np.zeros((*covariance.shape[:-2], count))
    for subset, before in explained.items():
        for j in set(range(count)) - set(subset):
            orders = factorial(len(subset)) * factorial(count - len(subset) - 1)
            after = explained[tuple(sorted((*subset, j)))]
            found[..., j] += orders / factorial(count) * (after - before)
    return found


def people(rng: np.random.Generator, clusters: int) -> np.ndarray:
    """Outcome and predictors of everyone, (clusters, people, 4)."""
    scores = alike(rng, clusters, 1 + len(SLOPES))
    x = scores[..., 1:] @ np.linalg.cholesky(predictor_covariance()).T
    return np.concatenate([(x @ SLOPES + scores[..., 0])[..., None], x], axis=-1)


def importance(drawn: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Percentile limits of shares and of ranks, each (2, predictors)."""
    clusters = len(drawn)
    ones = np.ones((*drawn.shape[:2], 1))
    z = np.concatenate([ones, drawn], axis=-1)
    products = np.swapaxes(z, 1, 2) @ z
    rng = np.random.default_rng(seed)
    times = rng.multinomial(clusters - 1, np.full(clusters, 1 / clusters), REPLICATES)
    summed = np.tensordot(times.astype(float), products, axes=1)
    mean = summed[:, 0, 1:] / summed[:, :1, 0]
    moment = summed[:, 1:, 1:] / summed[:, :1, :1]
    found = shares(moment - mean[:, :, None] * mean[:, None, :])
    ranks = 1 + (found[:, None, :] > found[:, :, None]).sum(axis=2)
    ends = [0.025, 0.975]
    return np.quantile(found, ends, axis=0), np.quantile(ranks, ends, axis=0)


def check_importance(drawn: np.ndarray) -> None:
    cluster = np.repeat(np.arange(len(drawn)), PEOPLE)
    columns = drawn.reshape(-1, drawn.shape[-1]).T
    frame = pl.DataFrame(dict(zip(("y", *PREDICTORS), columns, strict=True)))
    theirs = relative_importance(
        frame.with_columns(cluster=pl.Series(cluster)),
        "y",
        DESIGN,
        predictors=PREDICTORS,
        replicates=REPLICATES,
        seed=7,
    )
    limits, ranks = importance(drawn, 7)
    np.testing.assert_allclose(limits, [theirs.ci_low, theirs.ci_high], rtol=1e-9)
    np.testing.assert_array_equal(ranks, [theirs.rank_low, theirs.rank_high])


def importance_lines(rng: np.random.Generator, clusters: int, draws: int) -> list[str]:
    truth = shares(true_covariance())
    true_rank = 1 + (truth > truth[:, None]).sum(axis=1)
    check_importance(people(rng, clusters))
    made = [importance(people(rng, clusters), seed) for seed in range(draws)]
    limits, ranks = (np.array(part) for part in zip(*made, strict=True))
    inside = (limits[:, 0] <= truth) & (truth <= limits[:, 1])
    ranked = (ranks[:, 0] <= true_rank) & (true_rank <= ranks[:, 1])
    return [
        f"| {clusters} | {slope:g} | {truth[k]:.3f} | {inside[:, k].mean():.1%} | "
        f"{(limits[:, 0, k] > truth[k]).mean():.1%} | {true_rank[k]} | "
        f"{ranked[:, k].mean():.1%} |"
        for k, slope in enumerate(SLOPES)
    ]


def priority_lines(rng: np.random.Generator, clusters: int, draws: int) -> list[str]:
    score = (100 - MEANS) * ndtr((50 - MEANS) / SPREAD)
    true_rank = (1 + (score > score[:, None]).sum(axis=1)).tolist()
    cluster = np.repeat(np.arange(clusters), PEOPLE)
    names = [f"x{k}" for k in range(len(MEANS))]
    inside, alone = np.zeros((draws, len(names))), np.zeros((draws, len(names)))
    for draw in range(draws):
        index = MEANS + SPREAD * alike(rng, clusters, len(names)).reshape(-1, len(names))  # fmt: skip
        frame = pl.DataFrame({**dict(zip(names, index.T, strict=True)), "c": cluster})
        found = factor_priorities(
            frame, names, SampleDesign(cluster="c"), seed=draw, replicates=REPLICATES
        )
        by_name = {factor.factor: factor for factor in found.factors}
        for k, name in enumerate(names):
            one = by_name[name]
            inside[draw, k] = one.rank_low <= true_rank[k] <= one.rank_high
            alone[draw, k] = one.rank_low == one.rank_high
    return [
        f"| {clusters} | {MEANS[k]:g} | {score[k]:.1f} | {true_rank[k]} | "
        f"{inside[:, k].mean():.1%} | {alone[:, k].mean():.1%} |"
        for k in range(len(names))
    ]


def joint_line(rng: np.random.Generator, df: int, apart: float, *, draws: int) -> str:
    """Eight numbers, `apart` standard errors from one to the next."""
    truth = apart * np.arange(8.0)[::-1]
    low, high = 1 + (truth > truth[:, None]).sum(1), 8 - (truth < truth[:, None]).sum(1)
    held, width = 0, 0.0
    for _ in range(draws):
        errors = np.sqrt(rng.chisquare(df, 8) / df)
        found = joint_ranks(truth + rng.normal(size=8), errors, np.full(8, df))
        # Equal numbers share ranks: any of these must be in the interval.
        held += bool(((found.low <= low) & (high <= found.high)).all())
        width += float((found.high - found.low + 1).mean()) / draws
    return f"| {df} | {apart:g} | {held / draws:.1%} | {width:.1f} |"


def write_figures(lines: list[str]) -> None:
    page = HERE / "RANKS.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False) -> None:
    started, rng = time.monotonic(), np.random.default_rng(SEED)
    draws = QUICK if quick else DRAWS
    lines = [
        "## Relative importance",
        "",
        (
            "| clusters | slope | true share | coverage of the 95 % interval | interval above "
            "the truth | true rank | coverage of the rank interval |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    for clusters in CLUSTERS:
        lines += importance_lines(rng, clusters, draws)
        print(*lines[-len(SLOPES) :], sep="\n", flush=True)
    lines += [
        "",
        "## Eight ranks at once",
        "",
        "| df | standard errors apart | all eight intervals hold | ranks in an interval, mean |",
        "|---|---|---|---|",
    ]
    for df in (5, 30):
        for apart in (0.0, 1.0, 4.0):
            lines.append(joint_line(rng, df, apart, draws=draws))
            print(lines[-1], flush=True)
    lines += [
        "",
        "## Priorities",
        "",
        (
            "| clusters | mean | size x spread | true rank | coverage of the 95 % rank interval "
            "| interval of one rank |"
        ),
        "|---|---|---|---|---|---|",
    ]
    for clusters in CLUSTERS:
        lines += priority_lines(rng, clusters, draws)
        print(*lines[-len(MEANS) :], sep="\n", flush=True)
    if quick:
        return
    write_figures(lines)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
