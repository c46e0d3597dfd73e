import datetime
import hashlib

import pytest
from django.utils import timezone
from tests.factories.evaluations import deliver, hold_sessions, make_plan

from imppulse.core.errors import Refused
from imppulse.evaluations import actions, documents
from imppulse.evaluations.models import Plan
from imppulse.pilots.choices import Stage
from imppulse.studies.actions import hand_out_pass, open_wave, submit_answer

pytestmark = pytest.mark.django_db


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code


def locked_plan(**facts):
    return actions.lock(make_plan(**facts), by="lead")


def test_a_locked_plan_holds_everything_and_its_hash():
    plan = locked_plan(treated=1, comparison=2)
    assert plan.checksum == (
        hashlib.sha256(documents.canonical(plan.document).encode()).hexdigest()
    )
    assert [area["code"] for area in plan.document["areas"]["comparison"]] == [
        "d1",
        "d2",
    ]
    assert plan.document["hypothesis"]["fr"] == "Il progresse davantage."
    asked = plan.document["outcome"]["items"]
    assert [item["name"] for item in asked] == ["meet_occasions", "meet_places"]
    assert "National Guard" in str(asked) or asked[0]["wording"]["en"]
    assert plan.pilot.stage == Stage.LOCKED


def test_the_stored_document_still_gives_its_hash():
    plan = Plan.objects.get(pk=locked_plan().pk)
    assert documents.checksum(plan.document) == plan.checksum


def test_a_locked_plan_never_changes():
    plan = locked_plan()
    plan.margin = 0.5
    assert refusal(plan.save) == "locked_plan"
    assert refusal(Plan.objects.filter(pk=plan.pk).update, margin=0.5) == "locked_plan"
    assert refusal(plan.delete) == "locked_plan"
    assert refusal(actions.lock, plan, by="lead") == "locked_plan"


def test_no_plan_is_locked_once_a_follow_up_answer_exists():
    plan = make_plan()
    wave = plan.pilot.study.waves.get(number=2)
    open_wave(wave, by="lead")
    record = {"side": "population", "district": None, "age_group": None, "answers": {}}
    pass_ = hand_out_pass(wave)
    submit_answer(wave, pass_=pass_, record=record, on=datetime.date(2026, 4, 2))
    assert refusal(actions.lock, plan, by="lead") == "data_before_plan"


def test_no_plan_is_locked_once_the_follow_up_is_closed():
    plan = make_plan()
    deliver(plan, 2)
    assert refusal(actions.lock, plan, by="lead") == "data_before_plan"


def test_the_first_wave_may_be_closed_when_the_plan_is_locked():
    plan = make_plan()
    deliver(plan, 1)
    assert actions.lock(plan, by="lead").is_locked


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "no-such-index"}, "no_outcome"),
        ({"outcome": "serenity"}, "outcome_of_police_officers"),
        ({"margin": 0.0}, "no_margin"),
        ({"treated": 0}, "no_area"),
    ],
)
def test_an_incomplete_plan_is_not_locked(change, code):
    assert refusal(actions.lock, make_plan(**change), by="lead") == code


def test_only_a_simulated_plan_carries_another_time():
    at = timezone.now() - datetime.timedelta(days=300)
    assert actions.lock(make_plan(), by="lead", at=at).locked_at == at
    real = make_plan(simulated=False)
    assert refusal(actions.lock, real, by="lead", at=at) == "clock"


def test_a_deviation_is_listed_for_ever_and_only_of_a_locked_plan():
    statement = {"en": "One session less.", "fr": "Une séance de moins."}
    noted = {
        "statement": statement,
        "noted_on": datetime.date(2026, 5, 1),
        "by": "lead",
    }
    assert refusal(actions.add_deviation, make_plan(), **noted) == "not_locked"
    deviation = actions.add_deviation(locked_plan(), **noted)
    assert refusal(deviation.delete) == "listed_for_ever"


def test_nothing_is_evaluated_by_a_plan_that_is_not_locked():
    assert refusal(actions.evaluate, make_plan(), by="lead") == "not_locked"


def test_an_open_wave_has_no_result():
    plan = locked_plan()
    deliver(plan, 1)
    open_wave(plan.pilot.study.waves.get(number=2), by="lead")
    assert refusal(actions.evaluate, plan, by="lead") == "sealed"


def test_a_missing_wave_is_named():
    plan = locked_plan()
    deliver(plan, 1)
    plan.pilot.study.waves.filter(number=2).delete()
    assert refusal(actions.evaluate, plan, by="lead") == "no_wave"


def test_a_stopped_pilot_has_no_result():
    plan = locked_plan()
    plan.pilot.stage = Stage.STOPPED
    plan.pilot.save()
    assert refusal(actions.evaluate, plan, by="lead") == "stopped"


def test_a_result_is_computed_once_and_never_changes():
    plan = locked_plan(treated=1, comparison=1)
    hold_sessions(plan)
    deliver(plan, 1)
    deliver(plan, 2)
    evaluation = actions.evaluate(plan, by="lead")
    assert plan.pilot.stage == Stage.EVALUATED
    assert refusal(actions.evaluate, plan, by="lead") == "signed_result"
    assert refusal(evaluation.save) == "signed_result"
    assert set(evaluation.data_checksums) == {"1", "2"}
