"""The designs that are simulated, and what is asked of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from validation.simulation.draws import Cells

WHOLE = ((),)
BEFORE_AFTER = ((1,), (2,))
ARMS = ((1, "comparison"), (1, "pilot"), (2, "comparison"), (2, "pilot"))
SIDES = (("police_officers",), ("population",))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A design, the combination of domain means asked for, and its true value."""

    name: str
    clusters: str
    cells: Cells
    coefficients: dict[object, float]
    truth: float
    enough: bool
    interval: str = "t"


def levels(case: Cells) -> dict[object, float]:
    """True means of the domains, points: the weighted levels of their rows."""
    size = case.people * case.weight
    return {
        domain: 100 * float(np.average(case.level[at], weights=size[at]))
        for k, domain in enumerate(case.domains)
        for at in [case.domain == k]
    }


def case(name: str, clusters: str, cells: Cells, *, asked: dict, enough: bool) -> Case:
    means = levels(cells)
    truth = sum(sign * means[domain] for domain, sign in asked.items())
    return Case(
        name=name,
        clusters=clusters,
        cells=cells,
        coefficients=asked,
        truth=truth,
        enough=enough,
    )


def stratified_mean(per_stratum: int, *, strata: int = 4) -> Case:
    """Strata of different level and weight, unequal clusters of about 20 people."""
    count = per_stratum * strata
    stratum = np.repeat(np.arange(strata), per_stratum)
    cells = Cells(
        cluster=np.arange(count),
        domain=np.zeros(count, dtype=np.int64),
        people=np.full(count, 20),
        level=np.linspace(0.35, 0.65, strata)[stratum],
        weight=np.linspace(1, 3, strata)[stratum],
        stratum_of_cluster=stratum,
        domains=WHOLE,
        intraclass_correlation=0.05,
    )
    label = f"{count} in {strata} strata" if strata > 1 else f"{count}"
    return case("mean", label, cells, asked={(): 1.0}, enough=count >= 40)


def gap_between_sides(districts: int, police_officers: int) -> Case:
    """The population lives in districts; police officers are drawn one by one."""
    count = districts + police_officers
    side = np.repeat([1, 0], [districts, police_officers])
    cells = Cells(
        cluster=np.arange(count),
        domain=side,
        people=np.where(side == 1, 15, 1),
        level=np.where(side == 1, 0.5, 0.7),
        weight=np.ones(count),
        stratum_of_cluster=1 - side,
        domains=SIDES,
        intraclass_correlation=0.05,
    )
    asked = {("population",): 1.0, ("police_officers",): -1.0}
    label = f"{districts} districts, {police_officers} police officers"
    return case("gap", label, cells, asked=asked, enough=districts >= 40)


def change_between_waves(clusters: int, *, moved: float = 0.05) -> Case:
    """The same clusters twice, new people each time."""
    wave = np.repeat([0, 1], clusters)
    cells = Cells(
        cluster=np.tile(np.arange(clusters), 2),
        domain=wave,
        people=np.full(2 * clusters, 15),
        level=0.5 + moved * wave,
        weight=np.ones(2 * clusters),
        stratum_of_cluster=np.zeros(clusters, dtype=np.int64),
        domains=BEFORE_AFTER,
        intraclass_correlation=0.05,
        cluster_autocorrelation=0.8,
    )
    asked = {(2,): 1.0, (1,): -1.0}
    return case("change", f"{clusters}", cells, asked=asked, enough=clusters >= 40)


def two_arms(
    pilot: int, comparison: int, *, effect: float = 0.0, uneven: bool = True
) -> Case:
    """Two arms in the same clusters before and after; arms are strata."""
    arm = np.repeat([0, 1], [comparison, pilot])
    clusters = len(arm)
    wave = np.repeat([0, 1], clusters)
    cells = Cells(
        cluster=np.tile(np.arange(clusters), 2),
        domain=2 * wave + np.tile(arm, 2),
        people=np.full(2 * clusters, 20),
        level=0.5 + 0.03 * wave + effect / 100 * wave * np.tile(arm, 2),
        weight=np.ones(2 * clusters),
        stratum_of_cluster=arm,
        domains=ARMS,
        intraclass_correlation=0.05,
        cluster_autocorrelation=0.8,
        uneven=uneven,
    )
    signs = (1.0, -1.0, -1.0, 1.0)
    return case(
        "difference in differences"
        + (f", effect {effect:g}" if effect else ", no effect"),
        f"{pilot} pilot, {comparison} comparison",
        cells,
        asked=dict(zip(ARMS, signs, strict=True)),
        enough=min(pilot, comparison) >= 20,
    )


def coverage_cases() -> list[Case]:
    return [
        stratified_mean(10),
        gap_between_sides(40, 60),
        change_between_waves(40),
        two_arms(20, 20),
        two_arms(20, 20, effect=5.0),
        two_arms(20, 40, effect=5.0),
        stratified_mean(15, strata=1),
        stratified_mean(6, strata=1),
        gap_between_sides(6, 12),
        change_between_waves(6),
        *(two_arms(count, count) for count in (10, 6, 4, 3, 2)),
        two_arms(2, 10),
    ]
