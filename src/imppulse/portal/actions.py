"""The first account, and publishing what waits."""

from datetime import date
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.accounts.models import Person
from imppulse.core.actions import note, publish, publish_text, write
from imppulse.core.choices import TextStatus
from imppulse.core.errors import Refused
from imppulse.core.models import Publishable, Text, Written
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role
from imppulse.portal import reference


@transaction.atomic
def create_first_coordinator(
    *, username: str, email: str, password: str, since: date, with_reference: bool
) -> Person:
    if Person.objects.exists():
        raise Refused("not_first", _("The first account exists already."))
    person = Person.objects.create_user(username, email, password)
    Role.objects.create(person=person, kind=RoleKind.COORDINATOR, since=since)
    note("create_first_coordinator", person, by=person.key)
    if with_reference:
        reference.load(by=person.key)
    return person


@transaction.atomic
def publish_waiting(record: Written, *, by: str) -> None:
    """Publish a record with its texts, or the new texts of one that is already public."""
    if isinstance(record, Publishable) and record.published_on is None:
        publish(record, by=by)
        return
    for text in record.texts.filter(status=TextStatus.DRAFT):
        publish_text(text, by=by)
    note("publish_texts", record, by=by)


def save_translation(source: Text, *, language: str, body: str, by: str) -> Text:
    """Add a draft in another language that names the revision it was translated from."""
    record = cast("Written", source.record)
    return write(
        record,
        source.field,
        language=language,
        body=body,
        by=by,
        translated_from=source,
    )
