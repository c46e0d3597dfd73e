"""The platform and the library give the same digits for the same answers."""

import polars as pl
import pytest
from tests.factories.evaluations import answers, deliver, hold_sessions, make_plan

from imppulse import instruments
from imppulse.evaluations import actions
from imppulse.evidence.effects.two_waves import TwoWaves, evaluate_two_waves
from imppulse.evidence.scales.scales import add_indices
from imppulse.instruments.indices import index
from imppulse.pilots.choices import Arm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("treated", "comparison"), [(4, 4), (1, 1), (3, 2), (2, 0)])
def test_same_digits(treated, comparison):
    plan = actions.lock(make_plan(treated, comparison), by="lead")
    hold_sessions(plan)
    drawn = {"people": 25, "effect": 9.0, "shocks": {"d0": 6.0, "d2": -5.0}}
    waves = [answers(plan, n, **drawn).with_columns(wave=n) for n in (1, 2)]
    for n in (1, 2):
        deliver(plan, n, **drawn)
    evaluation = actions.evaluate(plan, by="lead")
    arms = {area.district.code: area.arm for area in plan.pilot.areas.all()}
    outcome = index(instruments.construct(plan.outcome))
    frame = add_indices(pl.concat(waves), [outcome]).with_columns(
        arm=pl.col("district").replace_strict(arms, return_dtype=pl.String)
    )
    found = evaluate_two_waves(
        frame,
        TwoWaves(
            item=outcome.name,
            arm="arm",
            treated=Arm.PILOT.value,
            comparison=Arm.COMPARISON.value if comparison else None,
            wave="wave",
            before=1,
            after=2,
            area="district",
            compared=("age_group",),
        ),
    )
    names = ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value", "n")
    for ours, theirs in (
        (found.effect, evaluation.effect),
        (found.before_after, evaluation.before_after),
    ):
        assert [getattr(ours, name) for name in names] == pytest.approx(
            [theirs[name] for name in names], rel=1e-9
        )
    difference = evaluation.facts["baseline_difference"]
    assert (found.baseline_difference is None) == (difference is None)
    assert (found.baseline_difference or 0) == pytest.approx(difference or 0, rel=1e-9)
    facts = ("effective_n", "attrition", "treated", "comparison")
    assert [getattr(found, name) for name in facts] == pytest.approx(
        [evaluation.facts[name] for name in facts], rel=1e-9
    )
    assert found.inference == evaluation.facts["inference"]
