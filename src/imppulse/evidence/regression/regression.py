"""Linear and logistic regression of a sample as it was drawn.

Coefficients solve the weighted likelihood equations of the population; their
variance is Taylor's: what each cluster adds to the equations is compared with
the other clusters of its stratum.

References
----------
Binder, D. A. (1983). On the variances of asymptotically normal estimators from
complex surveys. International Statistical Review 51, 279-292.
Lumley, T. (2010). Complex Surveys. Wiley, chapter 5; df as in ``survey::svyglm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.regression.regression_cells import read_observations
from imppulse.evidence.regression.regression_fit import fit
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

    from imppulse.evidence.regression.regression_cells import Observations
    from imppulse.evidence.regression.regression_fit import Model
    from imppulse.evidence.regression.regression_results import Regression
    from imppulse.evidence.survey.design import SampleDesign


@traced
def linear_regression(  # noqa: PLR0913 - the data, the formula, the domain
    frame: IntoFrame,
    outcome: str,
    design: SampleDesign,
    *,
    categorical: str | Sequence[str] = (),
    continuous: str | Sequence[str] = (),
    reference: Mapping[str, object] | None = None,
    where: str | None = None,
    level: float = 0.95,
) -> Regression:
    """Regress a number on covariates by weighted least squares.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    outcome : str
        Numeric column. Rows with a missing outcome or covariate leave the domain, never
        the design.
    design : SampleDesign
    categorical : str or sequence of str
        Columns of levels; summed by cell in the engine that holds the data.
    continuous : str or sequence of str
        Numeric columns; with one of them single rows are read, in chunks.
    reference : mapping of str to object, optional
        Reference level of a categorical column; the first in order otherwise.
    where : str, optional
        True/false column of the domain; rows outside keep their clusters in the design.
    level : float
        Confidence level of the t intervals.

    Returns
    -------
    Regression
        Coefficients in units of the outcome. Assumes the linear form, no distribution
        of errors; clusters may be alike inside. With few clusters the t intervals are
        too short where a covariate varies only between clusters.

    Raises
    ------
    DesignError
        ``too_few_clusters``, ``lonely_strata``, ``every_stratum_lonely``, and those of
        `totals`.
    EstimationError
        ``repeated_column``, ``unknown_reference``, ``no_complete_answers``,
        ``domain_not_binary``, ``constant_column``, ``missing_level``,
        ``collinear_columns``, and those of `totals`.

    References
    ----------
    Binder (1983), International Statistical Review 51, 279-292.
    Lumley (2010), Complex Surveys, chapter 5; df as in ``survey::svyglm``.
    """
    formula = Formula.of(
        outcome, categorical, continuous, reference=reference, where=where
    )
    return from_observations(
        "linear", read_observations(frame, design, formula), formula, level=level
    )


@traced
def logistic_regression(  # noqa: PLR0913 - the data, the formula, the domain
    frame: IntoFrame,
    outcome: str,
    design: SampleDesign,
    *,
    categorical: str | Sequence[str] = (),
    continuous: str | Sequence[str] = (),
    reference: Mapping[str, object] | None = None,
    where: str | None = None,
    level: float = 0.95,
) -> Regression:
    """Regress a yes or no on covariates by weighted maximum likelihood.

    Parameters
    ----------
    frame, design, categorical, continuous, reference, where, level
        As in `linear_regression`.
    outcome : str
        Column of 0 and 1, or false and true.

    Returns
    -------
    Regression
        Coefficients are log-odds; `rows` adds odds ratios. An odds ratio is
        not a ratio of shares, and is further from 1.

    Raises
    ------
    DesignError
        Those of `linear_regression`.
    EstimationError
        ``not_binary``, ``separation``, and those of `linear_regression`.

    References
    ----------
    Binder, D. A. (1983). International Statistical Review 51, 279-292.
    Morel, J. G. (1989). Logistic regression under complex survey designs.
    Survey Methodology 15, 203-223.
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum
    likelihood estimates in logistic regression models. Biometrika 71, 1-10
    (separation).
    """
    formula = Formula.of(
        outcome, categorical, continuous, reference=reference, where=where
    )
    observations = read_observations(frame, design, formula)
    _check_binary(observations, outcome)
    return from_observations("logistic", observations, formula, level=level)


def _check_binary(observations: Observations, outcome: str) -> None:
    # w y y sums to w y exactly when every y is 0 or 1.
    wrong = ~np.isclose(observations.total, observations.square, rtol=1e-9, atol=0)
    if wrong.any():
        raise EstimationError(
            "not_binary",
            f"a logistic regression needs answers of 0 and 1; not so: {outcome}",
            items=(outcome,),
        )


def _check_varies(observations: Observations, outcome: str) -> None:
    weight = observations.weight.sum()
    mean = observations.total.sum() / weight
    spread = observations.square.sum() / weight - mean**2
    if spread <= 1e-14 * max(mean**2, 1e-300):
        raise constant_column(outcome)


def from_observations(
    model: Model, observations: Observations, formula: Formula, *, level: float = 0.95
) -> Regression:
    """Finish a linear or logistic regression: no rows are needed any more."""
    _check_varies(observations, formula.outcome)
    matrix = model_matrix(observations, formula)
    df = residual_df(observations, len(matrix.terms) - 1)
    found = fit(model, observations, matrix)
    return inferred(
        observations,
        found.coefficients,
        found.influence,
        model=model,
        outcome=formula.outcome,
        terms=matrix.terms,
        columns=matrix.columns,
        reference=references(observations, matrix.dummies),
        df=df,
        level=level,
    )
