"""Meetings as iCalendar (RFC 5545), for whoever keeps a calendar."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event

from imppulse.meetings.models import Meeting

PRODUCT = "-//IMPPULSE//meetings//"


def calendar(request: HttpRequest, meetings: Iterable[Meeting]) -> bytes:
    """Return whole-day events in the language of the request."""
    feed = Calendar()
    language = get_language() or "en"
    feed.add("prodid", f"{PRODUCT}{language.upper()}")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", gettext("Meetings"))
    for meeting in meetings:
        feed.add_component(_event(request, meeting, language))
    written: bytes = feed.to_ical()
    return written


def _event(request: HttpRequest, meeting: Meeting, language: str) -> Event:
    title = _body(meeting, "title", language)
    event = Event()
    event.add("uid", f"meeting-{meeting.slug}@{request.get_host()}")
    event.add("dtstamp", _stamp(meeting))
    event.add("dtstart", meeting.starts_on)
    # In a calendar the end of a whole-day event is the day after (RFC 5545, 3.6.1).
    event.add("dtend", meeting.ends_on + timedelta(days=1))
    simulated = gettext("simulated")
    event.add("summary", f"{title} ({simulated})" if meeting.simulated else title)
    event.add("location", _body(meeting, "place", language))
    event.add("description", _body(meeting, "summary", language))
    event.add("url", request.build_absolute_uri(meeting.get_absolute_url()))
    return event


def _body(meeting: Meeting, field: str, language: str) -> str:
    written = meeting.text(field, language)
    return written.body if written else ""


def _stamp(meeting: Meeting) -> datetime:
    published = meeting.published_on or timezone.localdate()
    return timezone.make_aware(datetime.combine(published, time()))
