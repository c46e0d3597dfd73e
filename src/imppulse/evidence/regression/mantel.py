"""The generalised Mantel-Haenszel test: group and answer, stratum by stratum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ChiSquaredTest(Result):
    """A statistic, its degrees of freedom and p value (chi-squared)."""

    statistic: float
    df: int
    p_value: float

    @classmethod
    def of(cls, statistic: float, df: int) -> ChiSquaredTest:
        """Look a statistic up in the chi-squared distribution."""
        return cls(statistic, df, float(scipy.stats.chi2.sf(statistic, df)))


def generalised_mantel(cells: FloatArray) -> ChiSquaredTest:
    """Test whether group and answer go together among people of equal score.

    Parameters
    ----------
    cells : (scores, groups, answers) float
        People in each cell.

    Returns
    -------
    ChiSquaredTest
        Of general association, (groups - 1)(answers - 1) degrees of freedom
        where every answer can go with every group. A score that one person has
        alone says nothing.

    Raises
    ------
    EstimationError
        ``mantel_shape``, ``mantel_not_counts``.

    References
    ----------
    Mantel, N. and Byar, D. P. (1978). Marginal homogeneity, symmetry and
    independence. Communications in Statistics A 7, 953-976.
    Agresti, A. (2002). Categorical Data Analysis, second edition. Wiley,
    section 7.5.3.
    """
    _check(cells)
    _, groups, answers = cells.shape
    free = (groups - 1) * (answers - 1)
    distance, covariance = np.zeros(free), np.zeros((free, free))
    for table in cells[cells.sum(axis=(1, 2)) > 1]:
        n, rows, columns = table.sum(), table.sum(axis=1), table.sum(axis=0)
        expected = np.outer(rows, columns) / n
        distance += (table - expected)[:-1, :-1].ravel()
        between = (np.diag(rows) - np.outer(rows, rows) / n)[:-1, :-1]
        within = (np.diag(columns) - np.outer(columns, columns) / n)[:-1, :-1]
        covariance += np.kron(between, within) / (n - 1)
    statistic = float(distance @ np.linalg.pinv(covariance, hermitian=True) @ distance)
    df = int(np.linalg.matrix_rank(covariance, hermitian=True))
    return ChiSquaredTest.of(statistic, df)


def _check(cells: FloatArray) -> None:
    if cells.ndim != 3 or cells.shape[1] < 2 or cells.shape[2] < 2:
        raise EstimationError(
            "mantel_shape",
            "cells of scores, two groups or more and two answers or more are needed, "
            f"not the shape {cells.shape}",
            shape=cells.shape,
        )
    if not ((cells >= 0) & np.isfinite(cells)).all():
        raise EstimationError(
            "mantel_not_counts", "cells must hold numbers of people, 0 or more"
        )
