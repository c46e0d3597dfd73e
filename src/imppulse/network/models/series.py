from datetime import date

from django.db import models
from django.urls import reverse

from imppulse.network.choices import BreakKind, IncidentKind, Measure, Period
from imppulse.network.models.countries import Sheet
from imppulse.network.models.territories import Territory


class Series(Sheet):
    """An administrative series of a territory, as aggregates. Texts: name, definition, unit."""

    text_fields = ("name", "definition", "unit")

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="series"
    )
    measure = models.CharField(max_length=8, choices=Measure)
    period = models.CharField(max_length=8, choices=Period)
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(blank=True, max_length=500)

    class Meta:
        verbose_name_plural = "series"
        ordering = ["territory_id", "pk"]

    def __str__(self) -> str:
        return f"series {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("network:series", args=[self.territory.slug, self.pk])

    @property
    def simulated(self) -> bool:
        return self.territory.simulated


class SeriesValue(models.Model):
    """One year or month: the value, and the number of cases it rests on where that is another."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="values")
    begins_on = models.DateField()
    value = models.FloatField()
    cases = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["begins_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "begins_on"], name="one_value_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.begins_on}"


class SeriesBreak(models.Model):
    """From here on the figures mean something else."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="breaks")
    begins_on = models.DateField()
    kind = models.CharField(max_length=12, choices=BreakKind)

    class Meta:
        ordering = ["begins_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "begins_on"], name="one_break_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.begins_on}"


class IncidentQuerySet(models.QuerySet["Incident"]):
    def between(self, first: date, last: date) -> "IncidentQuerySet":
        return self.filter(happened_on__range=(first, last))


class Incident(models.Model):
    """A critical incident: its day and its kind. No place, no person, no story."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="incidents"
    )
    happened_on = models.DateField()
    kind = models.CharField(max_length=24, choices=IncidentKind)
    written_by = models.CharField(max_length=150)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "happened_on", "kind"],
                name="one_incident_of_a_kind_per_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.kind}"
