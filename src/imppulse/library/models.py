from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable, Written
from imppulse.evaluations.models import Evaluation
from imppulse.library.choices import EvidenceStatus, OutcomeStatus
from imppulse.meetings.models import Meeting
from imppulse.network.models import Organisation, Territory
from imppulse.pilots.models import Pilot


class Practice(Publishable):
    """A practice sheet; "good" is not said before it is evaluated.

    Texts: title, summary, problem, how_it_works, results, conditions, learned.
    """

    text_fields = (
        "title", "summary", "problem", "how_it_works", "results", "conditions", "learned",
    )  # fmt: skip

    slug = models.SlugField(unique=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="practices"
    )
    pilot = models.OneToOneField(
        Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="practice"
    )
    factor_codes = models.JSONField(default=list)
    lever_code = models.SlugField()
    outcome_status = models.CharField(max_length=16, choices=OutcomeStatus)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("library:practice", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.territory.simulated


class PracticeSource(models.Model):
    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="sources"
    )
    title = models.CharField(max_length=300)
    url = models.URLField(blank=True, max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class PublishedStudy(models.Model):
    """A study of the literature, with its citation and correction status."""

    slug = models.SlugField(unique=True)
    citation = models.CharField(max_length=500)
    url = models.URLField(max_length=500)
    licence = models.CharField(max_length=300)
    status = models.CharField(max_length=16, choices=EvidenceStatus)

    class Meta:
        verbose_name_plural = "published studies"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class PublishedEstimate(models.Model):
    study = models.ForeignKey(
        PublishedStudy, on_delete=models.CASCADE, related_name="estimates"
    )
    outcome = models.SlugField()
    site = models.CharField(max_length=40)
    estimate = models.FloatField()
    std_error = models.FloatField()
    df = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["outcome", "site"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.site}"


class Synthesis(Publishable):
    """Results on one outcome side by side, pooled only among their kind. Texts: title, question, unit."""

    text_fields = ("title", "question", "unit")

    slug = models.SlugField(unique=True)
    outcome = models.SlugField()
    margin = models.FloatField(null=True, blank=True)
    published_estimates = models.ManyToManyField(PublishedEstimate, blank=True)
    pilots = models.ManyToManyField(Pilot, blank=True, related_name="syntheses")
    results = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "syntheses"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("library:synthesis", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return any(pilot.simulated for pilot in self.pilots.all())


class Principle(Publishable):
    """Texts: name, statement."""

    text_fields = ("name", "statement")

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(blank=True, max_length=500)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


class Recommendation(Publishable):
    """Texts: title, statement, rationale, addressee."""

    text_fields = ("title", "statement", "rationale", "addressee")

    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField()
    lever_code = models.SlugField()
    practices = models.ManyToManyField(
        Practice, blank=True, related_name="recommendations"
    )
    syntheses = models.ManyToManyField(
        Synthesis, blank=True, related_name="recommendations"
    )
    evaluations = models.ManyToManyField(
        Evaluation, blank=True, related_name="recommendations"
    )
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
    )
    adopted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="adopted_at_a_meeting",
                condition=models.Q(adopted_on__isnull=True)
                | models.Q(meeting__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("library:recommendation", args=[self.slug])

    @property
    def simulated(self) -> bool:
        """Whether the meeting or any piece of its evidence is simulated."""
        evidence = [
            *([self.meeting] if self.meeting else []),
            *self.practices.all(),
            *self.syntheses.all(),
            *self.evaluations.all(),
        ]
        return any(one.simulated for one in evidence)


class Reservation(Written):
    """A disagreement that is kept beside the recommendation. Texts: statement."""

    text_fields = ("statement",)

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="reservations"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT
    )
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT
    )

    def __str__(self) -> str:
        return f"reservation on {self.recommendation_id}"
