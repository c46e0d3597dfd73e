from django.db import models

from imppulse.studies.choices import KeyHolderRole
from imppulse.studies.models.waves import Wave


class KeyHolder(models.Model):
    """One of the three people who hold a share of a wave’s key: by role, never by name."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="key_holders")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16, choices=KeyHolderRole)
    organisation = models.CharField(max_length=120)
    shown_on = models.DateField(null=True, blank=True)
    destroyed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "place"], name="one_key_holder_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.place}"


class HandOver(models.Model):
    """A hand-over of shares under way: the key to what the next page holds, never a share."""

    wave = models.OneToOneField(Wave, on_delete=models.CASCADE, related_name="handover")
    shown = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.wave_id} {self.shown}"
