"""How well items measure one thing together: alpha, omega, item by item.

References
----------
Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests.
Psychometrika 16, 297-334.
McDonald, R. P. (1999). Test Theory. Erlbaum (omega).
Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika 10,
255-282.
Maydeu-Olivares, A., Coffman, D. L. and Hartmann, W. M. (2007). Asymptotically
distribution-free (ADF) interval estimation of coefficient alpha. Psychological
Methods 12, 157-176 (the linearisation).
Bonett, D. G. (2002). Sample size requirements for testing and estimating
coefficient alpha. Journal of Educational and Behavioral Statistics 27, 335-340 (the
scale of the interval).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, t_quantile
from imppulse.evidence.scales.factor_analysis import check_proper
from imppulse.evidence.scales.factor_fit import fit
from imppulse.evidence.scales.factor_layout import Equality, layout_of
from imppulse.evidence.scales.factor_model import (
    FEWEST_ITEMS_OF_ONE_FACTOR,
    structure_of,
)
from imppulse.evidence.scales.factor_sample import sample_of
from imppulse.evidence.scales.item_analysis import (
    Answers,
    ItemAnalysis,
    cronbach,
    declared_items,
    read_answers,
    with_codes,
)
from imppulse.evidence.survey.estimates import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame

    from imppulse.evidence.results import Estimates
    from imppulse.evidence.scales.scales import IndexItem
    from imppulse.evidence.survey.design import SampleDesign

WITHIN, WHOLE = "imppulse items apart", "imppulse items together"


@dataclass(frozen=True)
class Reliability(Result):
    """Reliability of the sum (or mean) of several items.

    Attributes
    ----------
    alpha, std_error, ci_low, ci_high, df : float
        Cronbach's, with its design-based error.
    alpha_standardised : float
        Of items brought to the same spread.
    guttman_6 : float
        Guttman's lambda 6, from squared multiple correlations.
    omega : float
        McDonald's, of one common factor; NaN where there is none.
    omega_refusal : str or None
        Code of the reason: ``too_few_items`` (three are needed),
        ``negative_residual_variance`` or another refusal of `factor_analysis`.
    n : int
        Respondents who answered every item.
    dropped : int
        Respondents left out because an item was missing.
    items : tuple of ItemAnalysis
    level : float
    """

    alpha: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    alpha_standardised: float
    guttman_6: float
    omega: float
    omega_refusal: str | None
    n: int
    dropped: int
    items: tuple[ItemAnalysis, ...]
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per item, each with the alpha of all."""
        return [
            {**row, "alpha": self.alpha, "omega": self.omega}
            for item in self.items
            for row in item.rows()
        ]


@traced
def reliability(
    frame: IntoFrame,
    items: Sequence[str | IndexItem],
    design: SampleDesign,
    *,
    level: float = 0.95,
) -> Reliability:
    """Estimate alpha and omega of a set of items, and analyse each item.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    items : sequence of str or IndexItem
        Two or more. Given by name, an item is taken as it stands; an `IndexItem` brings
        its scale, codes that mean "no answer", and whether it runs the other way.
    design : SampleDesign
    level : float
        Confidence level of the interval of alpha.

    Returns
    -------
    Reliability

    Raises
    ------
    DesignError
        Those of `mean`.
    EstimationError
        ``too_few_items``, ``repeated_item``, ``unknown_column``, ``not_numeric``,
        ``not_finite``, ``unsupported_frame``, ``level_out_of_range``,
        ``too_few_complete_answers``, ``constant_item``, ``redundant_items``.

    Notes
    -----
    Alpha is the reliability of the sum only if items measure one thing equally well and
    their errors are unrelated; otherwise it is too low, or, with related errors, too
    high. Omega drops "equally well". Neither shows that there is one factor.

    With k items, alpha = k / (k - 1) (1 - T / V): T the sum of variances, V the
    variance of the sum. T / V is a ratio of means of squared distances, whose centre
    has no influence to first order: its error is the survey error of a ratio. The
    interval is a t interval on log(1 - alpha). Omega uses a factor fitted by maximum
    likelihood.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334. McDonald (1999), Test Theory (omega).
    Guttman (1945), Psychometrika 10, 255-282. Maydeu-Olivares, Coffman and Hartmann
    (2007), Psychological Methods 12, 157-176 (the linearisation). Bonett (2002),
    Journal of Educational and Behavioral Statistics 27, 335-340 (the interval's scale).
    """
    declared = declared_items(items)
    coded = with_codes(frame, declared)
    answers = read_answers(coded, declared, design)
    squares = _with_squares(coded, answers)
    apart = ratio(squares, WITHIN, WHOLE, design=design, level=level)
    return _told(answers, apart, level=level)


def _told(answers: Answers, apart: Estimates, *, level: float) -> Reliability:
    alpha, correlation = cronbach(answers.covariance), answers.correlation
    count = len(correlation)
    std_error = count / (count - 1) * float(apart.std_error[0, 0])
    margin = float(t_quantile(level, apart.df[0, 0])) * std_error / (1 - alpha)
    omega, refusal = _omega(answers)
    return Reliability(
        alpha=alpha,
        std_error=std_error,
        ci_low=1 - (1 - alpha) * math.exp(margin),
        ci_high=1 - (1 - alpha) * math.exp(-margin),
        df=float(apart.df[0, 0]),
        alpha_standardised=cronbach(correlation),
        guttman_6=float(
            1 - (1 / np.diag(np.linalg.inv(correlation))).sum() / correlation.sum()
        ),
        omega=omega,
        omega_refusal=refusal,
        n=len(answers.values),
        dropped=answers.dropped,
        items=tuple(answers.analyse(k) for k in range(count)),
        level=level,
    )


def _omega(answers: Answers) -> tuple[float, str | None]:
    """Return omega, or why the factor behind it cannot be had."""
    names = answers.names
    if len(names) < FEWEST_ITEMS_OF_ONE_FACTOR:
        return math.nan, "too_few_items"
    structure = structure_of({"scale": names})
    sample = sample_of((None,), (answers.values,), (answers.unit_weight,))
    try:
        model = fit(structure, layout_of(structure, 1, Equality()), sample)
        check_proper(model)
    except EstimationError as refusal:
        return math.nan, refusal.code
    local = model.local[0]
    variance = float(structure.factor_covariance(local)[0, 0])
    common = variance * local[structure.part["loading"]].sum() ** 2
    return float(common / (common + local[structure.part["residual"]].sum())), None


def _with_squares(coded: Any, answers: Answers) -> Any:
    """Add squared distances from the mean: summed over items, and of the sum."""
    apart = [
        nw.col(name).cast(nw.Float64) - float(centre)
        for name, centre in zip(answers.names, answers.mean, strict=True)
    ]
    within = reduce(add, [distance * distance for distance in apart])
    whole = reduce(add, apart)
    columns = {WITHIN: within, WHOLE: whole * whole}
    return nw.from_native(coded).with_columns(**columns).to_native()
