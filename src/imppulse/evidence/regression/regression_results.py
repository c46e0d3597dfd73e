"""What a regression returns, and tests of several terms at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regression(Result):
    """Coefficients with their uncertainty.

    Attributes
    ----------
    model : str
        linear, logistic or proportional odds.
    outcome : str
    terms : tuple of str
        ``(intercept)``, ``column[level]`` against the reference level, or the
        name of a continuous covariate.
    columns : tuple of str
        Column behind each term; empty for intercepts and thresholds.
    reference : dict of str to object
        Reference level of each categorical covariate.
    estimate, std_error, ci_low, ci_high, t, p_value : (terms,) float
        Units of the outcome (linear) or log-odds, per unit of the covariate.
    n : int
        Answers of positive weight that are complete.
    df : float
        Clusters minus strata in the domain, minus the covariates' terms.
    covariance : (terms, terms) float
    """

    model: str
    outcome: str
    terms: tuple[str, ...]
    columns: tuple[str, ...]
    reference: dict[str, object]
    estimate: FloatArray
    std_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    t: FloatArray
    p_value: FloatArray
    n: int
    df: float
    level: float
    lonely: str
    lonely_strata: tuple[object, ...]
    covariance: FloatArray = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per term; odds ratios where there are odds.

        Keys: term, estimate, std_error, ci_low, ci_high, t, p_value, and for
        logistic and proportional-odds regression odds_ratio, odds_ratio_low,
        odds_ratio_high (NaN for intercepts and thresholds).
        """
        numbers = ("estimate", "std_error", "ci_low", "ci_high", "t", "p_value")
        rows: list[dict[str, Any]] = [
            {"term": term} | {name: float(getattr(self, name)[k]) for name in numbers}
            for k, term in enumerate(self.terms)
        ]
        if self.model == "linear":
            return rows
        return [
            {**row, **_odds(row, is_ratio=bool(column))}
            for row, column in zip(rows, self.columns, strict=True)
        ]

    def at(self, term: str) -> dict[str, Any]:
        """Return the row of one term.

        Raises
        ------
        EstimationError
            ``unknown_term``.
        """
        if term not in self.terms:
            raise _unknown_term(term, self.terms)
        return self.rows()[self.terms.index(term)]


def _odds(row: dict[str, Any], *, is_ratio: bool) -> dict[str, float]:
    """Exponentiate; an intercept compares nothing, so it has no odds ratio."""
    ends = {"": "estimate", "_low": "ci_low", "_high": "ci_high"}
    return {
        f"odds_ratio{end}": float(np.exp(row[name])) if is_ratio else np.nan
        for end, name in ends.items()
    }


def _unknown_term(term: str, known: tuple[str, ...]) -> EstimationError:
    return EstimationError(
        "unknown_term",
        f"there is no term {term!r}; there is {', '.join(map(repr, known))}",
        wanted=term,
        known=known,
    )


@dataclass(frozen=True)
class WaldTest(Result):
    """Whether all terms of a column are zero: F on `df` and `df_residual`."""

    column: str
    f: float
    df: int
    df_residual: float
    p_value: float


@traced
def wald_test(regression: Regression, column: str) -> WaldTest:
    """Test all terms of a column at once.

    Parameters
    ----------
    regression : Regression
    column : str
        A covariate: categorical (all its levels) or continuous.

    Returns
    -------
    WaldTest
        F = b' V^-1 b / k on k and the residual degrees of freedom.

    Raises
    ------
    EstimationError
        ``unknown_term``.

    References
    ----------
    Lumley, T. (2010). Complex Surveys. Wiley, section 5.2
    (``survey::regTermTest``).
    """
    at = np.flatnonzero([name == column for name in regression.columns])
    if not len(at) or not column:
        raise _unknown_term(
            column, tuple(dict.fromkeys(filter(None, regression.columns)))
        )
    b, v = regression.estimate[at], regression.covariance[np.ix_(at, at)]
    f = float(b @ np.linalg.solve(v, b)) / len(at)
    return WaldTest(
        column=column,
        f=f,
        df=len(at),
        df_residual=regression.df,
        p_value=float(scipy.stats.f.sf(f, len(at), regression.df)),
    )
