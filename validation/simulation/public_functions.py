"""How often the intervals and tests of further methods hold, through the public door.

    python validation/simulation/public_functions.py            # all
    python validation/simulation/public_functions.py hedges     # cases of that name
    python validation/simulation/public_functions.py hedges 1000

Every draw makes rows and gives them to the public function as anybody would:
no shortcut. Each case has a seed of its own and is written into PUBLIC_FUNCTIONS.md
as soon as it is done.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from imppulse import evidence
from imppulse.evidence import EvidenceError, SampleDesign

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20261122
DRAWS = 10_000
QUICK = 2
PEOPLE = 12
ALIKE = 0.05
CLUSTERED = SampleDesign(cluster="c")
ARMS = {"arm": "arm", "treated": 1, "comparison": 0}
WAVES = {"wave": "wave", "before": 1, "after": 2}
HERE = Path(__file__).resolve().parent
BEGIN = "<!-- figures: written by public_functions.py -->"
END = "<!-- end of figures -->"
Numbers = tuple[float, float, float]


@dataclass(frozen=True)
class Case:
    """What is asked of each draw: limits of `truth`, and a p value of no effect.

    `ask` returns (low, high, p); NaN for what the method does not give. `truth`
    is None where there is no interval; the p value is one of a true hypothesis
    unless `effect`.
    """

    name: str
    sample: str
    ask: Callable[[np.random.Generator], Numbers]
    truth: float | None = None
    effect: bool = False


def scores(rng: np.random.Generator, clusters: int, people: int = PEOPLE) -> np.ndarray:
    """Normal scores, people of a cluster alike, (clusters * people,)."""
    shared = np.sqrt(ALIKE) * rng.normal(size=(clusters, 1))
    own = np.sqrt(1 - ALIKE) * rng.normal(size=(clusters, people))
    return (shared + own).ravel()


def cluster(clusters: int, people: int = PEOPLE) -> np.ndarray:
    return np.repeat(np.arange(clusters), people)


def told(found: object) -> Numbers:
    return tuple(getattr(found, name, np.nan) for name in ("ci_low", "ci_high", "p_value"))  # type: ignore[return-value]  # three floats  # fmt: skip


def independence(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        first, second = (np.digitize(scores(rng, clusters), cuts) for cuts in ((-0.4, 0.6), (0.2,)))  # fmt: skip
        frame = pl.DataFrame({"a": first, "b": second, "c": cluster(clusters)})
        found = evidence.independence(frame, "a", "b", design=CLUSTERED)
        return np.nan, np.nan, found.p_value

    return ask


def uneven(rng: np.random.Generator, clusters: int) -> dict[str, np.ndarray]:
    """Clusters of unequal size: 4 to 20 people."""
    size = rng.integers(4, 21, clusters)
    c = np.repeat(np.arange(clusters), size)
    x = 2 + rng.random(len(c))
    shift = rng.normal(size=clusters)[c]
    y = x * (1 + 0.2 * shift + rng.normal(size=len(c)))
    return {"c": c, "w": np.full(len(c), 50.0), "x": x, "y": y}


def total(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    design = SampleDesign(weight="w", cluster="c")

    def ask(rng: np.random.Generator) -> Numbers:
        frame = pl.DataFrame(uneven(rng, clusters))
        return told(evidence.total(frame, "x", design).at("x"))

    return ask


def ratio(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        frame = pl.DataFrame(uneven(rng, clusters))
        return told(evidence.ratio(frame, "y", "x", design=CLUSTERED).at("y/x"))

    return ask


def slope(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        x = scores(rng, clusters)
        y = 0.5 * x + scores(rng, clusters)
        frame = pl.DataFrame({"x": x, "y": y, "c": cluster(clusters)})
        found = evidence.linear_regression(frame, "y", CLUSTERED, continuous="x")
        k = found.terms.index("x")
        return float(found.ci_low[k]), float(found.ci_high[k]), np.nan

    return ask


def jackknife(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        frame = pl.DataFrame(uneven(rng, clusters))
        table = evidence.totals(frame, CLUSTERED, "x")
        found = evidence.replicate_estimates(evidence.jackknife(table))
        return told(found.at("x"))

    return ask


def two_arms(rng: np.random.Generator, clusters: int, effect: float) -> dict[str, np.ndarray]:  # fmt: skip
    c = cluster(2 * clusters)
    arm = (c >= clusters).astype(int)
    return {"c": c, "arm": arm, "y": scores(rng, 2 * clusters) + effect * arm}


def hedges_g(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    design = SampleDesign(strata="arm", cluster="c")

    def ask(rng: np.random.Generator) -> Numbers:
        frame = pl.DataFrame(two_arms(rng, clusters, 0.3))
        return told(evidence.hedges_g(frame, "y", design, **ARMS))

    return ask


def of_shares(
    measure: Callable[..., object], clusters: int
) -> Callable[[np.random.Generator], Numbers]:
    """Shares of .4 and .3 (cut points of the normal scores)."""
    design = SampleDesign(strata="arm", cluster="c")

    def ask(rng: np.random.Generator) -> Numbers:
        made = two_arms(rng, clusters, 0.0)
        limit = np.where(made["arm"] == 1, 0.2533471031357997, 0.5244005127080407)
        made["y"] = (made["y"] > limit).astype(int)
        found = evidence.proportion(pl.DataFrame(made), "y", design, by="arm")
        return told(measure(found, "y", 1, 0))

    return ask


def panel(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    design = SampleDesign(strata="arm", cluster="c")

    def ask(rng: np.random.Generator) -> Numbers:
        c, count = cluster(2 * clusters), 2 * clusters
        kept = scores(rng, count)
        waves = [np.sqrt(0.5) * (kept + scores(rng, count)) + 0.1 * k for k in (0, 1)]
        frame = pl.DataFrame(
            {
                "y": np.concatenate(waves),
                "wave": np.repeat([1, 2], len(c)),
                "c": np.tile(c, 2),
                "arm": np.tile((c >= clusters).astype(int), 2),
                "person": np.tile(np.arange(len(c)), 2),
            }
        )
        return told(
            evidence.panel_difference_in_differences(
                frame, "y", design, **WAVES, **ARMS
            )
        )

    return ask


def staggered(per_start: int) -> Callable[[np.random.Generator], Numbers]:
    """Four waves; areas that start in wave 2, in wave 3, or never; effect 0.3."""

    def ask(rng: np.random.Generator) -> Numbers:
        areas = 3 * per_start
        start = np.repeat([2, 3, 99], per_start)
        kept = np.sqrt(ALIKE) * rng.normal(size=areas)
        c = cluster(areas)
        waves = []
        for wave in (1, 2, 3, 4):
            new = scores(rng, areas)
            y = kept[c] + new + 0.1 * wave + 0.3 * (start[c] <= wave)
            begin = np.where(start == 99, np.nan, start)[c]
            waves.append(pl.DataFrame({"y": y, "c": c, "start": begin}).with_columns(wave=pl.lit(wave)))  # fmt: skip
        found = evidence.group_time_effects(
            pl.concat(waves), "y", CLUSTERED, wave="wave", start="start"
        )
        return told(found.aggregate("simple").overall)

    return ask


def calibrated(clusters: int) -> Callable[[np.random.Generator], Numbers]:
    known = evidence.Population(margins={"k": {0: 0.5, 1: 0.5}})

    def ask(rng: np.random.Generator) -> Numbers:
        c = cluster(clusters)
        k = rng.integers(0, 2, len(c))
        y = scores(rng, clusters) + k
        answered = rng.random(len(c)) < np.where(k == 1, 0.9, 0.5)
        frame = pl.DataFrame({"c": c, "k": k, "y": y, "w": 1.0}).filter(answered)
        made = evidence.greg(frame, SampleDesign(weight="w", cluster="c"), known)
        return told(evidence.calibrated_mean(made.frame, "y", made.design).at("y"))

    return ask


def differential(people: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        trait = rng.normal(size=people)
        group = np.arange(people) % 2
        noise = rng.normal(size=(5, people))
        items = np.digitize(trait + 0.3 * group + noise, (-1.5, -0.5, 0.5, 1.5))
        frame = pl.DataFrame(dict(zip("abcde", items, strict=True))).with_columns(group=pl.Series(group))  # fmt: skip
        found = evidence.differential_item(
            frame, "a", rest=["b", "c", "d", "e"], group="group"
        )
        return np.nan, np.nan, found.uniform.p_value

    return ask


def studies(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    error = np.linspace(1.5, 4, k)
    return 2 * rng.normal(size=k) + error * rng.normal(size=k), error


def moderator(k: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        found = evidence.meta_regression(*studies(rng, k), {"x": rng.normal(size=k)})
        return told(found.coefficients[1])

    return ask


def egger(k: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        return np.nan, np.nan, evidence.egger_test(*studies(rng, k)).p_value

    return ask


def subgroups(k: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        found = evidence.subgroups(*studies(rng, k), [j % 2 for j in range(k)])
        return np.nan, np.nan, found.between_p_value

    return ask


def multilevel(territories: int) -> Callable[[np.random.Generator], Numbers]:
    def ask(rng: np.random.Generator) -> Numbers:
        count = 3 * territories
        place = np.repeat(np.arange(territories), 3)
        error = rng.uniform(1.5, 4, count)
        shared = 2 * rng.normal(size=territories)[place]
        y = shared + rng.normal(size=count) + error * rng.normal(size=count)
        return told(evidence.multilevel(y, error, place.tolist()).coefficients[0])

    return ask


def cases() -> list[Case]:
    many, few = "40 clusters", "10 clusters"
    return [
        Case("`independence`, F of Rao and Scott", many, independence(40)),
        Case("`independence`, F of Rao and Scott", few, independence(10)),
        Case("`total`", many, total(40), 40 * 12 * 50 * 2.5),
        Case("`total`", few, total(10), 10 * 12 * 50 * 2.5),
        Case("`ratio`", many, ratio(40), 1.0),
        Case("`ratio`", few, ratio(10), 1.0),
        Case("`linear_regression`, slope", many, slope(40), 0.5),
        Case("`linear_regression`, slope", few, slope(10), 0.5),
        Case("`jackknife`, mean", few, jackknife(10), 2.5),
        Case("`calibrated_mean` after `greg`", few, calibrated(10), 0.5),
        Case("`hedges_g`", "4 + 4 clusters", hedges_g(4), 0.3, effect=True),
        Case("`risk_difference`", "10 + 10 clusters", of_shares(evidence.risk_difference, 10), 0.1, effect=True),
        Case("`risk_ratio`", "10 + 10 clusters", of_shares(evidence.risk_ratio, 10), 4 / 3, effect=True),
        Case("`odds_ratio`", "10 + 10 clusters", of_shares(evidence.odds_ratio, 10), (0.4 / 0.6) / (0.3 / 0.7), effect=True),
        Case("`panel_difference_in_differences`", "4 + 4 clusters", panel(4), 0.0),
        Case("`group_time_effects`, overall", "3 x 4 areas", staggered(4), 0.3, effect=True),
        Case("`differential_item`, shift", "400 people", differential(400)),
        Case("`meta_regression`, one moderator", "6 territories", moderator(6), 0.0),
        Case("`subgroups`, test between two", "12 territories", subgroups(12)),
        Case("`egger_test`", "12 territories", egger(12)),
        Case("`multilevel`, CR2 and Satterthwaite's t", "5 territories x 3", multilevel(5), 0.0),
    ]  # fmt: skip


def line(case: Case, rng: np.random.Generator, *, draws: int) -> str:
    seen, refused = [], 0
    for _ in range(draws):
        try:
            seen.append(case.ask(rng))
        except EvidenceError:
            refused += 1
    low, high, p = np.array(seen).T
    held = "" if case.truth is None else f"{((low <= case.truth) & (case.truth <= high)).mean():.1%}"  # fmt: skip
    tested = not case.effect and not np.isnan(p).all()
    found = f"{(p <= 0.05).mean():.1%}" if tested else ""
    return f"| {case.name} | {case.sample} | {draws:,} | {held} | {found} | {refused} |"


HEADER = (
    "| method | sample | draws | coverage of the 95 % interval | p ≤ .05 without an effect "
    "| draws refused |"
)


def key(line: str) -> tuple[str, ...]:
    """What a line is about: the method and the sample."""
    return tuple(line.split(" | ")[:2])


def write_line(new: str) -> None:
    """Put a line into the page, in the place of the one about the same."""
    page = HERE / "PUBLIC_FUNCTIONS.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    lines = {key(each): each for each in old.splitlines() if each.startswith("| `")}
    lines[key(new)] = new
    order = [key(f"| {case.name} | {case.sample} | ") for case in cases()]
    told = [lines[each] for each in order if each in lines]
    figures = "\n".join([HEADER, "|---|---|---|---|---|---|", *told])
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False, asked: str = "", draws: int = DRAWS) -> None:
    started = time.monotonic()
    for place, case in enumerate(cases()):
        if asked not in case.name:
            continue
        rng = np.random.default_rng((SEED, place))
        told = line(case, rng, draws=QUICK if quick else draws)
        print(told, f"{time.monotonic() - started:.0f} s", flush=True)
        if not quick:
            write_line(told)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(
        quick="--quick" in sys.argv,
        asked=words[0] if words else "",
        draws=int(words[1]) if len(words) > 1 else DRAWS,
    )
