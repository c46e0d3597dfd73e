"""A small survey, made by the real actions."""

import datetime
from pathlib import Path

from tests.factories.studies import (
    CountryFactory,
    DistrictFactory,
    ForceFactory,
    StudyFactory,
    TerritoryFactory,
)

from imppulse.core.actions import add_texts
from imppulse.studies import actions
from imppulse.studies.actions.studies import record_clearance
from imppulse.studies.choices import ClearanceKind, CollectionMode

CLEARED = datetime.date(2026, 2, 1)
TODAY = datetime.date(2026, 4, 15)
DATES = (datetime.date(2026, 4, 1), datetime.date(2026, 5, 31))
COMPLAINTS = {"en": "privacy@example.org", "fr": "donnees@example.org"}
DISTRICTS = ("harbour", "hill", "old-town")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def make_force(country):
    force = ForceFactory(country=country)
    wordings = {
        "name": {"en": "National Guard", "fr": "Garde nationale"},
        "subject": {"en": "the National Guard", "fr": "la Garde nationale"},
        "of": {"en": "of the National Guard", "fr": "de la Garde nationale"},
    }
    add_texts(force, wordings, by="writer", published_by="second")
    return force


def make_study(*, simulated=True, cleared=True):
    code = "ORV" if simulated else "REA"
    country = CountryFactory(code=code, simulated=simulated)
    territory = TerritoryFactory(country=country)
    names = {"name": {"en": "Port-Lumen", "fr": "Port-Lumen (ville)"}}
    add_texts(territory, names, by="writer", published_by="second")
    for district in DISTRICTS:
        DistrictFactory(territory=territory, code=district)
    study = StudyFactory(territory=territory, force=make_force(country))
    titles = {"title": {"en": "Police and residents", "fr": "Police et habitants"}}
    add_texts(study, titles, by="writer", published_by="second")
    if cleared and not simulated:
        for kind in ClearanceKind.values:
            record_clearance(
                study, kind, given_on=CLEARED, body="Directorate", by="lead"
            )
    return study


def plan_wave(study, number=1, mode=CollectionMode.OPEN_LINK):
    published = [
        actions.publish_questionnaire(
            name, force=study.force, complaints=COMPLAINTS, by="lead"
        )
        for name in ("population", "police_officers")
    ]
    return actions.plan_wave(
        study, number, questionnaires=published, mode=mode, dates=DATES, by="lead"
    )


def reviewed(wave):
    """Ask in words that were reviewed, as a wave of a real territory must."""
    asked = list(wave.questionnaires.all())
    wave.questionnaires.clear()
    for questionnaire in asked:
        questionnaire.content["reviewed"] = ["en", "fr"]
        questionnaire.pk = None
        questionnaire.version = 2
        questionnaire._state.adding = True
        questionnaire.save()
        wave.questionnaires.add(questionnaire)
    return wave


HOLDERS = (
    ("data_protection", "Town hall"),
    ("university", "University"),
    ("association", "Residents of the Harbour"),
)


def shares_handed_out(wave):
    """Three shares, each read from its own page."""
    actions.name_key_holders(wave, HOLDERS, by="lead")
    rest, shares = actions.begin_handover(wave, by="lead"), []
    while rest:
        sheet = actions.show_next_share(wave, rest, on=TODAY)
        shares.append(sheet.share)
        rest = sheet.rest
    wave.refresh_from_db()
    return shares


def rehearsed(wave):
    """A wave of a real territory, ready to be opened; gives its shares."""
    shares = shares_handed_out(reviewed(wave))
    actions.start_rehearsal(wave, by="lead")
    wave.refresh_from_db()
    send(wave, answered(1))
    key = actions.key_to_close(wave, shares[:2])
    actions.end_rehearsal(wave, key=key, on=TODAY, by="lead")
    wave.refresh_from_db()
    return shares


def answered(number, side="population"):
    """One respondent's record: districts and answers vary with the number."""
    return {
        "side": side,
        "district": DISTRICTS[number % 3] if side == "population" else None,
        "age_group": "30_49" if side == "population" else None,
        "answers": {"local_trust": number % 11, "fair_respect": number % 4 + 1},
    }


def send(wave, record, on=TODAY, comment=""):
    pass_ = actions.hand_out_pass(wave)
    actions.submit_answer(wave, pass_=pass_, record=record, on=on, comment=comment)
    return pass_
