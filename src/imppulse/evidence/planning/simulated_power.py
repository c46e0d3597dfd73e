"""Power by simulation: a check of the formulas, and the only way for a series.

Everything happens on the means of areas, or of persons where persons are the
units: rows of answers are never drawn. The analysis of each draw estimates its
own variance, as that of the real answers will.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.planning.drawn_designs import tested
from imppulse.evidence.planning.planned_sample import require
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from imppulse.evidence.planning.drawn_designs import DrawnDesign
    from imppulse.evidence.planning.drawn_tests import DrawnTests

DRAWS = 20_000
HALVINGS = 60


@dataclass(frozen=True, kw_only=True)
class SimulatedPower(Result):
    """How often an effect was found in draws of a design; units of `sd`.

    Attributes
    ----------
    effect : float
    power : float
        Share of draws with a significant result.
    simulation_error : float
        Standard error of that share.
    false_alarms : float
        Share of the same draws that would be significant without any effect;
        `alpha` when the test keeps its promise.
    std_error : float
        Standard deviation of the estimates over the draws.
    draws, seed : int
    sd, alpha : float
    """

    effect: float
    power: float
    simulation_error: float
    false_alarms: float
    std_error: float
    draws: int
    seed: int
    sd: float
    alpha: float


@traced
def simulated_power(
    design: DrawnDesign,
    effect: float,
    *,
    sd: float,
    alpha: float = 0.05,
    draws: int = DRAWS,
    seed: int = 1,
) -> SimulatedPower:
    """Draw a design many times and count how often an effect is found.

    Parameters
    ----------
    design : PlannedComparison, SteppedWedge or PlannedSeries
    effect : float
        True effect, in the unit of `sd`.
    sd : float
        Standard deviation of the answers between people, in each wave.
    alpha : float
        Level of the two-sided test.
    draws, seed : int
        The same seed gives the same draws.

    Returns
    -------
    SimulatedPower
        The share of draws that find the effect, and how exactly the draws tell it.

    Raises
    ------
    DesignError
        ``impossible_plan``: also for a design without degrees of freedom, and
        for a stepped start whose areas move by themselves (cluster
        autocorrelation below 1), which the formula covers and this does not.

    References
    ----------
    Arnold, B. F., Hogan, D. R., Colford, J. M., Hubbard, A. E. (2011).
    Simulation methods to estimate design power. BMC Medical Research
    Methodology 11, 94.
    """
    require("effect", effect, math.isfinite(effect))
    tests = _tests(design, sd=sd, alpha=alpha, draws=draws, seed=seed)
    return _stated(tests, effect, sd=sd, alpha=alpha, seed=seed)


@traced
def simulated_smallest_effect(
    design: DrawnDesign,
    *,
    sd: float,
    alpha: float = 0.05,
    power: float = 0.8,
    draws: int = DRAWS,
    seed: int = 1,
) -> SimulatedPower:
    """Return the smallest effect that is found in a given share of the draws.

    Parameters
    ----------
    design, sd, alpha, draws, seed
        As in :func:`simulated_power`.
    power : float
        Share wanted, above `alpha`.

    Returns
    -------
    SimulatedPower
        The effect in the unit of `sd`, and the share of the draws that find it.

    Raises
    ------
    DesignError
        ``impossible_plan``, as for :func:`simulated_power`; also when the test
        finds something that often without any effect.
    """
    tests = _tests(design, sd=sd, alpha=alpha, draws=draws, seed=seed)
    alarms = tests.found(0.0, alpha)
    require("power", power, max(alpha, alarms) < power < 1)
    low, high = 0.0, float(np.std(tests.estimate))
    while tests.found(high, alpha) < power:
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = tests.found(middle, alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return _stated(tests, high, sd=sd, alpha=alpha, seed=seed)


def _tests(
    design: DrawnDesign, *, sd: float, alpha: float, draws: int, seed: int
) -> DrawnTests:
    require("sd", sd, 0 < sd < math.inf)
    require("alpha", alpha, 0 < alpha < 1)
    require("draws", draws, draws >= 100)
    require("df", design.df, design.df >= 1)
    return tested(design, sd, draws=draws, rng=np.random.default_rng(seed))


def _stated(
    tests: DrawnTests, effect: float, *, sd: float, alpha: float, seed: int
) -> SimulatedPower:
    draws = len(tests.estimate)
    found = tests.found(effect, alpha)
    return SimulatedPower(
        effect=effect,
        power=found,
        simulation_error=math.sqrt(found * (1 - found) / draws),
        false_alarms=tests.found(0.0, alpha),
        std_error=float(np.std(tests.estimate, ddof=1)),
        draws=draws,
        seed=seed,
        sd=sd,
        alpha=alpha,
    )
