from typing import Any, NoReturn

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.core.models import Written, WrittenQuerySet
from imppulse.evaluations.choices import DeviationKind
from imppulse.pilots.models import Pilot


def refuse_change() -> NoReturn:
    raise Refused(
        "locked_plan",
        _("A locked plan never changes: what is done otherwise is a deviation."),
    )


class PlanQuerySet(WrittenQuerySet):
    def update(self, **kwargs: Any) -> int:
        if self.filter(locked_at__isnull=False).exists():
            refuse_change()
        return super().update(**kwargs)


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

    objects = PlanQuerySet.as_manager()  # type: ignore[misc] # narrows the base manager

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_if_locked()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_if_locked()
        return super().delete(*args, **kwargs)

    def refuse_if_locked(self) -> None:
        if Plan.objects.filter(pk=self.pk, locked_at__isnull=False).exists():
            refuse_change()

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class Deviation(Written):
    """What was done otherwise than planned; listed for ever. Texts: statement."""

    text_fields = ("statement",)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="deviations")
    kind = models.CharField(
        max_length=16, choices=DeviationKind, default=DeviationKind.OTHER
    )
    noted_on = models.DateField()

    class Meta:
        ordering = ["noted_on", "pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.noted_on}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refused("listed_for_ever", _("A deviation stays listed."))


class Evaluation(models.Model):
    """What the locked plan gave: the effect, the design facts, the finding."""

    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, related_name="evaluation"
    )
    effect = models.JSONField(help_text="difference in differences, in points of 100")
    before_after = models.JSONField(help_text="change where the pilot ran, alone")
    cells = models.JSONField(help_text="means by arm and wave, with n and interval")
    facts = models.JSONField(help_text="design facts, as they were")
    finding = models.JSONField()
    data_checksums = models.JSONField()
    library_version = models.CharField(max_length=20)
    computed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"evaluation of {self.plan_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused("signed_result", _("A computed result never changes."))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("evaluations:result", args=[self.plan.pilot.slug])

    @property
    def simulated(self) -> bool:
        return self.plan.pilot.simulated
