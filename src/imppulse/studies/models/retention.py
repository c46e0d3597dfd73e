from django.db import models
from django.db.models import F, Q

from imppulse.studies.choices import ErasureKind
from imppulse.studies.models.studies import Study
from imppulse.studies.models.waves import Wave


class Retention(models.Model):
    """Until when the answers of a closed wave are kept. On that day they go by themselves."""

    wave = models.OneToOneField(
        Wave, on_delete=models.PROTECT, related_name="retention"
    )
    until = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=150)
    set_on = models.DateField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.wave_id} until {self.until}"


class Erasure(models.Model):
    """One line of the log of erasures: asked by one person, done by a second, never removed."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="erasures")
    wave = models.ForeignKey(
        Wave, null=True, blank=True, on_delete=models.PROTECT, related_name="erasures"
    )
    kind = models.CharField(max_length=12, choices=ErasureKind)
    what = models.JSONField(
        default=dict, help_text="the item, or the labels of the answers to erase"
    )
    reason = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_by = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict, help_text="checksums before and after")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="erased_by_a_second_person",
                condition=Q(done_by="") | ~Q(done_by=F("asked_by")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind} {self.asked_at}"
