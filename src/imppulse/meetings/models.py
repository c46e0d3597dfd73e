from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable, Written
from imppulse.network.models import Country


class Meeting(Publishable):
    """Texts: title, place, summary."""

    text_fields = ("title", "place", "summary")

    slug = models.SlugField(unique=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(blank=True, max_length=500)

    class Meta:
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.country.simulated


class Decision(Written):
    """What a meeting decided. Texts: statement."""

    text_fields = ("statement",)

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="decisions"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.position}"
