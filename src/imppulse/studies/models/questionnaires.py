from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.network.models import Force
from imppulse.studies.choices import ReviewStep, Side
from imppulse.studies.models.studies import Study


def refuse_change() -> NoReturn:
    raise Refused(
        "published_questionnaire",
        _("A published questionnaire never changes: publish a new version."),
    )


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def update(self, **kwargs: Any) -> NoReturn:
        refuse_change()

    def delete(self) -> NoReturn:
        refuse_change()


class Questionnaire(models.Model):
    """A published questionnaire: the wording as it was asked, never changed afterwards.

    One composed for a study names it, who wrote and who published it; a new version names
    the one it replaces and says what became of each of its items.
    """

    name = models.SlugField(max_length=120)
    version = models.PositiveSmallIntegerField()
    force = models.ForeignKey(Force, on_delete=models.PROTECT)
    side = models.CharField(max_length=16, choices=Side)
    content = models.JSONField(help_text="items, scales and wording in every language")
    checksum = models.CharField(max_length=64)
    published_on = models.DateField()
    study = models.ForeignKey(
        Study,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questionnaires",
    )
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    item_map = models.JSONField(
        default=dict,
        help_text="item of the version replaced: its item here, or nothing",
    )
    written_by = models.CharField(max_length=150, blank=True)
    published_by = models.CharField(max_length=150, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["name", "version", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version", "force", "side"],
                name="a_published_questionnaire_is_one",
            ),
            models.CheckConstraint(
                name="a_questionnaire_is_published_by_a_second_person",
                condition=models.Q(published_by="")
                | ~models.Q(published_by=models.F("written_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.side})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_change()

    @property
    def items(self) -> list[dict[str, Any]]:
        return [item for part in self.content["sections"] for item in part["items"]]


class Draft(models.Model):
    """A questionnaire being composed for one side of a study; it is deleted when published."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="drafts")
    composition = models.JSONField(help_text="as `studies.composition` writes it")
    replaces = models.ForeignKey(
        Questionnaire,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="drafts",
    )
    writers = models.JSONField(default=list, help_text="who wrote in it, by key")
    submitted_by = models.CharField(max_length=150, blank=True)
    submitted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["study_id", "pk"]

    def __str__(self) -> str:
        return f"draft {self.pk} of {self.study_id}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_on is not None

    @property
    def side(self) -> Side:
        return Side(self.composition["side"])


class TranslationStep(models.Model):
    """One step of TRAPD done on one language of a draft: when, by which roles, on which words."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps")
    language = models.CharField(max_length=12)
    step = models.CharField(max_length=16, choices=ReviewStep)
    done_on = models.DateField()
    roles = models.JSONField(help_text="roles, never names")
    note = models.CharField(max_length=300, blank=True)
    words = models.JSONField(help_text="fingerprint of each text at that time, by key")

    class Meta:
        ordering = ["language", "done_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "language", "step"], name="one_step_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.language} {self.step}"
