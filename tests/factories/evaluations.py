"""Plans with a study whose first wave was asked, and answers drawn with a known effect."""

import datetime
import itertools

import factory
import numpy as np
import polars as pl
from factory.django import DjangoModelFactory
from tests.factories.pilots import PilotFactory
from tests.factories.studies import (
    CountryFactory,
    DistrictFactory,
    ForceFactory,
    StudyFactory,
    TerritoryFactory,
)

from imppulse import instruments
from imppulse.core.actions import add_texts
from imppulse.evaluations import models
from imppulse.pilots.choices import Arm
from imppulse.pilots.models import PilotArea
from imppulse.studies import actions
from imppulse.studies.choices import CollectionMode

COMPLAINTS = {"en": "privacy@example.org", "fr": "donnees@example.org"}
DATES = (datetime.date(2026, 4, 1), datetime.date(2026, 5, 31))
NAMES = {"name": {"en": "Port-Lumen", "fr": "Port-Lumen (ville)"}}
FORCE = {
    "name": {"en": "National Guard", "fr": "Garde nationale"},
    "subject": {"en": "the National Guard", "fr": "la Garde nationale"},
}
TITLE = {"title": {"en": "Police and residents", "fr": "Police et habitants"}}
HYPOTHESIS = {
    "hypothesis": {"en": "It rises more.", "fr": "Il progresse davantage."},
    "exclusions": {"en": "Nobody.", "fr": "Personne."},
}
SESSIONS = 2


class PlanFactory(DjangoModelFactory[models.Plan]):
    class Meta:
        model = models.Plan

    pilot = factory.SubFactory(PilotFactory)
    outcome = "dialogue"
    margin = 5.0
    facts = {"assignment": "not_random", "sessions": SESSIONS}


def written(record, wordings):
    add_texts(record, wordings, by="writer", published_by="second")
    return record


def make_study(*, simulated=True):
    country = CountryFactory(code="ORV" if simulated else "REA", simulated=simulated)
    territory = written(TerritoryFactory(country=country), NAMES)
    force = written(ForceFactory(country=country), FORCE)
    return written(StudyFactory(territory=territory, force=force), TITLE)


def make_waves(study, mode=CollectionMode.ACCESS_CODES):
    questionnaire = actions.publish_questionnaire(
        "population", force=study.force, complaints=COMPLAINTS, by="lead"
    )
    return [
        actions.plan_wave(
            study, n, questionnaires=[questionnaire], mode=mode, dates=DATES, by="lead"
        )
        for n in (1, 2)
    ]


def make_plan(treated=4, comparison=4, *, simulated=True, mode=None, **plan):
    study = make_study(simulated=simulated)
    make_waves(study, mode or CollectionMode.ACCESS_CODES)
    pilot = PilotFactory(study=study)
    arms = [Arm.PILOT] * treated + [Arm.COMPARISON] * comparison
    for number, arm in enumerate(arms):
        district = DistrictFactory(territory=study.territory, code=f"d{number}")
        PilotArea.objects.create(pilot=pilot, district=district, arm=arm)
    return written(PlanFactory(pilot=pilot, **plan), HYPOTHESIS)


def answers(plan, wave, *, effect=0.0, people=60, drift=0.0, shocks=None, seed=1):
    """Draw a wave: `effect` points where the pilot ran, `drift` everywhere, `shocks` by district."""
    rng = np.random.default_rng([seed, wave])
    rows = []
    for area in plan.pilot.areas.select_related("district"):
        shock = (shocks or {}).get(area.district.code, 0.0)
        moved = drift + shock + effect * (area.arm == Arm.PILOT)
        level = 50.0 + (wave == 2) * moved
        score = np.clip(level + 20 * rng.standard_normal(people), 0, 100)
        rows.append(
            pl.DataFrame(
                {
                    "side": ["population"] * people,
                    "district": [area.district.code] * people,
                    "age_group": rng.choice(["15_29", "30_49"], people),
                    **{name: codes(name, score) for name in items(plan)},
                }
            )
        )
    return pl.concat(rows)


def items(plan):
    return instruments.construct(plan.outcome).items


def codes(name, score):
    item = instruments.item(name)
    low, high = item.scale.low, item.scale.high
    good = 1 - score / 100 if item.reversed else score / 100
    return np.rint(low + (high - low) * good).astype(int)


def deliver(plan, wave, **drawn):
    frame = answers(plan, wave, **drawn)
    return actions.import_closed_wave(plan.pilot.study, wave, frame, by="lead")


def hold_sessions(plan, count=SESSIONS):
    for week in itertools.islice(itertools.count(), count):
        plan.pilot.sessions.create(
            held_on=datetime.date(2026, 3, 2) + datetime.timedelta(weeks=week),
            population=20,
            police_officers=4,
        )
