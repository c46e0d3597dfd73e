from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from imppulse.core.models import PublishableQuerySet
from imppulse.network.choices import CodeSystem, TerritoryKind
from imppulse.network.models.countries import Country, Sheet
from imppulse.network.models.forces import Force


class TerritoryQuerySet(PublishableQuerySet):
    def listed(self) -> Self:
        return self.select_related("country").prefetch_related(
            "texts", "country__texts"
        )


class Territory(Sheet):
    """A city, intermunicipality, police zone or region. Texts: name, summary."""

    text_fields = ("name", "summary")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=TerritoryKind)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="territories"
    )
    forces = models.ManyToManyField(Force, related_name="territories", blank=True)
    code = models.CharField(max_length=16, blank=True)
    code_system = models.CharField(max_length=4, choices=CodeSystem, blank=True)
    code_year = models.PositiveSmallIntegerField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(
        default=list, blank=True, help_text="codes of the languages people speak"
    )
    joined_on = models.DateField(null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()  # type: ignore[misc] # narrows the base manager

    class Meta:
        verbose_name_plural = "territories"
        ordering = ["country__simulated", "slug"]
        constraints = [
            models.CheckConstraint(
                name="territory_published_by_a_second_person",
                condition=Q(published_by="") | ~Q(published_by=F("written_by")),
            )
        ]

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
    population = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["territory_id", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "code"], name="one_district_per_code"
            )
        ]

    def __str__(self) -> str:
        return self.name
