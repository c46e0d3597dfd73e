"""Evaluations that could come of a plan: effects, intervals and measured facts.

Everything happens on the means of areas; rows of answers are never drawn. The
interval is that of the evaluation of two waves: the wider of the one between
areas (Bell and McCaffrey's degrees of freedom) and that of the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.effects.few_areas import two_group_df
from imppulse.evidence.results import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imppulse.evidence.planning.rehearsal_plan import Plausible, RehearsalPlan

    FloatArray = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class DrawnEvaluations:
    """One entry per draw; `people` are the fewest answers of each arm in a wave."""

    true_effect: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    response_gap: FloatArray
    attrition: FloatArray
    attrition_gap: FloatArray
    effective_n: FloatArray
    people: tuple[FloatArray, FloatArray]
    baseline_difference: FloatArray | None
    pre_trend_low: FloatArray | None
    pre_trend_high: FloatArray | None


@dataclass(frozen=True, eq=False)
class _Circumstances:
    """What is the same for both arms in a draw; (draws,) each."""

    effect: FloatArray
    icc: FloatArray
    cac: FloatArray
    kept: FloatArray


@dataclass(frozen=True, eq=False)
class _Group:
    """Units of an arm, and who answers and is lost there; (draws,)."""

    count: int
    rate: FloatArray
    loss: FloatArray


@dataclass(frozen=True, eq=False)
class _Arm:
    """Means and answers of an arm's units, (draws, units, waves)."""

    value: FloatArray
    people: FloatArray
    within: FloatArray
    shared: FloatArray

    def level(self, wave: int) -> FloatArray:
        share = self._share(wave)
        return np.asarray((share * self.value[:, :, wave]).sum(axis=1))

    def contrast(
        self, signs: dict[int, float]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return a contrast of waves, its variance between units, and by sample."""
        draws, units, _waves = self.value.shape
        deviation = np.zeros((draws, units))
        estimate, sampled = np.zeros(draws), np.zeros(draws)
        for wave, sign in signs.items():
            share, level = self._share(wave), self.level(wave)
            estimate += sign * level
            deviation += sign * share * (self.value[:, :, wave] - level[:, None])
            spread = self.within[:, None] / self.people[:, :, wave]
            sampled += (share**2 * spread).sum(axis=1)
        if len(signs) == 2:
            first, second = (self._share(wave) for wave in signs)
            sampled -= 2 * (first * second * self.shared).sum(axis=1)
        between = (deviation**2).sum(axis=1) * units / max(units - 1, 1)
        return estimate, between, sampled

    def _share(self, wave: int) -> FloatArray:
        people = self.people[:, :, wave]
        return np.asarray(people / people.sum(axis=1, keepdims=True))


def drawn_evaluations(
    plan: RehearsalPlan, draws: int, rng: np.random.Generator
) -> DrawnEvaluations:
    """Draw circumstances from the plausible ranges, and an evaluation in each."""

    def between(values: Plausible) -> FloatArray:
        return rng.uniform(values.low, values.high, draws)

    now = _Circumstances(
        effect=between(plan.effect),
        icc=between(plan.intraclass_correlation) * plan.in_areas,
        cac=between(plan.cluster_autocorrelation),
        kept=between(plan.person_correlation) * plan.panel,
    )
    rates = _both(between(plan.response_rate), between(plan.response_gap), rng, top=1.0)
    losses = _both(between(plan.attrition), between(plan.attrition_gap), rng, top=0.95)
    losses = [loss * plan.panel for loss in losses]
    arms = [
        _arm(plan, now, _Group(count, rate, loss), rng=rng)
        for count, rate, loss in zip(
            (plan.treated, plan.comparison), rates, losses, strict=True
        )
    ]
    arms[0].value[:, :, -1] += now.effect[:, None]
    return _measured(plan, arms, now=now, rates=rates, losses=losses)


def _both(
    level: FloatArray, gap: FloatArray, rng: np.random.Generator, *, top: float
) -> list[FloatArray]:
    """Set two arms apart by a gap, to a side that chance chooses."""
    half = gap / 2 * rng.choice([-1.0, 1.0], len(level))
    return [np.clip(level + side * half, 1e-6, top) for side in (1, -1)]


def _arm(
    plan: RehearsalPlan, now: _Circumstances, group: _Group, *, rng: np.random.Generator
) -> _Arm:
    draws, waves = len(group.rate), plan.waves_before + 1
    # Persons drawn one by one make one unit per arm: their mean says it all
    units = group.count if plan.in_areas else min(group.count, 1)
    invited = plan.invitations if plan.in_areas else group.count
    shape = (draws, units, waves)
    people = rng.binomial(invited, group.rate[:, None, None], shape).astype(float)
    if plan.panel and waves > 1:
        people[:, :, :-1] = people[:, :, :1]
        people[:, :, -1] = people[:, :, 0] * (1 - group.loss[:, None])
    people = np.maximum(people, 1.0) / plan.weighting_effect
    area = plan.sd * np.sqrt(now.icc)[:, None, None]
    steady = np.sqrt(now.cac)[:, None, None] * rng.standard_normal((draws, units, 1))
    moving = np.sqrt(1 - now.cac)[:, None, None] * rng.standard_normal(shape)
    within = plan.sd**2 * (1 - now.icc)
    spread = within[:, None] / people[:, :, 0]
    shared = now.kept[:, None] * spread if waves > 1 else np.zeros((draws, units))
    common = np.sqrt(shared)[:, :, None] * rng.standard_normal((draws, units, 1))
    own = np.maximum(within[:, None, None] / people - shared[:, :, None], 0.0)
    noise = common + np.sqrt(own) * rng.standard_normal(shape)
    return _Arm(area * (steady + moving) + noise, people, within, shared)


def _measured(
    plan: RehearsalPlan,
    arms: list[_Arm],
    *,
    now: _Circumstances,
    rates: list[FloatArray],
    losses: list[FloatArray],
) -> DrawnEvaluations:
    last = plan.waves_before
    signs = {last: 1.0} | ({last - 1: -1.0} if last else {})
    estimate, reach = _interval(plan, arms, signs)
    compared = plan.comparison > 0
    trend = (
        _interval(plan, arms, {last - 1: 1.0, 0: -1.0})
        if compared and last >= 3
        else None
    )
    people = [arm.people.sum(axis=1).min(axis=1) for arm in arms]
    return DrawnEvaluations(
        true_effect=now.effect,
        estimate=estimate,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        response_gap=abs(rates[0] - rates[1]) * compared,
        attrition=np.maximum(*losses) if compared else losses[0],
        attrition_gap=abs(losses[0] - losses[1]) * compared,
        effective_n=np.minimum(*people) if compared else people[0],
        people=(people[0], people[1]),
        baseline_difference=(
            abs(arms[0].level(last - 1) - arms[1].level(last - 1)) / plan.sd
            if compared and last
            else None
        ),
        pre_trend_low=trend[0] - trend[1] if trend else None,
        pre_trend_high=trend[0] + trend[1] if trend else None,
    )


def _interval(
    plan: RehearsalPlan, arms: list[_Arm], signs: dict[int, float]
) -> tuple[FloatArray, FloatArray]:
    """Return a contrast of arms and waves, and the half-width of its interval."""
    estimate, between, sampled = arms[0].contrast(signs)
    df = arms[0].people.sum(axis=(1, 2))
    if plan.comparison:
        other = arms[1].contrast(signs)
        estimate = estimate - other[0]
        between, sampled = between + other[1], sampled + other[2]
        df = df + arms[1].people.sum(axis=(1, 2))
    reach = t_quantile(LEVEL, np.maximum(df - 4, 1.0)) * np.sqrt(sampled)
    if plan.in_areas and min(plan.treated, plan.comparison) >= 2:
        few = float(t_quantile(LEVEL, two_group_df(plan.treated, plan.comparison)))
        reach = np.maximum(reach, few * np.sqrt(between))
    return estimate, np.asarray(reach)
