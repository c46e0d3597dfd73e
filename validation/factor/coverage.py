"""How often the verdict on comparability is wrong.

    python validation/factor/coverage.py [draws [seconds]]

Every draw goes through the library's own estimation. Draws come in rounds of
500, each with a seed of its own, every case in every round: stopped after
`seconds`, whole rounds count, and the same number of draws gives the same
figures again. Writes the figures into README.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from validation.factor.invariance_draws import Case, draw

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.invariance import judge

SEED = 20261122
DRAWS = 10_000
ROUND = 500
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


def verdicts(place: int, part: int, draws: int) -> Counter[str]:
    """Count verdicts of one round; an either-or rule and the difference test beside."""
    case, rng = CASES[place][1], np.random.default_rng((SEED, place, part))
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


def rounds(draws: int, seconds: float) -> tuple[list[Counter[str]], int]:
    """Tally round after round, as many as there is time for; at least one."""
    started = time.monotonic()
    tallies: list[Counter[str]] = [Counter() for _ in CASES]
    size = min(ROUND, draws)
    for part in range(draws // size):
        begun = time.monotonic()
        for place, tally in enumerate(tallies):
            tally.update(verdicts(place, part, size))
        done, now = (part + 1) * size, time.monotonic()
        print(f"{done:,} draws a line, {now - started:.0f} s", flush=True)
        write_figures(verdict_table(tallies, done))
        if now - started + (now - begun) > seconds:
            return tallies, done
    return tallies, done


def verdict_table(tallies: list[Counter[str]], draws: int) -> list[str]:
    return [
        f"{draws:,} draws a line, seed {SEED}.",
        "",
        HEADER,
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *(
            verdict_line(name, case, seen, draws=draws)
            for (name, case), seen in zip(CASES, tallies, strict=True)
        ),
    ]


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


def write_figures(lines: list[str]) -> None:
    page = HERE / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n".join(lines)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def main(*, quick: bool = False, draws: int = DRAWS, seconds: float = np.inf) -> None:
    if quick:
        last = len(CASES) - 1
        print(verdict_line(*CASES[last], verdicts(last, 0, 1), draws=1))
        return
    tallies, done = rounds(draws, seconds)
    print(*verdict_table(tallies, done), sep="\n")


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(
        quick="--quick" in sys.argv,
        draws=asked[0] if asked else DRAWS,
        seconds=asked[1] if len(asked) > 1 else np.inf,
    )
