"""Power: the formulas against simulated evaluations, design by design.

    python validation/simulation/power.py

Writes power.md. Every draw is analysed with the variance that it estimates
itself; nothing of the formula enters.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from imppulse.evidence.planning.drawn_series import PlannedSeries
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    SteppedWedge,
    smallest_detectable_effect,
)
from imppulse.evidence.planning.simulated_power import (
    simulated_power,
    simulated_smallest_effect,
)

SEED, DRAWS, SD = 20260301, 20_000, 25
QUICK = 200
HERE = Path(__file__).resolve().parent
AFTER, CHANGE, ADJUSTED = PlannedAnalysis
INTRODUCTION = f"""# Power: formula against simulation

    python validation/simulation/power.py

{DRAWS:,} draws a line, seed {SEED}, standard deviation {SD}. The effect is the one the formula says is found in 80 % of evaluations; "found" is the share of draws
that found it (simulation error 0.3 points), "false alarms" the share of the same draws that find something where there is nothing (promised: 5 %).
"""
WORDS = """
## What the figures say

- **Equal areas: formula and simulation agree** within a point for trials of persons and areas, with and without baseline, differences in differences, panels and before-after.
- **Unequal areas (coefficient of variation 0.5) find a little too much**, with and without an effect: the linearised variance of a mean weighted by size is too small with
  15 areas a side, and Student's t with areas minus two does not make up for all of it.
- **Stepped starts with few areas find a little too much**: the variance between areas is estimated from as many areas as there are; with 4 it is often estimated as 0.
- **An interrupted series with shocks that hang together finds too much**, however it is analysed: the autocorrelation is estimated from the same few points. The figures
  beside each plan say how much; there is no formula here, and the smallest effect is the one found in 80 % of draws at the nominal level.
"""


def arm(areas: int | None, people: int = 30, **more: float) -> PlannedSample:
    return PlannedSample(
        invitations=people * (areas or 1),
        response_rate=1.0,
        clusters=areas,
        intraclass_correlation=0.05 if areas else 0.0,
        **more,
    )


def pair(
    analysis: PlannedAnalysis, one: PlannedSample, other: PlannedSample, **more: float
) -> PlannedComparison:
    return PlannedComparison(treated=one, comparison=other, analysis=analysis, **more)


def designs() -> dict[str, PlannedComparison | SteppedWedge]:
    persons, few, some, many = arm(None, 60), arm(4), arm(8), arm(20)
    uneven = arm(15, cluster_size_cv=0.5)
    kept = {"cluster_autocorrelation": 0.8}
    return {
        "trial of persons, 60 + 60, attrition 15 %": pair(AFTER, persons, persons, attrition=0.15),
        "same, with baseline, correlation .5": pair(ADJUSTED, persons, persons, attrition=0.15, person_correlation=0.5),
        "trial of areas, 4 + 4": pair(AFTER, few, few),
        "trial of areas, 8 + 8": pair(AFTER, some, some),
        "trial of areas, 4 + 8": pair(AFTER, few, some),
        "trial of areas, 20 + 20": pair(AFTER, many, many),
        "trial of areas, 15 + 15, unequal": pair(AFTER, uneven, uneven),
        "trial of areas with baseline, 4 + 4": pair(ADJUSTED, few, few, **kept),
        "trial of areas with baseline, 8 + 8": pair(ADJUSTED, some, some, **kept),
        "trial of areas with baseline, 20 + 20": pair(ADJUSTED, many, many, **kept),
        "difference in differences, 4 + 4": pair(CHANGE, few, few, **kept),
        "difference in differences, 8 + 8": pair(CHANGE, some, some, **kept),
        "difference in differences, 15 + 15, unequal": pair(CHANGE, uneven, uneven, **kept),
        "panel, 4 + 4, correlation .6, attrition 20 %": pair(CHANGE, few, few, person_correlation=0.6, attrition=0.2, **kept),
        "panel, 8 + 8, correlation .6, attrition 20 %": pair(CHANGE, some, some, person_correlation=0.6, attrition=0.2, **kept),
        "before and after, 8 areas": PlannedComparison(treated=some, comparison=None, analysis=CHANGE, **kept),
        "stepped start, 1 + 1 + 1 + 1 areas": SteppedWedge(starts=(1,) * 4, people=20, intraclass_correlation=0.05),
        "stepped start, 3 + 3 + 3 areas": SteppedWedge(starts=(3,) * 3, people=20, intraclass_correlation=0.05),
        "stepped start, 5 + 5 + 5 + 5 areas": SteppedWedge(starts=(5,) * 4, people=20, intraclass_correlation=0.05),
    }  # fmt: skip


def compared(draws: int) -> list[str]:
    lines = [
        "| design | df | smallest effect | found (formula: 80 %) | false alarms | SE simulated / formula |",
        "|---|---|---|---|---|---|",
    ]
    for name, design in designs().items():
        planned = smallest_detectable_effect(design, sd=SD)
        drawn = simulated_power(design, planned.effect, sd=SD, draws=draws, seed=SEED)
        lines.append(
            f"| {name} | {planned.df:.0f} | {planned.effect:.2f} | {drawn.power:.1%} | "
            f"{drawn.false_alarms:.1%} | {drawn.std_error / planned.std_error:.3f} |"
        )
        print(lines[-1], flush=True)
    return lines


def series(draws: int) -> list[str]:
    lines = [
        "| series: points before + after, shock, autocorrelation | smallest effect (simulated) | false alarms |",
        "|---|---|---|",
    ]
    for points, shock, rho in ((8, 0, 0), (8, 0.1, 0.4), (12, 0.1, 0.4), (24, 0.1, 0.4), (24, 0.1, 0.7), (60, 0.1, 0.4)):  # fmt: skip
        design = PlannedSeries(
            before=points, after=points, people=100, shock=shock, autocorrelation=rho
        )
        found = simulated_smallest_effect(design, sd=SD, draws=draws, seed=SEED)
        lines.append(
            f"| {points} + {points}, {shock:g}, {rho:g} | {found.effect:.2f} | {found.false_alarms:.1%} |"
        )
        print(lines[-1], flush=True)
    return lines


def main(*, quick: bool = False) -> None:
    started = time.monotonic()
    draws = QUICK if quick else DRAWS
    page = "\n".join([INTRODUCTION, *compared(draws), "", *series(draws), WORDS])
    if quick:
        return
    (HERE / "power.md").write_text(page, encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
