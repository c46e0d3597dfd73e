"""Whether two categorical answers go together, as the sample was drawn.

Pearson's statistic of the weighted table is divided by what clusters and
weights add to its spread (Rao and Scott's second-order correction).

References
----------
Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency
tables with cell proportions estimated from survey data. Annals of Statistics 12,
46-60.
Thomas, D. R. and Rao, J. N. K. (1987). Small-sample comparisons of level and power
for simple goodness-of-fit statistics under cluster sampling. JASA 82, 630-636 (the
F reference).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.linearisation import domain_df, scaled_deviations
from imppulse.evidence.survey.value_weights import ValueWeights, value_weights

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]

# Below this, relative to the largest, a direction of the table has no variance.
SINGULAR = 1e-12


@dataclass(frozen=True, eq=False)
class Independence(Result):
    """Test of independence of two columns.

    Attributes
    ----------
    first, second : str
        The columns.
    first_levels, second_levels : tuple
        Their values, sorted: rows and columns of `shares`.
    shares : (first_levels, second_levels) float
        Estimated shares of the population, summing to 1.
    f : float
        Rao and Scott's F.
    numerator_df, denominator_df : float
    p_value : float
    pearson : float
        Pearson's chi-square of the shares times n, uncorrected.
    design_effect : float
        Mean generalised design effect: `pearson` over it has about the mean
        of a chi-square with (rows - 1)(columns - 1) degrees of freedom.
    n : int
        Respondents of positive weight who answered both.
    """

    first: str
    second: str
    first_levels: tuple[object, ...]
    second_levels: tuple[object, ...]
    shares: FloatArray
    f: float
    numerator_df: float
    denominator_df: float
    p_value: float
    pearson: float
    design_effect: float
    n: int


@traced
def independence(
    frame: IntoFrame, first: str, second: str, *, design: SampleDesign
) -> Independence:
    """Test whether two categorical columns are independent in the population.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    first, second : str
        Columns of any type; rows that miss one leave the table, never the design.
    design : SampleDesign

    Returns
    -------
    Independence
        As R's ``svychisq(statistic = "F")``: empty cells add nothing to the variance.

    Raises
    ------
    DesignError
        Those of `totals` and of the variance.
    EstimationError
        ``same_column``, ``one_level`` when a column has a single value,
        ``table_without_variance`` when the clusters cannot tell the cells apart, and
        those of `totals`.

    References
    ----------
    Rao and Scott (1984), Annals of Statistics 12, 46-60.
    Thomas and Rao (1987), JASA 82, 630-636 (the F reference).
    """
    if first == second:
        raise EstimationError(
            "same_column", f"{first!r} cannot be tested against itself", column=first
        )
    found = value_weights(frame, (first, second), design)
    levels = _levels(found, (first, second))
    shares, covariance, df = _cells(found, levels)
    n = int(found.answers.sum())
    table = shares.reshape(len(levels[0]), len(levels[1]))
    pearson = n * _distance(table)
    delta = _generalised_effects(table, covariance, n)
    trace = float(np.trace(delta))
    numerator = trace**2 / float(np.trace(delta @ delta))
    statistic, denominator = pearson / trace, numerator * df
    return Independence(
        first=first,
        second=second,
        first_levels=levels[0],
        second_levels=levels[1],
        shares=table,
        f=statistic,
        numerator_df=numerator,
        denominator_df=denominator,
        p_value=float(scipy.stats.f.sf(statistic, numerator, denominator)),
        pearson=pearson,
        design_effect=trace / len(delta),
        n=n,
    )


def _levels(
    found: ValueWeights, columns: tuple[str, str]
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    used = [found.table.domains[k] for k in np.unique(found.combination)]
    first, second = (_ordered({cell[k] for cell in used}) for k in (0, 1))
    for column, values in zip(columns, (first, second), strict=True):
        if len(values) < 2:
            raise EstimationError(
                "one_level",
                f"column {column!r} has the single value {values[0]!r}",
                column=column,
                value=values[0],
            )
    return first, second


def _ordered(values: set[Any]) -> tuple[object, ...]:
    return tuple(sorted(values, key=lambda value: (isinstance(value, str), value)))


def _cells(
    found: ValueWeights, levels: tuple[tuple[object, ...], tuple[object, ...]]
) -> tuple[FloatArray, FloatArray, float]:
    """Return the share of every cell, row by row, their covariance, and df."""
    first, second = levels
    place = np.full(len(found.table.domains), -1)
    for k in np.unique(found.combination):
        row, column = found.table.domains[k]
        place[k] = first.index(row) * len(second) + second.index(column)
    clusters, cells = len(found.table.stratum_of_cluster), len(first) * len(second)
    at = found.cluster * cells + place[found.combination]
    weight = np.bincount(at, found.weight, clusters * cells).reshape(clusters, cells)
    shares = weight.sum(axis=0) / weight.sum()
    parts = (weight - shares * weight.sum(axis=1, keepdims=True)) / weight.sum()
    presence = weight.sum(axis=1, keepdims=True) > 0
    deviations = scaled_deviations(found.table, parts, presence)
    df = float(domain_df(found.table, presence)[0])
    return shares, deviations.T @ deviations, df


def _distance(table: FloatArray) -> float:
    """Return Pearson's chi-square per respondent."""
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(((table - expected) ** 2 / expected).sum())


def _generalised_effects(
    table: FloatArray, covariance: FloatArray, n: int
) -> FloatArray:
    """Return the matrix of design effects of the interaction, (k, k).

    Its directions are those of the saturated log-linear model that the main
    effects leave over.
    """
    rows, columns = table.shape
    contrast = [np.eye(size)[:, :-1] - np.eye(size)[:, [-1]] for size in table.shape]
    ones = [np.ones((size, 1)) for size in table.shape]
    main = np.hstack(
        [
            np.ones((rows * columns, 1)),
            np.kron(contrast[0], ones[1]),
            np.kron(ones[0], contrast[1]),
        ]
    )
    whole = np.hstack([main, np.kron(*contrast)])
    interaction = np.linalg.qr(whole)[0][:, main.shape[1] :]
    shares = table.ravel()
    inverse = np.where(shares > 0, 1 / np.where(shares > 0, shares, 1), 0)
    weighted = interaction * inverse[:, None]
    simple = interaction.T @ weighted / n
    if np.linalg.cond(simple) > 1 / SINGULAR:
        raise _without_variance()
    effects = np.linalg.solve(simple, weighted.T @ covariance @ weighted)
    if not np.trace(effects) > SINGULAR:
        raise _without_variance()
    return np.asarray(effects)


def _without_variance() -> EstimationError:
    return EstimationError(
        "table_without_variance",
        "the cells of this table have no variance to test against; merge levels",
    )
