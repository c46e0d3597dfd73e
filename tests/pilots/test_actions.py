import datetime

import pytest
from django.utils import timezone
from tests.factories.pilots import IndicatorFactory, PilotFactory
from tests.factories.studies import DistrictFactory, TerritoryFactory

from imppulse.core.actions import add_texts
from imppulse.core.errors import Refused
from imppulse.pilots import actions
from imppulse.pilots.choices import Arm, Stage

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 9)


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize(
    ("stage", "following"),
    [
        (Stage.DRAFT, Stage.PLANNED),
        (Stage.LOCKED, Stage.RUNNING),
        (Stage.RUNNING, Stage.FOLLOW_UP),
        (Stage.EVALUATED, Stage.CLOSED),
    ],
)
def test_a_pilot_moves_on_one_stage(stage, following):
    pilot = PilotFactory(stage=stage)
    assert actions.advance(pilot, by="lead").stage == following


@pytest.mark.parametrize(
    "stage", [Stage.PLANNED, Stage.FOLLOW_UP, Stage.CLOSED, Stage.STOPPED]
)
def test_locking_and_evaluating_are_not_done_by_hand(stage):
    assert refusal(actions.advance, PilotFactory(stage=stage), by="lead") == (
        "stage_order"
    )


def test_no_pilot_moves_back():
    pilot = PilotFactory(stage=Stage.RUNNING)
    assert actions.reach(pilot, Stage.LOCKED, by="lead").stage == Stage.RUNNING


def test_a_pilot_is_stopped_only_with_what_was_learned():
    pilot = PilotFactory()
    assert refusal(actions.stop, pilot, on=DAY, by="lead") == "nothing_learned"
    add_texts(pilot, {"learned": {"en": "The hall closed."}}, by="lead")
    assert actions.stop(pilot, on=DAY, by="lead").stopped_on == DAY
    assert refusal(actions.stop, pilot, on=DAY, by="lead") == "stopped"
    assert refusal(actions.reach, pilot, Stage.LOCKED, by="lead") == "stopped"


def test_an_evaluated_pilot_is_not_stopped_afterwards():
    pilot = PilotFactory(stage=Stage.EVALUATED)
    assert refusal(actions.stop, pilot, on=DAY, by="lead") == "stage_order"


def test_areas_are_named_before_the_plan_is_locked_and_never_after():
    pilot = PilotFactory()
    here, there = DistrictFactory.create_batch(2, territory=pilot.territory)
    actions.set_areas(pilot, treated=[here], comparison=[there], by="lead")
    assert dict(pilot.areas.values_list("district", "arm")) == {
        here.pk: Arm.PILOT,
        there.pk: Arm.COMPARISON,
    }
    actions.reach(pilot, Stage.LOCKED, by="lead")
    assert refusal(
        actions.set_areas, pilot, treated=[there], comparison=[here], by="lead"
    ) == ("areas_locked")


def test_an_area_is_a_district_of_the_territory_and_on_one_side():
    pilot = PilotFactory()
    here = DistrictFactory(territory=pilot.territory)
    far = DistrictFactory(territory=TerritoryFactory())
    refused = [
        refusal(actions.set_areas, pilot, treated=[here], comparison=[c], by="lead")
        for c in (far, here)
    ]
    assert refused == ["other_territory", "district_twice"]


def test_a_session_is_counts_and_a_day():
    pilot = PilotFactory()
    session = actions.log_session(
        pilot, held_on=DAY, population=18, police_officers=3, by="lead"
    )
    assert (session.population, session.police_officers) == (18, 3)


@pytest.mark.parametrize(
    ("stage", "days_ahead", "people", "code"),
    [
        (Stage.DRAFT, 0, 5, "not_delivering"),
        (Stage.STOPPED, 0, 5, "not_delivering"),
        (Stage.RUNNING, 1, 5, "not_held_yet"),
        (Stage.RUNNING, 0, 0, "nobody_came"),
    ],
)
def test_a_session_that_cannot_be_is_refused(stage, days_ahead, people, code):
    pilot = PilotFactory(stage=stage)
    held_on = timezone.localdate() + datetime.timedelta(days_ahead)
    assert (
        refusal(
            actions.log_session,
            pilot,
            held_on=held_on,
            population=people,
            police_officers=0,
            by="lead",
        )
        == code
    )


def test_what_an_indicator_reached_is_recorded():
    indicator = IndicatorFactory()
    actions.record_indicator(indicator, achieved=20, by="lead")
    indicator.refresh_from_db()
    assert indicator.achieved == 20


def test_an_edited_text_stays_a_draft_until_a_second_person_publishes_it():
    pilot = PilotFactory()
    bodies = {"en": "Talk monthly", "fr": "title en français"}
    assert actions.edit_text(pilot, "title", bodies=bodies, by="lead") == 1
    assert pilot.text("title", "en").body == "title in English"
    assert refusal(actions.publish_field, pilot, "title", by="lead") == "second_person"
    assert actions.publish_field(pilot, "title", by="coordinator") == 1
    assert pilot.text("title", "en").body == "Talk monthly"
