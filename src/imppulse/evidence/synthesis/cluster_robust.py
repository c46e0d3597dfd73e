"""Tests that hold when rows of the same territory move together: CR2.

The sandwich variance whose residuals are corrected so that it is unbiased when
the working model is right, with Satterthwaite's degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

# Eigenvalues below this share of the largest are directions without residuals.
SMALLEST_SHARE = 1e-12


@dataclass(frozen=True, eq=False)
class RobustTest:
    """Standard errors and degrees of freedom of the coefficients, (coefficients,)."""

    std_error: Floats
    df: Floats


def cr2(
    x: Floats, residuals: Floats, *, working: Floats, cluster: NDArray[np.intp]
) -> RobustTest:
    """Return the CR2 test of weighted least squares with weights 1 / `working`.

    Parameters
    ----------
    x : (rows, coefficients)
    residuals : (rows,)
    working : (rows, rows)
        Covariance of the rows in the working model.
    cluster : (rows,) int

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169-181.
    Pustejovsky & Tipton (2018), JBES 36, 672-683.
    """
    weight = np.linalg.inv(working)
    bread = np.linalg.inv(x.T @ weight @ x)
    left = np.eye(len(x)) - x @ bread @ x.T @ weight
    spread = left @ working @ left.T
    members = [np.flatnonzero(cluster == each) for each in np.unique(cluster)]
    parts = [
        bread
        @ x[rows].T
        @ weight[np.ix_(rows, rows)]
        @ _adjustment(working[np.ix_(rows, rows)], spread[np.ix_(rows, rows)])
        for rows in members
    ]
    pieces = np.array(
        [part @ residuals[rows] for part, rows in zip(parts, members, strict=True)]
    )
    # One column per cluster: what its piece of the variance looks at.
    views = np.zeros((len(members), *x.T.shape))
    for view, part, rows in zip(views, parts, members, strict=True):
        view[:, rows] = part
    df = [_satterthwaite(views[:, j], spread) for j in range(x.shape[1])]
    return RobustTest(np.sqrt((pieces**2).sum(0)), np.array(df))


def _adjustment(working: Floats, spread: Floats) -> Floats:
    """Return the matrix that gives the residuals the variance of the errors."""
    root = np.linalg.cholesky(working).T
    values, vectors = np.linalg.eigh(root @ spread @ root.T)
    used = values > SMALLEST_SHARE * values.max()
    inverse_root = np.where(used, 1 / np.sqrt(np.where(used, values, 1)), 0)
    return np.asarray(root.T @ (vectors * inverse_root) @ vectors.T @ root)


def _satterthwaite(views: Floats, spread: Floats) -> float:
    """Return twice the squared mean over the variance of a variance estimate."""
    products = views @ spread @ views.T
    return float(np.trace(products) ** 2 / (products**2).sum())
