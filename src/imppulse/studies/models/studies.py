import secrets

from django.db import models
from django.urls import reverse

from imppulse.core.models import Publishable, Written
from imppulse.network.models import Force, Territory
from imppulse.studies.choices import QUALITATIVE, Convergence, PartKind, Side


def random_key() -> str:
    return secrets.token_hex(16)


def police_and_population() -> list[str]:
    return [Side.POPULATION.value, Side.POLICE_OFFICERS.value]


class Study(Publishable):
    """A local study: several kinds of source, the sides one can hear, about one force.

    Several territories may share it: one leads, the others are partners. Texts: title, summary.
    """

    text_fields = ("title", "summary")

    slug = models.SlugField(unique=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="studies"
    )
    partners = models.ManyToManyField(
        Territory, related_name="shared_studies", blank=True
    )
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="studies")
    sides = models.JSONField(
        default=police_and_population, help_text="the sides that are heard"
    )
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

    @property
    def territories(self) -> list[Territory]:
        """The territory that leads, then its partners."""
        return [self.territory, *self.partners.all()]

    @property
    def heard_sides(self) -> list[Side]:
        return [side for side in Side if side.value in self.sides]


class Part(Written):
    """One kind of source within a study. Texts: title, method, guide, consent."""

    text_fields = ("title", "method", "guide", "consent")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=16, choices=PartKind)
    side = models.CharField(max_length=16, choices=Side)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind} {self.side}"

    @property
    def is_qualitative(self) -> bool:
        return self.kind in QUALITATIVE


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


class Appraisal(Written):
    """Whether what was heard about a factor agrees with the other sources. Texts: reason."""

    text_fields = ("reason",)

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="appraisals"
    )
    factor = models.SlugField()
    verdict = models.CharField(max_length=12, choices=Convergence)

    class Meta:
        ordering = ["factor"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "factor"], name="one_appraisal_per_factor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.factor} {self.verdict}"


class Clearance(models.Model):
    """A step the law or the force asks for before police officers are surveyed, and its date."""

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="clearances"
    )
    kind = models.CharField(max_length=40)
    given_on = models.DateField()
    body = models.CharField(max_length=200, help_text="an authority, never a person")
    reference = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind"], name="one_clearance_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind} {self.given_on}"
