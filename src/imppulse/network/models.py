from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from imppulse.core.models import Written, WrittenQuerySet
from imppulse.network.choices import (
    FactTopic,
    ForceKind,
    OrganisationKind,
    ResponsibilityKind,
    RoleKind,
    TerritoryKind,
)


class Country(Written):
    """Texts: name. A simulated country makes everything in it simulated."""

    text_fields = ("name",)

    code = models.CharField(max_length=8, unique=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "countries"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Force(Written):
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


class TerritoryQuerySet(WrittenQuerySet):
    def listed(self) -> Self:
        return self.select_related("country").prefetch_related(
            "texts", "country__texts"
        )


class Territory(Written):
    """A city, intermunicipality, police zone or region. Texts: name, summary."""

    text_fields = ("name", "summary")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=TerritoryKind)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="territories"
    )
    forces = models.ManyToManyField(Force, related_name="territories", blank=True)
    joined_on = models.DateField(null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()  # type: ignore[misc] # narrows the base manager

    class Meta:
        verbose_name_plural = "territories"
        ordering = ["country__simulated", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("network:territory", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.country.simulated


class District(models.Model):
    """A named part of a territory; the name is a proper noun, the same in every language."""

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="districts"
    )
    code = models.SlugField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["territory_id", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "code"], name="one_district_per_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


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


class Organisation(Written):
    """Coordinator, partner, associated partner, experts. Texts: name, summary."""

    text_fields = ("name", "summary")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT
    )
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )

    class Meta:
        ordering = ["kind", "slug"]

    def __str__(self) -> str:
        return self.slug


class RoleQuerySet(models.QuerySet["Role"]):
    def current(self) -> Self:
        return self.filter(until__isnull=True)


class Role(models.Model):
    """What a person does, where, since when and until when: roles have a history."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles"
    )
    kind = models.CharField(max_length=20, choices=RoleKind)
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="roles"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since"]
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
