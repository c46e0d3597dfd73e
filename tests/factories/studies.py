"""Records of a study; every part of the answer chain is the real one."""

import datetime

import factory
from factory.django import DjangoModelFactory

from imppulse.network.models import Country, District, Force, Territory
from imppulse.studies import choices, models


class CountryFactory(DjangoModelFactory[Country]):
    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "ORV"
    simulated = True


class ForceFactory(DjangoModelFactory[Force]):
    class Meta:
        model = Force

    slug = factory.Sequence(lambda n: f"force-{n}")
    country = factory.SubFactory(CountryFactory)
    kind = "national"
    published_on = datetime.date(2026, 1, 1)


class TerritoryFactory(DjangoModelFactory[Territory]):
    class Meta:
        model = Territory

    slug = factory.Sequence(lambda n: f"territory-{n}")
    kind = "city"
    country = factory.SubFactory(CountryFactory)
    published_on = datetime.date(2026, 1, 1)


class DistrictFactory(DjangoModelFactory[District]):
    class Meta:
        model = District

    territory = factory.SubFactory(TerritoryFactory)
    code = factory.Sequence(lambda n: f"district-{n}")
    name = factory.LazyAttribute(lambda district: district.code.title())


class StudyFactory(DjangoModelFactory[models.Study]):
    class Meta:
        model = models.Study

    slug = factory.Sequence(lambda n: f"study-{n}")
    territory = factory.SubFactory(TerritoryFactory)
    force = factory.SubFactory(ForceFactory)
    started_on = datetime.date(2026, 3, 1)


class PartFactory(DjangoModelFactory[models.Part]):
    class Meta:
        model = models.Part

    study = factory.SubFactory(StudyFactory)
    kind = choices.PartKind.INTERVIEWS
    side = choices.Side.POPULATION


class ExcerptFactory(DjangoModelFactory[models.Excerpt]):
    class Meta:
        model = models.Excerpt

    part = factory.SubFactory(PartFactory)
    factor = "no_dialogue"


class WaveFactory(DjangoModelFactory[models.Wave]):
    class Meta:
        model = models.Wave

    study = factory.SubFactory(StudyFactory)
    number = 1
    mode = choices.CollectionMode.OPEN_LINK
    opens_on = datetime.date(2026, 4, 1)
    closes_on = datetime.date(2026, 5, 31)


class AnswerLinkFactory(DjangoModelFactory[models.AnswerLink]):
    class Meta:
        model = models.AnswerLink

    wave = factory.SubFactory(WaveFactory)
    side = choices.Side.POPULATION
    token = factory.Sequence(lambda n: f"link-{n}")
