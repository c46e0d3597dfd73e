"""Inference when few clusters were assigned: the wild cluster bootstrap.

Residuals keep their cluster together and change sign (or size) by cluster;
the t statistic of the data is compared with those of the altered data.

References
----------
Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based
improvements for inference with clustered errors. Review of Economics and Statistics
90, 414-427.
Webb, M. D. (2023). Reworking wild bootstrap-based inference for clustered errors.
Canadian Journal of Economics 56, 839-858.
MacKinnon, J. G. and Webb, M. D. (2017). Wild bootstrap inference for wildly
different cluster sizes. Journal of Applied Econometrics 32, 233-254.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from imppulse.evidence.effects.cluster_regression import ClusterRegression
from imppulse.evidence.effects.difference_regression import two_by_two_model
from imppulse.evidence.effects.inversion import invert
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.answer_columns import codes_of, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame

    from imppulse.evidence.effects.difference_regression import TwoByTwo
    from imppulse.evidence.survey.answer_columns import FloatArray, Rows

Multipliers = Literal["automatic", "rademacher", "webb"]
CHOICES: tuple[Multipliers, ...] = get_args(Multipliers)
VALUES = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.sqrt([1.5, 1.0, 0.5, 0.5, 1.0, 1.5]) * [-1, -1, -1, 1, 1, 1],
}
LARGEST_ENUMERATION = 2**13
# Below, all signs together cannot bring p to 5 %: two of 2^5 are more than that.
FEWEST_FOR_SIGNS = 6
TIE = 1e-10


@dataclass(frozen=True)
class WildBootstrap(Result):
    """What the wild cluster bootstrap says of one effect.

    Attributes
    ----------
    estimate, std_error : float
        Weighted least squares; CR1 error. In units of the item.
    t : float
        Statistic of the hypothesis.
    p_value : float
        Share of draws at least as far from zero, ties within 1e-10 counted;
        with drawn multipliers (1 + count) / (1 + draws).
    ci_low, ci_high : float
        Hypotheses the same test does not reject; infinite where the draws
        are too few to reject any.
    hypothesis : float
    draws : int
    enumerated : bool
        Whether the draws are all there are.
    smallest_p : float
        The p value that no data can go below, with these draws.
    multipliers : str
    restricted : bool
    n, clusters : int
    level : float
    """

    estimate: float
    std_error: float
    t: float
    p_value: float
    ci_low: float
    ci_high: float
    hypothesis: float
    draws: int
    enumerated: bool
    smallest_p: float
    multipliers: str
    restricted: bool
    n: int
    clusters: int
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class WildDraws:
    """How the multipliers of clusters are made.

    Parameters
    ----------
    multipliers : {"automatic", "rademacher", "webb"}
        ``"automatic"``: signs from 6 clusters on; Webb's six points below, where
        signs cannot reach 5 %. With 6 to 8 clusters signs err less than Webb's
        points (``validation/simulation``). Signs of 6 clusters do not reach 1 %.
    restricted : bool
        Whether the hypothesis is imposed on the data that are altered: the
        default, and better with few clusters.
    draws : int
        Where there are more than 8,192 combinations; else all are taken.
    seed : int
    """

    multipliers: Multipliers = "automatic"
    restricted: bool = True
    draws: int = 9_999
    seed: int = 1

    def __post_init__(self) -> None:
        if self.multipliers not in CHOICES:
            raise EstimationError(
                "unknown_multipliers",
                f"multipliers must be {', '.join(CHOICES)}, not {self.multipliers!r}",
                given=self.multipliers,
                choices=CHOICES,
            )
        if self.draws < 99:
            raise EstimationError(
                "too_few_draws",
                f"{self.draws} draws are too few: at least 99 are needed",
                draws=self.draws,
                least=99,
            )

    def of(self, clusters: int) -> tuple[str, FloatArray, bool]:
        """Return the kind, the multipliers (draws, clusters), and if all are there."""
        kind: str = self.multipliers
        if kind == "automatic":
            kind = "rademacher" if clusters >= FEWEST_FOR_SIGNS else "webb"
        values = VALUES[kind]
        if len(values) ** clusters <= LARGEST_ENUMERATION:
            every = itertools.product(values, repeat=clusters)
            return kind, np.array(list(every)), True
        rng = np.random.default_rng(self.seed)
        return kind, rng.choice(values, (self.draws, clusters)), False


DEFAULT_DRAWS = WildDraws()


@traced
def wild_cluster_bootstrap(  # noqa: PLR0913 - a regression has many columns
    frame: IntoFrame,
    item: str,
    effect: str,
    *,
    cluster: str,
    controls: Sequence[str] = (),
    weight: str | None = None,
    hypothesis: float = 0.0,
    draws: WildDraws = DEFAULT_DRAWS,
    level: float = 0.95,
) -> WildBootstrap:
    """Test one coefficient of a weighted regression with few clusters.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation. Rows that miss a
        number are left out.
    item : str
        Outcome.
    effect : str
        Numeric column whose coefficient is tested.
    cluster : str
        Column of clusters: the unit of assignment.
    controls : sequence of str
        Further numeric columns; a constant is added.
    weight : str, optional
    hypothesis : float
        Value of the coefficient under test, in units of the item.
    draws : WildDraws
    level : float
        Of the interval, which is found by inverting the test.

    Returns
    -------
    WildBootstrap

    Raises
    ------
    DesignError
        ``one_cluster``, ``missing_design_value``, ``negative_weight``, ``no_rows``.
    EstimationError
        ``unknown_multipliers``, ``too_few_draws``, ``too_few_rows_for_terms``,
        ``collinear_terms``, ``no_variance``, ``level_out_of_range``, and those of
        reading.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90, 414-427.
    Webb (2023), Canadian Journal of Economics 56, 839-858. MacKinnon and Webb (2017),
    Journal of Applied Econometrics 32, 233-254.
    """
    terms = (effect, *controls)
    rows = read_rows(frame, [item, *terms], [cluster], weight=weight).complete()
    model = _regression(rows, item, terms, cluster=cluster)
    return _bootstrap(model, draws, hypothesis=hypothesis, level=level)


def _regression(
    rows: Rows, item: str, terms: tuple[str, ...], *, cluster: str
) -> ClusterRegression:
    return ClusterRegression(
        y=rows.values[item],
        x=np.column_stack(
            [*(rows.values[t] for t in terms), np.ones(len(rows.weight))]
        ),
        names=(*terms, "constant"),
        weight=rows.weight,
        cluster=codes_of(rows.labels[cluster], cluster)[1],
    )


@traced
def wild_difference_in_differences(
    frame: IntoFrame,
    item: str,
    comparison: TwoByTwo,
    *,
    hypothesis: float = 0.0,
    draws: WildDraws = DEFAULT_DRAWS,
    level: float = 0.95,
) -> WildBootstrap:
    """Test a difference in differences between few clusters.

    Parameters
    ----------
    frame, item, comparison
        As in `regression_difference_in_differences`.
    hypothesis, draws, level
        As in `wild_cluster_bootstrap`.

    Returns
    -------
    WildBootstrap

    Raises
    ------
    DesignError, EstimationError
        Those of `wild_cluster_bootstrap`; ``unknown_domain`` when one of the
        four means is empty.

    References
    ----------
    As `wild_cluster_bootstrap`.
    """
    model = two_by_two_model(frame, item, comparison)
    return _bootstrap(model, draws, hypothesis=hypothesis, level=level)


def _bootstrap(
    model: ClusterRegression, asked: WildDraws, *, hypothesis: float, level: float
) -> WildBootstrap:
    if not 0 < level < 1:
        raise EstimationError(
            "level_out_of_range",
            f"the confidence level must lie between 0 and 1, not {level}",
            level=level,
        )
    kind, multipliers, every = asked.of(model.clusters)
    test = WildTest(model, multipliers, restricted=asked.restricted, every=every)
    smallest = len(VALUES[kind]) / len(multipliers) if every else 1 / (1 + asked.draws)
    low, high = invert(
        test.p_value,
        test.estimate,
        step=test.std_error,
        alpha=1 - level,
        smallest_p=smallest,
    )
    return WildBootstrap(
        estimate=test.estimate,
        std_error=test.std_error,
        t=test.statistic(hypothesis),
        p_value=test.p_value(hypothesis),
        ci_low=low,
        ci_high=high,
        hypothesis=hypothesis,
        draws=len(multipliers),
        enumerated=every,
        smallest_p=smallest,
        multipliers=kind,
        restricted=asked.restricted,
        n=len(model.y),
        clusters=model.clusters,
        level=level,
    )


@dataclass(frozen=True, eq=False)
class WildTest:
    """The bootstrap of the first coefficient, for any hypothesis.

    With the hypothesis b imposed, residuals are linear in b; so each draw is
    a few numbers, and a hypothesis costs no pass over clusters.
    """

    model: ClusterRegression
    multipliers: FloatArray
    restricted: bool
    every: bool

    def __post_init__(self) -> None:
        if not self.std_error > 1e-12 * float(np.abs(self.model.y).max()):
            raise EstimationError(
                "no_variance",
                "the clusters do not differ: there is no variance to compare with",
            )

    @property
    def estimate(self) -> float:
        """The coefficient."""
        return float(self.model.coefficients[0])

    @cached_property
    def std_error(self) -> float:
        """Its CR1 error."""
        return self.model.errors_of(self.model.names[0], "CR1")[0]

    def statistic(self, hypothesis: float) -> float:
        """Return t of the data."""
        return (self.estimate - hypothesis) / self.std_error

    def p_value(self, hypothesis: float) -> float:
        """Return the share of draws at least as far from zero as the data."""
        shift = hypothesis if self.restricted else 0.0
        moved, scale = self._drawn
        above = moved[0] - shift * moved[1]
        spread = scale[0] - 2 * shift * scale[1] + shift**2 * scale[2]
        # A draw without spread is infinitely far unless it did not move at all.
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.abs(above) / np.sqrt(np.maximum(spread, 0))
        seen = abs(self.statistic(hypothesis)) * (1 - TIE) - TIE
        far = np.nan_to_num(drawn, nan=0.0) >= seen
        count = int(far.sum())
        return count / len(far) if self.every else (1 + count) / (1 + len(far))

    @cached_property
    def _drawn(self) -> tuple[FloatArray, FloatArray]:
        """Shift of the coefficient (2, draws) and its variance (3, draws).

        Of the outcome and of the effect's own column, so that outcome minus b
        times the column follows for any b.
        """
        model = self.model
        kept = slice(1, None) if self.restricted else slice(None)
        parts = [
            self._moved(_left_over(column, model.x[:, kept], model.weight))
            for column in (model.y, model.x[:, 0])
        ]
        (shift, scores), (own_shift, own_scores) = parts
        rows, terms = model.x.shape
        count = model.clusters
        factor = count / (count - 1) * (rows - 1) / (rows - terms)
        products = [(scores, scores), (scores, own_scores), (own_scores, own_scores)]
        variance = [factor * (a * b).sum(axis=1) for a, b in products]
        return np.array([shift, own_shift]), np.array(variance)

    def _moved(self, residuals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the shift (draws,) and cluster scores (draws, clusters) of draws."""
        model = self.model
        sums = model.sums(model.x * (model.weight * residuals)[:, None])
        direction = model.x @ model.bread[:, 0] * model.weight
        shifts = self.multipliers @ sums @ model.bread
        fitted = model.sums(direction[:, None] * model.x)
        scores = self.multipliers * (sums @ model.bread[:, 0]) - shifts @ fitted.T
        return shifts[:, 0], scores


def _left_over(column: FloatArray, terms: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the residuals of a weighted regression."""
    root = np.sqrt(weight)
    fitted = np.linalg.lstsq(root[:, None] * terms, root * column, rcond=None)[0]
    return np.asarray(column - terms @ fitted)
