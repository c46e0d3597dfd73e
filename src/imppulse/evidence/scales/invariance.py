"""Whether questions mean the same everywhere, so that territories compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.scales.equality_tests import equality_tests
from imppulse.evidence.scales.factor_analysis import analyse
from imppulse.evidence.scales.factor_fit import fit_independence
from imppulse.evidence.scales.factor_layout import Equality
from imppulse.evidence.scales.factor_model import structure_of
from imppulse.evidence.scales.factor_sample import read_sample
from imppulse.evidence.scales.invariance_steps import (
    InvarianceStep,
    first_step,
    next_step,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame

    from imppulse.evidence.scales.factor_fit import Fit
    from imppulse.evidence.scales.factor_model import Structure
    from imppulse.evidence.scales.factor_results import FactorAnalysis
    from imppulse.evidence.scales.factor_sample import FactorSample
    from imppulse.evidence.survey.design import SampleDesign

FEWEST_INVARIANT_ITEMS = 2


class Comparability(StrEnum):
    """What may be compared between groups."""

    LEVELS = "levels_comparable"
    CHANGES = "only_changes_comparable"
    NEITHER = "neither"


@dataclass(frozen=True)
class MeasurementInvariance(Result):
    """Whether a scale measures the same thing in the same unit everywhere.

    Attributes
    ----------
    verdict : Comparability
        ``levels_comparable``: loadings and intercepts are alike, or those of
        at least two items per factor. ``only_changes_comparable``: loadings
        are alike, so a point is worth the same everywhere, but not where the
        scale starts. ``neither`` otherwise.
    failed_step : str or None
        ``"configural"``, ``"metric"`` or ``"scalar"``; None when none failed.
    failed_criteria : tuple of str
        Which limits it crossed: ``"cfi"``, ``"rmsea"``, ``"srmr"``.
    freed_intercepts : tuple of str
        Items whose intercepts had to differ (partial invariance), in the
        order they were freed. Means of the items or of an index that holds
        them are not comparable; factor means of `accepted` are.
    steps : tuple of InvarianceStep
        In the order they were made.
    groups : tuple
    n : tuple of int
    accepted : FactorAnalysis
        The strictest model that held; the configural one when none did.
    """

    verdict: Comparability
    failed_step: str | None
    failed_criteria: tuple[str, ...]
    freed_intercepts: tuple[str, ...]
    steps: tuple[InvarianceStep, ...]
    groups: tuple[object, ...]
    n: tuple[int, ...]
    accepted: FactorAnalysis

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per step."""
        return [row for step in self.steps for row in step.rows()]


@traced
def measurement_invariance(
    frame: IntoFrame,
    factors: Mapping[str, Sequence[str]],
    design: SampleDesign,
    *,
    group: str,
) -> MeasurementInvariance:
    """Say whether levels, changes only, or neither compare between groups.

    Fits the same factors with more and more held equal: nothing (configural),
    loadings (metric), intercepts as well (scalar). Where intercepts differ,
    the item that speaks most against equality is freed, one after the other,
    as long as two items per factor stay equal (partial scalar).

    Parameters
    ----------
    frame, factors, design
        As in `factor_analysis`.
    group : str
        Column of groups: territories, waves, languages, sides.

    Returns
    -------
    MeasurementInvariance

    Raises
    ------
    DesignError, EstimationError
        Those of `factor_analysis`, and ``one_group_only``.

    Notes
    -----
    Where the thresholds come from: see `invariance_steps`. They are
    conventions from simulations of two groups, not tests at a stated level.
    "Holds" means that no difference large enough to matter was seen, not that
    there is none: small groups pass easily.

    References
    ----------
    Meredith, W. (1993). Measurement invariance, factor analysis and factorial
    invariance. Psychometrika 58, 525-543.
    Byrne, B. M., Shavelson, R. J. and Muthen, B. (1989). Testing for the
    equivalence of factor covariance and mean structures: the issue of partial
    measurement invariance. Psychological Bulletin 105, 456-466.
    Steenkamp, J.-B. and Baumgartner, H. (1998). Assessing measurement
    invariance in cross-national consumer research. Journal of Consumer
    Research 25, 78-90 (two invariant items).
    Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of
    measurement invariance. Structural Equation Modeling 14, 464-504.
    """
    structure = structure_of(factors)
    sample = read_sample(frame, structure, design, group=group)
    if len(sample.groups) < 2:
        raise EstimationError(
            "one_group_only",
            f"{group} holds one group only ({sample.groups[0]})",
            column=group,
            groups=sample.groups,
        )
    return judge(structure, sample)


def judge(structure: Structure, sample: FactorSample) -> MeasurementInvariance:
    """Go through the steps on a sample that was read before."""
    ladder = _Ladder(structure, sample, fit_independence(structure, sample))
    steps, models = ladder.climb()
    failed = next((step for step in steps if not step.holds), None)
    settled = steps[-1].holds
    verdict = Comparability.NEITHER
    if settled and models[-1].equality.level == "scalar":
        verdict = Comparability.LEVELS
    elif failed is not None and failed.step == "scalar":
        verdict = Comparability.CHANGES
    held = [m for m, s in zip(models, steps, strict=True) if s.holds]
    accepted = held[-1] if held else models[0]
    return MeasurementInvariance(
        verdict=verdict,
        failed_step=None if failed is None else failed.step,
        failed_criteria=() if failed is None else failed.crossed,
        freed_intercepts=models[-1].equality.free_intercepts,
        steps=tuple(steps),
        groups=sample.groups,
        n=tuple(map(int, sample.n)),
        accepted=accepted,
    )


@dataclass(frozen=True, eq=False)
class _Ladder:
    """The models of one sample, from the loosest to the strictest."""

    structure: Structure
    sample: FactorSample
    independence: Fit

    def model(self, equality: Equality) -> FactorAnalysis:
        return analyse(
            self.structure,
            self.sample,
            equality=equality,
            independence=self.independence,
        )

    def climb(self) -> tuple[list[InvarianceStep], list[FactorAnalysis]]:
        """Return the steps made and their models."""
        models = [self.model(Equality())]
        steps = [first_step(models[0].fit)]
        levels: tuple[Literal["metric", "scalar"], ...] = ("metric", "scalar")
        for level in levels:
            if not steps[-1].holds:
                return steps, models
            models.append(self.model(Equality(level)))
            steps.append(next_step(level, models[-1].fit, models[-2].fit))
        metric = models[1]
        while not steps[-1].holds:
            relaxed = self._relaxed(models[-1])
            if relaxed is None:
                break
            models.append(relaxed)
            steps.append(
                replace(
                    next_step("partial scalar", relaxed.fit, metric.fit),
                    freed=relaxed.equality.free_intercepts[-1],
                )
            )
        return steps, models

    def _relaxed(self, model: FactorAnalysis) -> FactorAnalysis | None:
        """Free the intercept that differs most, while enough items stay equal."""
        freed = model.equality.free_intercepts
        owner = dict(
            zip(self.structure.items, self.structure.factor_of_item, strict=True)
        )
        size = np.bincount(self.structure.factor_of_item)
        for item in freed:
            size[owner[item]] -= 1
        for test in equality_tests(model).tests:
            spare = size[owner[test.item]] > FEWEST_INVARIANT_ITEMS
            if test.kind == "intercept" and spare:
                return self.model(
                    Equality("scalar", free_intercepts=(*freed, test.item))
                )
        return None
