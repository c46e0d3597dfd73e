from django.db import models

from imppulse.core.models import Publishable, Text, Written


class Sheet(Publishable):
    """A record of the network: whoever may open it before it is public reads its drafts."""

    class Meta:
        abstract = True

    def text(self, field: str, language: str, *, drafts: bool = False) -> Text | None:
        unpublished = self.published_on is None
        return super().text(field, language, drafts=drafts or unpublished)


class Country(Written):
    """Texts: name. A simulated country makes everything in it simulated."""

    text_fields = ("name",)

    code = models.CharField(max_length=8, unique=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "countries"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
