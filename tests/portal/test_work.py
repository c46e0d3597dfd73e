import datetime

import pytest
from django.urls import reverse
from django.utils.translation import override
from tests.factories.accounts import PersonFactory, RoleFactory
from tests.factories.pilots import PilotFactory
from tests.factories.studies import StudyFactory, TerritoryFactory, WaveFactory

from imppulse.core.actions import add_texts, publish_text, write
from imppulse.core.models import AuditEvent, Text
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role
from imppulse.pilots.actions import edit_text
from imppulse.portal.dashboard import Desk, waiting_for_publication
from imppulse.portal.translations import gaps

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 6, 1)
with override("en"):
    DESK = reverse("portal:work")


def study_by(writer, slug="port-lumen-2026", **fields):
    study = StudyFactory(slug=slug, written_by=writer, **fields)
    add_texts(study, {"title": {"en": f"Study {slug}"}}, by=writer)
    return study


def signed_in(client, kind, **role):
    role = RoleFactory(kind=kind, **role)
    client.force_login(role.person)
    return role.person


def publish_address(study):
    return f"{DESK}publish/studies.study/{study.pk}/"


def test_strangers_are_asked_to_sign_in(client):
    response = client.get(DESK)
    assert (response.status_code, response.url) == (
        302,
        f"/en/account/login/?next={DESK}",
    )


def test_a_person_without_role_is_told_who_gives_one(client):
    client.force_login(PersonFactory())
    assert "You have no role yet" in client.get(DESK).content.decode()


def test_a_lead_sees_the_own_territory_only(client):
    own, other = TerritoryFactory(), TerritoryFactory()
    study_by("ana", "own-study", territory=own)
    study_by("ana", "other-study", territory=other)
    signed_in(client, RoleKind.PREVENTION_LEAD, territory=own)
    page = client.get(DESK).content.decode()
    assert "Study own-study" in page
    assert "Study other-study" not in page


def test_a_role_that_ended_gives_nothing(client):
    study = study_by("ana")
    person = signed_in(client, RoleKind.PREVENTION_LEAD, territory=study.territory)
    Role.objects.filter(person=person).update(until="2026-02-01")
    assert "Study port-lumen-2026" not in client.get(DESK).content.decode()


def test_the_next_thing_of_a_lead_is_the_wave_whose_last_day_has_passed():
    wave = WaveFactory(closes_on=datetime.date(2026, 5, 31))
    type(wave).objects.update(state="open")
    PilotFactory(study=wave.study)
    role = RoleFactory(kind="prevention_lead", territory=wave.study.territory)
    desk = Desk(role.person, TODAY)
    assert desk.waves_to_close == [wave]
    assert Desk(role.person, datetime.date(2026, 5, 31)).waves_to_close == []


def test_a_plan_to_lock_comes_next(client):
    pilot = PilotFactory(slug="rounds", stage="planned")
    signed_in(client, RoleKind.PREVENTION_LEAD, territory=pilot.territory)
    page = client.get(DESK).content.decode()
    assert "Lock the evaluation plan" in page
    assert 'href="/en/pilots/rounds/plan/"' in page


def test_a_coordinator_publishes_what_others_wrote(client):
    study = study_by("ana")
    person = signed_in(client, RoleKind.COORDINATOR)
    assert publish_address(study) in client.get(DESK).content.decode()
    assert client.post(publish_address(study)).status_code == 302
    study.refresh_from_db()
    assert study.published_by == person.key
    assert study.text("title", "en").published_by == person.key
    assert waiting_for_publication() == []


def test_nobody_publishes_alone(client):
    person = signed_in(client, RoleKind.COORDINATOR)
    study = study_by(person.key)
    page = client.get(DESK).content.decode()
    assert f'action="{publish_address(study)}"' not in page
    response = client.post(publish_address(study), follow=True)
    assert "by a second person" in response.content.decode()
    study.refresh_from_db()
    assert study.published_on is None


def test_new_texts_of_a_public_record_are_published_without_dating_it_again(client):
    study = study_by("ana", published_on=datetime.date(2026, 1, 5), published_by="bea")
    signed_in(client, RoleKind.COORDINATOR)
    client.post(publish_address(study))
    study.refresh_from_db()
    assert study.published_on == datetime.date(2026, 1, 5)
    assert study.text("title", "en").body == "Study port-lumen-2026"
    assert AuditEvent.objects.filter(verb="publish_texts").count() == 1


@pytest.mark.parametrize("kind", ["prevention_lead", "evaluator", "translator"])
def test_other_roles_do_not_publish(client, kind):
    study = study_by("ana")
    signed_in(client, kind, territory=study.territory)
    assert client.post(publish_address(study)).status_code == 403
    study.refresh_from_db()
    assert study.published_on is None


@pytest.mark.parametrize("model", ["accounts.person", "core.text", "nothing"])
def test_only_publishable_records_have_the_button(client, model):
    signed_in(client, RoleKind.COORDINATOR)
    assert client.post(f"{DESK}publish/{model}/1/").status_code == 404


def test_publishing_needs_a_form_not_a_link(client):
    study = study_by("ana")
    signed_in(client, RoleKind.COORDINATOR)
    assert client.get(publish_address(study)).status_code == 200
    study.refresh_from_db()
    assert study.published_on is None


def test_missing_and_stale_texts_are_found():
    study = study_by("ana")
    original = Text.objects.get()
    (missing,) = gaps()
    assert (missing.language, missing.field, missing.stale) == ("fr", "title", False)
    publish_text(original, by="bea")
    write(
        study, "title", language="fr", body="Étude", by="tom", translated_from=original
    )
    assert gaps() == []
    write(study, "title", language="en", body="Changed", by="ana")
    (stale,) = gaps()
    assert (stale.language, stale.stale, stale.source.body) == ("fr", True, "Changed")


def test_two_originals_are_not_translations_of_one_another():
    add_texts(StudyFactory(), {"title": {"en": "Study", "fr": "Étude"}}, by="ana")
    assert gaps() == []


def test_a_translation_is_kept_as_a_draft_that_names_its_original(client):
    study = study_by("ana")
    original = Text.objects.get()
    person = signed_in(client, RoleKind.TRANSLATOR)
    address = f"{DESK}translate/{original.pk}/fr/"
    assert address in client.get(DESK).content.decode()
    client.post(address, {"body": "Étude de Port-Lumen"})
    text = study.current("title", "fr", drafts=True)
    assert (text.status, text.translated_from, text.written_by) == (
        "draft",
        original,
        person.key,
    )


def test_an_empty_translation_is_refused(client):
    study_by("ana")
    signed_in(client, RoleKind.TRANSLATOR)
    page = client.post(f"{DESK}translate/{Text.objects.get().pk}/fr/", {"body": " "})
    assert "There is a problem" in page.content.decode()
    assert Text.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "de", "xx"])
def test_a_text_is_not_translated_into_itself_or_an_unknown_language(client, language):
    study_by("ana")
    signed_in(client, RoleKind.TRANSLATOR)
    address = f"{DESK}translate/{Text.objects.get().pk}/{language}/"
    assert client.get(address).status_code == 404


def test_a_lead_does_not_translate(client):
    study = study_by("ana")
    signed_in(client, RoleKind.PREVENTION_LEAD, territory=study.territory)
    address = f"{DESK}translate/{Text.objects.get().pk}/fr/"
    assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    "kind", ["coordinator", "prevention_lead", "evaluator", "translator"]
)
def test_the_desk_asks_as_many_questions_for_12_records_as_for_2(
    client, django_assert_num_queries, django_assert_max_num_queries, kind
):
    signed_in(client, kind)
    client.get(DESK)  # content types are read once a process
    for number in range(2):
        PilotFactory(study=study_by("ana", f"s-{number}"), published_on=None)
    with django_assert_max_num_queries(45) as few:
        client.get(DESK)
    for number in range(2, 12):
        PilotFactory(study=study_by("ana", f"s-{number}"), published_on=None)
    with django_assert_num_queries(len(few)):
        client.get(DESK)


def test_a_coordinator_reads_the_draft_beside_what_is_public(client):
    study = StudyFactory(written_by="ana", published_on=TODAY)
    add_texts(study, {"title": {"en": "Old"}}, by="ana", published_by="bea")
    write(study, "title", language="en", body="New", by="ana")
    signed_in(client, RoleKind.COORDINATOR)
    assert publish_address(study) in client.get(DESK).content.decode()
    page = client.get(publish_address(study)).content.decode()
    assert "<p>Old</p>" in page
    assert "<p>New</p>" in page
    assert '<button type="submit">Publish</button>' in page


def test_nobody_is_offered_to_publish_their_own_words(client):
    person = signed_in(client, RoleKind.COORDINATOR)
    study = study_by(person.key)
    page = client.get(publish_address(study)).content.decode()
    assert '<button type="submit">Publish</button>' not in page
    assert "A second person publishes what you wrote." in page


def test_a_text_written_beside_one_that_was_revised_alone_is_older():
    study = StudyFactory()
    both = {"title": {"en": "Trust", "fr": "Confiance"}}
    add_texts(study, both, by="ana")
    assert gaps() == []
    revised = write(study, "title", language="en", body="Less trust", by="ana")
    (gap,) = gaps()
    assert (gap.language, gap.stale, gap.source) == ("fr", True, revised)


def test_languages_that_a_lead_changes_together_are_both_new():
    pilot = PilotFactory()
    add_texts(pilot, {"learned": {"en": "Rounds", "fr": "Rondes"}}, by="ana")
    both = {"en": "Rounds on foot", "fr": "Rondes à pied"}
    assert edit_text(pilot, "learned", bodies=both, by="ana") == 2
    assert [gap for gap in gaps() if gap.stale] == []
    edit_text(pilot, "learned", bodies=both | {"en": "Night rounds"}, by="ana")
    assert [gap.language for gap in gaps() if gap.stale] == ["fr"]
