"""How often intervals of a synthesis hold with 3, 5 and 8 territories.

    python validation/synthesis/coverage.py

All draws of a case are fitted at once by the library's own estimators of tau2;
the first ones are also run one by one through `synthesise`, which must give the
same. Writes the figures into SIMULATION.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import stats

from imppulse.evidence.diagnosis.small_areas import mean_squared_errors
from imppulse.evidence.synthesis import heterogeneity
from imppulse.evidence.synthesis.mixed_effects import MixedEffects, fit_mixed_effects
from imppulse.evidence.synthesis.synthesis import synthesise

SEED = 20260304
DRAWS = 10_000
QUICK = 50
CHECKED = 10
ROWS_AT_ONCE = 250
HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: written by coverage.py -->", "<!-- end of figures -->"
TESTS = ("classical", "knapp-hartung-plain", "knapp-hartung")
# Standard errors of a territory, in points of a 0-100 index: 1.5 to 4.
STD_ERRORS = {
    3: (1.5, 2.5, 4.0),
    5: (1.5, 2.0, 2.5, 3.0, 4.0),
    8: (1.5, 1.5, 2.0, 2.0, 2.5, 3.0, 3.5, 4.0),
}
SPREADS = {"0": 0.0, "small (2.25)": 2.25, "large (25)": 25.0}
FEW_DF = 4


@dataclass(frozen=True)
class Draws:
    """Effects, estimated variances and their df, of many syntheses."""

    y: np.ndarray
    v: np.ndarray
    df: np.ndarray | None = None

    @cached_property
    def tau2(self) -> np.ndarray:
        return estimated_tau2(self.y, self.v)


@dataclass(frozen=True)
class Intervals:
    """Centre, standard error, tau2 and df of each draw."""

    mean: np.ndarray
    error: np.ndarray
    tau2: np.ndarray
    df: np.ndarray | float


def estimated_tau2(y: np.ndarray, v: np.ndarray) -> np.ndarray:
    parts = np.array_split(np.arange(len(y)), max(1, len(y) // ROWS_AT_ONCE))
    estimator = heterogeneity.restricted_maximum_likelihood
    return np.concatenate([estimator(y[part], v[part]) for part in parts])


def draw(
    k: int, tau2: float, rng: np.random.Generator, *, draws: int, df: int | None = None
) -> Draws:
    v = np.array(STD_ERRORS[k]) ** 2
    y = np.sqrt(v + tau2) * rng.standard_normal((draws, k))
    if df is None:
        return Draws(y, np.broadcast_to(v, y.shape))
    estimated = v * rng.chisquare(df, y.shape) / df
    return Draws(y, estimated, np.full(k, float(df)))


def fitted(draws: Draws, test: str) -> Intervals:
    tau2 = draws.tau2
    w = 1 / (draws.v + tau2[:, None])
    total, k = w.sum(1), draws.y.shape[1]
    mean = (w * draws.y).sum(1) / total
    scale = (w * (draws.y - mean[:, None]) ** 2).sum(1) / (k - 1)
    if test == "classical":
        scale = np.ones_like(mean)
    if test == "knapp-hartung":
        scale = np.maximum(1, scale)
    variance = scale / total
    df = np.full(len(mean), np.inf if test == "classical" else k - 1.0)
    if draws.df is not None and test != "knapp-hartung-plain":
        share = w / total[:, None]
        extra = 4 * (draws.v**2 * w * share**2 * (1 - share) / draws.df).sum(1)
        variance = np.maximum(variance, 1 / total + extra)
        df = np.minimum(df, 1 / (share**2 * (w * draws.v) ** 2 / draws.df).sum(1))
    return Intervals(mean, np.sqrt(variance), tau2, df)


def check_shortcut(draws: Draws, seen: Intervals, test: str) -> None:
    for i in range(CHECKED if len(draws.y) > QUICK else 1):
        alone = synthesise(draws.y[i], np.sqrt(draws.v[i]), df=draws.df, test=test)
        np.testing.assert_allclose(
            [alone.estimate, alone.std_error, alone.tau2, alone.df],
            [seen.mean[i], seen.error[i], seen.tau2[i], np.asarray(seen.df)[i]],
            rtol=1e-7,
            atol=1e-9,
        )


def quantile(df: np.ndarray | float) -> np.ndarray:
    finite = np.where(np.isfinite(df), df, 1e9)
    return stats.t.ppf(0.975, finite)


def share(true: np.ndarray) -> str:
    return f"{100 * true.mean():.1f}"


def mean_table(rng: np.random.Generator, count: int) -> list[str]:
    lines = [
        "| territories | tau2 | "
        + " | ".join(TESTS)
        + " | median length, t(k-1) never below / classical |",
        "|---|---|---|---|---|---|",
    ]
    for k in STD_ERRORS:
        for name, tau2 in SPREADS.items():
            draws = draw(k, tau2, rng, draws=count)
            cells, lengths = [], {}
            for test in TESTS:
                seen = fitted(draws, test)
                check_shortcut(draws, seen, test)
                reach = quantile(seen.df) * seen.error
                lengths[test] = np.median(reach)
                cells.append(share(np.abs(seen.mean) <= reach))
            ratio = lengths["knapp-hartung"] / lengths["classical"]
            lines.append(f"| {k} | {name} | {' | '.join(cells)} | {ratio:.2f} |")
            print(lines[-1], flush=True)
    return lines


def unaware_table(rng: np.random.Generator, count: int) -> list[str]:
    """The same rows with few df, once told to the synthesis and once not."""
    lines = [
        "| territories | tau2 | classical, df ignored | classical, df used | knapp-hartung, df ignored | knapp-hartung, df used |",
        "|---|---|---|---|---|---|",
    ]
    for k in STD_ERRORS:
        for name, tau2 in SPREADS.items():
            told = draw(k, tau2, rng, draws=count, df=FEW_DF)
            untold = Draws(told.y, told.v)
            cells = []
            for test in ("classical", "knapp-hartung"):
                for draws in (untold, told):
                    seen = fitted(draws, test)
                    check_shortcut(draws, seen, test)
                    cells.append(
                        share(np.abs(seen.mean) <= quantile(seen.df) * seen.error)
                    )
            lines.append(f"| {k} | {name} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return lines


def prediction_table(rng: np.random.Generator, count: int) -> list[str]:
    lines = [
        "| territories | tau2 | normal (classical) | t(k-2) (classical) | t(k-1) (knapp-hartung) | t(k-2) (knapp-hartung) |",
        "|---|---|---|---|---|---|",
    ]
    for k in STD_ERRORS:
        for name, tau2 in SPREADS.items():
            draws = draw(k, tau2, rng, draws=count)
            next_one = np.sqrt(tau2) * rng.standard_normal(count)
            cells = []
            for test, df in (
                ("classical", 1e9),
                ("classical", k - 2),
                ("knapp-hartung", k - 1),
                ("knapp-hartung", k - 2),
            ):
                seen = fitted(draws, test)
                reach = quantile(df) * np.sqrt(seen.error**2 + seen.tau2)
                cells.append(share(np.abs(next_one - seen.mean) <= reach))
            lines.append(f"| {k} | {name} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return lines


def area_table(rng: np.random.Generator, count: int) -> list[str]:
    """Mean squared error of small areas: stated over true, by number of areas."""
    lines = [
        "| areas | tau2 / median v | stated over true mean squared error | true, over the direct estimate's | coverage of the 95 % interval | tau2 = 0 |",
        "|---|---|---|---|---|---|",
    ]
    for m in (6, 10, 15, 30):
        for ratio in (0.25, 1.0):
            v = np.resize([0.5, 0.75, 1.0, 1.5, 2.0], m)
            truth = np.sqrt(ratio) * rng.standard_normal((count, m))
            y = truth + np.sqrt(v) * rng.standard_normal((count, m))
            wide = np.broadcast_to(v, y.shape)
            tau2 = estimated_tau2(y, wide)[:, None]
            w = 1 / (v + tau2)
            mean = (w * y).sum(1, keepdims=True) / w.sum(1, keepdims=True)
            g = tau2 * w
            mse = g * v + (1 - g) ** 2 / w.sum(1, keepdims=True)
            mse = mse + 2 * v**2 * w**3 * 2 / (w**2).sum(1, keepdims=True)
            one = fit_mixed_effects(y[0], v)
            np.testing.assert_allclose(mse[0], sum_of(one), rtol=1e-6)
            error = mean + g * (y - mean) - truth
            lines.append(
                f"| {m} | {ratio} | {mse.mean() / (error**2).mean():.2f} | {(error**2).mean() / v.mean():.2f} | "
                f"{share(np.abs(error) <= 1.959964 * np.sqrt(mse))} | {share(tau2 == 0)} % of draws |"
            )
            print(lines[-1], flush=True)
    return lines


def sum_of(fit: MixedEffects) -> np.ndarray:
    own, model, tau2 = mean_squared_errors(fit)
    return own + model + 2 * tau2


def write_figures(lines: list[str]) -> None:
    page = HERE / "SIMULATION.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False) -> None:
    started = time.monotonic()
    count = QUICK if quick else DRAWS
    rng = np.random.default_rng(SEED)
    lines = ["## Mean, standard errors known", "", *mean_table(rng, count), ""]
    lines += [
        "## Prediction interval, standard errors known",
        "",
        *prediction_table(rng, count),
        "",
    ]
    lines += [
        f"## Mean, each standard error with {FEW_DF} degrees of freedom",
        "",
        *unaware_table(rng, count),
        "",
    ]
    lines += ["## Small areas", "", *area_table(rng, count)]
    if quick:
        return
    write_figures(lines)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
