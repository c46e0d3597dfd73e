"""Records of the library, with texts in both languages, published unless told otherwise."""

import datetime

import factory
from factory.django import DjangoModelFactory
from tests.factories.evaluations import deliver, hold_sessions, make_plan
from tests.factories.pilots import PilotFactory
from tests.factories.studies import CountryFactory, StudyFactory, TerritoryFactory

from imppulse.core.actions import add_texts
from imppulse.evaluations import actions as evaluations
from imppulse.library import models
from imppulse.library.choices import EvidenceStatus, OutcomeStatus
from imppulse.meetings.models import Meeting
from imppulse.pilots.choices import Stage

PUBLISHED_ON = datetime.date(2026, 6, 1)


def wordings(model, **given):
    texts = {
        field: {"en": f"{field} in English", "fr": f"{field} en français"}
        for field in model.text_fields
    }
    return texts | given


class WrittenFactory(DjangoModelFactory):
    """Writes every text of the record, in both languages."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @factory.post_generation
    def texts(self, create, extracted, **_):
        if create:
            written = wordings(type(self), **(extracted or {}))
            add_texts(self, written, by="writer", published_by="second")


class PublishedFactory(WrittenFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    published_on = PUBLISHED_ON
    written_by = "writer"
    published_by = "second"


class PracticeFactory(PublishedFactory):
    class Meta:
        model = models.Practice

    slug = factory.Sequence(lambda n: f"practice-{n}")
    territory = factory.SubFactory(TerritoryFactory)
    factor_codes = ["no_dialogue"]
    lever_code = "convene"
    outcome_status = OutcomeStatus.NOT_MEASURED


class PublishedStudyFactory(DjangoModelFactory):
    class Meta:
        model = models.PublishedStudy

    slug = factory.Sequence(lambda n: f"study-{n}")
    citation = "Author (2021). A trial. Journal."
    url = "https://doi.org/10.0000/trial"
    licence = "CC BY 4.0"
    status = EvidenceStatus.AS_PUBLISHED


class PublishedEstimateFactory(DjangoModelFactory):
    class Meta:
        model = models.PublishedEstimate

    study = factory.SubFactory(PublishedStudyFactory)
    outcome = "trust"
    site = "col"
    estimate = 0.1
    std_error = 0.05


class SynthesisFactory(PublishedFactory):
    class Meta:
        model = models.Synthesis

    slug = factory.Sequence(lambda n: f"synthesis-{n}")
    outcome = "dialogue"
    margin = 5.0


class PrincipleFactory(PublishedFactory):
    class Meta:
        model = models.Principle

    slug = factory.Sequence(lambda n: f"principle-{n}")
    source_title = "Resolution"
    source_url = "https://example.org/resolution"


class MeetingFactory(PublishedFactory):
    class Meta:
        model = Meeting

    slug = factory.Sequence(lambda n: f"meeting-{n}")
    country = factory.SubFactory(CountryFactory)
    starts_on = datetime.date(2026, 6, 11)
    ends_on = datetime.date(2026, 6, 12)


class RecommendationFactory(PublishedFactory):
    class Meta:
        model = models.Recommendation

    slug = factory.Sequence(lambda n: f"recommendation-{n}")
    number = factory.Sequence(lambda n: n + 1)
    lever_code = "convene"


def evaluated(*, simulated=True, effect=0.0, people=30, **plan):
    """Run a whole pilot: plan, two waves, result."""
    locked = evaluations.lock(make_plan(simulated=simulated, **plan), by="lead")
    hold_sessions(locked)
    deliver(locked, 1, people=people)
    deliver(locked, 2, people=people, effect=effect)
    return evaluations.evaluate(locked, by="lead")


def stopped(*, simulated=True):
    country = CountryFactory(code="ORV" if simulated else "REA", simulated=simulated)
    territory = TerritoryFactory(country=country)
    names = {"name": {"en": "Ostrelle", "fr": "Ostrelle (ville)"}}
    add_texts(territory, names, by="writer", published_by="second")
    study = StudyFactory(territory=territory)
    return PilotFactory(study=study, stage=Stage.STOPPED)


def published(*numbers, outcome="trust", sites=("bra", "col", "lbr", "pak", "phl")):
    """Make a synthesis of one published study: pairs of estimate and standard error."""
    study = PublishedStudyFactory()
    synthesis = SynthesisFactory(outcome=outcome, margin=None)
    for site, (estimate, std_error) in zip(sites, numbers, strict=False):
        synthesis.published_estimates.add(
            PublishedEstimateFactory(
                study=study,
                outcome=outcome,
                site=site,
                estimate=estimate,
                std_error=std_error,
            )
        )
    return synthesis


def own(*pilots):
    synthesis = SynthesisFactory()
    synthesis.pilots.set(pilots)
    return synthesis
