from django.db import models
from django.urls import reverse

from imppulse.core.models import Written
from imppulse.pilots.models import Pilot


class Plan(Written):
    """An evaluation plan: written before the data, locked with a time stamp and a hash.

    Texts: hypothesis, exclusions.
    """

    text_fields = ("hypothesis", "exclusions")

    pilot = models.OneToOneField(Pilot, on_delete=models.PROTECT, related_name="plan")
    outcome = models.SlugField(help_text="the index that measures the pilot's factor")
    margin = models.FloatField(
        help_text="smallest change that matters, in points of 100"
    )
    facts = models.JSONField(default=dict, help_text="design facts, as planned")
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.CharField(max_length=150, blank=True)
    document = models.JSONField(
        default=dict, help_text="what was locked, word for word"
    )
    checksum = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_locked_plan_has_its_checksum",
                condition=models.Q(locked_at__isnull=True) | ~models.Q(checksum=""),
            )
        ]

    def __str__(self) -> str:
        return f"plan of {self.pilot_id}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:plan", args=[self.pilot.slug])


class Deviation(Written):
    """What was done otherwise than planned; listed for ever. Texts: statement."""

    text_fields = ("statement",)

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="deviations")
    noted_on = models.DateField()

    class Meta:
        ordering = ["noted_on"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.noted_on}"


class Evaluation(models.Model):
    """What the locked plan gave: the effect, the design facts, the finding."""

    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, related_name="evaluation"
    )
    effect = models.JSONField(help_text="difference in differences, in points of 100")
    cells = models.JSONField(help_text="means by arm and wave, with n and interval")
    facts = models.JSONField(help_text="design facts, as they were")
    finding = models.JSONField()
    data_checksums = models.JSONField()
    library_version = models.CharField(max_length=20)
    computed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"evaluation of {self.plan_id}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:result", args=[self.plan.pilot.slug])

    @property
    def simulated(self) -> bool:
        return self.plan.pilot.simulated
