"""Differences in differences by weighted regression, for few or unequal clusters.

The estimate is the same as from four means when no unit has a level of its
own; what differs is how the uncertainty allows for few clusters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from imppulse.evidence.effects.cluster_regression import ClusterRegression
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile
from imppulse.evidence.survey.answer_columns import codes_of, read_rows

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from imppulse.evidence.effects.cluster_regression import Variance
    from imppulse.evidence.survey.answer_columns import FloatArray, Rows

EFFECT = "effect"


@dataclass(frozen=True)
class RegressionEffect(Result):
    """An effect from a weighted regression, tested with Student's t.

    Attributes
    ----------
    estimate, std_error, ci_low, ci_high : float
        In units of the item.
    df : float
        CR2: Satterthwaite's; CR0 and CR1: clusters minus 1.
    p_value : float
    n, clusters, treated_clusters : int
        Answers, clusters, and clusters that hold an answer under treatment.
    variance : str
    level : float
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float
    n: int
    clusters: int
    treated_clusters: int
    variance: str
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class TwoByTwo:
    """The columns of a difference in differences, and their values.

    Parameters
    ----------
    wave : str
    before, after : object
        Values of `wave`.
    arm : str
        Rows in neither arm are left out.
    treated, comparison : object
        Values of `arm`.
    cluster : str
        The unit of assignment: arms are told apart between clusters.
    unit : str, optional
        Column of units with a level of their own (fixed effects), inside or
        equal to the clusters. Absent: one level per arm.
    weight : str, optional
    """

    wave: str
    before: object
    after: object
    arm: str
    treated: object
    comparison: object
    cluster: str
    unit: str | None = None
    weight: str | None = None

    def __post_init__(self) -> None:
        if self.before == self.after or self.treated == self.comparison:
            raise EstimationError(
                "same_domain",
                "a difference in differences needs two waves and two arms",
                domain=(self.before, self.treated),
            )


@traced
def regression_difference_in_differences(
    frame: IntoFrame,
    item: str,
    comparison: TwoByTwo,
    *,
    variance: Variance = "CR2",
    level: float = 0.95,
) -> RegressionEffect:
    """Estimate treated change minus comparison change with cluster-robust errors.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    item : str
    comparison : TwoByTwo
    variance : {"CR2", "CR1", "CR0"}
        ``"CR2"`` with Satterthwaite's degrees of freedom suits few or unequal clusters;
        ``"CR1"`` is Stata's default; ``"CR0"`` has no correction.
    level : float

    Returns
    -------
    RegressionEffect
        Weighted least squares of the item on the effect, the wave and the level of the
        arm (or of each unit).

    Raises
    ------
    DesignError
        ``one_cluster``, ``missing_design_value``, ``negative_weight``, ``no_rows``.
    EstimationError
        ``same_domain``, ``unknown_variance``, ``unknown_domain`` when one of the four
        means is empty, ``too_few_rows_for_terms``, ``collinear_terms``,
        ``level_out_of_range``, and those of reading.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for
    linear regression with multi-stage samples. Survey Methodology 28, 169-181.
    Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust
    variance estimation. Journal of Business & Economic Statistics 36, 672-683.
    """
    model = two_by_two_model(frame, item, comparison)
    std_error, df = model.errors_of(EFFECT, variance)
    estimate = float(model.coefficients[0])
    margin = float(t_quantile(level, df)) * std_error
    return RegressionEffect(
        estimate=estimate,
        std_error=std_error,
        ci_low=estimate - margin,
        ci_high=estimate + margin,
        df=df,
        p_value=two_sided_p(estimate, std_error, df),
        n=len(model.y),
        clusters=model.clusters,
        treated_clusters=len(np.unique(model.cluster[model.x[:, 0] == 1])),
        variance=variance,
        level=level,
    )


def two_sided_p(estimate: float, std_error: float, df: float) -> float:
    """Return Student's two-sided p value; NaN without variance."""
    if not (std_error > 0 and df > 0):
        return math.nan
    return float(2 * scipy.stats.t.sf(abs(estimate) / std_error, df))


def two_by_two_model(
    frame: IntoFrame, item: str, comparison: TwoByTwo
) -> ClusterRegression:
    """Return the regression of a difference in differences; the effect comes first."""
    asked = comparison
    labels = [
        asked.wave,
        asked.arm,
        asked.cluster,
        *([asked.unit] if asked.unit else []),
    ]
    rows = read_rows(frame, [item], labels, weight=asked.weight).complete()
    wave, arm = rows.labels[asked.wave], rows.labels[asked.arm]
    inside = ((wave == asked.before) | (wave == asked.after)) & (
        (arm == asked.treated) | (arm == asked.comparison)
    )
    rows = rows.keep(inside)
    after = (rows.labels[asked.wave] == asked.after).astype(float)
    treated = (rows.labels[asked.arm] == asked.treated).astype(float)
    _check_four(after, treated, asked)
    levels, names = _levels(rows, treated, asked.unit)
    _, cluster = codes_of(rows.labels[asked.cluster], asked.cluster)
    return ClusterRegression(
        y=rows.values[item],
        x=np.column_stack([treated * after, after, levels]),
        names=(EFFECT, asked.wave, *names),
        weight=rows.weight,
        cluster=cluster,
    )


def _levels(
    rows: Rows, treated: FloatArray, unit: str | None
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the columns that give each arm, or each unit, a level of its own."""
    if unit is None:
        return np.column_stack([1 - treated, treated]), ("comparison", "treated")
    known, code = codes_of(rows.labels[unit], unit)
    return np.eye(len(known))[code], tuple(map(str, known))


def _check_four(after: FloatArray, treated: FloatArray, asked: TwoByTwo) -> None:
    known = {(bool(a), bool(t)) for a, t in zip(after, treated, strict=True)}
    for late, piloted in ((False, False), (False, True), (True, False), (True, True)):
        if (late, piloted) not in known:
            wanted = (
                asked.after if late else asked.before,
                asked.treated if piloted else asked.comparison,
            )
            raise EstimationError(
                "unknown_domain",
                f"nobody answered in wave {wanted[0]!r} of arm {wanted[1]!r}",
                wanted=wanted,
                known=(),
            )
