import pytest
from tests.factories.accounts import PersonFactory
from tests.factories.pilots import PilotFactory
from tests.factories.studies import (
    AnswerLinkFactory,
    CountryFactory,
    ForceFactory,
    StudyFactory,
    TerritoryFactory,
)

from imppulse.core.actions import add_texts
from imppulse.library.models import Practice, Recommendation
from imppulse.network.models import Situation

pytestmark = pytest.mark.django_db


def published(model, slug, **fields):
    record = model.objects.create(
        slug=slug,
        published_on="2026-03-01",
        written_by="ana",
        published_by="bea",
        lever_code="convene",
        **fields,
    )
    wordings = {"title": {"en": f"{slug} in English", "fr": f"{slug} en français"}}
    add_texts(record, wordings, by="ana", published_by="bea")
    return record


def open_link(**country):
    link = AnswerLinkFactory(wave__study__published_on="2026-03-01")
    type(link.wave).objects.filter(pk=link.wave_id).update(state="open")
    type(link.wave.study.territory.country).objects.update(**country)
    return link


def test_an_empty_installation_leads_to_its_first_account(client):
    page = client.get("/en/").content.decode()
    assert 'href="/en/first-run/"' in page
    assert "Nothing has been published here yet" in page


def test_with_a_person_the_first_run_is_not_offered(client):
    PersonFactory()
    assert "/first-run/" not in client.get("/en/").content.decode()


def test_each_stage_leads_to_its_example(client):
    PilotFactory(slug="evening-rounds")
    page = client.get("/fr/").content.decode()
    assert 'href="/fr/pilots/evening-rounds/"' in page


def test_both_questions_of_a_first_visit_are_one_click_away(client):
    page = client.get("/en/").content.decode()
    assert 'href="/en/guide/"' in page
    assert 'href="/en/territories/"' in page


def test_an_open_questionnaire_of_a_fictional_city_is_offered(client):
    link = open_link(simulated=True)
    assert f'href="/en/answer/{link.token}/"' in client.get("/en/").content.decode()


def test_a_real_questionnaire_is_never_offered_as_a_demonstration(client):
    link = open_link(simulated=False)
    assert link.token not in client.get("/en/").content.decode()


def test_the_latest_practice_and_recommendation_are_shown_in_the_language(client):
    territory = StudyFactory().territory
    published(Practice, "walks", territory=territory, outcome_status="not_measured")
    published(Recommendation, "meet", number=1)
    page = client.get("/fr/").content.decode()
    assert "walks en français" in page
    assert "meet en français" in page


def test_what_is_not_published_is_not_shown(client):
    practice = published(
        Practice,
        "walks",
        territory=StudyFactory().territory,
        outcome_status="not_measured",
    )
    Practice.objects.filter(pk=practice.pk).update(published_on=None, published_by="")
    assert "walks" not in client.get("/en/").content.decode()


def test_home_asks_as_many_questions_of_a_full_database_as_of_a_small_one(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    CountryFactory()
    for number in range(2):
        published(Recommendation, f"r-{number}", number=number)
        PilotFactory()
    with django_assert_max_num_queries(20) as few:
        client.get("/en/")
    for number in range(2, 12):
        published(Recommendation, f"r-{number}", number=number)
        PilotFactory()
    with django_assert_num_queries(len(few)):
        client.get("/en/")


def test_a_territory_that_waits_for_publication_is_not_on_the_front_page(client):
    waiting = TerritoryFactory(published_on=None)
    force = ForceFactory(country=waiting.country)
    waiting.forces.add(force)
    situation = Situation.objects.create(slug="noise")
    force.responsibilities.create(situation=situation, kind="first", source_title="A")
    assert waiting.slug not in client.get("/en/").content.decode()
    type(waiting).objects.update(published_on="2026-03-01")
    assert f"/en/territories/{waiting.slug}/who-does-what/" in client.get("/en/").content.decode()  # fmt: skip
