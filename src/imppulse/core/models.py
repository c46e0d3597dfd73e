"""Texts in several languages of one record, audit events, publication by a second person."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models

from imppulse.core.choices import TextStatus


class TextQuerySet(models.QuerySet["Text"]):
    def published(self) -> Self:
        return self.filter(status=TextStatus.PUBLISHED)


class Text(models.Model):
    """One revision of one field of one record in one language. Never changed, only followed by a newer one."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    field = models.CharField(max_length=40)
    language = models.CharField(max_length=8, choices=settings.PUBLICATION_LANGUAGES)
    body = models.TextField()
    revision = models.PositiveIntegerField()
    translated_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT
    )
    status = models.CharField(
        max_length=12, choices=TextStatus, default=TextStatus.DRAFT
    )
    written_by = models.CharField(max_length=150)
    published_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["field", "language", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "language", "revision"],
                name="one_text_per_revision",
            ),
            models.CheckConstraint(
                name="published_by_a_second_person",
                condition=~models.Q(
                    status=TextStatus.PUBLISHED, published_by=models.F("written_by")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.language}, {self.revision})"


class WrittenQuerySet(models.QuerySet[Any]):
    def with_texts(self) -> Self:
        return self.prefetch_related("texts")


class Written(models.Model):
    """A record whose sentences exist in several languages: one record, every language."""

    text_fields: tuple[str, ...] = ()

    texts = GenericRelation(Text)

    objects = WrittenQuerySet.as_manager()

    class Meta:
        abstract = True

    def current(
        self, field: str, language: str, *, drafts: bool = False
    ) -> Text | None:
        """Return the newest (published) text; uses prefetched texts when there are any."""
        found = [
            text
            for text in self.texts.all()
            if (text.field, text.language) == (field, language)
            and (drafts or text.status == TextStatus.PUBLISHED)
        ]
        return max(found, key=lambda text: text.revision, default=None)

    def text(self, field: str, language: str, *, drafts: bool = False) -> Text | None:
        """Return the published text in this language, else in the first language that has one."""
        ordered = [
            language,
            *(code for code, _ in settings.PUBLICATION_LANGUAGES if code != language),
        ]
        for code in ordered:
            if found := self.current(field, code, drafts=drafts):
                return found
        return None

    def is_stale(self, field: str, language: str) -> bool:
        """Whether another language was revised alone since this one was written."""
        own = self.current(field, language)
        return own is not None and any(
            other.revision > 1
            and other.created_at > own.created_at
            and other.translated_from_id != own.pk
            for code, _name in settings.PUBLICATION_LANGUAGES
            if code != language and (other := self.current(field, code))
        )


class PublishableQuerySet(WrittenQuerySet):
    def published(self) -> Self:
        return self.filter(published_on__isnull=False)


class Publishable(Written):
    """A record that strangers see once a second person has published it."""

    published_on = models.DateField(null=True, blank=True)
    written_by = models.CharField(max_length=150, blank=True)
    published_by = models.CharField(max_length=150, blank=True)

    objects = PublishableQuerySet.as_manager()  # type: ignore[misc] # narrows the base manager

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """Who did what to which record. People and records by plain key; never one about an answer."""

    by = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    record = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["record"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.record}"
