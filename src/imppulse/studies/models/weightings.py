from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.studies.models.waves import Wave


class Weighting(models.Model):
    """One version of the weights of a closed wave: made once, kept, never changed.

    The answers of the wave stay as they are. Which version is used may change, so that
    going back is choosing an earlier one; without any, the weights of the closing are.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="weightings")
    version = models.PositiveSmallIntegerField()
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT
    )
    source = models.CharField(max_length=200, help_text="where the margins come from")
    margins = models.JSONField(help_text="people by column and level, as given")
    lowest = models.FloatField(null=True, help_text="least weight, of the mean weight")
    highest = models.FloatField(null=True, help_text="most weight, of the mean weight")
    minimum_effective_n = models.PositiveIntegerField()
    quality = models.JSONField(help_text="what the weights cost, for pages and reports")
    file = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64)
    in_use = models.BooleanField(default=False)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["wave_id", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "version"], name="one_weighting_per_version"
            ),
            models.UniqueConstraint(
                fields=["wave"],
                condition=models.Q(in_use=True),
                name="one_weighting_in_use",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} weights {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Refused("kept_weighting", _("A version of weights never changes."))
        super().save(*args, **kwargs)
