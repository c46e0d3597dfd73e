"""Pages of those who write: a study, its parts, its questionnaires, in both languages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from lxml import html
from tests.factories.accounts import RoleFactory
from tests.factories.studies import TerritoryFactory
from tests.studies.survey import make_study, plan_wave
from tests.studies.test_composing import WORDING, contacts, refreshed, review

from imppulse.network.choices import RoleKind
from imppulse.studies.actions import composing, parts, studies
from imppulse.studies.choices import PartKind
from imppulse.studies.models import Draft, Excerpt, Questionnaire, Study


@pytest.fixture
def lead(study):
    return RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=study.territory).person


@pytest.fixture
def writer(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def draft(study, lead):
    made = composing.start_draft(
        study, "population", languages=("en", "fr"), by=lead.key
    )
    contacts(made)
    return refreshed(made)


def at(name, study, *more, language="en"):
    with override(language):
        return reverse(f"studies:{name}", args=[study.slug, *more])


def new_study():
    with override("en"):
        return reverse("studies:new")


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return html.fromstring(response.content.decode())


def text(found):
    return " ".join(found.xpath("//main")[0].text_content().split())


def send(client, address, data):
    """Send a form and follow it; what it leads to is a whole page."""
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


# Who may come in


def test_strangers_and_other_territories_learn_nothing_of_a_study(client, study, draft):
    part = parts.add_part(
        study, kind=PartKind.INTERVIEWS, side="population", texts={}, by="lead"
    )
    addresses = [
        at("desk", study),
        at("edit", study),
        at("draft", study, draft.pk),
        at("preview_page", study, draft.pk, "en"),
        at("part", study, part.pk),
        at("clearances", study),
        at("plan_wave", study),
    ]
    for address in addresses:
        assert client.get(address).status_code == 302
    elsewhere = TerritoryFactory(country=study.territory.country)
    other = RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=elsewhere).person
    client.force_login(other)
    for address in addresses:
        assert client.get(address).status_code == 404
    study.partners.add(elsewhere)
    for address in addresses:
        assert client.get(address).status_code == 200


def test_whoever_leads_nothing_starts_nothing(client, db):
    client.force_login(RoleFactory(kind=RoleKind.TRANSLATOR).person)
    assert client.get(new_study()).status_code == 404


# Studies


def test_a_study_is_started_in_one_language_and_says_what_is_missing(writer, study):
    address = new_study()
    assert "Which study do you want to start?" in text(page(writer, address))
    given = {
        "title_en": "Police and harbour",
        "territory": study.territory.pk,
        "force": study.force.pk,
        "sides": ["population"],
        "started_on": "2026-03-01",
    }
    shown = text(send(writer, address, given))
    assert "Title: missing in French" in shown
    assert "one side alone" in shown
    made = Study.objects.get(slug="police-and-harbour-2026")
    assert "Résumé" in text(page(writer, at("desk", made, language="fr")))
    wrong = text(send(writer, address, given | {"title_en": ""}))
    assert "Give the study a title" in wrong


def test_a_study_is_changed_planned_and_published(client, writer, study, lead):
    plan_wave(study)
    shown = text(
        send(
            writer,
            at("edit", study),
            {
                "title_en": "Another title",
                "title_fr": "Police et habitants",
                "territory": study.territory.pk,
                "force": study.force.pk,
                "sides": ["population", "police_officers"],
                "started_on": "2026-03-01",
            },
        )
    )
    assert "Another title" in shown
    assert "a second person publishes it" in shown
    second = RoleFactory(kind=RoleKind.EVALUATOR, territory=study.territory).person
    client.force_login(second)
    assert "The study is published" in text(send(client, at("publish", study), {}))
    assert Study.objects.get(pk=study.pk).published_by == second.key


def test_a_wave_is_planned_changed_and_dropped(writer, study):
    assert "There is nothing to ask yet" in text(page(writer, at("plan_wave", study)))
    asked = plan_wave(study, number=5).questionnaires.get(side="population")
    study.waves.all().delete()
    given = {
        "mode": "access_codes",
        "opens_on": "2026-04-01",
        "key_kept": "standard",
        "closes_on": "2026-05-01",
        "asked_population": asked.pk,
        "invited_population": 800,
    }
    send(writer, at("plan_wave", study), given)
    wave = study.waves.get()
    assert (wave.number, wave.invited) == (1, {"population": 800})
    page(writer, at("change_plan", study, 1))
    send(writer, at("change_plan", study, 1), given | {"mode": "open_link"})
    assert study.waves.get().invited == {}
    send(writer, at("drop_plan", study, 1), {})
    assert not study.waves.exists()


def test_the_checklist_records_days_and_authorities(client, db):
    study = make_study(simulated=False, cleared=False)
    lead = RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=study.territory).person
    client.force_login(lead)
    assert text(page(client, at("clearances", study))).count("not recorded") == 2
    address = at("clearance", study, "authorisation")
    given = {"given_on": "2026-02-01", "body": "Directorate", "reference": "A-1"}
    shown = text(send(client, address, given))
    assert "Directorate (A-1)" in shown
    page(client, address)
    removed = send(client, at("remove_clearance", study, "authorisation"), {})
    assert text(removed).count("not recorded") == 2
    assert client.get(at("clearance", study, "blessing")).status_code == 404


# Parts


def test_a_part_holds_excerpts_that_name_nobody(writer, study):
    given = {"kind": "interviews", "side": "population", "title_en": "Interviews"}
    send(writer, at("new_part", study), given)
    part = study.parts.get()
    assert "Nothing is coded yet" in text(page(writer, at("part", study, part.pk)))
    send(writer, at("edit_part", study, part.pk), given | {"guide_fr": "Comment ?"})
    named = {"factor": "no_dialogue", "quote_en": "It was Sergeant Miller again."}
    address = at("new_excerpt", study, part.pk)
    warned = text(send(writer, address, named))
    assert "Sergeant Miller" in warned
    assert not Excerpt.objects.exists()
    send(writer, address, named | {"read_again": "on"})
    excerpt = Excerpt.objects.get()
    change = at("edit_excerpt", study, part.pk, excerpt.pk)
    page(writer, change)
    send(writer, change, {"factor": "rotation", "quote_en": "They change often."})
    assert "They change often." in text(page(writer, at("part", study, part.pk)))
    send(writer, at("remove_excerpt", study, part.pk, excerpt.pk), {})
    assert not Excerpt.objects.exists()
    send(writer, at("remove_part", study, part.pk), {})
    assert not study.parts.exists()


def test_readers_see_published_words_only(client, study):
    part = parts.add_part(
        study,
        kind=PartKind.INTERVIEWS,
        side="population",
        texts={"title": {"en": "Interviews"}},
        by="lead",
    )
    released = parts.code_excerpt(
        part,
        factor="no_dialogue",
        quotes={"en": "We never talk."},
        read_again=True,
        by="lead",
    )
    studies.publish_study(study, by="coordinator")
    kept = parts.code_excerpt(
        part, factor="rotation", quotes={"en": "New faces."}, read_again=True, by="lead"
    )
    parts.appraise(
        study,
        "no_dialogue",
        verdict="agrees",
        reasons={"en": "Not for readers yet."},
        by="lead",
    )
    sources = page(client, at("sources", study))
    assert not sources.xpath("//main//a[contains(@href, 'rotation')]")
    shown = text(sources)
    assert "We never talk." in shown
    assert "New faces." not in shown
    assert "Not for readers yet." not in shown
    assert (released.factor, kept.factor) == ("no_dialogue", "rotation")


def test_convergence_is_appraised_with_a_reason(writer, study):
    part = parts.add_part(
        study, kind=PartKind.FOCUS_GROUP, side="population", texts={}, by="x"
    )
    parts.code_excerpt(
        part, factor="no_dialogue", quotes={"en": "Never."}, read_again=True, by="x"
    )
    address = at("appraise", study, "no_dialogue")
    given = {"verdict": "nuances", "reason_en": "Traders do talk."}
    shown = text(send(writer, address, given))
    assert "nuances them" in shown
    assert "Traders do talk." in shown
    page(writer, address)
    send(writer, at("remove_appraisal", study, "no_dialogue"), {})
    assert not study.appraisals.exists()
    assert writer.get(at("appraise", study, "weather")).status_code == 404


# Questionnaires


def test_a_questionnaire_is_composed_submitted_and_published(client, writer, study):
    given = {"base": "population", "source": "en", "languages": ["fr"]}
    board = send(writer, at("compose", study), given)
    assert "rows to complete" in text(board) or "row to complete" in text(board)
    draft = Draft.objects.get()
    for code, contact in (("en", "a@example.org"), ("fr", "b@example.org")):
        address = at("words", study, draft.pk, code)
        (name,) = page(writer, address).xpath("//main//textarea/@name")
        send(writer, address, {name: contact})
    question = {
        "name": "parking_square",
        "scale": "satisfaction_1_5",
        "factor": "no_dialogue",
        "wording_en": WORDING["en"],
    }
    shown = text(send(writer, at("new_question", study, draft.pk), question))
    assert WORDING["en"] in shown
    assert "missing" in shown
    edit = at("edit_question", study, draft.pk, "parking_square")
    page(writer, edit)
    send(writer, edit, question | {"wording_fr": WORDING["fr"]})
    assert "Submitted" in text(send(writer, at("submit", study, draft.pk), {}))
    assert "never changes" not in text(page(writer, at("draft", study, draft.pk)))
    coordinator = RoleFactory(kind=RoleKind.COORDINATOR).person
    client.force_login(coordinator)
    with override("en"):
        desk = text(page(client, reverse("portal:work")))
    assert "Questionnaires that wait for a second person You and the police" in desk
    shown = text(send(client, at("publish_draft", study, draft.pk), {}))
    assert "from now on it never changes" in shown
    published = Questionnaire.objects.get(name__endswith="population")
    again = send(client, at("new_version", study, published.pk), {})
    assert "replaces version 1" in text(again)
    assert text(page(client, at("published", study, published.pk, language="fr")))


def test_questions_languages_files_and_maps(writer, study, draft):
    address = at("choose_items", study, draft.pk)
    names = page(writer, address).xpath('//input[@name="asked"][@checked]/@value')
    kept = [name for name in names if name != "feel_secure"]
    send(writer, address, {"asked": [*kept, "other_language_home"]})
    asked = composing.composition_of(refreshed(draft))
    assert "feel_secure" not in asked.kept
    assert asked.added == ("other_language_home",)
    content = writer.get(at("draft_file", study, draft.pk)).content
    languages = {"source": "fr", "languages": ["en", "it"], "others": "uk"}
    shown = text(send(writer, at("choose_languages", study, draft.pk), languages))
    assert "Ukrainian" in shown
    wrong = send(
        writer, at("choose_languages", study, draft.pk), languages | {"others": "zz9"}
    )
    assert "no code of a language" in text(wrong)
    upload = at("upload_draft", study, draft.pk)
    given = SimpleUploadedFile("q.json", content)
    assert "The file is read" in text(send(writer, upload, {"file": given}))
    assert composing.composition_of(refreshed(draft)).languages == ("en", "fr")
    bad = SimpleUploadedFile("q.json", b"{}")
    assert "no questionnaire of IMPPULSE" in text(send(writer, upload, {"file": bad}))
    send(writer, at("discard_draft", study, draft.pk), {})
    assert not Draft.objects.exists()


def test_steps_of_the_review_are_recorded_by_page(writer, study, draft):
    address = at("review", study, draft.pk, "fr")
    assert text(page(writer, address)).count("not recorded") == 5
    given = {"done_on": "2026-02-01", "roles": ["translator", "second_translator"]}
    step = at("review_step", study, draft.pk, "fr", "translation")
    shown = text(send(writer, step, given))
    assert "translator, second translator" in shown
    send(writer, at("remove_step", study, draft.pk, "fr", "translation"), {})
    assert not draft.steps.exists()
    review(draft)
    assert "is reviewed" in text(page(writer, address))


def test_the_preview_is_the_respondents_own_pages_and_keeps_nothing(
    writer, study, draft
):
    composing.choose_languages(draft, languages=("en", "fr", "ar"), by="lead")
    outer = page(writer, at("preview", study, draft.pk))
    frames = outer.xpath("//iframe/@src")
    assert len(frames) == 2
    response = writer.get(frames[0])
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert "National Guard" in response.content.decode()
    first = send(writer, frames[0], {"agreed": "on"})
    state = first.xpath('//input[@name="draft"]/@value')[0]
    answer = first.xpath('//input[@type="radio"]')[0]
    sent = {"draft": state, "go": "next", answer.get("name"): answer.get("value")}
    second = send(writer, frames[0], sent)
    assert second.xpath("//h1")[0].text != first.xpath("//h1")[0].text
    assert send(writer, frames[0], {"draft": "[", "go": "next"}) is not None
    arabic = page(writer, at("preview_page", study, draft.pk, "ar"))
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")


def test_every_page_of_a_writer_stands_in_french_too(writer, study, draft):
    part = parts.add_part(
        study, kind=PartKind.INTERVIEWS, side="population", texts={}, by="x"
    )
    addresses = [
        at("desk", study, language="fr"),
        at("edit", study, language="fr"),
        at("compose", study, language="fr"),
        at("draft", study, draft.pk, language="fr"),
        at("choose_items", study, draft.pk, language="fr"),
        at("new_question", study, draft.pk, language="fr"),
        at("preview", study, draft.pk, language="fr"),
        at("review", study, draft.pk, "en", language="fr"),
        at("part", study, part.pk, language="fr"),
        at("new_excerpt", study, part.pk, language="fr"),
        at("sources", study, language="fr"),
        at("clearances", study, language="fr"),
    ]
    for address in addresses:
        found = page(writer, address)
        assert found.get("lang") == "fr"
        assert found.xpath("count(//h1)") == 1
