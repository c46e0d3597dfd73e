"""How to spend a sample: over strata, over domains, over clusters.

References
----------
Cochran, W. G. (1977). Sampling Techniques. 3rd ed., Wiley, sections 5.5 to
5.9 and 5.8 (more than the whole stratum).
Neyman, J. (1934). On the two different aspects of the representative
method. Journal of the Royal Statistical Society 97, 558-625.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from imppulse.evidence.errors import DesignError
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


HIGHEST_SCALE = 1e100


class AllocationRule(StrEnum):
    """What a sample is spread over strata for.

    ``proportional``: like the population. ``optimal``: the most precise mean of
    the population for the money (Neyman's rule where interviews cost the same).
    ``equal_precision``: the same standard error in every stratum.
    """

    PROPORTIONAL = "proportional"
    OPTIMAL = "optimal"
    EQUAL_PRECISION = "equal_precision"


@dataclass(frozen=True, kw_only=True)
class StratumToSample:
    """A stratum before the sample is drawn.

    Parameters
    ----------
    name : str
    population : float
        People who live there, above 0.
    sd : float
        Standard deviation of the answers between them, at least 0.
    cost : float
        Price of one answer, above 0.

    Raises
    ------
    DesignError
        ``impossible_plan``, naming the field.
    """

    name: str
    population: float
    sd: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        require("population", self.population, 0 < self.population < math.inf)
        require("sd", self.sd, 0 <= self.sd < math.inf)
        require("cost", self.cost, 0 < self.cost < math.inf)


@dataclass(frozen=True, kw_only=True)
class Allocation(Result):
    """Answers per stratum, and the precision they give.

    Attributes
    ----------
    rule : AllocationRule
    strata : tuple of str
    people : tuple of int
        Answers per stratum; their sum is what was asked for.
    std_errors : tuple of float
        Of each stratum's mean, finite population respected; unit of `sd`.
    std_error : float
        Of the mean of the whole population.
    cost : float
    """

    rule: AllocationRule
    strata: tuple[str, ...]
    people: tuple[int, ...]
    std_errors: tuple[float, ...]
    std_error: float
    cost: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per stratum: stratum, people, std_error."""
        cells = zip(self.strata, self.people, self.std_errors, strict=True)
        return [
            {"stratum": name, "people": people, "std_error": error}
            for name, people, error in cells
        ]


@dataclass(frozen=True, kw_only=True)
class ClusterPlan(Result):
    """How many clusters, and how many people in each.

    Attributes
    ----------
    people : int
        Interviews per cluster.
    clusters : int
        As many as the budget pays.
    exact_people : float
        The optimum before rounding.
    cost : float
        Of these clusters and interviews, at most the budget.
    deff : float
    std_error : float
        Of the mean, in units of the standard deviation between people.
    """

    people: int
    clusters: int
    exact_people: float
    cost: float
    deff: float
    std_error: float


@traced
def allocate(
    strata: Sequence[StratumToSample],
    *,
    people: int | None = None,
    budget: float | None = None,
    rule: AllocationRule = AllocationRule.PROPORTIONAL,
    fewest: int = 2,
) -> Allocation:
    """Spread a number of answers, or a budget, over strata.

    Parameters
    ----------
    strata : sequence of StratumToSample
        Names differ.
    people : int, optional
        Answers in all; spread exactly, by largest remainders.
    budget : float, optional
        Money in all; the answers it pays are rounded down in each stratum.
        Either `people` or `budget`.
    rule : AllocationRule
    fewest : int
        Answers in every stratum at least (2 give a variance); never above its people.

    Returns
    -------
    Allocation
        Answers per stratum; standard errors in the unit of `sd`.

    Raises
    ------
    DesignError
        ``impossible_plan``; ``strata_not_distinct``;
        ``allocation_does_not_fit``, with what is asked for and what is possible.

    Notes
    -----
    Shares: N (proportional), N S / sqrt(c) (optimal), S² (equal precision, finite
    populations: n = S² / (e² + S²/N), e solved for). A stratum that would get less than
    `fewest` or more than its people is fixed there, the rest spread over the others.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sections 5.5 to 5.9 and 5.8 (more than
    the whole stratum). Neyman (1934), Journal of the Royal Statistical Society 97,
    558-625.
    """
    _check(strata, people, budget, fewest=fewest)
    wanted = _wanted(strata, AllocationRule(rule))
    low = np.array([min(fewest, math.floor(s.population)) for s in strata], dtype=float)
    high = np.array([math.floor(s.population) for s in strata], dtype=float)
    price = np.array([s.cost for s in strata])
    if people is not None:
        exact = _spread(
            wanted, float(people), bounds=(low, high), price=np.ones(len(strata))
        )
        counts = largest_remainder(exact, people)
    else:
        exact = _spread(wanted, float(budget or 0.0), bounds=(low, high), price=price)
        counts = np.floor(exact + 1e-9).astype(int)
    return _allocation(strata, AllocationRule(rule), counts)


def largest_remainder(exact: FloatArray, total: int) -> NDArray[np.int64]:
    """Round to whole numbers that sum exactly to a total.

    Parameters
    ----------
    exact : (k,) float
        At least 0; their sum is the total up to rounding error.
    total : int

    Returns
    -------
    (k,) int
        Each is `exact` rounded down or up; those with the largest remainders
        are rounded up, the first ones on a tie.

    Raises
    ------
    DesignError
        ``allocation_does_not_fit``; ``impossible_plan`` where a number is negative or
        missing.

    References
    ----------
    Balinski, M. L. and Young, H. P. (2001). Fair Representation. 2nd ed.,
    Brookings Institution Press (Hamilton's method).
    """
    require("exact", exact.tolist(), bool(((exact >= 0) & np.isfinite(exact)).all()))
    whole = np.floor(exact + 1e-9).astype(np.int64)
    missing = total - int(whole.sum())
    if not 0 <= missing <= len(exact):
        raise _does_not_fit(total, float(exact.sum()))
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:missing]] += 1
    return whole


@traced
def cluster_plan(
    *,
    budget: float,
    cluster_cost: float,
    interview_cost: float,
    intraclass_correlation: float,
) -> ClusterPlan:
    """Return the number of people per cluster that is best for the money.

    Parameters
    ----------
    budget, cluster_cost, interview_cost : float
        In the same money; reaching one cluster, and one interview in it.
    intraclass_correlation : float
        Strictly between 0 and 1.

    Returns
    -------
    ClusterPlan
        Interviews per cluster, and as many clusters as the budget pays.

    Raises
    ------
    DesignError
        ``impossible_plan``; ``allocation_does_not_fit`` when two clusters cost more.

    Notes
    -----
    m = sqrt(cluster_cost / interview_cost * (1 - icc) / icc), rounded to the neighbour
    with the smaller variance for the same money. A third more or less costs little.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 8.3.
    """
    icc = intraclass_correlation
    require("intraclass_correlation", icc, 0 < icc < 1)
    require("budget", budget, 0 < budget < math.inf)
    for name, cost in (("cluster", cluster_cost), ("interview", interview_cost)):
        require(f"{name}_cost", cost, 0 < cost < math.inf)
    exact = math.sqrt(cluster_cost / interview_cost * (1 - icc) / icc)

    def variance(people: int) -> float:
        price = cluster_cost + people * interview_cost
        return (1 + (people - 1) * icc) / people * price

    people = min(sorted({max(1, math.floor(exact)), math.ceil(exact)}), key=variance)
    price = cluster_cost + people * interview_cost
    clusters = math.floor(budget / price + 1e-9)
    if clusters < 2:
        raise _does_not_fit(budget, 2 * price)
    deff = 1 + (people - 1) * icc
    return ClusterPlan(
        people=people,
        clusters=clusters,
        exact_people=exact,
        cost=clusters * price,
        deff=deff,
        std_error=math.sqrt(deff / (people * clusters)),
    )


def _check(
    strata: Sequence[StratumToSample],
    people: int | None,
    budget: float | None,
    *,
    fewest: int,
) -> None:
    require("strata", len(strata), len(strata) >= 1)
    require("people", people, (people is None) != (budget is None))
    require("people", people, people is None or people >= 1)
    require("budget", budget, budget is None or 0 < budget < math.inf)
    require("fewest", fewest, fewest >= 0)
    names = [stratum.name for stratum in strata]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DesignError(
            "strata_not_distinct", f"named twice: {', '.join(twice)}", strata=twice
        )


def _wanted(
    strata: Sequence[StratumToSample], rule: AllocationRule
) -> Callable[[float], FloatArray]:
    """Return the answers that a rule wants in each stratum, rising with a scale."""
    population = np.array([s.population for s in strata])
    sd = np.array([s.sd for s in strata], dtype=float)
    cost = np.array([s.cost for s in strata])
    if rule == AllocationRule.PROPORTIONAL:
        shares = population
    else:
        require("sd", 0.0, bool((sd > 0).any()))
        sd /= sd.max()  # the squares of tiny deviations would vanish
        optimal = rule == AllocationRule.OPTIMAL
        shares = population * sd / np.sqrt(cost) if optimal else sd**2
    # Strata where all answer alike come last, once the others are full
    shares = np.maximum(shares / shares.max(), 1e-12)
    if rule == AllocationRule.EQUAL_PRECISION:
        return lambda scale: scale * shares / (1 + scale * shares / population)
    return lambda scale: scale * shares


def _spread(
    wanted: Callable[[float], FloatArray],
    total: float,
    *,
    bounds: tuple[FloatArray, FloatArray],
    price: FloatArray,
) -> FloatArray:
    """Return the answers wanted, inside the bounds, that use up the total."""
    low, high = bounds
    least, largest = float(low @ price), float(high @ price)
    if least > total or total > largest:
        raise _does_not_fit(total, least if least > total else largest)

    def over(scale: float) -> float:
        return float(np.clip(wanted(scale), low, high) @ price - total)

    if over(0.0) >= 0:
        return low
    most = total
    while over(most) < 0 and most < HIGHEST_SCALE:
        most *= 4
    if over(most) < 0:
        return high
    scale = scipy.optimize.brentq(
        over, 0.0, most, xtol=1e-300, rtol=1e-15, maxiter=1000
    )
    return np.asarray(np.clip(wanted(scale), low, high))


def _does_not_fit(asked: float, possible: float) -> DesignError:
    return DesignError(
        "allocation_does_not_fit",
        f"{asked:g} was asked for; the bounds of the strata give {possible:g}",
        asked=asked,
        possible=possible,
    )


def _allocation(
    strata: Sequence[StratumToSample], rule: AllocationRule, counts: NDArray[np.int64]
) -> Allocation:
    population = np.array([s.population for s in strata])
    sd = np.array([s.sd for s in strata])
    with np.errstate(divide="ignore"):
        left_out = np.maximum(1 - counts / population, 0.0)
        variance = np.where(
            counts > 0, sd**2 * left_out / np.maximum(counts, 1), np.inf
        )
    weight = population / population.sum()
    cost = sum(s.cost * int(n) for s, n in zip(strata, counts, strict=True))
    return Allocation(
        rule=rule,
        strata=tuple(stratum.name for stratum in strata),
        people=tuple(int(n) for n in counts),
        std_errors=tuple(float(v) for v in np.sqrt(variance)),
        std_error=float(np.sqrt(weight**2 @ variance)),
        cost=float(cost),
    )
