"""What raking does to bias and coverage under non-response; bootstrap against Taylor.

    python validation/calibration/simulate.py

Raking is simulated on cell sums, checked against the library on rows; the bootstrap
goes through the library. Writes the figures into README.md.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from imppulse.evidence.calibration.calibrated_estimates import calibrated_mean
from imppulse.evidence.calibration.calibration import rake
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.replicates.replicate_estimates import replicate_estimates
from imppulse.evidence.replicates.replicates import bootstrap
from imppulse.evidence.results import t_quantile
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate, mean
from imppulse.evidence.survey.totals import totals

SEED = 20261122
DRAWS = 10_000
QUICK = 50
INVITED = 800
BEGIN, END = "<!-- figures: written by simulate.py -->", "<!-- end of figures -->"
SHARES = np.array([[0.15, 0.15], [0.20, 0.20], [0.16, 0.14]])
ANSWER = 40 + np.array([[0.0], [8.0], [20.0]]) + np.array([[0.0, 6.0]])
ODDS = np.array([[0.15], [0.30], [0.60]]) * np.array([[1.0, 1.4]])
CROSSED = np.array([[1.0, 1.0], [1.0, 1.0], [0.4, 1.2]])
BENT = ANSWER + np.array([[0.0, 0.0], [0.0, 0.0], [-15.0, 0.0]])
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


def cell_sums(frame: pl.DataFrame) -> np.ndarray:
    """Count, sum and sum of squares of the answers by cell, (3, 6)."""
    cell = (frame["age"] * 2 + frame["sex"]).to_numpy()
    y = frame["answer"].to_numpy()
    return np.array([np.bincount(cell, power, 6) for power in (y**0, y, y**2)])


def drawn_sums(
    response: np.ndarray, rng: np.random.Generator, answer: np.ndarray, *, draws: int
) -> np.ndarray:
    """The same sums for every draw at once, (3, draws, 6)."""
    shares = np.append((SHARES * response).ravel(), 1 - (SHARES * response).sum())
    n = rng.multinomial(INVITED, shares, draws)[:, :6].astype(float)
    centre = rng.normal(answer.ravel(), 15 / np.sqrt(n))
    within = 225 * rng.chisquare(n - 1)
    return np.array([n, n * centre, within + n * centre**2])


def estimated(sums: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Estimates and standard errors from cell sums, as the library makes them."""
    n, y, yy = sums
    g = np.full_like(n, 1.0) / n.sum(axis=1, keepdims=True)
    weights = g.copy()
    known = np.array([[a == k // 2 for k in range(6)] for a in range(3)]
                     + [[s == k % 2 for k in range(6)] for s in range(2)], dtype=float)  # fmt: skip
    shares = np.concatenate([SHARES.sum(axis=1), SHARES.sum(axis=0)])
    for _ in range(60):
        for rows in (slice(0, 3), slice(3, 5)):
            now = (weights * n) @ known[rows].T
            weights = weights * ((shares[rows] / now) @ known[rows])
    plain = (g * y).sum(axis=1)
    raked = (weights * y).sum(axis=1)
    x = known[:4]
    gram = np.einsum("dc,ac,bc->dab", n, x, x)
    moment = (y - raked[:, None] * n) @ x.T
    fitted = np.linalg.solve(gram, moment[..., None])[..., 0] @ x

    def error(w: np.ndarray, centre: np.ndarray) -> np.ndarray:
        size = n.sum(axis=1)
        first = (w * (y - centre * n)).sum(axis=1)
        second = (w**2 * (yy - 2 * centre * y + centre**2 * n)).sum(axis=1)
        return np.sqrt(size / (size - 1) * (second - first**2 / size))

    return {
        "no weights": (plain, error(g, plain[:, None])),
        "raked, weights as if drawn so": (raked, error(weights, raked[:, None])),
        "raked, residuals": (raked, error(weights, raked[:, None] + fitted)),
    }


def check_shortcut(response: np.ndarray, rng: np.random.Generator) -> None:
    """Cell sums must give what the library makes of the same rows."""
    for _ in range(5):
        frame = respondents(response, rng)
        made = rake(frame, SampleDesign(weight="w"), MARGINS)
        theirs = (
            mean(frame, "answer", SampleDesign(weight="w")),
            mean(made.frame, "answer", SampleDesign(weight=made.weight)),
            calibrated_mean(made.frame, "answer", made.design),
        )
        ours = estimated(cell_sums(frame)[:, None])
        for (value, error), each in zip(ours.values(), theirs, strict=True):
            cell = each.at("answer")
            np.testing.assert_allclose(value[0], cell.estimate, rtol=1e-9)
            np.testing.assert_allclose(error[0], cell.std_error, rtol=1e-9)


def raking(  # noqa: PLR0917 - the label, who answers, chance, what they answer
    name: str,
    response: np.ndarray,
    rng: np.random.Generator,
    answer: np.ndarray = ANSWER,
    *,
    draws: int,
) -> list[str]:
    truth = float((SHARES * answer).sum())
    check_shortcut(response, rng)
    sums = drawn_sums(response, rng, answer, draws=draws)
    reach = t_quantile(0.95, sums[0].sum(axis=1) - 1)
    lines = []
    for label, (value, error) in estimated(sums).items():
        coverage = (np.abs(value - truth) <= reach * error).mean()
        lines.append(
            f"| {name} | {label} | {value.mean() - truth:+.2f} | {coverage:.1%} | "
            f"{error.mean() / value.std(ddof=1):.3f} |"
        )
        print(lines[-1], flush=True)
    return lines


def replicated(
    strata: int, clusters: int, rng: np.random.Generator, *, draws: int
) -> str:
    size, count = 10, strata * clusters
    cluster = np.repeat(np.arange(count), size)
    design = SampleDesign(weight="w", strata="stratum", cluster="cluster")
    seen = []
    for draw in range(draws):
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


def main(*, quick: bool = False) -> None:
    started, rng = time.monotonic(), np.random.default_rng(SEED)
    draws, again = (QUICK, 2) if quick else (DRAWS, DRAWS)
    lines = [
        f"{DRAWS:,} draws a line, seed {SEED}; 200 replicates for each bootstrap.",
        "",
        "| response depends on | estimate | bias, points | coverage of the 95 % interval | mean SE / true SE |",
        "|---|---|---|---|---|",
        *raking("age and sex", ODDS, rng, draws=draws),
        *raking("age and sex crossed", ODDS * CROSSED, rng, draws=draws),
        *raking(
            "age and sex crossed, so do answers", ODDS * CROSSED, rng, BENT, draws=draws
        ),
        "",
        "| strata x clusters | bootstrap SE / Taylor SE: median (5 to 95 %) | coverage, Taylor | coverage, bootstrap |",
        "|---|---|---|---|",
        *(replicated(*shape, rng, draws=again) for shape in ((10, 4), (2, 4))),
    ]
    if quick:
        return
    page = Path(__file__).parent / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    figures = "\n".join(lines)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
