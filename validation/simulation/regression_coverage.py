"""How often 95 % intervals of regression coefficients hold, with 40 and 10 clusters.

    python validation/simulation/regression_coverage.py

Every draw goes through the library's own estimation. Only the group-by is
skipped; for every case one draw is also run on its rows, which must give the
same numbers. Writes the figures into REGRESSION.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import logit, ndtr

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.ordinal import from_observations as ordinal_from
from imppulse.evidence.regression.ordinal import proportional_odds_regression
from imppulse.evidence.regression.regression import from_observations as logistic_from
from imppulse.evidence.regression.regression import logistic_regression
from imppulse.evidence.regression.regression_cells import Observations
from imppulse.evidence.regression.regression_formula import Formula
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.totals import Totals, totals

if TYPE_CHECKING:
    from imppulse.evidence.regression.regression_results import Regression

    Answers = dict[str, np.ndarray]

SEED = 20261122
DRAWS = 10_000
QUICK = 3
ALLOWED = (0.94, 0.96)
# Correlation, between people of a cluster, of the normal scores of their answers.
ALIKE = 0.10
PEOPLE = 20
HERE = Path(__file__).resolve().parent
BEGIN = "<!-- figures: written by regression_coverage.py -->"
END = "<!-- end of figures -->"
DESIGN = SampleDesign(weight="w", cluster="cluster")
TRUTH = {"group[1]": 0.4, "group[2]": 0.8, "pilot[1]": 0.5}
CUTS = (-1.0, 0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Case:
    """A model and a number of clusters, half of them pilots."""

    model: str
    clusters: int
    quick: bool = False

    @property
    def draws(self) -> int:
        return QUICK if self.quick else DRAWS


def sample(clusters: int, rng: np.random.Generator) -> Answers:
    """Answers of an exact proportional-odds model; people of a cluster alike."""
    people = 1 + rng.poisson(PEOPLE - 1, clusters)
    cluster = np.repeat(np.arange(clusters), people)
    shared = rng.normal(size=clusters)[cluster]
    own = rng.normal(size=len(cluster))
    group = rng.integers(0, 3, len(cluster))
    pilot = cluster % 2
    # The copula keeps errors logistic over all clusters, so that TRUTH is exact.
    error = logit(ndtr(np.sqrt(ALIKE) * shared + np.sqrt(1 - ALIKE) * own))
    effects = np.array([0.0, TRUTH["group[1]"], TRUTH["group[2]"]])
    latent = effects[group] + TRUTH["pilot[1]"] * pilot + error
    answer = 1 + np.digitize(latent, CUTS)
    return {
        "cluster": cluster,
        "w": rng.choice([0.5, 1.0, 2.0], len(cluster)),
        "group": group,
        "pilot": pilot,
        "answer": answer,
        "high": (answer >= 4).astype(int),
    }


COVARIATES = ("group", "pilot")


def summed(table: Totals, seen: Answers, names: tuple[str, ...]) -> Observations:
    """Return the sums by cluster and levels that the library makes of these rows."""
    columns = [np.unique(seen[name], return_inverse=True) for name in names]
    cells = np.column_stack([seen["cluster"], *(codes for _, codes in columns)])
    found, place = np.unique(cells, axis=0, return_inverse=True)
    y = seen[names[0] if len(names) > len(COVARIATES) else "high"]
    sums = {
        "answers": np.ones(len(y)),
        "weight": seen["w"],
        "total": seen["w"] * y,
        "square": seen["w"] * y * y,
    }
    return Observations(
        table=table,
        names=names,
        labels=tuple(tuple(labels.tolist()) for labels, _ in columns),
        codes=found[:, 1:],
        continuous=np.empty((len(found), 0)),
        cluster=found[:, 0],
        **{kind: np.bincount(place.ravel(), values) for kind, values in sums.items()},
    )


def regressed(case: Case, table: Totals, seen: Answers) -> Regression:
    if case.model == "logistic":
        formula = Formula.of("high", COVARIATES, ())
        return logistic_from("logistic", summed(table, seen, COVARIATES), formula)
    formula = Formula.of("answer", COVARIATES, ())
    return ordinal_from(summed(table, seen, ("answer", *COVARIATES)), formula)


def check_shortcut(case: Case, table: Totals, seen: Answers) -> None:
    """Sums made here must give what the library makes of the same rows."""
    frame, short = pl.DataFrame(seen), regressed(case, table, seen)
    if case.model == "logistic":
        whole = logistic_regression(frame, "high", DESIGN, categorical=COVARIATES)
    else:
        whole = proportional_odds_regression(
            frame, "answer", DESIGN, categorical=COVARIATES
        )
    np.testing.assert_allclose(short.estimate, whole.estimate, rtol=1e-10)
    np.testing.assert_allclose(short.std_error, whole.std_error, rtol=1e-10)
    assert short.df == whole.df


def simulate(case: Case, rng: np.random.Generator) -> tuple[list[str], bool]:
    seen, refused = [], 0
    first = sample(case.clusters, np.random.default_rng(SEED))
    table = totals(pl.DataFrame(first), DESIGN, "answer")
    check_shortcut(case, table, first)
    for _ in range(case.draws):
        try:
            found = regressed(case, table, sample(case.clusters, rng))
        except EvidenceError:
            refused += 1
            continue
        at = [found.terms.index(term) for term in TRUTH]
        numbers = (found.estimate, found.std_error, found.ci_low, found.ci_high)
        seen.append([values[at] for values in numbers])
    estimate, error, low, high = np.array(seen).transpose(1, 0, 2)
    truth = np.array([*TRUTH.values()])
    coverage = ((low <= truth) & (truth <= high)).mean(axis=0)
    lines = [
        f"| {case.model} | {case.draws:,} | {case.clusters} | {term} "
        f"| {coverage[k]:.1%} "
        f"| {estimate[:, k].mean() - truth[k]:+.3f} "
        f"| {error[:, k].mean() / estimate[:, k].std(ddof=1):.3f} | {refused} |"
        for k, term in enumerate(TRUTH)
    ]
    held = ((coverage >= ALLOWED[0]) & (coverage <= ALLOWED[1])).all()
    return lines, bool(held)


def main(*, quick: bool = False) -> int:
    start = time.perf_counter()
    rows, failed = [], []
    for model in ("logistic", "proportional odds"):
        for clusters in (40, 10):
            case = Case(model, clusters, quick)
            lines, held = simulate(case, np.random.default_rng([SEED, clusters]))
            rows += lines
            print(*lines, sep="\n", flush=True)
            if clusters >= 40 and not held:
                failed.append(case)
    if quick:
        return 0
    table = [
        (
            "| model | draws | clusters | coefficient | coverage of the 95 % interval | bias "
            "| mean SE / true SE | refused draws |"
        ),
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]
    page = HERE / "REGRESSION.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n\n".join([BEGIN, "\n".join(table), END])
    page.write_text(before + figures + after, "utf-8")
    print(f"{time.perf_counter() - start:.0f} s; outside {ALLOWED}: {failed or 'none'}")
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main(quick="--quick" in sys.argv))
