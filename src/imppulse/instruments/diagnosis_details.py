"""What a diagnosis tells beyond its numbers by side: priorities, groups, drivers, comparability.

Everything is computed with the evidence library from the plan of the diagnosis; what
cannot be computed says why, by the code of the library's refusal.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

import numpy as np
import polars as pl

from imppulse.evidence.diagnosis.diagnosis_districts import hidden
from imppulse.evidence.diagnosis.diagnosis_plan import (
    POLICE_OFFICERS,
    POPULATION,
    DiagnosisPlan,
)
from imppulse.evidence.diagnosis.diagnosis_results import Diagnosis
from imppulse.evidence.diagnosis.means import means, sampled
from imppulse.evidence.diagnosis.priorities import factor_priorities
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.importance import relative_importance
from imppulse.evidence.results import Estimates
from imppulse.evidence.scales.invariance import measurement_invariance
from imppulse.evidence.scales.scales import Index, add_indices
from imppulse.evidence.survey.design import SampleDesign

SEED = 20261122
REPLICATES = 500
DRAWS = 200
GROUP = "age_group"
MOST_CLUSTERS = 500  # more people than this are drawn in random groups
FEWEST_PER_SIDE = 100  # complete answers, to say whether a scale means the same
MOST_TESTED = 20_000  # drawn at random; more would only take longer
FEWEST_ITEMS = 3
MOST_DRIVERS = 8
ANSWERS_PER_DRIVER = 20
MOSTLY_ANSWERED = 0.8


@dataclass(frozen=True, kw_only=True)
class Priority:
    """A factor on one side by size x spread x certainty, with a bootstrap rank interval."""

    side: str
    factor: str
    size: float
    spread: float
    certainty: float
    rank: int
    rank_low: int
    rank_high: int


@dataclass(frozen=True, kw_only=True)
class IndexOfGroup:
    """An index of a group of the population, and the group minus all others together.

    The differences of one index hold together: each is at 1 - 0.05 / groups.
    """

    index: str
    group: str
    suppressed: bool
    n: int | None = None
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Driver:
    """How much of what varies in the local relation goes together with an index."""

    index: str
    share: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Whether a scale means the same on both sides; `reason` where it was not tested."""

    index: str
    verdict: str | None
    failed_step: str | None = None
    freed: tuple[str, ...] = ()
    reason: str = ""
    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class Details:
    priorities: tuple[Priority, ...] = ()
    groups: tuple[IndexOfGroup, ...] = ()
    drivers: tuple[Driver, ...] = ()
    drivers_explain: float | None = None
    drivers_n: int | None = None
    drivers_reason: str = ""
    comparability: tuple[Compared, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        known = {each.name for each in fields(cls)}
        read = {name: value for name, value in stored.items() if name in known}
        for name, kind in PARTS.items():
            read[name] = tuple(kind(**_tuples(row)) for row in stored.get(name, ()))
        return cls(**read)


PARTS: dict[str, type[Any]] = {
    "priorities": Priority,
    "groups": IndexOfGroup,
    "drivers": Driver,
    "comparability": Compared,
}


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def details(answers: pl.DataFrame, plan: DiagnosisPlan, found: Diagnosis) -> Details:
    """Look further into the answers that a diagnosis was made of."""
    scored = add_indices(answers, plan.indices)
    if plan.force is not None:
        scored = scored.filter(pl.col("force") == plan.force)
    drawn, scored = drawable(scored, sampled(plan.design))
    asked = replace(plan, force=None)
    return Details(
        priorities=tuple(priorities(scored, drawn, found)),
        groups=tuple(groups(scored, asked, found)),
        comparability=tuple(compared(scored, asked, drawn)),
        **drivers(scored, asked, design=drawn, found=found),
    )


def drawable(
    scored: pl.DataFrame, design: SampleDesign
) -> tuple[SampleDesign, pl.DataFrame]:
    """Give a design that replicates can be drawn from.

    People drawn one by one are gathered in random groups when they are many: the groups
    vary as the people do, and five hundred of them are enough. A stratum with a single
    cluster cannot be drawn from: then strata are left out, which widens intervals.
    """
    if design.cluster is None:
        scored = in_random_groups(scored, design.strata or "side")
        design = replace(design, cluster="_drawn")
    keys = [name for name in (design.strata,) if name]
    if keys:
        sizes = scored.group_by(*keys, "side").agg(
            pl.col(str(design.cluster)).n_unique()
        )
        if (sizes[str(design.cluster)] < 2).any():
            design = replace(design, strata=None, fpc=None)
    return design, scored


def in_random_groups(scored: pl.DataFrame, stratum: str) -> pl.DataFrame:
    """Deal people out to groups inside their stratum, as many as its share of people."""
    order = np.random.default_rng(SEED).permutation(scored.height)
    held = pl.len().over(stratum, "side")
    share = (held * MOST_CLUSTERS / max(scored.height, MOST_CLUSTERS)).round()
    place = pl.col("_place").rank("ordinal").over(stratum, "side")
    dealt = place.cast(pl.Int64) % share.clip(2).cast(pl.Int64)
    return scored.with_columns(pl.Series("_place", order)).with_columns(
        dealt.alias("_drawn")
    )


def released(found: Diagnosis, side: str) -> set[str]:
    return {each.index for each in found.indices if each.side == side and each.estimate}


def priorities(
    scored: pl.DataFrame, design: SampleDesign, found: Diagnosis
) -> Iterator[Priority]:
    for side in (POPULATION, POLICE_OFFICERS):
        measured = [f for f in found.factors if f.side == side and f.shortfall]
        rows = scored.filter(pl.col("side") == side).with_columns(
            pl.mean_horizontal(f.indices, ignore_nulls=False).alias(f"f {f.code}")
            for f in measured
        )
        try:
            ranked = factor_priorities(
                rows,
                [f"f {f.code}" for f in measured],
                design,
                seed=SEED,
                replicates=REPLICATES,
            )
        except EvidenceError:
            continue  # the ranks of the diagnosis stand by themselves
        for each in ranked.factors:
            yield Priority(
                side=side,
                factor=each.factor.removeprefix("f "),
                size=each.size,
                spread=each.spread,
                certainty=each.certainty,
                rank=each.rank,
                rank_low=each.rank_low,
                rank_high=each.rank_high,
            )


def groups(
    scored: pl.DataFrame, plan: DiagnosisPlan, found: Diagnosis
) -> Iterator[IndexOfGroup]:
    """Compare the local relation between age groups, those large enough to be shown."""
    shown = [n for n in (plan.local_index,) if n in released(found, POPULATION) and n]
    people = scored.filter(pl.col("side") == POPULATION)
    if GROUP not in people.columns or people[GROUP].n_unique() < 2 or not shown:
        return
    labelled = people.with_columns(pl.col(GROUP).fill_null(""))
    count = labelled[GROUP].n_unique()
    try:
        level = 1 - (1 - plan.level) / count
        wide = means(labelled, shown, plan.design, by=(GROUP,), level=level)
        plain = means(labelled, shown, plan.design, by=(GROUP,), level=plan.level)
    except EvidenceError:
        return
    for i, name in enumerate(shown):
        named = [domain for domain in wide.domains if domain[0]]
        counts = np.array([wide.at(name, domain).n for domain in named])
        # Who gave no age group is a cell of its own, as the side's total is shown.
        secret = hidden(counts, int(wide.n[i].sum()), plan.threshold)
        for domain, hide in zip(named, secret, strict=True):
            if hide:
                yield IndexOfGroup(index=name, group=str(domain[0]), suppressed=True)
            else:
                yield _group(name, domain, plan=plan, at=(plain, wide))


def _group(
    index: str,
    domain: tuple[object, ...],
    *,
    plan: DiagnosisPlan,
    at: tuple[Estimates, Estimates],
) -> IndexOfGroup:
    plain, wide = at
    own = plan.cautious(plain.at(index, domain))
    others = {d: wide.at(index, d).n for d in wide.domains if d != domain}
    total = sum(others.values())
    parts: dict[tuple[str, object], float] = {
        (index, d): -n / total for d, n in others.items() if n
    }
    own_part: dict[tuple[str, object], float] = {(index, domain): 1.0}
    gap = plan.cautious(wide.combine(own_part | parts)) if parts else None
    return IndexOfGroup(
        index=index,
        group=str(domain[0]),
        suppressed=False,
        n=own.n,
        estimate=own.estimate,
        ci_low=known(own.ci_low),
        ci_high=known(own.ci_high),
        difference=None if gap is None else gap.estimate,
        difference_low=None if gap is None else known(gap.ci_low),
        difference_high=None if gap is None else known(gap.ci_high),
    )


def known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def drivers(
    scored: pl.DataFrame, plan: DiagnosisPlan, *, design: SampleDesign, found: Diagnosis
) -> dict[str, Any]:
    """Share out what varies in the local relation among what measures a factor."""
    outcome, people = plan.local_index, scored.filter(pl.col("side") == POPULATION)
    if outcome is None or outcome not in released(found, POPULATION):
        return {"drivers_reason": "not_asked"}
    wanted = candidates(
        people, plan, shown=released(found, POPULATION), outcome=outcome
    )
    complete = people.drop_nulls([outcome, *wanted])
    if len(wanted) < 2 or complete.height < ANSWERS_PER_DRIVER * len(wanted):
        return {"drivers_reason": "too_few_answers", "drivers_n": None}
    try:
        made = relative_importance(
            complete, outcome, design, predictors=wanted, replicates=DRAWS, seed=SEED
        )
    except EvidenceError as error:
        return {"drivers_reason": error.code}
    order = np.argsort(-made.share)
    uncertain = plan.self_selected
    return {
        "drivers": tuple(
            Driver(
                index=wanted[k],
                share=float(made.share[k]),
                ci_low=None if uncertain else known(made.ci_low[k]),
                ci_high=None if uncertain else known(made.ci_high[k]),
            )
            for k in order
        ),
        "drivers_explain": made.r_squared,
        "drivers_n": made.n,
    }


def candidates(
    people: pl.DataFrame, plan: DiagnosisPlan, *, shown: set[str], outcome: str
) -> list[str]:
    """Name the indices of factors that most of the population answered."""
    measured = dict.fromkeys(
        index for f in plan.factors if f.side == POPULATION for index in f.indices
    )
    enough = MOSTLY_ANSWERED * people[outcome].count()
    shown = shown - {outcome, str(plan.image_index)}
    named = [
        name for name in measured if name in shown and people[name].count() >= enough
    ]
    return named[:MOST_DRIVERS]


def compared(
    scored: pl.DataFrame, plan: DiagnosisPlan, design: SampleDesign
) -> Iterator[Compared]:
    """Ask of every scale that both sides answered whether it means the same to both."""
    both = {POPULATION, POLICE_OFFICERS}
    if not both <= set(plan.sides):
        return
    for index in plan.indices:
        names = [item.name for item in index.items]
        if len(names) < FEWEST_ITEMS:
            continue
        rows = complete_answers(scored, index)
        if rows.height > MOST_TESTED:
            rows = rows.sample(MOST_TESTED, seed=SEED)
        counts = dict(rows["side"].value_counts().iter_rows())
        if not both <= set(counts):
            continue
        fewest = min(counts[side] for side in both)
        if fewest < FEWEST_PER_SIDE:
            yield Compared(index=index.name, verdict=None, reason="too_few_answers")
            continue
        yield judged(rows, index, design)


def judged(rows: pl.DataFrame, index: Index, design: SampleDesign) -> Compared:
    names = [item.name for item in index.items]
    plain = {name: f"q{k}" for k, name in enumerate(names)}
    unstratified = replace(design, strata=None, fpc=None)
    try:
        made = measurement_invariance(
            rows.rename(plain),
            {"scale": list(plain.values())},
            unstratified,
            group="side",
        )
    except EvidenceError as error:
        return Compared(index=index.name, verdict=None, reason=error.code)
    items = {short: name for name, short in plain.items()}
    return Compared(
        index=index.name,
        verdict=made.verdict.value,
        failed_step=made.failed_step,
        freed=tuple(items[name] for name in made.freed_intercepts),
        n=sum(made.n),
    )


def complete_answers(scored: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Keep who answered every question of a scale with what counts as an answer."""
    answered = scored.with_columns(
        pl.when(~pl.col(item.name).is_in(item.missing))
        .then(pl.col(item.name))
        .alias(item.name)
        for item in index.items
    )
    sides = pl.col("side").is_in([POPULATION, POLICE_OFFICERS])
    return answered.filter(sides).drop_nulls([item.name for item in index.items])
