"""Whether an item means the same to every group: differential item functioning.

People of several groups who score alike on the rest of a scale should answer
the item alike. Where they do not, the item measures something else besides,
and a difference between groups on it is no difference in what the scale means.

References
----------
Zumbo, B. D. (1999). A Handbook on the Theory and Methods of Differential Item
Functioning (DIF). Directorate of Human Resources Research and Evaluation, Ottawa
(ordinal logistic regression).
Zwick, R., Donoghue, J. R. and Grima, A. (1993). Assessment of differential item
functioning for performance tasks. Journal of Educational Measurement 30, 233-251
(generalised Mantel-Haenszel).
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.regression.differential_results import (
    DifferentialItem,
    DifferentialItems,
)
from imppulse.evidence.regression.mantel import ChiSquaredTest, generalised_mantel
from imppulse.evidence.regression.ordinal_fit import (
    OrdinalAnswers,
    check_scale,
    fit_ordinal,
)
from imppulse.evidence.regression.regression_cells import (
    Observations,
    read_observations,
)
from imppulse.evidence.regression.regression_formula import Formula
from imppulse.evidence.regression.regression_matrix import constant_column, model_matrix
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.rows import as_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.regression.ordinal_fit import OrdinalFit

    FloatArray = NDArray[np.float64]


@traced
def differential_items(
    frame: IntoFrame,
    items: Sequence[str],
    *,
    group: str,
    reference: object = None,
) -> DifferentialItems:
    """Test every item of a scale, given the sum of the others.

    Parameters
    ----------
    frame, group, reference
        As in `differential_item`.
    items : sequence of str
        Items of one scale, at least three, all turned the same way.

    Returns
    -------
    DifferentialItems
        One test per item: several looks at the same question, so correct the
        p values for their number before naming an item.

    Raises
    ------
    EstimationError
        ``short_scale``, and those of `differential_item`.
    """
    names = as_names(items)
    if len(names) < 3:
        raise EstimationError(
            "short_scale",
            f"a rest score needs a scale of three items or more, not {len(names)}",
            items=names,
        )
    found = tuple(
        differential_item(
            frame,
            item,
            rest=[other for other in names if other != item],
            group=group,
            reference=reference,
        )
        for item in names
    )
    return DifferentialItems(group=group, items=found)


@traced
def differential_item(
    frame: IntoFrame,
    item: str,
    *,
    rest: str | Sequence[str],
    group: str,
    reference: object = None,
) -> DifferentialItem:
    """Test whether groups of equal rest score answer an item alike.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    item : str
        Numeric column of ordered codes.
    rest : str or sequence of str
        Numeric columns whose sum is the rest score, without the item itself.
    group : str
        Column of groups: sides, territories, languages.
    reference : object, optional
        Group that the others are compared with; the first in order otherwise.

    Returns
    -------
    DifferentialItem
        Answers are counted as they are, without weights: the question is about the
        item, not about a population. People of a cluster who are alike make the tests
        find somewhat too much.

    Raises
    ------
    EstimationError
        ``repeated_column``, ``no_complete_answers``, ``constant_column``,
        ``missing_level``, ``collinear_columns``, ``separation``,
        ``too_many_categories``, and those of `totals`.

    References
    ----------
    Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning
    (ordinal logistic regression). Zwick, Donoghue and Grima (1993), Journal of
    Educational Measurement 30, 233-251 (generalised Mantel-Haenszel).
    """
    read, formula = _read(frame, item, as_names(rest), group=group, reference=reference)
    check_scale(OrdinalAnswers.of(read), item, None)
    if len(read.labels[0]) < 2:
        raise constant_column(item)
    return _tested(read, formula, item=item, group=group)


def _tested(
    read: Observations, formula: Formula, *, item: str, group: str
) -> DifferentialItem:
    alone, _ = _fitted(_without_groups(read), formula)
    shifted, effects = _fitted(read, formula)
    crossed, _ = _fitted(_crossed(read, formula), formula)
    groups = read.labels[1]
    left_out = formula.reference.get(group, groups[0])
    others = [label for label in groups if label != left_out]
    return DifferentialItem(
        item=item,
        group=group,
        groups=(left_out, *others),
        n=int(read.weight.sum()),
        effects=dict(zip(others, effects[: len(others)].tolist(), strict=True)),
        uniform=_ratio(shifted, alone, len(others)),
        nonuniform=_ratio(crossed, shifted, len(others)),
        mantel=generalised_mantel(_cells(read)),
        pseudo_r2_change=(crossed.log_likelihood - alone.log_likelihood)
        / _likelihood_of_shares(read),
    )


def _read(
    frame: IntoFrame,
    item: str,
    rest: tuple[str, ...],
    *,
    group: str,
    reference: object,
) -> tuple[Observations, Formula]:
    """Return counts of each answer, group and rest score."""
    Formula.of(item, group, rest)
    table = nw.from_native(frame)
    if set(rest) <= set(table.collect_schema().names()):
        score = reduce(add, [nw.col(name).cast(nw.Float64) for name in rest])
        table = table.with_columns(score.alias(SCORE))
    formula = Formula.of(
        item,
        group,
        SCORE,
        reference=None if reference is None else {group: reference},
    )
    asked = formula.with_outcome_as_level()
    read = read_observations(table.to_native(), SampleDesign(), asked)
    cells = np.column_stack([read.codes, read.continuous])
    _, first, count = np.unique(cells, axis=0, return_index=True, return_counts=True)
    counted = replace(
        read,
        codes=read.codes[first],
        continuous=read.continuous[first],
        cluster=read.cluster[first],
        answers=count.astype(float),
        weight=count.astype(float),
        total=count * read.total[first],
        square=count * read.square[first],
    )
    return counted, formula


SCORE = "rest score"


def _without_groups(read: Observations) -> Observations:
    return replace(
        read, names=read.names[:1], labels=read.labels[:1], codes=read.codes[:, :1]
    )


def _crossed(read: Observations, formula: Formula) -> Observations:
    """Add the product of the score with each group but the reference."""
    levels = read.labels[1]
    left_out = formula.reference.get(read.names[1], levels[0])
    products = [
        read.continuous[:, 0] * (read.codes[:, 1] == code)
        for code, label in enumerate(levels)
        if label != left_out
    ]
    return replace(read, continuous=np.column_stack([read.continuous, *products]))


def _fitted(read: Observations, formula: Formula) -> tuple[OrdinalFit, FloatArray]:
    """Return the fit and the coefficients behind the thresholds."""
    extra = read.continuous.shape[1] - 1
    wide = replace(
        formula,
        continuous=(SCORE, *(f"{SCORE} in group {k + 2}" for k in range(extra))),
    )
    answers = OrdinalAnswers.of(read)
    matrix = model_matrix(answers.observations, wide)
    found = fit_ordinal(answers, matrix)
    return found, found.parameters[len(answers.scale) - 1 :]


def _ratio(larger: OrdinalFit, smaller: OrdinalFit, df: int) -> ChiSquaredTest:
    gain = 2 * (larger.log_likelihood - smaller.log_likelihood)
    return ChiSquaredTest.of(max(gain, 0.0), df)


def _cells(read: Observations) -> FloatArray:
    """Return people by rest score, group and answer."""
    scores, place = np.unique(read.continuous[:, 0], return_inverse=True)
    cells = np.zeros((len(scores), len(read.labels[1]), len(read.labels[0])))
    np.add.at(cells, (place, read.codes[:, 1], read.codes[:, 0]), read.weight)
    return cells


def _likelihood_of_shares(read: Observations) -> float:
    """Return minus the log-likelihood of the shares of answers alone."""
    count = np.bincount(read.codes[:, 0], read.weight)
    return float(-count @ np.log(count / count.sum()))
