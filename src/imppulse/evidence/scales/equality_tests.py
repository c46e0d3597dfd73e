"""Which equality across groups the answers speak against: score tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.scales.factor_layout import kind_at
from imppulse.evidence.scales.factor_model import expected_information, gradient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from imppulse.evidence.scales.factor_fit import Fit
    from imppulse.evidence.scales.factor_model import Kind
    from imppulse.evidence.scales.factor_results import FactorAnalysis

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class EqualityTest(Result):
    """What freeing one parameter would bring.

    Attributes
    ----------
    kind : {"loading", "intercept", "residual"}
    item : str
    group : object
        Freed in this group alone; None: freed in every group.
    chi_square, df, p_value : float, int, float
        How much the model's chi-square would fall, to first order.
    expected_change : float
        How far the parameter of the group would move from the common value,
        in its units; NaN where every group is freed.
    """

    kind: Kind
    item: str
    group: object
    chi_square: float
    df: int
    p_value: float
    expected_change: float


@dataclass(frozen=True)
class EqualityTests(Result):
    """Score tests of every equality, the strongest first."""

    tests: tuple[EqualityTest, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per test."""
        return [row for test in self.tests for row in test.rows()]


@traced
def equality_tests(analysis: FactorAnalysis, *, by: str = "item") -> EqualityTests:
    """Test each equality across groups without fitting the model anew.

    Parameters
    ----------
    analysis : FactorAnalysis
        With equal loadings, intercepts or residual variances.
    by : {"item", "group"}
        Free a parameter in every group at once (`groups - 1` degrees of
        freedom), or in one group alone (1 degree).

    Returns
    -------
    EqualityTests

    Raises
    ------
    EstimationError
        ``nothing_held_equal``, ``unknown_release``.

    Notes
    -----
    The information is the expected one: with weights, clusters or answers far
    from normal the order of the tests holds better than their p values. Many
    tests are made, so some small p values come by chance.

    References
    ----------
    Sorbom, D. (1989). Model modification. Psychometrika 54, 371-384.
    Bentler, P. M. and Chou, C.-P. (1992). Some new covariance structure model
    improvement statistics. Sociological Methods and Research 21, 259-282.
    """
    if by not in {"item", "group"}:
        raise EstimationError(
            "unknown_release",
            f"by must be item or group, not {by!r}",
            given=by,
            choices=("item", "group"),
        )
    tests = list(_tests(analysis, by))
    if not tests:
        raise EstimationError(
            "nothing_held_equal",
            "nothing is held equal across groups: there is nothing to test",
        )
    return EqualityTests(tuple(sorted(tests, key=lambda test: -test.chi_square)))


def _tests(analysis: FactorAnalysis, by: str) -> Iterator[EqualityTest]:
    model = analysis.estimated
    structure, sample = model.likelihood.structure, model.likelihood.sample
    share = sample.share
    scores = -share[:, None] * gradient(
        structure, model.local, mean=sample.mean, covariance=sample.covariance
    )
    information = share[:, None, None] * expected_information(structure, model.local)
    count = len(share)
    for place in _held(model):
        kind = kind_at(structure, place)
        item = structure.items[place - structure.part[kind].start]
        choices = [[g] for g in range(count)] if by == "group" else [[*range(1, count)]]
        for freed in choices:
            yield _test(
                _Release(model, scores, information, place, tuple(freed)),
                kind,
                item,
                group=analysis.groups[freed[0]] if by == "group" else None,
            )


def _held(model: Fit) -> list[int]:
    """Return the places whose parameter is one and the same in every group."""
    position = model.likelihood.layout.position
    if len(position) < 2:
        return []
    same = (position == position[0]).all(axis=0) & (position[0] >= 0)
    return [int(place) for place in np.flatnonzero(same)]


@dataclass(frozen=True, eq=False)
class _Release:
    """A parameter given its own value in some groups."""

    model: Fit
    scores: FloatArray
    information: FloatArray
    place: int
    freed: tuple[int, ...]

    def solve(self) -> tuple[float, float]:
        """Return the statistic and how far the first freed parameter moves."""
        layout = self.model.likelihood.layout
        groups, size, free = layout.selection.shape
        selection = np.zeros((groups, size, free + len(self.freed)))
        selection[..., :free] = layout.selection
        for k, group in enumerate(self.freed):
            selection[group, self.place, :] = 0.0
            selection[group, self.place, free + k] = 1.0
        score = np.einsum("gk,gkq->q", self.scores, selection)
        turned = np.swapaxes(selection, -1, -2)
        information = (turned @ self.information @ selection).sum(axis=0)
        move = np.linalg.solve(information, score)
        common = layout.position[self.freed[0], self.place]
        statistic = self.model.likelihood.sample.total * score @ move
        return float(statistic), float(move[free] - move[common])


def _test(release: _Release, kind: Kind, item: str, *, group: object) -> EqualityTest:

    statistic, change = release.solve()
    df = len(release.freed)
    return EqualityTest(
        kind=kind,
        item=item,
        group=group,
        chi_square=statistic,
        df=df,
        p_value=float(scipy.special.chdtrc(df, statistic)),
        expected_change=change if group is not None else np.nan,
    )
