import pytest
from django.db import IntegrityError
from django.template import Context, Template
from django.utils.translation import override
from tests.factories.studies import StudyFactory

from imppulse.core.actions import add_texts, publish, publish_text, write
from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def body(record, language, **options):
    text = record.text("title", language, **options)
    return text and text.body


def test_a_draft_is_shown_only_to_who_asks_for_drafts():
    study = StudyFactory()
    write(study, "title", language="en", body="What people say", by="ana")
    assert body(study, "en") is None
    assert body(study, "en", drafts=True) == "What people say"


def test_a_newer_draft_leaves_the_published_text_in_place():
    study = StudyFactory()
    first = write(study, "title", language="en", body="First", by="ana")
    publish_text(first, by="bea")
    second = write(study, "title", language="en", body="Second", by="ana")
    assert (body(study, "en"), second.revision) == ("First", 2)
    publish_text(second, by="bea")
    assert body(study, "en") == "Second"


def test_a_missing_language_falls_back_to_one_that_exists():
    study = StudyFactory()
    add_texts(study, {"title": {"fr": "Étude"}}, by="ana", published_by="bea")
    assert body(study, "en") == "Étude"
    assert study.text("title", "en").language == "fr"


def test_a_translation_is_stale_once_its_original_changes():
    study = StudyFactory()
    original = write(study, "title", language="en", body="First", by="ana")
    publish_text(original, by="bea")
    translated = write(
        study, "title", language="fr", body="Un", by="bea", translated_from=original
    )
    publish_text(translated, by="ana")
    assert not study.is_stale("title", "fr")
    publish_text(
        write(study, "title", language="en", body="Second", by="ana"), by="bea"
    )
    assert study.is_stale("title", "fr")
    assert not study.is_stale("title", "en")


def test_nobody_publishes_the_own_text():
    text = write(StudyFactory(), "title", language="en", body="First", by="ana")
    with pytest.raises(Refused) as refused:
        publish_text(text, by="ana")
    assert refused.value.code == "second_person"


def test_the_database_refuses_it_too():
    text = write(StudyFactory(), "title", language="en", body="First", by="ana")
    text.status, text.published_by = "published", "ana"
    with pytest.raises(IntegrityError, match="published_by_a_second_person"):
        text.save()


def test_nobody_publishes_the_own_record():
    study = StudyFactory(written_by="ana")
    with pytest.raises(Refused) as refused:
        publish(study, by="ana")
    assert refused.value.code == "second_person"
    study.refresh_from_db()
    assert study.published_on is None


def test_a_record_with_one_text_of_its_publisher_stays_unpublished_as_a_whole():
    study = StudyFactory(written_by="ana")
    write(study, "summary", language="en", body="By Ana", by="ana")
    write(study, "title", language="en", body="By Bea", by="bea")
    with pytest.raises(Refused):
        publish(study, by="bea")
    study.refresh_from_db()
    assert study.published_on is None
    assert not study.texts.published().exists()


def test_publishing_names_who_did_it():
    study = StudyFactory(written_by="ana")
    publish(study, by="bea")
    event = AuditEvent.objects.get(verb="publish")
    assert (event.by, event.record) == ("bea", f"studies.study:{study.pk}")


def test_a_reader_is_told_when_a_translation_is_behind():
    study = StudyFactory()
    add_texts(study, {"summary": {"en": "First.", "fr": "Premier."}}, by="a", published_by="b")  # fmt: skip
    page = Template('{% prose study "summary" %}')
    with override("fr"):
        assert "pas à jour" not in page.render(Context({"study": study}))
    revised = write(study, "summary", language="en", body="Second.", by="a")
    publish_text(revised, by="b")
    with override("fr"):
        assert "pas à jour" in page.render(Context({"study": study}))
    with override("en"):
        assert page.render(Context({"study": study})) == "<p>Second.</p>\n"
