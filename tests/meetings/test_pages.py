from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from tests.factories.studies import CountryFactory

from imppulse.core.actions import add_texts
from imppulse.meetings.models import Decision, Meeting

pytestmark = pytest.mark.django_db
BOTH = {"by": "writer", "published_by": "reader"}


def meeting(slug="paris", *, published=True, simulated=False) -> Meeting:
    made = Meeting.objects.create(
        slug=slug,
        country=CountryFactory(code=f"C{simulated:d}", simulated=simulated),
        starts_on=date(2014, 6, 3),
        ends_on=date(2014, 6, 4),
        published_on=timezone.localdate() if published else None,
    )
    add_texts(
        made, {"title": {"en": "First meeting", "fr": "Première réunion"}}, **BOTH
    )
    return made


def test_the_list_costs_the_same_for_two_and_for_twelve(client):
    counts = []
    for wanted in (2, 12):
        while Meeting.objects.count() < wanted:
            meeting(f"meeting-{Meeting.objects.count()}")
        ContentType.objects.clear_cache()  # looked up once a process
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/en/meetings/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_dates_are_written_in_the_language(client):
    meeting()
    assert "3 June 2014 – 4 June 2014" in client.get("/en/meetings/").content.decode()
    assert "3 juin 2014 – 4 juin 2014" in client.get("/fr/meetings/").content.decode()


def test_a_meeting_that_is_not_published_is_not_there_for_a_stranger(
    client, django_user_model
):
    meeting(published=False)
    assert client.get("/en/meetings/paris/").status_code == 404
    client.force_login(django_user_model.objects.create_user("ana"))
    assert client.get("/en/meetings/paris/").status_code == 200


def test_decisions_stand_in_their_order(client):
    held = meeting()
    for position, body in ((1, "Second"), (0, "First")):
        decision = Decision.objects.create(meeting=held, position=position)
        add_texts(decision, {"statement": {"en": body, "fr": body}}, **BOTH)
    page = client.get("/en/meetings/paris/").content.decode()
    assert page.index("First</li>") < page.index("Second</li>")


def test_a_simulated_meeting_says_so(client):
    meeting(simulated=True)
    assert "band-simulated" in client.get("/en/meetings/paris/").content.decode()


def events(client, language):
    answer = client.get(f"/{language}/meetings.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_calendar_holds_whole_days_in_the_language(client):
    meeting()
    meeting("fictional", simulated=True)
    meeting("draft", published=False)
    first, second = events(client, "fr")
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (
        date(2014, 6, 3),
        date(2014, 6, 5),  # the day after, as calendars count
    )
    assert first["SUMMARY"] == "Première réunion"
    assert first["UID"] == "meeting-paris@testserver"
    assert first["URL"] == "http://testserver/fr/meetings/paris/"
    assert second["SUMMARY"] == "Première réunion (simulé)"
    assert [event["SUMMARY"] for event in events(client, "en")] == [
        "First meeting",
        "First meeting (simulated)",
    ]
