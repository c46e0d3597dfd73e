"""What raking does to bias and coverage under non-response; bootstrap against Taylor.

    python validation/calibration/simulate.py

Every draw goes through the library. Writes the figures into README.md.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import polars as pl

from imppulse.evidence.calibrated_estimates import calibrated_mean
from imppulse.evidence.calibration import rake
from imppulse.evidence.calibration_targets import Population
from imppulse.evidence.design import SampleDesign
from imppulse.evidence.estimates import estimate, mean
from imppulse.evidence.replicate_estimates import replicate_estimates
from imppulse.evidence.replicates import bootstrap
from imppulse.evidence.totals import totals

SEED = 20261122
DRAWS = 10_000
INVITED = 800
BEGIN, END = "<!-- figures: written by simulate.py -->", "<!-- end of figures -->"
SHARES = np.array([[0.15, 0.15], [0.20, 0.20], [0.16, 0.14]])
ANSWER = 40 + np.array([[0.0], [8.0], [20.0]]) + np.array([[0.0, 6.0]])
ODDS = np.array([[0.15], [0.30], [0.60]]) * np.array([[1.0, 1.4]])
CROSSED = np.array([[1.0, 1.0], [1.0, 1.0], [0.4, 1.2]])
MARGINS = Population(
    margins={
        "age": dict(enumerate(SHARES.sum(axis=1))),
        "sex": dict(enumerate(SHARES.sum(axis=0))),
    }
)


def respondents(response: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    cell = rng.choice(6, INVITED, p=SHARES.ravel())
    cell = cell[rng.random(INVITED) < response.ravel()[cell]]
    answer = ANSWER.ravel()[cell] + rng.normal(scale=15, size=len(cell))
    return pl.DataFrame({"age": cell // 2, "sex": cell % 2, "answer": answer, "w": 1.0})


def raking(name: str, response: np.ndarray, rng: np.random.Generator) -> list[str]:
    truth = float((SHARES * ANSWER).sum())
    design = SampleDesign(weight="w")
    rows = {
        "no weights": [],
        "raked, weights as if drawn so": [],
        "raked, residuals": [],
    }
    for _ in range(DRAWS):
        frame = respondents(response, rng)
        made = rake(frame, design, MARGINS)
        found = (
            mean(frame, "answer", design),
            mean(made.frame, "answer", SampleDesign(weight=made.weight)),
            calibrated_mean(made.frame, "answer", made.design),
        )
        for row, each in zip(rows.values(), found, strict=True):
            cell = each.at("answer")
            row.append((cell.estimate, cell.std_error, cell.ci_low, cell.ci_high))
    lines = []
    for label, row in rows.items():
        value, error, low, high = np.array(row).T
        coverage = ((low <= truth) & (truth <= high)).mean()
        lines.append(
            f"| {name} | {label} | {value.mean() - truth:+.2f} | {coverage:.1%} | "
            f"{error.mean() / value.std(ddof=1):.3f} |"
        )
        print(lines[-1], flush=True)
    return lines


def replicated(strata: int, clusters: int, rng: np.random.Generator) -> str:
    size, count = 10, strata * clusters
    cluster = np.repeat(np.arange(count), size)
    design = SampleDesign(weight="w", strata="stratum", cluster="cluster")
    seen = []
    for draw in range(DRAWS):
        level = rng.normal(scale=5, size=count)[cluster]
        frame = pl.DataFrame(
            {
                "stratum": cluster // clusters,
                "cluster": cluster,
                "w": np.exp(rng.normal(scale=0.3, size=len(cluster))),
                "answer": 50 + level + rng.normal(scale=20, size=len(cluster)),
            }
        )
        table = totals(frame, design, "answer")
        taylor = estimate(table).at("answer")
        again = replicate_estimates(bootstrap(table, seed=draw, replicates=200))
        cell = again.at("answer")
        seen.append(
            (
                cell.std_error / taylor.std_error,
                taylor.ci_low <= 50 <= taylor.ci_high,
                cell.ci_low <= 50 <= cell.ci_high,
            )
        )
    ratio, by_taylor, by_bootstrap = np.array(seen, dtype=float).T
    low, middle, high = np.quantile(ratio, [0.05, 0.5, 0.95])
    line = (
        f"| {strata} x {clusters} | {middle:.3f} ({low:.3f} to {high:.3f}) | "
        f"{by_taylor.mean():.1%} | {by_bootstrap.mean():.1%} |"
    )
    print(line, flush=True)
    return line


def main() -> None:
    started, rng = time.monotonic(), np.random.default_rng(SEED)
    lines = [
        f"{DRAWS:,} draws a line, seed {SEED}.",
        "",
        "| response depends on | estimate | bias, points | coverage of the 95 % interval | mean SE / true SE |",
        "|---|---|---|---|---|",
        *raking("age and sex", ODDS, rng),
        *raking("age and sex together (crossed)", ODDS * CROSSED, rng),
        "",
        "| strata x clusters | bootstrap SE / Taylor SE: median (5 to 95 %) | coverage, Taylor | coverage, bootstrap |",
        "|---|---|---|---|",
        *(replicated(*shape, rng) for shape in ((10, 4), (20, 2), (2, 4))),
    ]
    page = Path(__file__).parent / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    figures = "\n".join(lines)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
