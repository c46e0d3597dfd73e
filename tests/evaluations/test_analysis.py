import datetime

import polars as pl
import pytest
from scipy import stats
from tests.factories.evaluations import (
    answers,
    deliver,
    hold_sessions,
    items,
    make_plan,
)

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.evaluations import actions, telling
from imppulse.evaluations.measures import OUTCOME, measured
from imppulse.evidence.effects.comparisons import difference_in_differences
from imppulse.evidence.findings.findings import Direction, Obstacle, Strength
from imppulse.evidence.survey.design import SampleDesign
from imppulse.pilots.choices import Arm
from imppulse.reporting.language import Language
from imppulse.studies.actions import import_closed_wave
from imppulse.studies.choices import CollectionMode

pytestmark = pytest.mark.django_db
ENGLISH = Language("en")


def evaluated(plan=None, *, effect=0.0, people=60, drift=0.0, deviations=(), **facts):
    plan = actions.lock(plan or make_plan(**facts), by="lead")
    hold_sessions(plan)
    deliver(plan, 1, people=people)
    deliver(plan, 2, people=people, effect=effect, drift=drift)
    for kind in deviations:
        actions.add_deviation(
            plan,
            statement={"en": "So.", "fr": "Ainsi."},
            noted_on=datetime.date(2026, 5, 1),
            kind=kind,
            by="lead",
        )
    return actions.evaluate(plan, by="lead")


def test_one_area_a_side_never_gives_a_causal_sentence_whatever_the_p_value():
    evaluation = evaluated(treated=1, comparison=1, effect=30.0, people=400)
    finding = telling.finding_of(evaluation)
    assert evaluation.effect["p_value"] < 1e-12
    assert evaluation.effect["estimate"] == pytest.approx(30, abs=4)
    assert (finding.strength, finding.direction) == (
        Strength.INDICATED,
        Direction.BETTER,
    )
    assert finding.forbidden_by == Obstacle.ONE_CLUSTER_PER_ARM
    told = telling.told(evaluation, ENGLISH)
    assert told.title == (
        "The dialogue between police and population developed better where the pilot "
        "ran than elsewhere; an event on one side could explain it."
    )
    assert told.forbidden.reasons[0] == (
        "One area with the pilot and one without: any local event would look the same."
    )
    assert "because of the pilot" not in told.sentence


def test_four_areas_a_side_alike_before_are_supported():
    finding = telling.finding_of(evaluated(effect=15.0))
    assert (finding.strength, finding.direction) == (
        Strength.SUPPORTED,
        Direction.BETTER,
    )


def test_a_harm_is_said_like_a_success():
    finding = telling.finding_of(evaluated(effect=-15.0))
    assert (finding.strength, finding.direction) == (
        Strength.SUPPORTED,
        Direction.WORSE,
    )


def test_a_null_with_enough_answers_is_a_result():
    finding = telling.finding_of(evaluated(people=400))
    assert finding.direction == Direction.NO_EFFECT_THAT_MATTERS


def test_two_small_areas_are_too_uncertain():
    finding = telling.finding_of(evaluated(treated=1, comparison=1, people=15))
    assert finding.direction == Direction.TOO_UNCERTAIN


def test_what_moved_everywhere_is_not_credited_to_the_pilot():
    evaluation = evaluated(drift=12.0)
    assert evaluation.before_after["ci_low"] > 0
    assert evaluation.effect["estimate"] == pytest.approx(0, abs=5)
    assert telling.differs(evaluation)


def test_without_comparison_a_change_is_only_observed():
    evaluation = evaluated(comparison=0, effect=15.0)
    finding = telling.finding_of(evaluation)
    assert finding.strength == Strength.OBSERVED
    assert finding.forbidden_by == Obstacle.NO_COMPARISON
    assert evaluation.effect == evaluation.before_after


def test_an_open_link_claims_no_change_and_has_no_interval():
    evaluation = evaluated(mode=CollectionMode.OPEN_LINK, effect=30.0)
    finding = telling.finding_of(evaluation)
    assert (finding.strength, finding.direction) == (Strength.DESCRIBED, None)
    assert evaluation.effect["ci_low"] is None
    assert {cell["ci_low"] for cell in evaluation.cells} == {None}
    assert telling.picture(evaluation, ENGLISH, size="wide") is None


def test_reported_contamination_lowers_the_sentence():
    finding = telling.finding_of(evaluated(effect=15.0, deviations=["contamination"]))
    assert finding.strength == Strength.INDICATED


def test_nothing_is_said_on_fewer_than_ten_answers():
    evaluation = evaluated(treated=1, comparison=1, people=6)
    assert telling.finding_of(evaluation).suppressed
    assert {cell["n"] for cell in evaluation.cells} == {None}
    assert evaluation.effect == {}


SHOCKS = dict(
    zip([f"d{n}" for n in range(8)], [25, -9, 14, 2, -12, 8, 0, -8], strict=True)
)


def compared(plan, **drawn):
    """Evaluate fresh waves; give the effect stored, and that of the sample alone."""
    deliver(plan, 1, people=drawn["people"])
    deliver(plan, 2, **drawn)
    evaluation = actions.evaluate(plan, by="lead")
    data = measured(plan, tuple(plan.pilot.study.waves.order_by("number")))
    cells = data.rows.with_columns(cell=pl.format("{} {}", "wave", "district"))
    sampled = difference_in_differences(
        cells,
        OUTCOME,
        SampleDesign(weight="weight", strata="cell"),
        wave="wave",
        before=1,
        after=2,
        arm="arm",
        treated="pilot",
        comparison="comparison",
    )
    return evaluation.effect, sampled


def test_the_interval_between_areas_is_that_of_two_groups_of_changes():
    """With as many answers in each area it is Student's interval on the areas' changes."""
    plan = actions.lock(make_plan(), by="lead")
    drawn = {"people": 40, "effect": 8.0, "shocks": SHOCKS}
    waves = {n: answers(plan, n, **drawn) for n in (1, 2)}
    effect, _ = compared(plan, **drawn)
    expected = stats.ttest_ind(*area_changes(plan, waves))
    interval = expected.confidence_interval()
    found = [effect[name] for name in ("ci_low", "ci_high", "df", "p_value")]
    assert found == pytest.approx(
        [interval.low, interval.high, 6.0, expected.pvalue], rel=1e-9
    )


def test_areas_that_moved_apart_by_themselves_widen_the_interval():
    """Many answers do not help where four areas a side went each its own way."""
    plan = actions.lock(make_plan(), by="lead")
    effect, sampled = compared(plan, people=300, shocks=SHOCKS)
    assert sampled.ci_low > 0
    assert effect["ci_low"] < 0 < effect["ci_high"]
    assert effect["df"] == pytest.approx(6.0)


def test_the_interval_is_never_narrower_than_that_of_the_sample():
    """Four areas may happen to agree more than their samples allow."""
    plan = actions.lock(make_plan(treated=2, comparison=2), by="lead")
    effect, sampled = compared(plan, people=20)
    width = effect["ci_high"] - effect["ci_low"]
    assert width >= (sampled.ci_high - sampled.ci_low) * (1 - 1e-12)


def area_changes(plan, waves):
    means = {
        n: score(plan, frame).group_by("district").mean() for n, frame in waves.items()
    }
    joined = means[1].join(means[2], on="district", suffix="_2")
    change = dict(
        zip(joined["district"], joined["score_2"] - joined["score"], strict=True)
    )
    return [
        [change[area.district.code] for area in plan.pilot.areas.filter(arm=arm)]
        for arm in Arm
    ]


def score(plan, frame):
    rescaled = []
    for name in items(plan):
        item = instruments.item(name)
        low, high = item.scale.low, item.scale.high
        value = (frame[name] - low) * (100 / (high - low))
        rescaled.append(100 - value if item.reversed else value)
    return frame.select("district").with_columns(score=sum(rescaled) / len(rescaled))


def test_areas_are_those_that_were_locked_not_those_of_today():
    plan = actions.lock(make_plan(treated=2, comparison=2), by="lead")
    deliver(plan, 1)
    deliver(plan, 2, effect=20.0)
    plan.pilot.areas.update(arm=Arm.PILOT)
    evaluation = actions.evaluate(plan, by="lead")
    assert evaluation.facts["comparison"] == 2


def test_an_area_lost_on_the_way_counts_as_attrition():
    plan = actions.lock(make_plan(treated=2, comparison=2), by="lead")
    deliver(plan, 1)
    frame = answers(plan, 2)
    frame = frame.filter(frame["district"] != "d0")
    deliver_frame(plan, frame)
    facts = actions.evaluate(plan, by="lead").facts
    assert (facts["treated"], facts["attrition"], facts["attrition_gap"]) == (
        1,
        0.5,
        0.5,
    )


def test_a_comparison_lost_altogether_leaves_a_change_and_counts_as_lost():
    plan = actions.lock(make_plan(treated=2, comparison=1), by="lead")
    deliver(plan, 1)
    frame = answers(plan, 2)
    deliver_frame(plan, frame.filter(frame["district"] != "d2"))
    evaluation = actions.evaluate(plan, by="lead")
    names = ("comparison", "attrition", "attrition_gap", "baseline_difference")
    assert [evaluation.facts[name] for name in names] == [0, 1.0, 1.0, None]
    assert evaluation.effect == evaluation.before_after


def test_the_stored_effect_says_how_people_were_drawn():
    design = evaluated(people=20).effect["provenance"]["design"]
    assert design["weight"] == "weight"
    assert design["strata"]


def deliver_frame(plan, frame):
    return import_closed_wave(plan.pilot.study, 2, frame, by="lead")


def test_a_half_delivered_pilot_is_spoken_of_as_delivered():
    plan = actions.lock(make_plan(facts={"sessions": 10}), by="lead")
    hold_sessions(plan, 2)
    deliver(plan, 1)
    deliver(plan, 2, effect=15.0)
    evaluation = actions.evaluate(plan, by="lead")
    assert evaluation.facts["dose"] == pytest.approx(0.2)
    assert telling.title(evaluation, ENGLISH).startswith("For the pilot as delivered:")


def test_a_claim_of_randomness_is_no_draw():
    plan = make_plan(facts={"assignment": "drawn_here", "sessions": 2})
    assert evaluated(plan).facts["assignment"] == "not_random"


def test_nobody_answering_before_and_after_is_said():
    plan = actions.lock(make_plan(treated=1, comparison=1), by="lead")
    deliver(plan, 1)
    frame = answers(plan, 2)
    deliver_frame(plan, frame.filter(frame["district"] != "d0"))
    with pytest.raises(Refused) as refused:
        actions.evaluate(plan, by="lead")
    assert refused.value.code == "not_measured"
