from django.db import models

from imppulse.studies.choices import Side
from imppulse.studies.models.waves import Wave


class AccessCode(models.Model):
    """A one-time code on a letter: the number of the letter, its stratum, and whether the code was used.

    The code itself is not kept, nor what it was exchanged for, nor when.
    """

    wave = models.ForeignKey(
        Wave, on_delete=models.CASCADE, related_name="access_codes"
    )
    side = models.CharField(max_length=16, choices=Side)
    stratum = models.SlugField(blank=True, help_text="code of a district")
    letter = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    class Meta:
        ordering = ["letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "letter"], name="one_access_code_per_letter"
            )
        ]

    def __str__(self) -> str:
        return str(self.letter)


class FieldCount(models.Model):
    """How many codes of a stratum were used before a day began; written at its first change."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="counts")
    before = models.DateField()
    side = models.CharField(max_length=16, choices=Side)
    stratum = models.SlugField(blank=True)
    used = models.PositiveIntegerField()

    class Meta:
        ordering = ["before", "side", "stratum"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "before", "side", "stratum"],
                name="one_count_per_stratum_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.before} {self.side} {self.stratum}"
