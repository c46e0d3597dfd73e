"""Balance: whether arms were alike to begin with and stayed as complete.

References
----------
Austin, P. C. (2009). Balance diagnostics for comparing the distribution of baseline
covariates. Statistics in Medicine 28, 3083-3107.
Imai, K., King, G. and Stuart, E. A. (2008). Misunderstandings between
experimentalists and observationalists about causal inference. JRSS A 171, 481-502
(why no test). What Works Clearinghouse (2022), Procedures and Standards Handbook
5.0 (0.25).
Roth, J. (2022). Pretest with caution: event-study estimates after testing for
parallel trends. American Economic Review: Insights 4, 305-322.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.answer_columns import as_lazy, read_rows
from imppulse.evidence.survey.estimates import difference, mean, proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame

    from imppulse.evidence.results import Contrast
    from imppulse.evidence.survey.answer_columns import FloatArray, Rows
    from imppulse.evidence.survey.design import SampleDesign

LARGE_DIFFERENCE = 0.25


@dataclass(frozen=True)
class Balance(Result):
    """Differences of two arms before the start.

    Attributes
    ----------
    items : tuple of ItemBalance
    largest : float
        Largest absolute standardised difference.
    below_a_quarter : bool
        Whether every one is below 0.25, as the finding "supported" asks.
    """

    items: tuple[ItemBalance, ...]
    largest: float
    below_a_quarter: bool

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per item."""
        return [row for item in self.items for row in item.rows()]


@dataclass(frozen=True)
class ItemBalance(Result):
    """One item in two arms before the start.

    Attributes
    ----------
    item : str
    treated, comparison : float
        Weighted means.
    standardised : float
        Difference in standard deviations (root of the mean variance).
    n_treated, n_comparison : int
    """

    item: str
    treated: float
    comparison: float
    standardised: float
    n_treated: int
    n_comparison: int


@traced
def baseline_balance(
    frame: IntoFrame,
    items: str | Sequence[str],
    *,
    arm: str,
    treated: object,
    comparison: object,
    weight: str | None = None,
) -> Balance:
    """Compare two arms before the start, in standard deviations.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation; the wave before
        the start alone.
    items : str or sequence of str
        Outcome and characteristics; a characteristic of several kinds as one 0/1 column
        per kind.
    arm : str
    treated, comparison : object
        Values of `arm`.
    weight : str, optional

    Returns
    -------
    Balance
        No test: whether arms are alike is a matter of size, and a test would mix it
        with the number of answers.

    Raises
    ------
    DesignError
        ``missing_design_value``, ``negative_weight``, ``no_rows``.
    EstimationError
        ``same_domain``, ``unknown_domain`` when an arm has no answers, ``no_spread``
        when both arms answer all alike or one person does, and those of reading.

    References
    ----------
    Austin (2009), Statistics in Medicine 28, 3083-3107. Imai, King and Stuart (2008),
    JRSS A 171, 481-502 (why no test). What Works Clearinghouse (2022), Procedures and
    Standards Handbook 5.0 (0.25).
    """
    if treated == comparison:
        raise EstimationError(
            "same_domain", "a comparison needs two arms", domain=treated
        )
    named = [items] if isinstance(items, str) else list(items)
    if not named:
        raise EstimationError("no_items", "no item was asked for")
    rows = read_rows(frame, named, [arm], weight=weight)
    found = tuple(
        _item_balance(rows, item, arm=arm, arms=(treated, comparison)) for item in named
    )
    largest = max(abs(one.standardised) for one in found)
    return Balance(
        items=found, largest=largest, below_a_quarter=largest < LARGE_DIFFERENCE
    )


def _item_balance(
    rows: Rows, item: str, *, arm: str, arms: tuple[object, object]
) -> ItemBalance:
    moments = [_moments(rows, item, (arm, value)) for value in arms]
    (first, spread, n_first), (second, other, n_second) = moments
    variance = (spread + other) / 2
    if not variance > 1e-14 * (first**2 + second**2):
        raise EstimationError(
            "no_spread",
            f"answers to {item!r} are too few, or all alike",
            answers=n_first + n_second,
        )
    return ItemBalance(
        item=item,
        treated=first,
        comparison=second,
        standardised=(first - second) / math.sqrt(variance),
        n_treated=n_first,
        n_comparison=n_second,
    )


def _moments(
    rows: Rows, item: str, group: tuple[str, object]
) -> tuple[float, float, int]:
    """Weighted mean and variance (n - 1), and answers of one arm."""
    arm, value = group
    inside = (rows.labels[arm] == value) & ~np.isnan(rows.values[item])
    n = int(inside.sum())
    if n == 0:
        raise EstimationError(
            "unknown_domain",
            f"nobody answered {item!r} in arm {value!r}",
            wanted=value,
            known=(),
        )
    y, w = rows.values[item][inside], rows.weight[inside]
    centre = float(w @ y / w.sum())
    variance = float(w @ (y - centre) ** 2 / w.sum()) * n / max(n - 1, 1)
    return centre, variance, n


@dataclass(frozen=True)
class Attrition(Result):
    """Who of the first wave did not answer again, by arm.

    Attributes
    ----------
    treated, comparison, overall : float
        Shares lost, weighted by the first wave.
    difference : Contrast
        Treated minus comparison, with the error of the sample.
    n : int
        Persons of the first wave.
    """

    treated: float
    comparison: float
    overall: float
    difference: Contrast
    n: int

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: the shares and their difference with its interval."""
        shares = {name: getattr(self, name) for name in ("treated", "comparison")}
        gap = self.difference
        return [
            {
                **shares,
                "overall": self.overall,
                "difference": gap.estimate,
                "ci_low": gap.ci_low,
                "ci_high": gap.ci_high,
                "n": self.n,
            }
        ]


@traced
def attrition(  # noqa: PLR0913 - the data, what is missing, and between whom
    frame: IntoFrame,
    answered_again: str,
    design: SampleDesign,
    *,
    arm: str,
    treated: object,
    comparison: object,
    level: float = 0.95,
) -> Attrition:
    """Compare the arms by the share of persons lost after the first wave.

    Parameters
    ----------
    frame : dataframe
        One row per person of the first wave.
    answered_again : str
        0/1 or boolean column: whether the person answered the last wave.
    design : SampleDesign
        Of the first wave.
    arm : str
    treated, comparison : object
    level : float

    Returns
    -------
    Attrition

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``not_binary``, ``unknown_domain``, ``same_domain``.

    References
    ----------
    What Works Clearinghouse (2022). Procedures and Standards Handbook 5.0,
    chapter IV (overall and differential attrition).
    """
    kept = proportion(frame, answered_again, design, by=arm, level=level)
    loss = difference(kept, answered_again, comparison, treated)
    shares = [
        1 - kept.at(answered_again, one).estimate for one in (treated, comparison)
    ]
    everyone = mean(_inside(frame, arm, (treated, comparison)), answered_again, design)
    return Attrition(
        treated=shares[0],
        comparison=shares[1],
        overall=1 - everyone.at(answered_again).estimate,
        difference=loss,
        n=loss.n,
    )


def _inside(frame: IntoFrame, arm: str, arms: tuple[object, object]) -> Any:
    column = nw.col(arm)
    return as_lazy(frame).filter((column == arms[0]) | (column == arms[1])).to_native()


@traced
def pre_trend(  # noqa: PLR0913 - the data, the waves before, and between whom
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    waves: Sequence[float],
    arm: str,
    treated: object,
    comparison: object,
    level: float = 0.95,
) -> Contrast:
    """Compare the courses of two arms before the start.

    Parameters
    ----------
    frame, item, design, arm, treated, comparison, level
        As in `difference_in_differences`.
    wave : str
        Numeric column of waves.
    waves : sequence of float
        Two or more waves, all before the start.

    Returns
    -------
    Contrast
        Slope of the treated arm's means minus that of the comparison arm's (least
        squares on the means), in units of the item per unit of `wave`.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``too_few_waves``, ``same_domain``, ``unknown_domain``.

    References
    ----------
    Roth (2022), American Economic Review: Insights 4, 305-322.
    """
    times = np.unique(np.asarray(waves, dtype=float))
    if len(times) < 2:
        raise EstimationError(
            "too_few_waves",
            f"a course needs at least 2 waves, not {len(times)}",
            waves=len(times),
            least=2,
        )
    if treated == comparison:
        raise EstimationError(
            "same_domain", "a comparison needs two arms", domain=treated
        )
    means = mean(frame, item, design, by=(wave, arm), level=level)
    slope: FloatArray = (times - times.mean()) / ((times - times.mean()) ** 2).sum()
    signs = {treated: 1.0, comparison: -1.0}
    return means.combine(
        {
            (item, (time, group)): sign * float(weight)
            for time, weight in zip(times.tolist(), slope, strict=True)
            for group, sign in signs.items()
        }
    )
