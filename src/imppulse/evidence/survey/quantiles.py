"""Quantiles by domain with Woodruff's limits, as the sample was drawn.

The share of the population at or below the estimated quantile is a proportion
like any other; the limits of its interval are read back on the scale of the item.

References
----------
Woodruff, R. S. (1952). Confidence intervals for medians and other position
measures. JASA 47, 635-646.
Francisco, C. A. and Fuller, W. A. (1991). Quantile estimation with a complex survey
design. Annals of Statistics 19, 454-469 (standard error).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result, document, t_quantile
from imppulse.evidence.survey.linearisation import (
    domain_df,
    names_of_lonely_strata,
    scaled_deviations,
)
from imppulse.evidence.survey.rows import as_names
from imppulse.evidence.survey.value_weights import ValueWeights, value_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

QUARTILES = (0.25, 0.5, 0.75)
# Equal weights put the distribution exactly on .25 or .5, but for rounding.
ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Quantiles(Result):
    """Quantiles of one item in several domains.

    Attributes
    ----------
    item : str
    probabilities : tuple of float
        Rows of the arrays.
    by : tuple of str
        Columns that make the domains.
    domains : tuple of tuple
        Columns of the arrays; ``((),)`` when `by` is empty.
    estimate, std_error, ci_low, ci_high : (probabilities, domains) float
        In units of the item. A limit is NaN where the interval of the share
        leaves 0 to 1: the sample does not bound the quantile on that side.
        `std_error` is the width of the interval over twice Student's t.
    n : (domains,) int
        Respondents of positive weight who answered.
    df : (domains,) float
        Clusters minus strata that hold answers.
    level : float
        Confidence level of the intervals.
    lonely, lonely_strata
        The choice made about one-cluster strata and those it was made for.
    """

    item: str
    probabilities: tuple[float, ...]
    by: tuple[str, ...]
    domains: tuple[tuple[object, ...], ...]
    estimate: FloatArray = field(repr=False)
    std_error: FloatArray = field(repr=False)
    ci_low: FloatArray = field(repr=False)
    ci_high: FloatArray = field(repr=False)
    n: IntArray
    df: FloatArray
    level: float
    lonely: str
    lonely_strata: tuple[object, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per domain and probability.

        Keys: item, the names in `by`, probability, quantile, std_error,
        ci_low, ci_high, n, df.
        """
        return [
            {
                "item": self.item,
                **dict(zip(self.by, domain, strict=True)),
                "probability": probability,
                "quantile": float(self.estimate[i, j]),
                "std_error": float(self.std_error[i, j]),
                "ci_low": float(self.ci_low[i, j]),
                "ci_high": float(self.ci_high[i, j]),
                "n": int(self.n[j]),
                "df": float(self.df[j]),
            }
            for j, domain in enumerate(self.domains)
            for i, probability in enumerate(self.probabilities)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the rows and what they rest on, ready for JSON."""
        described = {
            "item": self.item,
            "probabilities": self.probabilities,
            "by": self.by,
            "level": self.level,
            "lonely": self.lonely,
            "lonely_strata": self.lonely_strata,
            "rows": self.rows(),
            "provenance": self.provenance,
        }
        return document(described)


@traced
def quantile(  # noqa: PLR0917 - the data, the item, the sample, the cuts
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    probabilities: float | Sequence[float] = QUARTILES,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Quantiles:
    """Estimate weighted quantiles by domain.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    item : str
        Numeric column; null and NaN are missing.
    design : SampleDesign
    probabilities : float or sequence of float
        Shares below the quantiles, above 0 and below 1.
    by : str or sequence of str
        Columns whose combinations are the domains.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Quantiles
        A quantile is the smallest answer with at least the given share of the weight at
        or below it; it is always an answer that occurs (R's ``qrule="math"``). On
        scales of few points it says little: a median of 3 may hide a large change.

    Raises
    ------
    DesignError
        Those of `totals` and of the variance.
    EstimationError
        ``probability_out_of_range``, ``item_makes_domains``, ``no_answers``,
        ``level_out_of_range``, and those of `totals`.

    References
    ----------
    Woodruff (1952), JASA 47, 635-646.
    Francisco and Fuller (1991), Annals of Statistics 19, 454-469 (standard error).
    """
    wanted, columns = _probabilities(probabilities), as_names(by)
    if item in columns:
        raise EstimationError(
            "item_makes_domains", f"{item!r} cannot make its own domains", column=item
        )
    found = value_weights(frame, (*columns, item), design, number=item)
    return _woodruff(found, item, wanted, by=columns, level=level)


def _woodruff(
    found: ValueWeights,
    item: str,
    wanted: FloatArray,
    *,
    by: tuple[str, ...],
    level: float,
) -> Quantiles:
    """Read the limits of the shares below back on the scale of the item."""
    answers = _Answers.of(found)
    middle = answers.look_up(
        np.broadcast_to(wanted[:, None], (len(wanted), answers.size))
    )
    share, std_error, df = _shares_below(answers, middle)
    reach = t_quantile(level, df)
    low = answers.look_up(share - reach * std_error)
    high = answers.look_up(share + reach * std_error)
    table = found.table
    return Quantiles(
        item=item,
        probabilities=tuple(wanted.tolist()),
        by=by,
        domains=answers.domains,
        estimate=middle,
        std_error=(high - low) / 2 / reach,
        ci_low=low,
        ci_high=high,
        n=np.bincount(answers.domain, found.answers, answers.size).astype(np.int64),
        df=df,
        level=level,
        lonely=table.design.lonely,
        lonely_strata=names_of_lonely_strata(table),
    )


def _probabilities(given: float | Sequence[float]) -> FloatArray:
    wanted = np.atleast_1d(np.asarray(given, dtype=float))
    if not (wanted.size and wanted.ndim == 1 and ((wanted > 0) & (wanted < 1)).all()):
        raise EstimationError(
            "probability_out_of_range",
            f"the shares below a quantile must lie between 0 and 1, not {given}",
            given=given,
        )
    return wanted


@dataclass(frozen=True, eq=False)
class _Answers:
    """Distribution of the answers in each domain.

    ``domain`` and ``value`` belong to rows of `found`; ``steps`` holds, per
    domain, the values in order and the share of weight at or below each.
    """

    found: ValueWeights
    domains: tuple[tuple[object, ...], ...]
    domain: IntArray
    value: FloatArray
    steps: tuple[tuple[FloatArray, FloatArray], ...]

    @property
    def size(self) -> int:
        return len(self.domains)

    @classmethod
    def of(cls, found: ValueWeights) -> _Answers:
        # Combinations are sorted, the value last: so is each domain's part.
        used, combination = np.unique(found.combination, return_inverse=True)
        labels = [found.table.domains[k] for k in used]
        domains = tuple(dict.fromkeys(label[:-1] for label in labels))
        place = {domain: k for k, domain in enumerate(domains)}
        domain = np.array([place[label[:-1]] for label in labels])
        value = np.array([label[-1] for label in labels], dtype=float)
        weight = np.bincount(combination, found.weight)
        steps = tuple(
            (value[domain == k], _cumulative(weight[domain == k]))
            for k in range(len(domains))
        )
        return cls(found, domains, domain[combination], value[combination], steps)

    def look_up(self, shares: FloatArray) -> FloatArray:
        """Return the smallest value that reaches each share, (shares, domains)."""
        reached = np.full(shares.shape, np.nan)
        for k, (value, cumulated) in enumerate(self.steps):
            inside = (shares[:, k] >= 0) & (shares[:, k] <= 1)
            place = np.searchsorted(cumulated, shares[inside, k] - ROUNDING)
            reached[inside, k] = value[np.minimum(place, len(value) - 1)]
        return reached


def _cumulative(weight: FloatArray) -> FloatArray:
    cumulated = weight.cumsum()
    return np.asarray(cumulated / cumulated[-1])


def _shares_below(
    answers: _Answers, limits: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shares at or below limits and their standard errors, and df (domains,)."""
    found, table = answers.found, answers.found.table
    shape = len(table.stratum_of_cluster), answers.size
    cell = found.cluster * shape[1] + answers.domain

    def by_cluster(values: FloatArray) -> FloatArray:
        flat = np.bincount(cell, values, shape[0] * shape[1])
        return flat.astype(float).reshape(shape)

    whole = by_cluster(found.weight)
    below = [
        by_cluster(found.weight * (answers.value <= limit[answers.domain]))
        for limit in limits
    ]
    size = whole.sum(axis=0)
    shares = np.array([part.sum(axis=0) / size for part in below])
    parts = [
        (part - share * whole) / size for part, share in zip(below, shares, strict=True)
    ]
    presence = by_cluster(found.answers) > 0
    deviations = scaled_deviations(
        table, np.hstack(parts), np.tile(presence, len(limits))
    )
    std_error = np.sqrt((deviations**2).sum(axis=0)).reshape(limits.shape)
    return shares, std_error, domain_df(table, presence)
