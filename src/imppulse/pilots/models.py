from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable, Written
from imppulse.network.models import District, Force, Territory
from imppulse.pilots.choices import Arm, Horizon, Intent, Stage
from imppulse.studies.models import Study


class Pilot(Publishable):
    """An action on one factor through one lever.

    Texts: title, summary, target_group, factor, action, mechanism, outcome, assumptions,
    unwanted_effects (the theory of change), learned.
    """

    text_fields = (
        "title", "summary", "target_group", "factor", "action", "mechanism",
        "outcome", "assumptions", "unwanted_effects", "learned",
    )  # fmt: skip

    slug = models.SlugField(unique=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="pilots"
    )
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="pilots")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="pilots")
    factor_code = models.SlugField()
    lever_code = models.SlugField()
    intent = models.CharField(max_length=12, choices=Intent)
    horizon = models.CharField(max_length=8, choices=Horizon)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("pilots:pilot", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.territory.simulated


class PilotArea(models.Model):
    """A district where the pilot runs, or one it is compared with; named at the start."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="areas")
    district = models.ForeignKey(District, on_delete=models.PROTECT)
    arm = models.CharField(max_length=12, choices=Arm)

    class Meta:
        ordering = ["-arm", "district__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "district"], name="one_arm_per_district"
            )
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.arm}"


class Action(Written):
    """A step of the timetable. Texts: title."""

    text_fields = ("title",)

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="actions")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "pk"]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.starts_on}"


class BudgetLine(Written):
    """Texts: label."""

    text_fields = ("label",)

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="budget")
    euros = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.euros}"


class Indicator(Written):
    """What delivery is measured by. Texts: name."""

    text_fields = ("name",)

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="indicators"
    )
    target = models.PositiveIntegerField()
    achieved = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.target}"


class Session(models.Model):
    """One delivered session: counts, never names."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="sessions")
    held_on = models.DateField()
    population = models.PositiveIntegerField()
    police_officers = models.PositiveIntegerField()

    class Meta:
        ordering = ["held_on"]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.held_on}"
