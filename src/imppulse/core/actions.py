"""Writing and publishing texts; noting who did what."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.choices import TextStatus
from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent, Publishable, Text, Written

Wordings = Mapping[str, Mapping[str, str]]


def note(verb: str, record: models.Model, *, by: str, **facts: Any) -> AuditEvent:
    key = f"{record._meta.label_lower}:{record.pk}"
    return AuditEvent.objects.create(by=by, verb=verb, record=key, facts=facts)


@transaction.atomic
def write(
    record: Written,
    field: str,
    *,
    language: str,
    body: str,
    by: str,
    translated_from: Text | None = None,
) -> Text:
    """Add a draft revision; what was published before stays until this one is published."""
    newest = record.current(field, language, drafts=True)
    text: Text = record.texts.create(
        field=field,
        language=language,
        body=body,
        revision=newest.revision + 1 if newest else 1,
        translated_from=translated_from,
        written_by=by,
    )
    note("write", record, by=by, field=field, language=language, revision=text.revision)
    return text


@transaction.atomic
def publish_text(text: Text, *, by: str) -> None:
    if by == text.written_by:
        raise Refused(
            "second_person",
            _("A text is published by a second person, not by the one who wrote it."),
        )
    text.status, text.published_by = TextStatus.PUBLISHED, by
    text.save(update_fields=["status", "published_by"])


@transaction.atomic
def publish(record: Publishable, *, by: str) -> None:
    """Publish a record with its newest texts."""
    if by == record.written_by:
        raise Refused(
            "second_person",
            _("A record is published by a second person, not by the one who wrote it."),
        )
    for text in record.texts.filter(status=TextStatus.DRAFT):
        publish_text(text, by=by)
    record.published_on, record.published_by = timezone.localdate(), by
    record.save(update_fields=["published_on", "published_by"])
    note("publish", record, by=by)


def add_texts(
    record: Written, wordings: Wordings, *, by: str, published_by: str = ""
) -> None:
    """Write `{field: {language: body}}` at once; published when a second person is named."""
    Text.objects.bulk_create(
        Text(
            record=record,
            field=field,
            language=language,
            body=body.strip(),
            revision=1,
            written_by=by,
            published_by=published_by,
            status=TextStatus.PUBLISHED if published_by else TextStatus.DRAFT,
        )
        for field, languages in wordings.items()
        for language, body in languages.items()
    )
