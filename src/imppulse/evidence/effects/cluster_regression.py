"""Weighted least squares whose errors allow for clusters, few ones included.

Private to the methods for differences in differences and few clusters, which
document what comes out. CR0 is the plain sandwich, CR1 multiplies it by
G/(G-1) (n-1)/(n-k), CR2 adjusts the residuals of each cluster so that the
variance is unbiased when answers are independent and equally spread.

References
----------
Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for
linear regression with multi-stage samples. Survey Methodology 28, 169-181.
Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for
cluster-robust variance estimation and hypothesis testing in fixed effects
models. Journal of Business & Economic Statistics 36, 672-683.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

Variance = Literal["CR0", "CR1", "CR2"]
VARIANCES: tuple[Variance, ...] = get_args(Variance)
ZERO_EIGENVALUE = 1e-12


@dataclass(frozen=True, eq=False)
class ClusterRegression:
    """A weighted regression and the cluster of each row.

    Attributes
    ----------
    y : (rows,) float
    x : (rows, terms) float
    names : tuple of str
        Of the terms.
    weight : (rows,) float
        Above zero.
    cluster : (rows,) int
        0 to clusters - 1.
    """

    y: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    weight: FloatArray
    cluster: IntArray

    def __post_init__(self) -> None:
        if self.clusters < 2:
            raise DesignError(
                "one_cluster",
                "one cluster alone gives no variance: at least two are needed",
                cluster=None,
            )
        rows, terms = self.x.shape
        if rows <= terms:
            raise EstimationError(
                "too_few_rows_for_terms",
                f"{rows} answers cannot support {terms} terms",
                answers=rows,
                terms=terms,
            )
        self._check_rank()

    def _check_rank(self) -> None:
        scaled = np.sqrt(self.weight)[:, None] * self.x
        length = np.linalg.norm(scaled, axis=0)
        unit = scaled / np.where(length > 0, length, 1)
        triangle = np.abs(np.diag(np.linalg.qr(unit, mode="r")))
        wrong = tuple(
            self.names[k] for k in np.flatnonzero((triangle < 1e-9) | (length == 0))
        )
        if wrong:
            raise EstimationError(
                "collinear_terms",
                f"terms that follow from the others: {', '.join(wrong)}",
                terms=wrong,
            )

    @property
    def clusters(self) -> int:
        """How many clusters the rows lie in."""
        return int(self.cluster.max(initial=-1)) + 1

    @cached_property
    def bread(self) -> FloatArray:
        """Inverse of X'WX, (terms, terms)."""
        return np.asarray(
            np.linalg.inv(self.x.T @ (self.weight[:, None] * self.x)), float
        )

    @cached_property
    def coefficients(self) -> FloatArray:
        """Weighted least squares, (terms,), by an orthogonal factorisation."""
        root = np.sqrt(self.weight)
        found = np.linalg.lstsq(root[:, None] * self.x, root * self.y, rcond=None)
        return np.asarray(found[0], float)

    @cached_property
    def residuals(self) -> FloatArray:
        """What the terms leave, (rows,)."""
        return np.asarray(self.y - self.x @ self.coefficients)

    def sums(self, rows: FloatArray) -> FloatArray:
        """Sum rows by cluster, (clusters, columns)."""
        return np.asarray(np.add.reduceat(rows[self._order], self._starts, axis=0))

    @cached_property
    def _order(self) -> IntArray:
        return np.argsort(self.cluster, kind="stable")

    @cached_property
    def _starts(self) -> IntArray:
        return np.searchsorted(self.cluster[self._order], np.arange(self.clusters))

    def errors_of(self, term: str, variance: Variance) -> tuple[float, float]:
        """Return standard error and degrees of freedom of one coefficient."""
        if variance not in VARIANCES:
            raise EstimationError(
                "unknown_variance",
                f"the variance must be {', '.join(VARIANCES)}, not {variance!r}",
                given=variance,
                choices=VARIANCES,
            )
        place = self.names.index(term)
        return (
            self._adjusted(place)
            if variance == "CR2"
            else self._plain(place, corrected=variance == "CR1")
        )

    def _plain(self, place: int, *, corrected: bool) -> tuple[float, float]:
        scores = self.x @ self.bread[:, place] * self.weight * self.residuals
        variance = float((self.sums(scores[:, None]) ** 2).sum())
        (rows, terms), count = self.x.shape, self.clusters
        if corrected:
            variance *= count / (count - 1) * (rows - 1) / (rows - terms)
        return float(np.sqrt(variance)), count - 1.0

    def _adjusted(self, place: int) -> tuple[float, float]:
        """CR2 error of one coefficient, and Satterthwaite's degrees of freedom."""
        middle = (
            self.bread @ (self.x.T @ (self.weight[:, None] ** 2 * self.x)) @ self.bread
        )
        direction = self.weight * (self.x @ self.bread[:, place])
        adjusted = np.zeros(len(self.y))
        for rows in np.split(self._order, self._starts[1:]):
            adjusted[rows] = self._inverse_root(rows, middle, direction[rows])
        contribution = self.sums((adjusted * self.residuals)[:, None])
        return (
            float(np.sqrt((contribution**2).sum())),
            self._satterthwaite(adjusted, middle),
        )

    def _inverse_root(
        self, rows: IntArray, middle: FloatArray, vector: FloatArray
    ) -> FloatArray:
        """Multiply by the inverse root of (I - H)(I - H)' of one cluster.

        That matrix is I + Z K Z' with Z = [X, WX] of the cluster: only the
        few directions that Z spans differ from the identity.
        """
        x = self.x[rows]
        used = np.flatnonzero(np.any(x != 0, axis=0))
        x, weighted = x[:, used], (self.weight[rows, None] * x)[:, used]
        bread, inner = (m[np.ix_(used, used)] for m in (self.bread, middle))
        core = np.block([[inner, -bread], [-bread, np.zeros_like(bread)]])
        left, size, right = np.linalg.svd(np.hstack([x, weighted]), full_matrices=False)
        rank = size > size[0] * 1e-13
        basis, span = left[:, rank], size[rank, None] * right[rank]
        small = np.eye(int(rank.sum())) + span @ core @ span.T
        value, axis = np.linalg.eigh((small + small.T) / 2)
        power = np.zeros_like(value)
        power[value > ZERO_EIGENVALUE] = value[value > ZERO_EIGENVALUE] ** -0.5
        inside = basis.T @ vector
        turned = axis @ (power * (axis.T @ inside))
        return np.asarray(vector + basis @ (turned - inside))

    def _satterthwaite(self, adjusted: FloatArray, middle: FloatArray) -> float:
        """Degrees of freedom: (sum of diagonal)² over sum of squares of P'P."""
        own = self.sums((adjusted**2)[:, None])[:, 0]
        plain = self.sums(adjusted[:, None] * self.x)
        weighted = self.sums((adjusted * self.weight)[:, None] * self.x)
        cross = weighted @ self.bread @ plain.T
        products = np.diag(own) - cross - cross.T + plain @ middle @ plain.T
        return float(np.trace(products) ** 2 / (products**2).sum())
