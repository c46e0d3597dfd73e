from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.network.models import Force
from imppulse.studies.choices import Side


def refuse_change() -> NoReturn:
    raise Refused(
        "published_questionnaire",
        _("A published questionnaire never changes: publish a new version."),
    )


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def update(self, **kwargs: Any) -> NoReturn:
        refuse_change()


class Questionnaire(models.Model):
    """A published questionnaire: the wording as it was asked, never changed afterwards."""

    name = models.SlugField()
    version = models.PositiveSmallIntegerField()
    force = models.ForeignKey(Force, on_delete=models.PROTECT)
    side = models.CharField(max_length=16, choices=Side)
    content = models.JSONField(help_text="items, scales and wording in every language")
    checksum = models.CharField(max_length=64)
    published_on = models.DateField()

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["name", "version", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version", "force", "side"],
                name="a_published_questionnaire_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.side})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse_change()
        super().save(*args, **kwargs)

    @property
    def items(self) -> list[dict[str, Any]]:
        return [item for part in self.content["sections"] for item in part["items"]]
