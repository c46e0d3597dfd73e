"""How often the interval of Cronbach's alpha holds.

    python validation/factor/alpha_coverage.py

All draws of a line are worked out at once on sums by cluster; one draw of each
is also run on its rows through the library, which must give the same numbers.
Writes the figures into README.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from validation.factor.invariance_draws import EVEN, LEANING, LOADINGS

from imppulse.evidence.results import t_quantile
from imppulse.evidence.scales.item_analysis import cronbach
from imppulse.evidence.scales.reliability import reliability
from imppulse.evidence.survey.design import SampleDesign

SEED = 20261122
DRAWS = 10_000
QUICK = 3
AT_ONCE = 500
MANY_CLUSTERS = 2_000_000
ITEMS = 4
HERE = Path(__file__).resolve().parent
BEGIN = "<!-- figures: written by alpha_coverage.py -->"
END = "<!-- end of figures of alpha_coverage.py -->"
SAMPLES = ((10, 20), (20, 20), (40, 10), (100, 5))


@dataclass(frozen=True)
class Alphas:
    """Alpha, its standard error and interval in every draw, (draws,)."""

    estimate: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray


def answers(
    rng: np.random.Generator, draws: int, *, clusters: int, size: int
) -> np.ndarray:
    """Four items on five points, (draws, clusters, size, items); no weights.

    A tenth of the factor's variance is shared within clusters.
    """
    loading = np.array(LOADINGS[:ITEMS])
    shape = draws, clusters, size
    factor = np.sqrt(0.9) * rng.normal(size=shape)
    factor += np.sqrt(0.1) * rng.normal(size=(draws, clusters, 1))
    latent = factor[..., None] * loading
    latent += np.sqrt(1 - loading**2) * rng.normal(size=(*shape, ITEMS))
    passed = [
        np.searchsorted(EVEN if k % 2 == 0 else LEANING, latent[..., k])
        for k in range(ITEMS)
    ]
    return np.stack(passed, axis=-1).astype(float)


def alphas(given: np.ndarray) -> Alphas:
    """Estimate alpha as `reliability` does, for every draw at once."""
    clusters = given.shape[1]
    apart = given - given.mean(axis=(1, 2), keepdims=True)
    within = (apart**2).sum(axis=-1).sum(axis=2)
    whole = (apart.sum(axis=-1) ** 2).sum(axis=2)
    part = within.sum(axis=1) / whole.sum(axis=1)
    scale = ITEMS / (ITEMS - 1)
    alpha = scale * (1 - part)
    score = within - part[:, None] * whole
    spread = np.sqrt(clusters / (clusters - 1) * (score**2).sum(axis=1))
    error = scale * spread / whole.sum(axis=1)
    margin = t_quantile(0.95, clusters - 1) * error / (1 - alpha)
    return Alphas(
        estimate=alpha,
        std_error=error,
        low=1 - (1 - alpha) * np.exp(margin),
        high=1 - (1 - alpha) * np.exp(-margin),
    )


def check_shortcut(given: np.ndarray) -> None:
    """Draws worked out at once must give what the library makes of the rows."""
    draws, clusters, size, _ = given.shape
    found = alphas(given)
    cluster = np.repeat(np.arange(clusters), size)
    for k in range(draws):
        rows = {f"item{j}": given[k, ..., j].ravel() for j in range(ITEMS)}
        frame = pl.DataFrame({**rows, "cluster": cluster})
        theirs = reliability(frame, [*rows], SampleDesign(cluster="cluster"))
        np.testing.assert_allclose(
            [theirs.alpha, theirs.std_error, theirs.ci_low, theirs.ci_high],
            [found.estimate[k], found.std_error[k], found.low[k], found.high[k]],
            rtol=1e-10,
        )


def true_alpha(rng: np.random.Generator, clusters: int) -> float:
    """Alpha of a population so large that its own error does not show."""
    moment, mean, parts = np.zeros((ITEMS, ITEMS)), np.zeros(ITEMS), 20
    for _ in range(parts):
        given = answers(rng, 1, clusters=clusters // parts, size=10).reshape(-1, ITEMS)
        moment += given.T @ given / len(given) / parts
        mean += given.mean(axis=0) / parts
    return cronbach(moment - np.outer(mean, mean))


def line(
    rng: np.random.Generator, sample: tuple[int, int], *, truth: float, draws: int
) -> str:
    shape = dict(zip(("clusters", "size"), sample, strict=True))
    check_shortcut(answers(rng, 2, **shape))
    parts = [
        alphas(answers(rng, min(AT_ONCE, draws - first), **shape))
        for first in range(0, draws, AT_ONCE)
    ]
    estimate, error, low, high = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("estimate", "std_error", "low", "high")
    )
    inside = ((low <= truth) & (truth <= high)).mean()
    told = (
        f"| {sample[0]} | {sample[1]} | {inside:.1%} | {estimate.mean() - truth:+.4f} | "
        f"{error.mean() / estimate.std(ddof=1):.3f} |"
    )
    print(told, flush=True)
    return told


def main(*, quick: bool = False) -> None:
    started, rng = time.monotonic(), np.random.default_rng(SEED)
    draws, clusters = (QUICK, 2_000) if quick else (DRAWS, MANY_CLUSTERS)
    truth = true_alpha(rng, clusters)
    lines = [
        f"{draws:,} draws a line, seed {SEED}; alpha of the population {truth:.4f}.",
        "",
        "| clusters | people in each | coverage of the 95 % interval | bias | mean SE / true SE |",
        "|---|---|---|---|---|",
        *(line(rng, sample, truth=truth, draws=draws) for sample in SAMPLES),
    ]
    if quick:
        return
    page = HERE / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
