"""Proportional-odds regression of answers in ordered categories.

Five words on a scale are no numbers. The model compares, at every cut of the
scale, the odds of an answer above it, and asks that covariates shift these
odds alike at every cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.provenance import traced
from imppulse.evidence.regression.ordinal_fit import (
    OrdinalAnswers,
    OrdinalLikelihood,
    check_scale,
    fit_ordinal,
)
from imppulse.evidence.regression.regression_cells import read_observations
from imppulse.evidence.regression.regression_formula import Formula
from imppulse.evidence.regression.regression_inference import inferred, residual_df
from imppulse.evidence.regression.regression_matrix import (
    constant_column,
    model_matrix,
    references,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.regression.regression_matrix import ModelMatrix
    from imppulse.evidence.regression.regression_results import Regression
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]


@traced
def proportional_odds_regression(  # noqa: PLR0913 - the data, the formula, the domain
    frame: IntoFrame,
    outcome: str,
    design: SampleDesign,
    *,
    categorical: str | Sequence[str] = (),
    continuous: str | Sequence[str] = (),
    reference: Mapping[str, object] | None = None,
    scale: Sequence[object] | None = None,
    where: str | None = None,
    level: float = 0.95,
) -> Regression:
    """Regress an answer in ordered categories on covariates.

    The model is logit P(Y <= k) = threshold_k - x'b: a coefficient above zero
    goes with higher answers, and its exponential multiplies the odds of an
    answer above any cut of the scale.

    Parameters
    ----------
    frame, design, categorical, continuous, reference, where, level
        As in `imppulse.evidence.regression.regression.linear_regression`.
    outcome : str
        Numeric column of at most 20 ordered codes.
    scale : sequence of number, optional
        Codes of the scale in full; every one must have answers. Absent: the
        codes found.

    Returns
    -------
    Regression
        Terms ``1|2``, ``2|3`` ... are the thresholds, then the covariates, all
        in log-odds. That covariates shift all cuts alike is assumed, not
        tested. Degrees of freedom count the covariates' terms, as for a
        logistic regression, not the thresholds.

    Raises
    ------
    DesignError
        Those of `linear_regression`.
    EstimationError
        ``empty_category``, ``unknown_category``, ``too_many_categories``,
        ``separation``, and those of `linear_regression`.

    References
    ----------
    McCullagh, P. (1980). Regression models for ordinal data. Journal of the
    Royal Statistical Society B 42, 109-142.
    Binder, D. A. (1983). On the variances of asymptotically normal estimators
    from complex surveys. International Statistical Review 51, 279-292.
    Lumley, T. (2010). Complex Surveys. Wiley, section 6.4 (``svyolr``).
    """
    formula = Formula.of(
        outcome, categorical, continuous, reference=reference, where=where
    )
    read = read_observations(frame, design, formula.with_outcome_as_level())
    stated = None if scale is None else tuple(scale)
    return from_observations(read, formula, scale=stated, level=level)


def from_observations(
    read: Observations,
    formula: Formula,
    *,
    scale: tuple[object, ...] | None = None,
    level: float = 0.95,
) -> Regression:
    """Finish a proportional-odds regression: the answer is the first level read."""
    outcome, answers = formula.outcome, OrdinalAnswers.of(read)
    check_scale(answers, outcome, scale)
    if len(answers.scale) < 2:
        raise constant_column(outcome)
    matrix = model_matrix(answers.observations, formula)
    df = residual_df(answers.observations, len(matrix.terms) - 1)
    found = fit_ordinal(OrdinalAnswers.of(read.merged()), matrix)
    # Steps need the combinations of levels only; the variance needs clusters.
    scores = OrdinalLikelihood(answers, matrix).cluster_scores(found.parameters)
    thresholds = len(answers.scale) - 1
    to_units = _to_units(matrix, thresholds)
    cuts = zip(answers.scale[:-1], answers.scale[1:], strict=True)
    return inferred(
        answers.observations,
        to_units @ found.parameters,
        np.linalg.solve(found.information, scores.T).T @ to_units.T,
        model="proportional odds",
        outcome=outcome,
        terms=(*(f"{low}|{high}" for low, high in cuts), *matrix.terms[1:]),
        columns=("",) * thresholds + matrix.columns[1:],
        reference=references(answers.observations, matrix.dummies),
        df=df,
        level=level,
    )


def _to_units(matrix: ModelMatrix, thresholds: int) -> FloatArray:
    """Return the matrix that takes parameters to the units of the data."""
    inner = matrix.to_units
    count = thresholds + len(inner) - 1
    transform = np.eye(count)
    transform[thresholds:, thresholds:] = inner[1:, 1:]
    # Thresholds stand on the other side of the equation than an intercept.
    transform[:thresholds, thresholds:] = -inner[0, 1:]
    return transform
