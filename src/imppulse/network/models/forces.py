from django.db import models
from django.urls import reverse

from imppulse.core.models import Written
from imppulse.network.choices import FactTopic, ForceKind, ResponsibilityKind
from imppulse.network.models.countries import Country, Sheet


class Force(Sheet):
    """A police force. Texts: name, subject (name with article), of (name after « of »), summary."""

    text_fields = ("name", "subject", "of", "summary")

    slug = models.SlugField(unique=True)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="forces"
    )
    kind = models.CharField(max_length=12, choices=ForceKind)

    class Meta:
        ordering = ["country__code", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("network:force", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.country.simulated


class ForceFact(Written):
    """One sourced, dated characteristic of a force. Texts: statement. Unknown stays unknown."""

    text_fields = ("statement",)

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="facts")
    topic = models.CharField(max_length=12, choices=FactTopic)
    position = models.PositiveSmallIntegerField(default=0)
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(blank=True, max_length=500)
    as_of = models.DateField()

    class Meta:
        ordering = ["topic", "position"]

    def __str__(self) -> str:
        return f"{self.force_id} {self.topic} {self.position}"


class Situation(Written):
    """Something that happens in a street, for which one asks: who does what? Texts: name."""

    text_fields = ("name",)

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


class Responsibility(Written):
    """What one force does in one situation. Texts: explanation."""

    text_fields = ("explanation",)

    force = models.ForeignKey(
        Force, on_delete=models.CASCADE, related_name="responsibilities"
    )
    situation = models.ForeignKey(
        Situation, on_delete=models.CASCADE, related_name="responsibilities"
    )
    kind = models.CharField(max_length=8, choices=ResponsibilityKind)
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(blank=True, max_length=500)

    class Meta:
        verbose_name_plural = "responsibilities"
        ordering = ["situation__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "situation"], name="one_answer_per_force_and_situation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.situation_id} {self.kind}"
