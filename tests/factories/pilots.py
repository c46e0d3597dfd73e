"""Pilots with their blocks, published unless told otherwise."""

import datetime

import factory
from factory.django import DjangoModelFactory
from tests.factories.studies import StudyFactory

from imppulse.core.actions import add_texts
from imppulse.pilots import choices, models

PUBLISHED_ON = datetime.date(2026, 2, 1)


class PilotFactory(DjangoModelFactory[models.Pilot]):
    class Meta:
        model = models.Pilot
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"pilot-{n}")
    study = factory.SubFactory(StudyFactory)
    territory = factory.SelfAttribute("study.territory")
    force = factory.SelfAttribute("study.force")
    factor_code = "no_dialogue"
    lever_code = "convene"
    intent = choices.Intent.RESTORE
    horizon = choices.Horizon.SHORT
    stage = choices.Stage.PLANNED
    starts_on = datetime.date(2026, 3, 1)
    ends_on = datetime.date(2026, 12, 31)
    published_on = PUBLISHED_ON
    written_by = "writer"
    published_by = "second"

    @factory.post_generation
    def wordings(self, create, extracted, **_):
        if not create:
            return
        texts = {
            field: {"en": f"{field} in English", "fr": f"{field} en français"}
            for field in models.Pilot.text_fields
            if field != "learned"
        }
        add_texts(self, texts | (extracted or {}), by="writer", published_by="second")


class ActionFactory(DjangoModelFactory[models.Action]):
    class Meta:
        model = models.Action

    pilot = factory.SubFactory(PilotFactory)
    starts_on = datetime.date(2026, 3, 1)
    ends_on = datetime.date(2026, 4, 30)


class BudgetLineFactory(DjangoModelFactory[models.BudgetLine]):
    class Meta:
        model = models.BudgetLine

    pilot = factory.SubFactory(PilotFactory)
    euros = 12_000


class IndicatorFactory(DjangoModelFactory[models.Indicator]):
    class Meta:
        model = models.Indicator

    pilot = factory.SubFactory(PilotFactory)
    target = 24
