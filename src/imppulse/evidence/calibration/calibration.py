"""Weights that bring a sample to what is known of its population.

The rows are read once, as a table of margin cells; the weights are solved
there and written back as one expression, so the engine and the type of the
frame stay the caller's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.calibration_cells import (
    Cells,
    base_weight,
    gather,
    matched_counts,
)
from imppulse.evidence.calibration.calibration_distances import (
    Exponential,
    Linear,
    Logit,
)
from imppulse.evidence.calibration.calibration_solvers import (
    Solution,
    Targets,
    newton,
    raked,
)
from imppulse.evidence.calibration.calibration_targets import named, parts
from imppulse.evidence.calibration.weight_quality import (
    check_effective_n,
    weight_quality,
)
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.rows import as_lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.calibration.calibration_targets import Population
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    Solve = Callable[[Cells, Targets, float], Solution]

CALIBRATED = "calibrated_weight"


@dataclass(frozen=True)
class MarginLevel:
    """One level of a margin: its share before, in the population, and after."""

    margin: str
    level: str
    n: int
    share_before: float
    population: float
    share_population: float
    share_after: float


@dataclass(frozen=True, eq=False)
class Calibration(Result):
    """Calibrated weights, and how far they went.

    Attributes
    ----------
    frame : dataframe
        The caller's frame, of the same type, with the weight column added.
    design : CalibratedDesign
        For `calibrated_estimates`.
    method : str
        ``"post-stratification"``, ``"raking"``, ``"greg"`` or ``"logit"``.
    weight : str
        Name of the new column.
    population : float
        Size the weights were brought to: their sum, when a margin or the size
        was given.
    iterations : int
    discrepancy : float
        Largest relative distance of a weighted count from its target.
    smallest_g, largest_g : float
        Extremes of the weight after over the weight before, once both have
        the same sum.
    effective_n : float
        Kish's effective sample size, (sum w)^2 / sum w^2.
    weighting_effect : float
        n / effective_n: the design effect of weighting.
    largest_share : float
        Share of the whole weight that one answer carries.
    levels : tuple of MarginLevel
    """

    frame: Any = field(repr=False)
    design: CalibratedDesign
    method: str
    weight: str
    n: int
    population: float
    iterations: int
    discrepancy: float
    smallest_g: float
    largest_g: float
    effective_n: float
    weighting_effect: float
    largest_share: float
    levels: tuple[MarginLevel, ...]


@traced
def post_stratify(
    frame: IntoFrame,
    design: SampleDesign,
    population: Population,
    *,
    into: str = CALIBRATED,
    minimum_effective_n: float | None = None,
) -> Calibration:
    """Give each cell of one margin its share of the population.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation.
    design : SampleDesign
        With the weights before, on any scale.
    population : Population
        One margin (of several columns when crossed), no totals.
    into : str
        Name of the new column.
    minimum_effective_n : float, optional
        Refuse weights that leave an effective sample size below this.

    Returns
    -------
    Calibration

    Raises
    ------
    DesignError
        ``unknown_column``, ``not_numeric``, ``no_rows``,
        ``weight_not_positive``.
    EstimationError
        ``one_margin_needed``, ``unsupported_frame``, ``unknown_column``,
        ``column_taken``, ``missing_margin_value``, ``level_without_answers``,
        ``level_without_margin``, ``effective_n_too_small``.

    References
    ----------
    Holt, D. and Smith, T. M. F. (1979). Post stratification. JRSS A 142, 33-46.
    """
    if len(population.margins) != 1 or population.totals:
        raise EstimationError(
            "one_margin_needed",
            "post-stratification takes one margin and no totals; "
            f"there are {len(population.margins)} and {len(population.totals)}",
            margins=len(population.margins),
            totals=len(population.totals),
        )
    task = _Task("post-stratification", into, minimum_effective_n, _raked)
    return _calibrated(frame, design, population, task)


@traced
def rake(
    frame: IntoFrame,
    design: SampleDesign,
    population: Population,
    *,
    into: str = CALIBRATED,
    minimum_effective_n: float | None = None,
) -> Calibration:
    """Bring weights to several margins by raking (iterative proportional fitting).

    With totals the same weights, those nearest the old in the raking
    distance, are found by Newton's method.

    Parameters
    ----------
    frame, design, population, into, minimum_effective_n
        As in `post_stratify`, with any margins and totals.

    Returns
    -------
    Calibration

    Raises
    ------
    DesignError, EstimationError
        Those of `post_stratify`, and ``calibration_did_not_converge``,
        ``constant_total``.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of
    a sampled frequency table. Annals of Mathematical Statistics 11, 427-444.
    Deville, J.-C., Sarndal, C.-E. and Sautory, O. (1993). Generalized raking
    procedures in survey sampling. JASA 88, 1013-1020.
    """
    task = _Task("raking", into, minimum_effective_n, _raked)
    return _calibrated(frame, design, population, task)


@traced
def greg(
    frame: IntoFrame,
    design: SampleDesign,
    population: Population,
    *,
    into: str = CALIBRATED,
    minimum_effective_n: float | None = None,
) -> Calibration:
    """Calibrate by the generalised regression estimator (linear distance).

    Parameters
    ----------
    frame, design, population, into, minimum_effective_n
        As in `rake`.

    Returns
    -------
    Calibration

    Raises
    ------
    DesignError, EstimationError
        Those of `rake`, and ``calibrated_weight_not_positive``: the linear
        distance does not keep weights above 0; `rake` does.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. (1992). Calibration estimators in survey
    sampling. JASA 87, 376-382.
    """
    task = _Task("greg", into, minimum_effective_n, _regressed)
    return _calibrated(frame, design, population, task)


@traced
def calibrate_within(
    frame: IntoFrame,
    design: SampleDesign,
    population: Population,
    *,
    bounds: tuple[float, float],
    into: str = CALIBRATED,
    minimum_effective_n: float | None = None,
) -> Calibration:
    """Calibrate with g-weights that stay between two bounds (logit distance).

    Parameters
    ----------
    frame, design, population, into, minimum_effective_n
        As in `rake`.
    bounds : (float, float)
        Least and greatest weight after over weight before, once both have
        the same sum: below and above 1.

    Returns
    -------
    Calibration

    Raises
    ------
    DesignError, EstimationError
        Those of `rake`, and ``bounds_out_of_range``. Bounds too narrow for
        the targets end in ``calibration_did_not_converge``.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. (1992). Calibration estimators in survey
    sampling. JASA 87, 376-382, section 2, case 6.
    """
    low, high = bounds
    if not 0 <= low < 1 < high < np.inf:
        raise EstimationError(
            "bounds_out_of_range",
            f"bounds must lie on both sides of 1 and not below 0, not {low} and {high}",
            low=low,
            high=high,
        )

    def solve(cells: Cells, targets: Targets, mean_g: float) -> Solution:
        return newton(cells, targets, Logit(low, high, mean_g))

    task = _Task("logit", into, minimum_effective_n, solve)
    return _calibrated(frame, design, population, task)


@dataclass(frozen=True)
class _Task:
    method: str
    into: str
    minimum_effective_n: float | None
    solve: Solve


def _raked(cells: Cells, targets: Targets, mean_g: float) -> Solution:
    if cells.columns:
        return newton(cells, targets, Exponential(mean_g))
    return raked(cells, targets)


def _regressed(cells: Cells, targets: Targets, mean_g: float) -> Solution:
    return newton(cells, targets, Linear(mean_g))


def _calibrated(  # noqa: PLR0917 - those of the public functions, and what they ask
    frame: IntoFrame, design: SampleDesign, population: Population, task: _Task
) -> Calibration:
    _check_free(frame, task.into)
    cells = gather(frame, design, population)
    before = float(cells.weight.sum())
    size = population.stated_size or before
    totals = np.array(list(population.totals.values()), dtype=float)
    targets = Targets(matched_counts(cells, population, size), totals)
    solution = task.solve(cells, targets, size / before)
    _check_positive(cells, solution)
    quality = weight_quality(
        n=cells.n.sum(),
        total=float(cells.weight @ solution.g),
        square=float(cells.square @ solution.g**2),
        largest=float((cells.largest * solution.g).max()),
    )
    check_effective_n(quality, minimum=task.minimum_effective_n)
    weight = base_weight(design) * solution.distance.expression(solution.terms)
    return Calibration(
        frame=nw.from_native(frame).with_columns(weight.alias(task.into)).to_native(),
        design=CalibratedDesign(
            design=design,
            calibrated=task.into,
            margins=tuple(map(parts, cells.margins)),
            totals=cells.columns,
        ),
        method=task.method,
        weight=task.into,
        iterations=solution.iterations,
        discrepancy=solution.discrepancy,
        smallest_g=float(solution.g.min()) * before / quality.population,
        largest_g=float(solution.g.max()) * before / quality.population,
        levels=tuple(_levels(cells, targets, cells.weight * solution.g)),
        **asdict(quality),
    )


def _check_free(frame: IntoFrame, into: str) -> None:
    if into in as_lazy(frame).collect_schema().names():
        raise EstimationError(
            "column_taken", f"the data already have a column {into!r}", column=into
        )


def _check_positive(cells: Cells, solution: Solution) -> None:
    rows = int(cells.n[solution.g <= 0].sum())
    if rows:
        raise EstimationError(
            "calibrated_weight_not_positive",
            f"the linear distance gives {rows} rows a weight of 0 or less "
            f"(lowest ratio {solution.g.min():.3g}); raking or bounds keep them above 0",
            rows=rows,
            lowest=round(float(solution.g.min()), 3),
        )


def _levels(cells: Cells, targets: Targets, after: FloatArray) -> list[MarginLevel]:
    rows = []
    for k, count in enumerate(targets.counts):
        n, old, new = (
            np.bincount(cells.codes[k], sums, len(count))
            for sums in (cells.n, cells.weight, after)
        )
        rows += [
            MarginLevel(
                margin=named(cells.margins[k]),
                level=" x ".join(map(str, level)),
                n=int(n[j]),
                share_before=float(old[j] / old.sum()),
                population=float(count[j]),
                share_population=float(count[j] / count.sum()),
                share_after=float(new[j] / new.sum()),
            )
            for j, level in enumerate(cells.levels[k])
        ]
    return rows
