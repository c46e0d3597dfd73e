"""How much of what people differ in goes with each factor: relative importance.

Predictors overlap, so what one "adds" depends on which came before it. The
share here is the average over all orders in which they could come.

References
----------
Lindeman, R. H., Merenda, P. F. and Gold, R. Z. (1980). Introduction to Bivariate
and Multivariate Analysis. Scott, Foresman, section 4.5.
Grömping, U. (2007). Estimators of relative importance in linear regression based on
variance decomposition. The American Statistician 61, 139-147.
Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey
data. JASA 83, 231-241.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.regression.orders_of_entry import shares
from imppulse.evidence.regression.regression_cells import read_observations
from imppulse.evidence.regression.regression_formula import Formula
from imppulse.evidence.regression.regression_matrix import (
    CHUNK,
    constant_column,
    model_matrix,
)
from imppulse.evidence.results import Result, t_quantile
from imppulse.evidence.survey.linearisation import scaled_deviations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.survey.design import SampleDesign
    from imppulse.evidence.survey.totals import Totals

    FloatArray = NDArray[np.float64]

MOST_PREDICTORS = 15
SEED = 20260217
# Of an outcome of variance 1: below it is rounding.
SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class RelativeImportance(Result):
    """Shares of the explained variance, averaged over orders of entry.

    Attributes
    ----------
    outcome : str
    predictors : tuple of str
    share : (predictors,) float
        Parts of the outcome's variance; they sum to `r_squared`.
    ci_low, ci_high : (predictors,) float
        Percentile interval over bootstrap draws of clusters; NaN without draws.
    rank_low, rank_high : (predictors,) float
        Percentile interval of the rank; 1 is the largest share.
    r_squared : float
    n : int
    replicates : int
    level : float
    """

    outcome: str
    predictors: tuple[str, ...]
    share: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    rank_low: FloatArray
    rank_high: FloatArray
    r_squared: float
    n: int
    replicates: int
    level: float
    covariance: FloatArray = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per predictor, in the order asked."""
        names = ("share", "ci_low", "ci_high", "rank_low", "rank_high")
        return [
            {"predictor": predictor}
            | {name: float(getattr(self, name)[k]) for name in names}
            for k, predictor in enumerate(self.predictors)
        ]


@traced
def relative_importance(  # noqa: PLR0913 - the data, the question, the bootstrap
    frame: IntoFrame,
    outcome: str,
    design: SampleDesign,
    *,
    predictors: Sequence[str],
    where: str | None = None,
    replicates: int = 500,
    seed: int = SEED,
    level: float = 0.95,
) -> RelativeImportance:
    """Share the explained variance of an outcome out among its predictors.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    outcome : str
        Numeric column.
    design : SampleDesign
    predictors : sequence of str
        Numeric columns, 15 at most: the work doubles with each.
    where : str, optional
        Column of true and false that marks the domain.
    replicates : int
        Bootstrap draws of clusters for the intervals; 0 leaves them out.
    seed : int
        Of the draws, so that the same call gives the same intervals.
    level : float

    Returns
    -------
    RelativeImportance
        Importance is association, not effect: acting on the largest share need not
        change the outcome. Intervals draw n - 1 of the n clusters of each stratum with
        replacement and take no credit for an `fpc`; they lie above zero by
        construction, so they test nothing.

    Raises
    ------
    DesignError
        ``one_cluster``, ``lonely_strata``, ``every_stratum_lonely``, and those of
        `totals`.
    EstimationError
        ``too_many_predictors``, ``no_predictors``, ``impossible_replicates``,
        ``constant_column``, ``collinear_columns``, ``repeated_column``,
        ``no_complete_answers``, ``domain_not_binary``, and those of `totals`.

    References
    ----------
    Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate
    Analysis, section 4.5. Grömping (2007), The American Statistician 61, 139-147. Rao
    and Wu (1988), JASA 83, 231-241.
    """
    formula = Formula.of(outcome, (), predictors, where=where)
    _check_asked(len(formula.continuous), replicates)
    t_quantile(level, 1.0)
    observations = read_observations(frame, design, formula)
    model_matrix(observations, formula)
    return _shared_out(observations, formula, draws=(replicates, seed), level=level)


def _shared_out(
    observations: Observations,
    formula: Formula,
    *,
    draws: tuple[int, int],
    level: float,
) -> RelativeImportance:
    replicates, seed = draws
    outcome = formula.outcome
    products = _products_by_cluster(_with_outcome_first(observations, outcome))
    covariance = _covariance(products.sum(axis=0))
    share = shares(covariance)
    drawn = _drawn(observations, products, replicates=replicates, seed=seed)
    low, high = _percentiles(drawn, level)
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    rank_low, rank_high = _percentiles(ranks.astype(float), level)
    return RelativeImportance(
        outcome=outcome,
        predictors=formula.continuous,
        share=share,
        ci_low=low,
        ci_high=high,
        rank_low=rank_low,
        rank_high=rank_high,
        r_squared=float(share.sum()),
        n=int(observations.answers.sum()),
        replicates=replicates,
        level=level,
        covariance=covariance,
    )


def _check_asked(predictors: int, replicates: int) -> None:
    if not predictors:
        raise EstimationError("no_predictors", "no predictor was named")
    if predictors > MOST_PREDICTORS:
        raise EstimationError(
            "too_many_predictors",
            f"{predictors} predictors have too many orders of entry; at most "
            f"{MOST_PREDICTORS}",
            predictors=predictors,
            most=MOST_PREDICTORS,
        )
    if replicates < 0:
        raise EstimationError(
            "impossible_replicates",
            f"the number of bootstrap draws cannot be {replicates}",
            replicates=replicates,
        )


def _with_outcome_first(observations: Observations, outcome: str) -> Observations:
    """Put the outcome beside its predictors, all centred and of variance 1."""
    weight = observations.weight
    y = observations.total / weight
    if y.min() == y.max():
        raise constant_column(outcome)
    values = np.column_stack([y, observations.continuous])
    values -= weight @ values / weight.sum()
    values /= np.sqrt(weight @ values**2 / weight.sum())
    return replace(observations, continuous=values)


def _products_by_cluster(observations: Observations) -> FloatArray:
    """Return each cluster's sums of w z z', z led by 1: (clusters, k, k)."""
    clusters = len(observations.table.stratum_of_cluster)
    count = 1 + observations.continuous.shape[1]
    products = np.zeros((clusters, count, count))
    for start in range(0, len(observations.weight), CHUNK):
        part = slice(start, start + CHUNK)
        weight, cluster = observations.weight[part], observations.cluster[part]
        z = np.insert(observations.continuous[part], 0, 1.0, axis=1)
        for i in range(count):
            for j in range(i, count):
                summed = np.bincount(cluster, weight * z[:, i] * z[:, j], clusters)
                products[:, i, j] += summed
    lower = np.tril_indices(count, -1)
    products[:, lower[0], lower[1]] = products[:, lower[1], lower[0]]
    return np.asarray(observations.table.by_primary(products))


def _covariance(products: FloatArray) -> FloatArray:
    """Return the covariance of outcome and predictors; NaN where nobody is left."""
    if not products[0, 0] > 0:
        return np.full((len(products) - 1, len(products) - 1), np.nan)
    mean = products[0, 1:] / products[0, 0]
    return np.asarray(products[1:, 1:] / products[0, 0] - np.outer(mean, mean))


def _drawn(
    observations: Observations,
    products: FloatArray,
    *,
    replicates: int,
    seed: int,
) -> FloatArray:
    """Return the shares in each bootstrap draw, (replicates, predictors)."""
    count = products.shape[1] - 2
    if not replicates:
        return np.full((1, count), np.nan)
    table = observations.table
    # What the design refuses for a variance, it refuses for a bootstrap too.
    presence = observations.presence[:, None]
    scaled_deviations(table, np.zeros(presence.shape), presence)
    rng = np.random.default_rng(seed)
    drawn = np.empty((replicates, count))
    for draw in range(replicates):
        factors = _rao_wu(table, rng)
        covariance = _covariance(np.tensordot(factors, products, axes=1))
        # Where all who are drawn answer alike there is nothing to share out.
        varies = covariance[0, 0] > SMALLEST_VARIANCE
        drawn[draw] = shares(covariance) if varies else np.nan
    return drawn


def _rao_wu(table: Totals, rng: np.random.Generator) -> FloatArray:
    """Draw n - 1 of the n clusters of each stratum; return their factors."""
    factors = []
    for count in table.clusters_per_stratum:
        if count == 1:
            factors.append(np.ones(1))
            continue
        times = rng.multinomial(count - 1, np.full(count, 1 / count))
        factors.append(times * count / (count - 1))
    return np.concatenate(factors)


def _percentiles(drawn: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high
