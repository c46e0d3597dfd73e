import datetime

import pytest
from django.urls import reverse
from tests.factories.pilots import (
    ActionFactory,
    BudgetLineFactory,
    IndicatorFactory,
    PilotFactory,
)
from tests.factories.studies import DistrictFactory

from imppulse.accounts.models import Person
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role
from imppulse.pilots.choices import Stage
from imppulse.pilots.models import PilotArea

pytestmark = pytest.mark.django_db
SINCE = datetime.date(2026, 1, 1)


def person(kind, territory=None, name="someone"):
    found = Person.objects.create_user(name)
    Role.objects.create(person=found, kind=kind, territory=territory, since=SINCE)
    return found


def page(client, language="en", query=""):
    return client.get(f"/{language}/pilots/{query}")


def test_the_list_asks_the_database_as_often_for_many_pilots_as_for_few(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as few:
        PilotFactory.create_batch(2)
        few.captured_queries  # noqa: B018 (the context only needs opening)
    page(client)
    with django_assert_max_num_queries(30) as two:
        page(client)
    PilotFactory.create_batch(10)
    with django_assert_num_queries(len(two.captured_queries)):
        page(client)


def test_the_list_is_narrowed_by_territory_and_factor(client):
    first, second = PilotFactory(), PilotFactory(factor_code="role_unknown")

    def shown(query):
        return [row.pilot for row in page(client, query=query).context["listed"]]

    assert shown(f"?territory={first.territory.slug}") == [first]
    assert shown("?factor=role_unknown") == [second]
    assert len(shown("")) == 2


def test_an_empty_list_says_how_a_pilot_starts(client):
    assert "No pilot here yet" in page(client).text
    assert "Pas encore de projet pilote ici" in page(client, "fr").text


def test_a_stranger_does_not_find_what_is_not_published(client):
    hidden = PilotFactory(published_on=None)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    client.force_login(person(RoleKind.PREVENTION_LEAD, hidden.territory))
    assert client.get(hidden.get_absolute_url()).status_code == 200


@pytest.fixture
def whole():
    pilot = PilotFactory()
    ActionFactory(pilot=pilot)
    BudgetLineFactory.create_batch(2, pilot=pilot)
    IndicatorFactory(pilot=pilot, achieved=20)
    pilot.sessions.create(
        held_on=datetime.date(2026, 3, 9), population=18, police_officers=3
    )
    for arm, name in (("pilot", "Docks"), ("comparison", "Hill")):
        district = DistrictFactory(territory=pilot.territory, name=name)
        PilotArea.objects.create(pilot=pilot, district=district, arm=arm)
    return pilot


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["title in English", "€24,000", "Docks", "Hill", "18 participations"]),
        ("fr", ["title en français", "24\u202f000\u00a0€", "Docks", "Hill"]),
    ],
)
def test_a_pilot_shows_its_four_blocks(client, whole, language, said):
    text = client.get(f"/{language}/pilots/{whole.slug}/").text
    assert [words for words in said if words not in text] == []
    assert 'style="' not in text


def test_a_stopped_pilot_says_when_and_why(client):
    learned = {"learned": {"en": "The hall closed.", "fr": "La salle a fermé."}}
    pilot = PilotFactory(
        stage=Stage.STOPPED, stopped_on=datetime.date(2026, 6, 1), wordings=learned
    )
    text = client.get(pilot.get_absolute_url()).text
    assert "Stopped on 1 June 2026" in text.replace("June 1, 2026", "1 June 2026")
    assert "The hall closed." in text


def test_only_the_prevention_lead_of_the_territory_logs_a_session(client):
    pilot = PilotFactory()
    address = reverse("pilots:session", args=[pilot.slug])
    assert client.get(address).status_code == 302
    client.force_login(person(RoleKind.PREVENTION_LEAD, PilotFactory().territory))
    assert client.get(address).status_code == 403
    client.force_login(person(RoleKind.PREVENTION_LEAD, pilot.territory, "lead"))
    counts = {"held_on": "2026-03-09", "population": "18", "police_officers": "3"}
    assert client.post(address, counts).status_code == 302
    assert list(pilot.sessions.values_list("population", "police_officers")) == [
        (18, 3)
    ]


def test_a_refused_session_is_told_on_the_page(client):
    pilot = PilotFactory()
    client.force_login(person(RoleKind.PREVENTION_LEAD, pilot.territory))
    counts = {"held_on": "2026-03-09", "population": "0", "police_officers": "0"}
    answer = client.post(reverse("pilots:session", args=[pilot.slug]), counts)
    assert "no session" in answer.text
    assert not pilot.sessions.exists()


def test_a_text_is_edited_in_every_language_and_published_by_a_second_person(client):
    pilot = PilotFactory()
    client.force_login(person(RoleKind.PREVENTION_LEAD, pilot.territory))
    address = reverse("pilots:text", args=[pilot.slug, "summary"])
    assert 'lang="fr"' in client.get(address).text
    client.post(address, {"en": "Shorter.", "fr": "Plus court."})
    publish = reverse("pilots:publish_text", args=[pilot.slug, "summary"])
    assert client.post(publish).status_code == 403
    client.force_login(person(RoleKind.COORDINATOR, name="coordinator"))
    client.post(publish)
    pilot = type(pilot).objects.get(pk=pilot.pk)
    assert pilot.text("summary", "fr").body == "Plus court."


def test_whoever_wrote_cannot_publish(client):
    pilot = PilotFactory()
    both = person(RoleKind.COORDINATOR)
    Role.objects.create(
        person=both,
        kind=RoleKind.PREVENTION_LEAD,
        territory=pilot.territory,
        since=SINCE,
    )
    client.force_login(both)
    client.post(
        reverse("pilots:text", args=[pilot.slug, "summary"]), {"en": "Mine.", "fr": ""}
    )
    answer = client.post(
        reverse("pilots:publish_text", args=[pilot.slug, "summary"]), follow=True
    )
    assert "second person" in answer.text
    pilot = type(pilot).objects.get(pk=pilot.pk)
    assert pilot.text("summary", "en").body == "summary in English"


def test_the_prevention_lead_moves_a_pilot_on(client):
    pilot = PilotFactory(stage=Stage.LOCKED)
    client.force_login(person(RoleKind.PREVENTION_LEAD, pilot.territory))
    assert "Move on to “running”" in client.get(pilot.get_absolute_url()).text
    address = reverse("pilots:advance", args=[pilot.slug])
    assert "follow-up" in client.post(address, follow=True).text
    pilot.refresh_from_db()
    assert pilot.stage == Stage.RUNNING


def test_a_session_is_offered_only_while_the_pilot_delivers(client):
    pilot = PilotFactory(stage=Stage.RUNNING)
    client.force_login(person(RoleKind.PREVENTION_LEAD, pilot.territory))
    address = reverse("pilots:session", args=[pilot.slug])
    assert address in client.get(pilot.get_absolute_url()).text
    type(pilot).objects.update(stage=Stage.EVALUATED)
    assert address not in client.get(pilot.get_absolute_url()).text
