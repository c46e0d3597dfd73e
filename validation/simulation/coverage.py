"""How often 95 % intervals hold, and how often a test finds what is not there.

    python validation/simulation/coverage.py

Every draw goes through the library's own estimation. Writes the figures
into README.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from validation.simulation.designs import Case, coverage_cases, two_arms
from validation.simulation.draws import answers, draw, standard_deviation, summed

from imppulse.evidence.planning.power import (
    PlannedSample,
    smallest_detectable_difference_in_differences,
)
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate, mean

if TYPE_CHECKING:
    from imppulse.evidence.results import Contrast

SEED = 20260217
DRAWS = 10_000
QUICK = 5
ALLOWED = (0.94, 0.96)
HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: written by coverage.py -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Tally:
    """What became of the draws of one case; shares of draws, points."""

    coverage: float
    rejected: float
    bias: float
    mean_std_error: float
    true_std_error: float


def contrast(case: Case, rng: np.random.Generator) -> Contrast:
    cells = {("answer", domain): sign for domain, sign in case.coefficients.items()}
    return estimate(draw(case.cells, rng)).combine(cells)


def simulate(case: Case, rng: np.random.Generator, *, draws: int = DRAWS) -> Tally:
    seen = [contrast(case, rng) for _ in range(draws)]
    estimates = np.array([c.estimate for c in seen])
    low, high = (
        np.array([getattr(c, end) for c in seen]) for end in ("ci_low", "ci_high")
    )
    return Tally(
        coverage=float(((low <= case.truth) & (case.truth <= high)).mean()),
        rejected=float(np.mean([c.p_value < 0.05 for c in seen])),
        bias=float(estimates.mean() - case.truth),
        mean_std_error=float(np.mean([c.std_error for c in seen])),
        true_std_error=float(estimates.std(ddof=1)),
    )


def check_shortcut(case: Case, rng: np.random.Generator) -> None:
    """Sums made here must give what the library makes of the same rows."""
    row, answer = answers(case.cells, rng)
    cells = case.cells
    places = [cells.domains[k] for k in cells.domain[row]]
    by = [f"domain_{k}" for k in range(len(cells.domains[0]))]
    frame = pl.DataFrame(
        {
            "answer": answer,
            "weight": cells.weight[row],
            "cluster": cells.cluster[row],
            "stratum": cells.stratum_of_cluster[cells.cluster[row]],
            **{name: [place[k] for place in places] for k, name in enumerate(by)},
        }
    )
    design = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
    ours = estimate(summed(cells, row, answer))
    theirs = mean(frame, "answer", design, by=by)
    np.testing.assert_allclose(ours.estimate, theirs.estimate, rtol=1e-12)
    np.testing.assert_allclose(ours.std_error, theirs.std_error, rtol=1e-9)
    np.testing.assert_array_equal(ours.df, theirs.df)


def power_at_the_smallest_effect(
    pilot: int, comparison: int, rng: np.random.Generator, *, draws: int = DRAWS
) -> tuple[float, float]:
    """Return the smallest detectable effect for power .8, and how often it is found."""
    icc = two_arms(pilot, comparison).cells.intraclass_correlation
    arms = [
        PlannedSample(
            invitations=100 * count,
            response_rate=0.2,
            clusters=count,
            intraclass_correlation=icc,
        )
        for count in (pilot, comparison)
    ]
    planned = smallest_detectable_difference_in_differences(
        *arms, sd=standard_deviation(0.5, icc), cluster_autocorrelation=0.8
    )
    case = two_arms(pilot, comparison, effect=planned.smallest, uneven=False)
    return planned.smallest, simulate(case, rng, draws=draws).rejected


def coverage_table(
    rng: np.random.Generator, *, draws: int
) -> tuple[list[str], list[str]]:
    lines = [
        "| quantity | clusters | coverage of the 95 % interval | p < .05 | bias | mean SE / true SE |",
        "|---|---|---|---|---|---|",
    ]
    wrong = []
    for case in coverage_cases():
        check_shortcut(case, rng)
        tally = simulate(case, rng, draws=draws)
        inside = ALLOWED[0] <= tally.coverage <= ALLOWED[1]
        if case.enough and not inside:
            wrong.append(f"{case.name}, {case.clusters}: {tally.coverage:.4f}")
        null = f"{tally.rejected:.1%}" if case.truth == 0 else ""
        lines.append(
            f"| {case.name} | {case.clusters} | {tally.coverage:.1%} | {null} | "
            f"{tally.bias:+.3f} | {tally.mean_std_error / tally.true_std_error:.3f} |"
        )
        print(lines[-1], flush=True)
    return lines, wrong


def power_table(rng: np.random.Generator, *, draws: int) -> list[str]:
    lines = [
        "| clusters | smallest detectable effect, points | found (planned: 80 %) |",
        "|---|---|---|",
    ]
    for pilot, comparison in ((20, 20), (10, 20), (6, 6), (4, 8)):
        smallest, found = power_at_the_smallest_effect(
            pilot, comparison, rng, draws=draws
        )
        lines.append(
            f"| {pilot} pilot, {comparison} comparison | {smallest:.2f} | {found:.1%} |"
        )
        print(lines[-1], flush=True)
    return lines


def write_figures(lines: list[str]) -> None:
    page = HERE / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False) -> None:
    started = time.monotonic()
    rng = np.random.default_rng(SEED)
    draws = QUICK if quick else DRAWS
    print(f"{draws} draws a line, seed {SEED}")
    lines, wrong = coverage_table(rng, draws=draws)
    power = power_table(rng, draws=draws)
    if quick:
        return
    write_figures(["## Coverage", "", *lines, "", "## Power", "", *power])
    print(f"{time.monotonic() - started:.0f} s")
    if wrong:
        sys.exit("outside 94 to 96 %: " + "; ".join(wrong))


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
