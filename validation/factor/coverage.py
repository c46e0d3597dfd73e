"""How often the verdict on comparability is wrong, and the interval of alpha holds.

    python validation/factor/coverage.py [draws]

Every draw goes through the library's own estimation. Writes the figures
into README.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from validation.factor.invariance_draws import EVEN, LEANING, LOADINGS, Case, draw

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.invariance import judge
from imppulse.evidence.scales.reliability import cronbach, reliability
from imppulse.evidence.survey.design import SampleDesign

SEED = 20261122
DRAWS = 300
ALPHA_DRAWS = 1_000
MANY_CLUSTERS = 200_000
HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: written by coverage.py -->", "<!-- end of figures -->"
VERDICTS = ("levels_comparable", "only_changes_comparable", "neither")
HEADER = (
    "| population | groups | n per group | levels, all items | levels, some intercepts "
    "freed | only changes | neither | refused | shifted item freed first | a step fails "
    "if CFI *or* RMSEA alone decided | difference test p < .05 in a step |"
)
CASES = (
    ("alike", Case(2, 200)),
    ("alike", Case(2, 500)),
    ("alike", Case(4, 200)),
    ("alike", Case(4, 500)),
    ("alike", Case(6, 200)),
    ("alike", Case(6, 500)),
    ("one intercept .3 higher in one group", Case(2, 300, shift=0.3)),
    ("one intercept .5 higher in one group", Case(2, 300, shift=0.5)),
    ("one intercept .3 higher in one group", Case(6, 300, shift=0.3)),
    ("one intercept .5 higher in one group", Case(6, 300, shift=0.5)),
    ("one loading .3 lower in one group", Case(2, 300, loading_change=-0.3)),
)


def verdicts(place: int, draws: int) -> Counter[str]:
    """Count verdicts; an either-or rule and the difference test beside."""
    case, rng = CASES[place][1], np.random.default_rng((SEED, place))
    seen: Counter[str] = Counter()
    for _ in range(draws):
        try:
            found = judge(case.structure, draw(case, rng))
        except EstimationError:
            seen["refused"] += 1
            continue
        seen[found.verdict.value] += 1
        first = found.steps[:3]
        seen["item1 freed first"] += found.freed_intercepts[:1] == ("item1",)
        levels = found.verdict.value == VERDICTS[0]
        seen["partial"] += levels and bool(found.freed_intercepts)
        seen["either"] += any(
            step.cfi_fall > 0.01 or step.rmsea_rise > 0.015 for step in first
        )
        seen["difference"] += any(step.difference_p_value < 0.05 for step in first)
    return seen


def verdict_table(draws: int) -> list[str]:
    lines = [
        f"{draws} draws a line, seed {SEED}.",
        "",
        HEADER,
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    with ProcessPoolExecutor(2) as workers:
        tallies = workers.map(verdicts, range(len(CASES)), repeat(draws))
        for (name, case), seen in zip(CASES, tallies, strict=True):
            lines.append(verdict_line(name, case, seen, draws=draws))
            print(lines[-1], flush=True)
    return lines


def verdict_line(name: str, case: Case, seen: Counter[str], *, draws: int) -> str:
    counts = (
        seen[VERDICTS[0]] - seen["partial"],
        seen["partial"],
        seen[VERDICTS[1]],
        seen[VERDICTS[2]],
        seen["refused"],
        seen["item1 freed first"],
        seen["either"],
        seen["difference"],
    )
    shares = " | ".join(f"{count / draws:.1%}" for count in counts)
    return f"| {name} | {case.groups} | {case.n} | {shares} |"


def clustered(rng: np.random.Generator, clusters: int, size: int) -> pl.DataFrame:
    """Four items on five points from people in clusters; no weights."""
    cluster = np.repeat(np.arange(clusters), size)
    loading = np.array(LOADINGS[:4])
    factor = np.sqrt(0.9) * rng.normal(size=len(cluster))
    factor = factor + np.sqrt(0.1) * rng.normal(size=clusters)[cluster]
    latent = factor[:, None] * loading
    latent = latent + np.sqrt(1 - loading**2) * rng.normal(size=latent.shape)
    passed = {
        f"item{k}": np.searchsorted(EVEN if k % 2 == 0 else LEANING, latent[:, k])
        for k in range(4)
    }
    return pl.DataFrame({**passed, "cluster": cluster})


def alpha_table(
    rng: np.random.Generator, draws: int, *, many_clusters: int = MANY_CLUSTERS
) -> list[str]:
    items = [f"item{k}" for k in range(4)]
    design = SampleDesign(cluster="cluster")
    many = clustered(rng, many_clusters, 10).select(items).to_numpy()
    truth = cronbach(np.cov(many, rowvar=False))
    lines = [
        f"{draws} draws a line; alpha of the population {truth:.4f}.",
        "",
        "| clusters | people in each | coverage of the 95 % interval | bias | mean SE / true SE |",
        "|---|---|---|---|---|",
    ]
    for clusters, size in ((10, 20), (20, 20), (40, 10), (100, 5)):
        seen = [
            reliability(clustered(rng, clusters, size), items, design)
            for _ in range(draws)
        ]
        alpha = np.array([found.alpha for found in seen])
        inside = np.mean([found.ci_low <= truth <= found.ci_high for found in seen])
        error = np.mean([found.std_error for found in seen]) / alpha.std(ddof=1)
        lines.append(
            f"| {clusters} | {size} | {inside:.1%} | {alpha.mean() - truth:+.4f} | {error:.3f} |"
        )
        print(lines[-1], flush=True)
    return lines


def write_figures(lines: list[str]) -> None:
    page = HERE / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False, draws: int = DRAWS) -> None:
    started = time.monotonic()
    rng = np.random.default_rng(SEED)
    if quick:
        print(verdict_line(*CASES[-1], verdicts(len(CASES) - 1, 1), draws=1))
        alpha_table(rng, 2, many_clusters=200)
        return
    lines = ["## The verdict", "", *verdict_table(draws)]
    lines += ["", "## The interval of alpha", "", *alpha_table(rng, ALPHA_DRAWS)]
    write_figures(lines)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(
        quick="--quick" in sys.argv,
        draws=next((int(word) for word in sys.argv[1:] if word.isdigit()), DRAWS),
    )
