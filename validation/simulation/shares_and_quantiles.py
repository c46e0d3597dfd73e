"""How often 95 % intervals of shares and of quantiles hold.

    python validation/simulation/shares_and_quantiles.py

All draws of a line are worked out at once on sums by cluster, limits of shares
by the library's own function; a few draws of each line are also run on their
rows through the library, which must give the same numbers. Writes the figures
into SHARES.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri

from imppulse.evidence.results import t_quantile
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import proportion
from imppulse.evidence.survey.intervals import Cells, limits
from imppulse.evidence.survey.quantiles import ROUNDING, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20261122
DRAWS = 10_000
QUICK = 4
AT_ONCE = 500
CHECKED = 2
PEOPLE = 20
ALIKE = 0.05
WEIGHTS = (0.5, 1.0, 2.0)
CLUSTERS = (40, 10)
SHARES = (0.02, 0.05, 0.2, 0.5)
INTERVALS = ("logit", "korn-graubard", "mean")
PROBABILITIES = (0.1, 0.25, 0.5, 0.9)
# Ends of the ten lower steps of an index of eleven, in standard deviations.
STEPS = np.array([-2.0, -1.4, -1.0, -0.6, -0.2, 0.2, 0.6, 1.0, 1.4, 2.0])
DESIGN = SampleDesign(weight="w", cluster="cluster")
HERE = Path(__file__).resolve().parent
BEGIN = "<!-- figures: written by shares_and_quantiles.py -->"
END = "<!-- end of figures -->"


@dataclass(frozen=True)
class Drawn:
    """Answers and weights of many samples, each (draws, clusters, people)."""

    answer: np.ndarray
    weight: np.ndarray

    @property
    def clusters(self) -> int:
        return self.answer.shape[1]

    @property
    def whole(self) -> np.ndarray:
        return self.weight.sum(axis=(1, 2))

    def share(self, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Share of the weight that is counted, and its standard error, (draws,)."""
        yes = (self.weight * counted).sum(axis=2)
        share = yes.sum(axis=1) / self.whole
        score = yes - share[:, None] * self.weight.sum(axis=2)
        spread = self.clusters / (self.clusters - 1) * (score**2).sum(axis=1)
        return share, np.sqrt(spread) / self.whole

    def rows(self, draw: int) -> pl.DataFrame:
        cluster = np.repeat(np.arange(self.clusters), PEOPLE)
        columns = {"y": self.answer[draw].ravel(), "w": self.weight[draw].ravel()}
        return pl.DataFrame({**columns, "cluster": cluster})


def weights(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.choice(WEIGHTS, shape)


def yes_or_no(
    rng: np.random.Generator, clusters: int, draws: int, *, share: float
) -> Drawn:
    """A share that differs between clusters by a beta law."""
    size = 1 / ALIKE - 1
    chance = rng.beta(share * size, (1 - share) * size, (draws, clusters, 1))
    shape = draws, clusters, PEOPLE
    return Drawn((rng.random(shape) < chance).astype(float), weights(rng, shape))


def normal(rng: np.random.Generator, clusters: int, draws: int) -> Drawn:
    shape = draws, clusters, PEOPLE
    answer = np.sqrt(1 - ALIKE) * rng.normal(size=shape)
    answer += np.sqrt(ALIKE) * rng.normal(size=(draws, clusters, 1))
    return Drawn(answer, weights(rng, shape))


def skewed(rng: np.random.Generator, clusters: int, draws: int) -> Drawn:
    drawn = normal(rng, clusters, draws)
    return Drawn(np.exp(drawn.answer), drawn.weight)


def eleven_steps(rng: np.random.Generator, clusters: int, draws: int) -> Drawn:
    drawn = normal(rng, clusters, draws)
    return Drawn(10.0 * np.searchsorted(STEPS, drawn.answer), drawn.weight)


def share_limits(drawn: Drawn, interval: str) -> tuple[np.ndarray, np.ndarray]:
    share, error = drawn.share(drawn.answer)
    df = np.full(len(share), drawn.clusters - 1.0)
    n = np.full(len(share), drawn.clusters * PEOPLE)
    return limits(interval, Cells(share, error, df, n, 0.95))


def check_shares(drawn: Drawn) -> None:
    for interval in INTERVALS:
        low, high = share_limits(drawn, interval)
        for k in range(CHECKED):
            theirs = proportion(drawn.rows(k), "y", DESIGN, interval=interval).at("y")
            ours = low[k], high[k]
            np.testing.assert_allclose(
                ours, (theirs.ci_low, theirs.ci_high), rtol=1e-9, atol=1e-14
            )


def look_up(drawn: Drawn, shares: np.ndarray) -> np.ndarray:
    """Smallest answer that reaches a share, (draws,); NaN beyond 0 and 1."""
    draws = len(shares)
    answer, weight = (part.reshape(draws, -1) for part in (drawn.answer, drawn.weight))
    order = np.argsort(answer, axis=1)
    cumulated = np.take_along_axis(weight, order, axis=1).cumsum(axis=1)
    cumulated /= drawn.whole[:, None]
    reached = cumulated >= (shares - ROUNDING)[:, None]
    reached[:, -1] = True
    place = np.take_along_axis(order, reached.argmax(axis=1)[:, None], axis=1)
    found = np.take_along_axis(answer, place, axis=1)[:, 0]
    return np.where((shares >= 0) & (shares <= 1), found, np.nan)


def quantile_limits(drawn: Drawn, probability: float) -> tuple[np.ndarray, np.ndarray]:
    """Woodruff's limits, as `quantile` makes them, for every draw at once."""
    middle = look_up(drawn, np.full(len(drawn.answer), probability))
    share, error = drawn.share(drawn.answer <= middle[:, None, None])
    reach = t_quantile(0.95, drawn.clusters - 1) * error
    return look_up(drawn, share - reach), look_up(drawn, share + reach)


def check_quantiles(drawn: Drawn) -> None:
    for k in range(CHECKED):
        theirs = quantile(drawn.rows(k), "y", DESIGN, PROBABILITIES)
        for place, probability in enumerate(PROBABILITIES):
            low, high = quantile_limits(drawn, probability)
            ours = low[k], high[k]
            np.testing.assert_allclose(
                ours, (theirs.ci_low[place, 0], theirs.ci_high[place, 0]), rtol=1e-12
            )


def chunks(draws: int) -> list[int]:
    return [min(AT_ONCE, draws - first) for first in range(0, draws, AT_ONCE)]


def tallied(low: np.ndarray, high: np.ndarray, truth: float) -> str:
    """Coverage where there is an interval, misses on either side, none at all."""
    open_end = np.isnan(low) | np.isnan(high)
    above, below = (np.where(open_end, 0, part).sum() for part in (low > truth, high < truth))  # fmt: skip
    count = (~open_end).sum()
    return (
        f"{1 - (above + below) / count:.1%} | {above / count:.1%} | {below / count:.1%} "
        f"| {open_end.mean():.1%}"
    )


def share_lines(rng: np.random.Generator, draws: int) -> list[str]:
    lines = []
    for clusters in CLUSTERS:
        for share in SHARES:
            check_shares(yes_or_no(rng, clusters, CHECKED, share=0.5))
            made = [
                yes_or_no(rng, clusters, count, share=share) for count in chunks(draws)
            ]
            for interval in INTERVALS:
                ends = [share_limits(part, interval) for part in made]
                low, high = (np.concatenate(side) for side in zip(*ends, strict=True))
                told = tallied(low, high, share)
                lines.append(f"| {clusters} | {share:.0%} | {interval} | {told} |")
            print(*lines[-len(INTERVALS) :], sep="\n", flush=True)
    return lines


Scale = tuple[str, "Callable[..., Drawn]", "Callable[[float], float]"]
SCALES: tuple[Scale, ...] = (
    ("skewed, without ties", skewed, lambda p: float(np.exp(ndtri(p)))),
    (
        "index of eleven steps",
        eleven_steps,
        lambda p: 10.0 * float(np.searchsorted(STEPS, ndtri(p))),
    ),
)


def quantile_lines(rng: np.random.Generator, draws: int) -> list[str]:
    lines = []
    for name, sample, truth in SCALES:
        for clusters in CLUSTERS:
            check_quantiles(sample(rng, clusters, CHECKED))
            made = [sample(rng, clusters, count) for count in chunks(draws)]
            for probability in PROBABILITIES:
                ends = [quantile_limits(part, probability) for part in made]
                low, high = (np.concatenate(side) for side in zip(*ends, strict=True))
                told = tallied(low, high, truth(probability))
                lines.append(f"| {name} | {clusters} | {probability:g} | {told} |")
            print(*lines[-len(PROBABILITIES) :], sep="\n", flush=True)
    return lines


def write_figures(lines: list[str]) -> None:
    page = HERE / "SHARES.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False) -> None:
    started, rng = time.monotonic(), np.random.default_rng(SEED)
    draws = QUICK if quick else DRAWS
    told = "coverage | all of it above | all of it below | no limit on a side |"
    lines = [
        "## Shares",
        "",
        f"| clusters | true share | interval | {told}",
        "|---|---|---|---|---|---|---|",
        *share_lines(rng, draws),
        "",
        "## Quantiles",
        "",
        f"| answers | clusters | share below | {told}",
        "|---|---|---|---|---|---|---|",
        *quantile_lines(rng, draws),
    ]
    if quick:
        return
    write_figures(lines)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
