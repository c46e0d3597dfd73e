"""Records of the network that studies do not need."""

import datetime

import factory
from factory.django import DjangoModelFactory
from tests.factories.studies import TerritoryFactory

from imppulse.network.choices import IncidentKind, Measure, Period
from imppulse.network.models import Incident, Series, SeriesValue


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    territory = factory.SubFactory(TerritoryFactory)
    measure = Measure.COUNT
    period = Period.YEAR
    source_title = "A service of the city"
    published_on = datetime.date(2026, 1, 1)


class SeriesValueFactory(DjangoModelFactory[SeriesValue]):
    class Meta:
        model = SeriesValue

    series = factory.SubFactory(SeriesFactory)
    begins_on = factory.Sequence(lambda n: datetime.date(2000 + n % 25, 1, 1))
    value = 100.0


class IncidentFactory(DjangoModelFactory[Incident]):
    class Meta:
        model = Incident

    territory = factory.SubFactory(TerritoryFactory)
    happened_on = datetime.date(2021, 6, 12)
    kind = IncidentKind.UNREST
