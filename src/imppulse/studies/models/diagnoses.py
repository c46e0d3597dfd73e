from django.db import models

from imppulse.studies.models.waves import Wave
from imppulse.studies.models.weightings import Weighting


class Diagnosis(models.Model):
    """What a closed wave says, computed once from its file by the evidence library."""

    wave = models.OneToOneField(
        Wave, on_delete=models.PROTECT, related_name="diagnosis"
    )
    results = models.JSONField()
    items = models.JSONField(help_text="estimate of every item, by side")
    details = models.JSONField(
        default=dict, help_text="priorities, groups, drivers, comparability"
    )
    data_checksum = models.CharField(max_length=64)
    weighting = models.ForeignKey(
        Weighting,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text="the version of weights used; empty: those of the closing",
    )
    library_version = models.CharField(max_length=20)
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"diagnosis of {self.wave_id}"
