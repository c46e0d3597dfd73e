import secrets

from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable, Written
from imppulse.network.models import Force, Territory
from imppulse.studies.choices import PartKind, Side


def random_key() -> str:
    return secrets.token_hex(16)


class Study(Publishable):
    """A local study: several kinds of source, all sides, about one force. Texts: title, summary."""

    text_fields = ("title", "summary")

    slug = models.SlugField(unique=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="studies"
    )
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="studies")
    started_on = models.DateField()
    label_key = models.CharField(
        max_length=32,
        default=random_key,
        editable=False,
        help_text="turns names of clusters into labels, the same in every wave",
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-started_on", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("studies:study", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.territory.simulated


class Part(Written):
    """One kind of source within a study. Texts: title, method."""

    text_fields = ("title", "method")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=16, choices=PartKind)
    side = models.CharField(max_length=16, choices=Side)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind} {self.side}"


class Excerpt(Written):
    """A coded passage of an interview, a group or an observation, without names. Texts: quote."""

    text_fields = ("quote",)

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="excerpts")
    factor = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["factor", "position"]

    def __str__(self) -> str:
        return f"{self.part_id} {self.factor} {self.position}"
