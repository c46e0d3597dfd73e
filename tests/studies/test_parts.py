"""What stands beside a survey: studies shared by territories, what was heard, clearances."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone
from tests.factories.studies import CountryFactory, PartFactory, TerritoryFactory
from tests.studies.survey import TODAY, make_force, make_study, plan_wave

from imppulse.core.errors import Refused
from imppulse.studies import queries
from imppulse.studies.actions import parts, studies
from imppulse.studies.actions.studies import StudyFacts
from imppulse.studies.choices import ClearanceKind, Convergence, PartKind, Side
from imppulse.studies.identifying import signs
from imppulse.studies.models import Excerpt, Study

TITLES = {"title": {"en": "Police and residents", "fr": ""}}
QUOTE = {"en": "We never talk to them.", "fr": "On ne leur parle jamais."}


def code_of(refused):
    return refused.value.code


@pytest.fixture
def facts(db):
    country = CountryFactory()
    return StudyFacts(
        territory=TerritoryFactory(country=country),
        force=make_force(country),
        sides=["population"],
        started_on=TODAY,
    )


# Studies


def test_a_study_starts_in_one_language_with_one_side(facts):
    study = studies.start_study(facts, texts=TITLES, by="lead")
    assert (study.slug, study.sides) == ("police-and-residents-2026", ["population"])
    assert study.current("title", "fr", drafts=True) is None
    again = studies.start_study(facts, texts=TITLES, by="lead")
    assert again.slug == "police-and-residents-2026-2"


def test_a_study_needs_a_title_a_side_and_a_force_of_the_country(facts):
    abroad = CountryFactory(code="BRU")
    other = TerritoryFactory(country=abroad)
    wrong = [
        ("no_title", facts, {"title": {"en": " ", "fr": ""}}),
        ("no_side", replace(facts, sides=[]), TITLES),
        ("foreign_force", replace(facts, force=make_force(abroad)), TITLES),
        ("own_partner", replace(facts, partners=[facts.territory]), TITLES),
        ("foreign_partner", replace(facts, partners=[other]), TITLES),
    ]
    for code, given, texts in wrong:
        with pytest.raises(Refused) as refused:
            studies.start_study(given, texts=texts, by="lead")
        assert code_of(refused) == code
    assert not Study.objects.exists()


def test_several_territories_share_one_study(facts):
    partner = TerritoryFactory(country=facts.territory.country)
    shared = replace(facts, partners=[partner])
    study = studies.start_study(shared, texts=TITLES, by="lead")
    assert study.territories == [facts.territory, partner]


def test_the_force_stays_once_a_wave_is_planned(study):
    plan_wave(study)
    facts = StudyFacts(
        study.territory,
        make_force(study.territory.country),
        study.sides,
        study.started_on,
    )
    with pytest.raises(Refused) as refused:
        studies.change_study(study, facts, texts={}, by="lead")
    assert code_of(refused) == "study_under_way"
    same = replace(facts, force=study.force, sides=["population"])
    studies.change_study(study, same, texts={}, by="lead")
    assert Study.objects.get(pk=study.pk).heard_sides == [Side.POPULATION]


def test_a_text_that_its_writer_empties_is_gone_until_published(facts):
    study = studies.start_study(facts, texts=TITLES, by="lead")
    both = {"title": {"en": "Police and people", "fr": "Police et habitants"}}
    assert studies.write_texts(study, both, by="lead") == 2
    assert studies.write_texts(study, both, by="lead") == 0
    studies.write_texts(study, {"title": {"en": "", "fr": "Police, gens"}}, by="lead")
    assert study.current("title", "en", drafts=True) is None
    assert study.current("title", "fr", drafts=True).body == "Police, gens"


def test_a_study_is_published_with_what_was_heard_by_someone_who_wrote_none_of_it(
    facts,
):
    study = studies.start_study(facts, texts=TITLES, by="lead")
    part = add_interviews(study, by="colleague")
    excerpt = code(part, by="colleague")
    for writer in ("lead", "colleague"):
        with pytest.raises(Refused) as refused:
            studies.publish_study(study, by=writer)
        assert code_of(refused) == "second_person"
    studies.publish_study(study, by="coordinator")
    assert study.published_on == timezone.localdate()
    assert excerpt.text("quote", "en").body == QUOTE["en"]
    for act in (
        lambda: parts.remove_excerpt(excerpt, by="lead"),
        lambda: parts.remove_part(part, by="lead"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "published_part"


# Parts and excerpts


def add_interviews(study, *, kind=PartKind.INTERVIEWS, by="lead"):
    texts = {"title": {"en": "Interviews"}, "guide": {"en": "1. How is it here?"}}
    return parts.add_part(study, kind=kind, side="population", texts=texts, by=by)


def code(part, *, factor="no_dialogue", quotes=QUOTE, read_again=False, by="lead"):
    return parts.code_excerpt(
        part, factor=factor, quotes=quotes, read_again=read_again, by=by
    )


def test_a_part_is_added_changed_and_removed(study):
    part = add_interviews(study)
    parts.change_part(
        part, kind=PartKind.FOCUS_GROUP, side="population", texts={}, by="lead"
    )
    code(part)
    with pytest.raises(Refused) as refused:
        parts.change_part(
            part, kind=PartKind.INTERVIEWS, side="population", texts={}, by="lead"
        )
    assert code_of(refused) == "coded_part"
    parts.remove_part(part, by="lead")
    assert not Excerpt.objects.exists()
    with pytest.raises(Refused) as refused:
        parts.add_part(
            study, kind=PartKind.SERIES, side="intermediaries", texts={}, by="lead"
        )
    assert code_of(refused) == "unheard_side"


def test_an_excerpt_needs_a_factor_and_words_and_no_survey(study):
    part = add_interviews(study)
    survey = PartFactory(study=study, kind=PartKind.SURVEY)
    wrong = [
        ("unknown_factor", part, {"factor": "weather"}),
        ("no_quote", part, {"quotes": {"en": " "}}),
        ("survey_part", survey, {}),
    ]
    for expected, where, change in wrong:
        with pytest.raises(Refused) as refused:
            code(where, **change)
        assert code_of(refused) == expected


def test_an_excerpt_that_may_name_someone_is_read_again(study):
    part = add_interviews(study)
    quotes = {"en": "It was always Sergeant Miller who came."}
    with pytest.raises(Refused) as refused:
        code(part, quotes=quotes)
    assert code_of(refused) == "may_identify"
    excerpt = code(part, quotes=quotes, read_again=True)
    parts.change_excerpt(
        excerpt, factor="role_unknown", quotes=QUOTE, read_again=False, by="lead"
    )
    assert Excerpt.objects.get().factor == "role_unknown"
    parts.remove_excerpt(excerpt, by="lead")
    assert not Excerpt.objects.exists()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Write to jane.doe@example.org.", ["email"]),
        ("Call 06 12 34 56 78 tonight.", ["number"]),
        ("Badge +33612345678.", ["number"]),
        ("On a vu Mme Dupont hier.", ["name"]),
        ("Then Karim told me.", ["name"]),
        ("In 2024 some 1,500 people came. They left at 10:30.", []),
        ("Nobody comes. Never. «On attend toujours»", []),
        ("The National Guard of Port-Lumen came to Harbour.", []),
    ],
)
def test_signs_of_a_person(text, kinds):
    known = ["National Guard", "Port-Lumen", "Harbour"]
    assert [sign.kind for sign in signs(text, known=known)] == kinds


# Convergence


def test_a_factor_says_how_many_kinds_of_source_stand_behind_it(study):
    code(add_interviews(study))
    code(add_interviews(study))
    code(add_interviews(study, kind=PartKind.FOCUS_GROUP))
    heard = queries.kinds_of_source(study)
    assert set(heard["no_dialogue"]) == {"interviews", "focus_group"}


def test_an_appraisal_says_why_and_is_one_per_factor(study):
    for code_, change in (
        ("no_reason", {"reasons": {"en": ""}}),
        ("unknown_factor", {"factor": "weather"}),
    ):
        given = {
            "factor": "no_dialogue",
            "verdict": Convergence.AGREES,
            "reasons": {"en": "Both say so."},
        } | change
        with pytest.raises(Refused) as refused:
            parts.appraise(study, given.pop("factor"), **given, by="lead")
        assert code_of(refused) == code_
    for verdict in (Convergence.AGREES, Convergence.CONTRADICTS):
        parts.appraise(
            study, "no_dialogue", verdict=verdict, reasons={"en": "So."}, by="lead"
        )
    appraisal = study.appraisals.get()
    assert appraisal.verdict == "contradicts"
    parts.remove_appraisal(appraisal, by="lead")
    assert not study.appraisals.exists()


# Clearances


def test_police_officers_of_a_real_force_are_asked_once_force_and_staff_were(db):
    study = make_study(simulated=False, cleared=False)
    wave = plan_wave(study)
    with pytest.raises(Refused) as refused:
        studies.refuse_unauthorised(wave)
    assert code_of(refused) == "unauthorised"
    for kind in ClearanceKind.values:
        studies.record_clearance(
            study, kind, given_on=TODAY, body="Directorate", by="lead"
        )
    studies.refuse_unauthorised(wave)
    studies.remove_clearance(study, ClearanceKind.AUTHORISATION, by="lead")
    assert list(studies.missing_clearances(study)) == ["authorisation"]


def test_a_clearance_has_a_day_that_was_and_an_authority(study):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for code_, change in (
        ("not_given_yet", {"given_on": tomorrow}),
        ("no_body", {"body": " "}),
    ):
        given = {"given_on": TODAY, "body": "Directorate"} | change
        with pytest.raises(Refused) as refused:
            studies.record_clearance(study, "authorisation", **given, by="lead")
        assert code_of(refused) == code_


def test_a_survey_of_the_population_alone_needs_no_clearance(db):
    study = make_study(simulated=False, cleared=False)
    wave = plan_wave(study)
    wave.questionnaires.set(wave.questionnaires.filter(side="population"))
    studies.refuse_unauthorised(wave)
