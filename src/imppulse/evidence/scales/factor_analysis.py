"""Confirmatory factor analysis in several groups, as the sample was weighted.

Weights are scaled to sum to the number of respondents over all groups. With clusters
the robust errors and the scaled chi-square follow the clusters of each group. Strata
and the population correction are not used. A negative residual variance is a Heywood
case; the refusal names item and group.

Notes
-----
Assumes answers missing completely at random (incomplete ones are left out) and
treats ordered answers as numbers: with five points or more, none of them holding
nearly everyone, robust errors and the scaled chi-square repair most of what that
costs (Rhemtulla et al. 2012). With fewer points use a method for categories
instead.

References
----------
Joreskog, K. G. (1971). Simultaneous factor analysis in several populations.
Psychometrika 36, 409-426.
Yuan, K.-H. and Bentler, P. M. (2000). Three likelihood-based methods for mean and
covariance structure analysis with nonnormal missing data. Sociological Methodology
30, 165-200.
Asparouhov, T. (2005). Sampling weights in latent variable modeling. Structural
Equation Modeling 12, 411-434.
Rhemtulla, M., Brosseau-Liard, P. E. and Savalei, V. (2012). When can categorical
variables be treated as continuous? Psychological Methods 17, 354-373.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.scales.factor_fit import fit, fit_independence
from imppulse.evidence.scales.factor_layout import Equality, layout_of
from imppulse.evidence.scales.factor_model import KINDS, moments, structure_of
from imppulse.evidence.scales.factor_results import (
    FactorAnalysis,
    FactorParameter,
    normal_quantile,
)
from imppulse.evidence.scales.factor_sample import read_sample
from imppulse.evidence.scales.fit_indices import fit_indices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.scales.factor_fit import Fit
    from imppulse.evidence.scales.factor_model import Kind, Structure
    from imppulse.evidence.scales.factor_sample import FactorSample
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]

Errors = Literal["robust", "classical"]


@traced
def factor_analysis(
    frame: IntoFrame,
    factors: Mapping[str, Sequence[str]],
    design: SampleDesign,
    *,
    group: str | None = None,
    equality: Equality | None = None,
    errors: Errors = "robust",
) -> FactorAnalysis:
    """Fit factors to items by maximum likelihood on means and covariances.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation. Incomplete rows
        are left out: answers are assumed to be missing completely at random.
    factors : mapping of str to sequence of str
        The items of each factor; the first sets its unit (loading 1). An item belongs
        to one factor. One factor needs three items, several factors two each.
    design : SampleDesign
        Weights, scaled to sum to the respondents of all groups, and clusters, by group.
        Strata and `fpc` are not used: errors are then rather too large.
    group : str, optional
        Column of groups.
    equality : Equality, optional
        What is held equal across groups; by default nothing.
    errors : {"robust", "classical"}
        ``"robust"``: sandwich of observed information and scores (MLR).
        ``"classical"``: expected information; for normal, unweighted answers.

    Returns
    -------
    FactorAnalysis

    Raises
    ------
    DesignError
        ``no_rows``, ``missing_design_value``, ``negative_weight``,
        ``one_cluster_in_group``.
    EstimationError
        ``too_few_complete_answers``, ``group_without_answers``, ``unsupported_frame``,
        ``too_few_answers``, ``redundant_items``, ``unknown_column``, ``too_few_items``,
        ``constant_item``, ``unknown_item``, ``not_finite``,
        ``unknown_kind_of_error``, ``item_of_two_factors``, ``no_invariant_item``,
        ``factor_model_not_converged``, ``negative_residual_variance``, ``not_numeric``,
        ``impossible_factor_covariance``, ``factor_model_not_identified``, ``no_items``.

    References
    ----------
    Joreskog (1971), Psychometrika 36, 409-426. Yuan and Bentler (2000), Sociological
    Methodology 30, 165-200. Asparouhov (2005), Structural Equation Modeling 12,
    411-434. Rhemtulla et al. (2012), Psychological Methods 17, 354-373.
    """
    robust, equality = _is_robust(errors), equality or Equality()
    structure = structure_of(factors)
    sample = read_sample(frame, structure, design, group=group)
    independence = fit_independence(structure, sample)
    return analyse(
        structure, sample, equality=equality, independence=independence, robust=robust
    )


def _is_robust(errors: str) -> bool:
    if errors not in {"robust", "classical"}:
        raise EstimationError(
            "unknown_kind_of_error",
            f"errors must be robust or classical, not {errors!r}",
            given=errors,
            choices=("robust", "classical"),
        )
    return errors == "robust"


def analyse(
    structure: Structure,
    sample: FactorSample,
    *,
    equality: Equality,
    independence: Fit,
    robust: bool = True,
) -> FactorAnalysis:
    """Fit one model to a sample that was read before."""
    model = fit(structure, layout_of(structure, len(sample.groups), equality), sample)
    check_proper(model)
    return FactorAnalysis(
        factors=structure.factors,
        items=structure.items,
        groups=sample.groups,
        n=tuple(map(int, sample.n)),
        dropped=sample.dropped,
        equality=equality,
        errors="robust" if robust else "classical",
        fit=fit_indices(model, independence),
        parameters=tuple(_parameters(model, robust=robust)),
        estimated=model,
    )


def check_proper(model: Fit) -> None:
    """Refuse estimates that no population can have, naming where they are."""
    structure, sample = model.likelihood.structure, model.likelihood.sample
    residual = model.local[:, structure.part["residual"]]
    wrong = [
        (structure.items[j], sample.groups[g], float(residual[g, j]))
        for g, j in np.argwhere(residual <= 0)
    ]
    if wrong:
        item, group, value = wrong[0]
        raise EstimationError(
            "negative_residual_variance",
            f"the residual variance of {item} in {group} comes out as {value:.3g} "
            f"(Heywood case; {len(wrong)} in all): too few answers, or the item "
            "does not belong to its factor",
            item=item,
            group=group,
            value=value,
            cases=len(wrong),
        )
    lowest = np.linalg.eigvalsh(structure.factor_covariance(model.local))[:, 0]
    if (lowest <= 0).any():
        group = sample.groups[int(np.argmin(lowest))]
        raise EstimationError(
            "impossible_factor_covariance",
            f"the factors come out with a negative variance or a correlation above "
            f"1 in {group}: merge factors, or drop one",
            group=group,
            factors=structure.factors,
        )


def _parameters(model: Fit, *, robust: bool) -> Iterator[FactorParameter]:
    layout, groups = model.likelihood.layout, model.likelihood.sample.groups
    variance = np.append(np.diag(model.covariance(robust=robust)), 0.0)
    std_error = np.sqrt(variance)[layout.position]
    local, standardised = model.local, _standardised(model)
    names = list(_names(model.likelihood.structure))
    quantile = normal_quantile()
    for g, group in enumerate(groups):
        for place, (kind, factor, item) in enumerate(names):
            estimate, error = float(local[g, place]), float(std_error[g, place])
            yield FactorParameter(
                kind=kind,
                factor=factor,
                item=item,
                group=group,
                estimate=estimate,
                std_error=error,
                ci_low=estimate - quantile * error,
                ci_high=estimate + quantile * error,
                standardised=float(standardised[g, place]),
                fixed=bool(layout.position[g, place] < 0),
            )


def _names(structure: Structure) -> Iterator[tuple[Kind, str | None, str | None]]:
    """Yield kind, factor and item of each place."""
    owners = [structure.factors[k] for k in structure.factor_of_item]
    for kind in KINDS[:3]:
        for factor, item in zip(owners, structure.items, strict=True):
            yield kind, factor if kind == "loading" else None, item
    for row, column in zip(*structure.pairs, strict=True):
        yield "covariance", structure.factors[row], structure.factors[column]
    for factor in structure.factors:
        yield "mean", factor, None


def _standardised(model: Fit) -> FloatArray:
    """Return every group's parameters with items and factors at variance 1."""
    structure = model.likelihood.structure
    _, implied = moments(structure, model.local)
    of_item = np.sqrt(np.diagonal(implied, axis1=-2, axis2=-1))
    covariance = structure.factor_covariance(model.local)
    of_factor = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    row, column = structure.pairs
    unit = (
        of_item / of_factor[:, structure.factor_of_item],
        of_item,
        of_item**2,
        of_factor[:, row] * of_factor[:, column],
        of_factor,
    )
    return np.asarray(model.local / np.hstack(unit))
