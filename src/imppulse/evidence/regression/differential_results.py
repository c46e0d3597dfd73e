"""What tests of differential items return."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imppulse.evidence.results import Result, document

if TYPE_CHECKING:
    from imppulse.evidence.regression.mantel import ChiSquaredTest


@dataclass(frozen=True)
class DifferentialItem(Result):
    """Tests of one item between groups of equal rest score.

    Attributes
    ----------
    item, group : str
    groups : tuple
        Values of `group`; the first is the reference.
    n : int
        Complete answers.
    effects : dict
        For each further group, the shift of its log-odds of a higher answer
        against the reference, at equal rest score (uniform model).
    uniform, nonuniform : ChiSquaredTest
        Likelihood ratios: do groups shift the item, and does the shift change
        with the score?
    mantel : ChiSquaredTest
        Generalised Mantel-Haenszel test of any association between group and
        answer at equal score.
    pseudo_r2_change : float
        What the groups, shift and change of shift together add to McFadden's
        pseudo R-squared: the size of the matter, whatever n is.
    """

    item: str
    group: str
    groups: tuple[object, ...]
    n: int
    effects: dict[object, float]
    uniform: ChiSquaredTest
    nonuniform: ChiSquaredTest
    mantel: ChiSquaredTest
    pseudo_r2_change: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: item, n, statistics, df and p values of the tests."""
        tests = {
            f"{kind}_{name}": getattr(getattr(self, kind), name)
            for kind in ("uniform", "nonuniform", "mantel")
            for name in ("statistic", "df", "p_value")
        }
        size = {"pseudo_r2_change": self.pseudo_r2_change}
        return [{"item": self.item, "n": self.n, **tests, **size}]


@dataclass(frozen=True)
class DifferentialItems(Result):
    """The items of a scale, each tested given the sum of the others."""

    group: str
    items: tuple[DifferentialItem, ...] = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per item."""
        return [row for item in self.items for row in item.rows()]

    def to_dict(self) -> dict[str, Any]:
        """Return everything about each item, ready for JSON."""
        return document(
            {"group": self.group, "items": self.items, "provenance": self.provenance}
        )
