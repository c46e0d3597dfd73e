from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable
from imppulse.library.models import Practice, Recommendation, Synthesis


class Book(Publishable):
    """A bilingual book, assembled from the record. Texts: title, subtitle, foreword, colophon."""

    text_fields = ("title", "subtitle", "foreword", "colophon")

    slug = models.SlugField(unique=True)
    practices = models.ManyToManyField(Practice, blank=True)
    syntheses = models.ManyToManyField(Synthesis, blank=True)
    recommendations = models.ManyToManyField(Recommendation, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("publication:book", args=[self.slug])

    @property
    def simulated(self) -> bool:
        """One simulated record makes the whole book simulated."""
        records = [
            *self.practices.all(),
            *self.syntheses.all(),
            *self.recommendations.all(),
        ]
        return any(record.simulated for record in records)
