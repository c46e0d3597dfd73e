from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.findings.design_facts import Assignment, Unit
from imppulse.evidence.findings.findings import Direction
from imppulse.evidence.findings.strength import Strength
from imppulse.evidence.planning.drawn_evaluations import drawn_evaluations
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    smallest_detectable_effect,
)
from imppulse.evidence.planning.rehearsal import (
    Plausible,
    RehearsalPlan,
    Variant,
    changed_plans,
    rehearse,
)
from imppulse.evidence.planning.rehearsed_findings import finding_of, findings_of

FEW = 300  # draws of a daily test


def exactly(value):
    return Plausible(value, value)


PLAN = RehearsalPlan(
    treated=6,
    comparison=6,
    invitations=200,
    sd=22,
    margin=3,
    effect=Plausible(0, 8),
    response_rate=Plausible(0.2, 0.35),
    response_gap=Plausible(0, 0.04),
    intraclass_correlation=Plausible(0.02, 0.08),
    cluster_autocorrelation=Plausible(0.6, 0.9),
)


def played(draws=FEW, **changes):
    plan = replace(PLAN, **changes)
    return rehearse(plan, draws=draws, variants=False).variants[0]


def chance(variant, direction):
    return sum(f.chance for f in variant.findings if f.direction == direction)


def test_the_chances_sum_to_one_and_the_seed_repeats_them():
    first = rehearse(PLAN, draws=FEW, seed=3)
    assert first == rehearse(PLAN, draws=FEW, seed=3)
    assert first != rehearse(PLAN, draws=FEW, seed=4)
    for variant in first.variants:
        assert sum(f.chance for f in variant.findings) == pytest.approx(1)
    assert {row["variant"] for row in first.rows()} == {
        "as_planned",
        "second_territory",
        "more_areas",
        "random_draw",
        "panel",
        "better_response",
    }
    assert first.to_dict()["variants"][0]["findings"][0]["strength"] == "supported"
    assert first.provenance.method.endswith("rehearse")


def test_more_areas_and_a_second_territory_clear_the_view():
    by_name = {v.variant: v for v in rehearse(PLAN, draws=1000).variants}
    planned = by_name[Variant.AS_PLANNED]
    assert by_name[Variant.SECOND_TERRITORY].treated == 12
    assert by_name[Variant.MORE_AREAS].treated == 9
    assert (
        by_name[Variant.SECOND_TERRITORY].clear
        > by_name[Variant.MORE_AREAS].clear
        > planned.clear
    )


@pytest.mark.parametrize(
    ("changes", "strengths"),
    [
        ({"treated": 1, "comparison": 1}, {Strength.INDICATED}),
        ({"comparison": 0}, {Strength.OBSERVED}),
        ({"waves_before": 0}, {Strength.DESCRIBED}),
        ({"self_selected": True}, {Strength.DESCRIBED}),
        (
            {
                "treated": 10,
                "comparison": 10,
                "assignment": Assignment.DRAWN_HERE,
                "response_gap": exactly(0.04),
            },
            {Strength.SHOWN},
        ),
        (
            {
                "treated": 10,
                "comparison": 10,
                "assignment": Assignment.COUNTERSIGNED,
                "waves_before": 0,
            },
            {Strength.WELL_SUPPORTED},
        ),
        (
            {
                "treated": 300,
                "comparison": 300,
                "unit": Unit.INDIVIDUALS,
                "assignment": Assignment.DRAWN_HERE,
                "panel": True,
                "attrition": exactly(0.1),
            },
            {Strength.SHOWN},
        ),
        (
            {"panel": True, "attrition": exactly(0.5)},
            {Strength.OBSERVED},
        ),
    ],
)
def test_the_strength_follows_the_design(changes, strengths):
    assert {f.strength for f in played(**changes).findings} == strengths


def test_three_waves_before_may_earn_more():
    found = {f.strength for f in played(waves_before=3, margin=12).findings}
    assert Strength.WELL_SUPPORTED in found


def test_a_harm_and_a_success_are_the_same_seen_from_the_other_side():
    rise = played(effect=exactly(15))
    falling = played(effect=exactly(-15), higher_is_better=False)
    assert chance(rise, Direction.BETTER) > 0.7
    assert chance(falling, Direction.BETTER) > 0.7
    assert rise.misled == 0


def test_too_few_answers_are_suppressed():
    found = played(invitations=20, treated=1, comparison=1)
    assert any(f.suppressed for f in found.findings)


def test_a_tiny_margin_gives_the_power_of_the_formula():
    """The wider of two intervals is a little cautious, never bold."""
    arm = PlannedSample(
        invitations=6 * 200,
        response_rate=0.3,
        clusters=6,
        intraclass_correlation=0.08,
    )
    design = PlannedComparison(
        treated=arm,
        comparison=arm,
        analysis=PlannedAnalysis.CHANGE,
        cluster_autocorrelation=0.5,
    )
    smallest = smallest_detectable_effect(design, sd=22).effect
    fixed = {
        "response_rate": exactly(0.3),
        "response_gap": exactly(0),
        "intraclass_correlation": exactly(0.08),
        "cluster_autocorrelation": exactly(0.5),
        "margin": 1e-6,
    }
    found = played(effect=exactly(smallest), draws=2000, **fixed)
    assert 0.74 < chance(found, Direction.BETTER) < 0.82
    nothing = played(effect=exactly(0), draws=2000, **fixed)
    alarms = chance(nothing, Direction.BETTER) + chance(nothing, Direction.WORSE)
    assert 0.025 < alarms < 0.06
    assert nothing.misled == alarms


def test_a_panel_is_more_precise_than_new_people():
    def spread(**changes):
        plan = replace(PLAN, effect=exactly(0), **changes)
        drawn = drawn_evaluations(plan, 2000, np.random.default_rng(1))
        return drawn.estimate.std()

    people = {"intraclass_correlation": exactly(0)}
    new = spread(**people)
    same = spread(**people, panel=True, person_correlation=exactly(0.6))
    assert same == pytest.approx(new * np.sqrt(1 - 0.6), rel=0.1)


@settings(max_examples=12, deadline=None)
@given(
    treated=st.integers(1, 11),
    comparison=st.sampled_from([0, 1, 4, 11, 33]),
    waves=st.integers(0, 3),
    unit=st.sampled_from(Unit),
    assignment=st.sampled_from(Assignment),
    rate=st.floats(0.05, 0.9),
)
@example(
    treated=11,
    comparison=11,
    waves=1,
    unit=Unit.CLUSTERS,
    assignment=Assignment.DRAWN_HERE,
    rate=0.5,
)
@example(
    treated=11,
    comparison=33,
    waves=1,
    unit=Unit.INDIVIDUALS,
    assignment=Assignment.DRAWN_HERE,
    rate=0.97,
)
@example(
    treated=6,
    comparison=11,
    waves=3,
    unit=Unit.CLUSTERS,
    assignment=Assignment.NOT_RANDOM,
    rate=0.02,
)
def test_draws_that_share_a_finding_would_each_have_had_it(
    treated, comparison, *, waves, unit, assignment, rate
):
    plan = replace(
        PLAN,
        treated=treated if unit == Unit.CLUSTERS else 3 * treated,
        comparison=comparison,
        waves_before=waves,
        unit=unit,
        assignment=assignment,
        panel=True,
        response_rate=exactly(rate),
        response_gap=Plausible(0, 0.1),
        attrition=Plausible(0, 0.5),
        attrition_gap=Plausible(0, 0.1),
    )
    drawn = drawn_evaluations(plan, 150, np.random.default_rng(1))
    shared = findings_of(plan, drawn)
    for at, finding in enumerate(shared):
        alone = finding_of(plan, drawn, at)
        assert (finding.strength, finding.direction, finding.suppressed) == (
            alone.strength,
            alone.direction,
            alone.suppressed,
        )


def test_variants_offer_what_the_plan_lacks():
    lacking = changed_plans(replace(PLAN, comparison=0, waves_before=0))
    assert Variant.COMPARISON_AREAS in lacking
    assert Variant.MEASURE_BEFORE in lacking
    assert Variant.RANDOM_DRAW not in lacking
    assert Variant.PANEL not in changed_plans(replace(PLAN, panel=True))


@settings(max_examples=15, deadline=None)
@given(
    treated=st.integers(1, 6),
    comparison=st.integers(0, 6),
    waves=st.integers(0, 4),
    panel=st.booleans(),
    unit=st.sampled_from(Unit),
    rate=st.floats(0.01, 1),
)
def test_every_plan_can_be_played(treated, comparison, *, waves, panel, unit, rate):
    plan = replace(
        PLAN,
        treated=treated,
        comparison=comparison,
        waves_before=waves,
        panel=panel,
        unit=unit,
        response_rate=exactly(rate),
        attrition=Plausible(0, 0.5),
    )
    found = rehearse(plan, draws=100, variants=False).findings
    assert sum(f.chance for f in found) == pytest.approx(1)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"effect": Plausible(8, 0)}, "range_reversed", "effect"),
        ({"response_rate": Plausible(0, 0.3)}, "impossible_plan", "response_rate"),
        ({"attrition": Plausible(0, 1)}, "impossible_plan", "attrition"),
        ({"margin": 0}, "impossible_plan", "margin"),
        ({"treated": 0}, "impossible_plan", "treated"),
        ({"effect": Plausible(0, float("nan"))}, "impossible_plan", "effect"),
    ],
)
def test_what_cannot_be_is_named(changes, code, field):
    with pytest.raises(DesignError) as refused:
        replace(PLAN, **changes)
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)


def test_too_few_draws_are_refused():
    with pytest.raises(DesignError, match="draws cannot be 5"):
        rehearse(PLAN, draws=5)
