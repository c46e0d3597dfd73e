import datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from polars.testing import assert_frame_equal
from tests.factories.accounts import PersonFactory, RoleFactory
from tests.factories.evaluations import deliver, hold_sessions, make_plan
from tests.factories.studies import TerritoryFactory

from imppulse.core.models import AuditEvent
from imppulse.evaluations import actions
from imppulse.network.choices import RoleKind
from imppulse.studies.queries import closed_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    found = make_plan(treated=1, comparison=1)
    deliver(found, 1)
    type(found.pilot).objects.update(published_on=datetime.date(2026, 6, 1))
    return found


def signed_in(client, kind, territory):
    role = RoleFactory(kind=kind, territory=territory)
    client.force_login(role.person)
    return role.person


def address(plan, wave=1, kind="parquet"):
    return f"/en/pilots/{plan.pilot.slug}/data/{wave}.{kind}"


def test_the_evaluator_gets_the_answers_as_they_were_closed(client, plan):
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    answer = client.get(address(plan))
    wave = plan.pilot.study.waves.get(number=1)
    frame = pl.read_parquet(BytesIO(answer.getvalue()))
    assert_frame_equal(frame.drop("simulated"), closed_answers(wave))
    assert frame["simulated"].unique().to_list() == [True]
    assert not {"day", "on", "date"} & set(frame.columns)
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{plan.pilot.study.slug}-wave-1-simulated.parquet"'
    )
    assert answer["Cache-Control"] == "private, no-store"


def test_the_same_answers_come_as_csv(client, plan):
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    answer = client.get(address(plan, kind="csv"))
    wave = plan.pilot.study.waves.get(number=1)
    frame = pl.read_csv(BytesIO(answer.getvalue()))
    assert frame["weight"].to_list() == closed_answers(wave)["weight"].to_list()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_each_download_is_noted(client, plan):
    person = signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    client.get(address(plan, kind="csv"))
    wave = plan.pilot.study.waves.get(number=1)
    event = AuditEvent.objects.get(verb="hand_out_answers")
    assert (event.by, event.record) == (person.key, f"studies.wave:{wave.pk}")
    assert event.facts == {"kind": "csv", "checksum": wave.checksum}


def test_a_wave_that_is_not_closed_is_sealed_for_the_evaluator_too(client, plan):
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    answer = client.get(address(plan, 2), follow=True)
    assert "Wave 2 is not closed: its answers are sealed." in answer.text
    assert not AuditEvent.objects.filter(verb="hand_out_answers").exists()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (RoleKind.PREVENTION_LEAD, 403),
        (RoleKind.TRANSLATOR, 403),
        (RoleKind.COORDINATOR, 403),
    ],
)
def test_other_roles_of_the_territory_are_refused(client, plan, kind, status):
    signed_in(client, kind, plan.pilot.territory)
    assert client.get(address(plan)).status_code == status
    assert not AuditEvent.objects.filter(verb="hand_out_answers").exists()


def test_an_evaluator_of_another_territory_finds_nothing(client, plan):
    signed_in(client, RoleKind.EVALUATOR, TerritoryFactory())
    assert client.get(address(plan)).status_code == 404


def test_a_role_that_ended_opens_nothing(client, plan):
    RoleFactory(
        kind=RoleKind.EVALUATOR,
        territory=plan.pilot.territory,
        until=datetime.date(2026, 2, 1),
        person=(person := PersonFactory()),
    )
    client.force_login(person)
    assert client.get(address(plan)).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, plan):
    answer = client.get(address(plan))
    assert (answer.status_code, answer.url) == (
        302,
        f"/en/account/login/?next={address(plan)}",
    )


@pytest.mark.parametrize(("wave", "kind"), [(7, "parquet"), (1, "xlsx")])
def test_what_does_not_exist_is_not_found(client, plan, wave, kind):
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    assert client.get(address(plan, wave, kind)).status_code == 404


def test_a_damaged_file_is_refused_in_words(client, plan):
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    wave = plan.pilot.study.waves.get(number=1)
    with Path(default_storage.path(wave.file)).open("ab") as file:
        file.write(b"more")
    answer = client.get(address(plan), follow=True)
    assert "The file of wave 1 is not the one that was closed." in answer.text


def test_the_result_page_offers_the_file_to_the_evaluator_alone(client):
    plan = actions.lock(make_plan(treated=1, comparison=1), by="lead")
    hold_sessions(plan)
    for number in (1, 2):
        deliver(plan, number)
    evaluation = actions.evaluate(plan, by="lead")
    type(plan.pilot).objects.update(published_on=datetime.date(2026, 6, 1))
    page = evaluation.get_absolute_url()
    assert address(plan) not in client.get(page).text
    signed_in(client, RoleKind.PREVENTION_LEAD, plan.pilot.territory)
    assert address(plan) not in client.get(page).text
    signed_in(client, RoleKind.EVALUATOR, plan.pilot.territory)
    assert address(plan) in client.get(page).text
    assert address(plan, 2, "csv") in client.get(reverse("portal:work")).text
    french = client.get(page.replace("/en/", "/fr/")).text
    assert "Les réponses, pour l’évaluateur" in french
