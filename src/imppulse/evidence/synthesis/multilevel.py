"""Several effects per territory, pooled without counting a territory twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.cluster_robust import RobustTest, cr2
from imppulse.evidence.synthesis.heterogeneity import typical_variance
from imppulse.evidence.synthesis.meta_regression import (
    Coefficient,
    require_studies_per_coefficient,
)
from imppulse.evidence.synthesis.mixed_effects import reference_law, two_sided_p
from imppulse.evidence.synthesis.moderators import INTERCEPT, model_matrix
from imppulse.evidence.synthesis.nested_variances import (
    NestedFit,
    NestedModel,
    fit_nested,
    nested_rows,
)
from imppulse.evidence.synthesis.study_rows import check_choices, labels_of, study_rows
from imppulse.evidence.synthesis.synthesis import (
    FEWEST_STUDIES,
    TooFewStudies,
    only_the_range,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

FEWEST_DF = 4

Caution = Literal["few_degrees_of_freedom"]


@dataclass(frozen=True)
class MultilevelSynthesis(Result):
    """Effects in units (studies, districts) in territories, pooled.

    Attributes
    ----------
    k, units, territories : int
        Number of effects, of units and of territories.
    coefficients : tuple of Coefficient
        The mean effect (``intercept``), then the moderators; standard errors are
        CR2 by territory, t with Satterthwaite's degrees of freedom.
    model_std_errors : tuple of float
        Standard errors were the model exactly right, in the same order.
    sigma2_between, sigma2_within : float
        Variances of true effects between territories, and between units of one
        territory; squared unit.
    i2_between, i2_within : float
        Percent of the spread of an effect with typical precision.
    log_likelihood : float
        Restricted, with its constant, as metafor gives it.
    cautions : tuple of str
        "few_degrees_of_freedom" when a test has under 4: p-values are then too
        small.
    level : float
        Of the confidence intervals.
    """

    k: int
    units: int
    territories: int
    coefficients: tuple[Coefficient, ...]
    model_std_errors: tuple[float, ...]
    sigma2_between: float
    sigma2_within: float
    i2_between: float
    i2_within: float
    log_likelihood: float
    cautions: tuple[Caution, ...]
    level: float

    @property
    def mean(self) -> Coefficient:
        """The mean effect, or the intercept where there are moderators."""
        return self.coefficients[0]

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per coefficient."""
        return [row for each in self.coefficients for row in each.rows()]


@traced
def multilevel(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    territories: Sequence[object],
    *,
    units: Sequence[object] | None = None,
    moderators: Mapping[str, ArrayLike | Sequence[object]] | None = None,
    level: float = 0.95,
) -> MultilevelSynthesis | TooFewStudies:
    """Pool several effects per territory by a three-level model.

    Sampling errors of different rows are taken to be independent. Where they are
    not (the same people answered both), the tests still hold, since they compare
    territories; the two variances are then blurred.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (effects,)
        Effects in one common unit, and their standard errors.
    territories : sequence, shape (effects,)
        The territory of each effect.
    units : sequence, shape (effects,), optional
        Study or district of each effect, nested in territories; by default every
        effect is its own.
    moderators : mapping of name to array-like, shape (effects,), optional
        As in :func:`meta_regression`.
    level : float
        Of the confidence intervals.

    Returns
    -------
    MultilevelSynthesis or TooFewStudies
        Under three territories nothing is pooled; `k` then counts territories.

    Raises
    ------
    SynthesisError
        ``synthesis_label_missing``, ``moderators_too_many`` (under three
        territories per coefficient) and those of :func:`meta_regression`.

    References
    ----------
    Konstantopoulos (2011), Research Synthesis Methods 2, 61-76.
    Pustejovsky & Tipton (2022), Prevention Science 23, 425-438, on the tests.
    Tipton (2015), Psychological Methods 20, 375-393, on under 4 degrees of freedom.
    """
    check_choices(level)
    rows = study_rows(estimates, std_errors)
    territory = _numbered(territories, "territories", len(rows))
    count = int(territory.max()) + 1
    if count < FEWEST_STUDIES:
        few = only_the_range(rows)
        return TooFewStudies(k=count, low=few.low, high=few.high)
    names, x = _model(moderators, len(rows))
    require_studies_per_coefficient(count, len(names))
    every = range(len(rows))
    unit = _numbered(every if units is None else units, "units", len(rows))
    fit = fit_nested(NestedModel(rows.y, rows.v, x, nested_rows(territory, unit)))
    return _answer(fit, names, territory, unit=unit, level=level)


def _model(
    moderators: Mapping[str, ArrayLike | Sequence[object]] | None, rows: int
) -> tuple[tuple[str, ...], Floats]:
    if moderators is None:
        return (INTERCEPT,), np.ones((rows, 1))
    return model_matrix(moderators, rows)


def _numbered(labels: Sequence[object], name: str, needed: int) -> NDArray[np.intp]:
    text = labels_of(labels, name, needed)
    return np.unique(text, return_inverse=True)[1]


def _answer(
    fit: NestedFit,
    names: tuple[str, ...],
    territory: NDArray[np.intp],
    *,
    unit: NDArray[np.intp],
    level: float,
) -> MultilevelSynthesis:
    model = fit.model
    robust = cr2(
        model.x, fit.residuals, working=model.covariance(fit.sigma2), cluster=territory
    )
    between, within = fit.sigma2.tolist()
    spread = between + within + typical_variance(model.v, model.x)
    constant = (len(model.y) - len(names)) * np.log(2 * np.pi) / 2
    # metafor's constant: log-determinant of the moderators' cross products.
    constant -= np.linalg.slogdet(model.x.T @ model.x)[1] / 2
    return MultilevelSynthesis(
        k=len(model.y),
        units=len(set(zip(territory.tolist(), unit.tolist(), strict=True))),
        territories=int(territory.max()) + 1,
        coefficients=_coefficients(names, fit.coefficients, robust, level=level),
        model_std_errors=tuple(np.sqrt(np.diag(fit.coefficient_covariance)).tolist()),
        sigma2_between=between,
        sigma2_within=within,
        i2_between=100 * between / spread,
        i2_within=100 * within / spread,
        log_likelihood=fit.log_likelihood - float(constant),
        cautions=("few_degrees_of_freedom",) if min(robust.df) < FEWEST_DF else (),
        level=level,
    )


def _coefficients(
    names: tuple[str, ...], estimates: Floats, robust: RobustTest, *, level: float
) -> tuple[Coefficient, ...]:
    found = []
    for j, name in enumerate(names):
        estimate, error = float(estimates[j]), float(robust.std_error[j])
        law = reference_law(float(robust.df[j]))
        reach = float(law.ppf((1 + level) / 2)) * error
        found.append(
            Coefficient(
                name=name,
                estimate=estimate,
                std_error=error,
                ci_low=estimate - reach,
                ci_high=estimate + reach,
                df=float(robust.df[j]),
                p_value=two_sided_p(estimate, error, law),
            )
        )
    return tuple(found)
