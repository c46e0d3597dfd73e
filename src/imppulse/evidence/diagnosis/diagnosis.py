"""The diagnosis: what the sides say, where they differ, and what weighs most.

One pass over the answers gives every index on every side with their joint
covariance; gaps, misperceptions and shortfalls are combinations of these. No
number rests on fewer respondents than the threshold, nor can such a number be
had from the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import narwhals as nw

from imppulse.evidence.diagnosis.diagnosis_districts import by_district
from imppulse.evidence.diagnosis.diagnosis_plan import (
    POLICE_OFFICERS,
    POPULATION,
    DiagnosisPlan,
    FactorMeasure,
    Guess,
)
from imppulse.evidence.diagnosis.diagnosis_results import (
    Diagnosis,
    FactorOfSide,
    Gap,
    IndexOfSide,
    Misperception,
    Respondents,
)
from imppulse.evidence.diagnosis.means import means
from imppulse.evidence.diagnosis.ranking import joint_ranks
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Contrast, Estimate, Estimates
from imppulse.evidence.scales.scales import add_indices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame

__all__ = ["Diagnosis", "DiagnosisPlan", "FactorMeasure", "Guess", "diagnose"]


@traced
def diagnose(frame: IntoFrame, plan: DiagnosisPlan) -> Diagnosis:
    """Diagnose the relation between the sides from their answers.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation, with the
        columns ``side``, ``force`` when the plan names one, the items and what
        the design names.
    plan : DiagnosisPlan

    Returns
    -------
    Diagnosis

    Raises
    ------
    EstimationError
        ``several_forces``, and those of `add_indices` and `mean`.
    DesignError
        Those of `mean`.
    """
    scored: IntoFrame = add_indices(frame, plan.indices)
    names = [index.name for index in plan.indices]
    by = ("side",) if plan.force is None else ("side", "force")
    counts = _respondents(scored, plan)
    found = means(scored, names, plan.design, by=by, level=plan.level)
    study = _Study(plan, found)
    return Diagnosis(
        force=plan.force,
        threshold=plan.threshold,
        police_threshold=plan.threshold_of(POLICE_OFFICERS),
        level=plan.level,
        interval_valid=not plan.self_selected,
        respondents=counts,
        indices=study.indices(),
        gaps=study.gaps(),
        misperceptions=tuple(map(study.misperception, plan.guesses)),
        image_minus_local=study.image_minus_local(),
        factors=_ranked([study.factor(f) for f in plan.factors], plan),
        districts=by_district(scored, plan, study.published(POPULATION)),
    )


def _respondents(scored: IntoFrame, plan: DiagnosisPlan) -> tuple[Respondents, ...]:
    rows = nw.from_native(scored).lazy()
    has_force = "force" in rows.collect_schema()
    by = ("side", "force") if has_force else ("side",)
    table = rows.group_by(*by).agg(nw.len().alias("n")).collect().rows(named=True)
    if plan.force is None:
        _refuse_several_forces([row for row in table if "force" in row])
    else:
        table = [row for row in table if row["force"] == plan.force]
    counted = {
        side: sum(int(row["n"]) for row in table if row["side"] == side)
        for side in plan.sides
    }
    hidden = {side: 0 < n < plan.threshold_of(side) for side, n in counted.items()}
    return tuple(
        Respondents(side=side, suppressed=hidden[side], n=None if hidden[side] else n)
        for side, n in counted.items()
    )


def _refuse_several_forces(table: Sequence[Mapping[str, Any]]) -> None:
    forces = sorted({str(r["force"]) for r in table if r["side"] == POLICE_OFFICERS})
    if len(forces) > 1:
        raise EstimationError(
            "several_forces",
            f"police officers of {', '.join(forces)} answered: name the force",
            forces=tuple(forces),
        )


@dataclass(frozen=True)
class _Study:
    """Means of every index on every side, and what may be said of them."""

    plan: DiagnosisPlan
    means: Estimates

    def cell(self, index: str, side: str) -> tuple[str, object]:
        force = self.plan.force
        return index, (side,) if force is None else (side, force)

    def n(self, index: str, side: str) -> int:
        name, domain = self.cell(index, side)
        asked = domain in self.means.domains
        return self.means.at(name, domain).n if asked else 0

    def released(self, *cells: tuple[str, str]) -> bool:
        limit = self.plan.threshold_of
        return all(self.n(index, side) >= limit(side) for index, side in cells)

    def published(self, side: str) -> dict[str, int]:
        """Return the indices a side is shown with, and how many answered."""
        names = self.plan.names if side in self.plan.sides else ()
        return {
            name: self.n(name, side) for name in names if self.released((name, side))
        }

    def estimate(self, index: str, side: str) -> Estimate | None:
        if not self.released((index, side)):
            return None
        return self.plan.cautious(self.means.at(*self.cell(index, side)))

    def contrast(self, factors: Mapping[tuple[str, str], float]) -> Contrast | None:
        if not self.released(*factors):
            return None
        cells = {self.cell(*cell): factor for cell, factor in factors.items()}
        return self.plan.cautious(self.means.combine(cells))

    def indices(self) -> tuple[IndexOfSide, ...]:
        return tuple(
            IndexOfSide(
                index=name,
                side=side,
                suppressed=not self.released((name, side)),
                estimate=self.estimate(name, side),
            )
            for name in self.plan.names
            for side in self.plan.sides
            if self.n(name, side)
        )

    def gaps(self) -> tuple[Gap, ...]:
        return tuple(
            Gap(
                index=name,
                first=first,
                second=second,
                suppressed=not self.released((name, first), (name, second)),
                contrast=self.contrast({(name, first): 1, (name, second): -1}),
            )
            for name in self.plan.names
            for first, second in combinations(self.plan.sides, 2)
            if self.n(name, first) and self.n(name, second)
        )

    def misperception(self, guess: Guess) -> Misperception:
        believed = guess.guess, guess.guesser
        said = guess.actual, guess.target
        return Misperception(
            guess=guess.guess,
            actual=guess.actual,
            guesser=guess.guesser,
            target=guess.target,
            suppressed=not self.released(believed, said),
            guessed=self.estimate(*believed),
            said=self.estimate(*said),
            contrast=self.contrast({believed: 1, said: -1}),
        )

    def image_minus_local(self) -> Contrast | None:
        image, local = self.plan.image_index, self.plan.local_index
        if image is None or local is None:
            return None
        return self.contrast({(image, POPULATION): 1, (local, POPULATION): -1})

    def factor(self, measure: FactorMeasure) -> FactorOfSide:
        shortfall = self.shortfall(measure)
        return FactorOfSide(
            code=measure.code,
            side=measure.side,
            indices=measure.indices,
            suppressed=shortfall is None,
            shortfall=shortfall,
            rank=None,
            rank_low=None,
            rank_high=None,
            source_count=len(measure.sources),
            source_kinds=tuple(sorted(set(measure.sources))),
        )

    def shortfall(self, measure: FactorMeasure) -> Estimate | None:
        """Return 100 minus the mean of the factor's indices."""
        cells = [(index, measure.side) for index in measure.indices]
        below = self.contrast(dict.fromkeys(cells, -1 / len(cells)))
        if below is None:
            return None
        return Estimate(
            estimate=100 + below.estimate,
            std_error=below.std_error,
            ci_low=100 + below.ci_low,
            ci_high=100 + below.ci_high,
            n=min(self.n(*cell) for cell in cells),
            df=below.df,
            deff=math.nan,
        )


def _ranked(
    factors: Sequence[FactorOfSide], plan: DiagnosisPlan
) -> tuple[FactorOfSide, ...]:
    """Order by shortfall, the largest first; suppressed factors come last."""
    seen = [(f, f.shortfall) for f in factors if f.shortfall is not None]
    ranks = joint_ranks(
        [shortfall.estimate for _, shortfall in seen],
        [shortfall.std_error for _, shortfall in seen],
        [shortfall.df for _, shortfall in seen],
        level=plan.level,
    )
    ranked = [
        replace(
            factor,
            rank=int(ranks.rank[k]),
            rank_low=None if plan.self_selected else int(ranks.low[k]),
            rank_high=None if plan.self_selected else int(ranks.high[k]),
        )
        for k, (factor, _) in enumerate(seen)
    ]
    hidden = [factor for factor in factors if factor.shortfall is None]
    return (*sorted(ranked, key=lambda factor: factor.rank or 0), *hidden)
