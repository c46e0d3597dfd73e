import datetime

import pytest
from django.template import Context, Template
from django.utils import translation
from tests.factories.studies import StudyFactory

from imppulse.core.actions import add_texts


def rendered(source, language="en", **context):
    with translation.override(language):
        return Template(source).render(Context(context))


@pytest.fixture
def study(db):
    study = StudyFactory()
    wordings = {
        "title": {"en": "What *people* say", "fr": "Ce que *les gens* disent"},
        "summary": {"fr": "Deux\n\nparagraphes"},
    }
    add_texts(study, wordings, by="ana", published_by="bea")
    return study


def test_a_line_speaks_the_reader_s_language(study):
    source = '{% line study "title" %}'
    assert rendered(source, "fr", study=study) == "Ce que <em>les gens</em> disent"


def test_a_text_in_another_language_says_so(study):
    html = rendered('{% prose study "summary" %}', "en", study=study)
    assert html == '<div lang="fr"><p>Deux</p>\n<p>paragraphes</p>\n</div>'


def test_plain_words_are_escaped_in_attributes(study):
    add_texts(study, {"note": {"en": '"><script>'}}, by="ana", published_by="bea")
    html = rendered('<p title="{% plain study "note" %}">', study=study)
    assert html == '<p title="&quot;&gt;&lt;script&gt;">'


def test_a_draft_of_a_public_record_shows_on_the_desk_only(db):
    study = StudyFactory(slug="port-lumen", published_on=datetime.date(2026, 6, 1))
    assert rendered('{% draft_line study "title" %}', study=study) == "port-lumen"
    add_texts(study, {"title": {"en": "In hand"}}, by="ana")
    assert rendered('{% draft_line study "title" %}', study=study) == "In hand"
    assert rendered('{% line study "title" %}', study=study) == ""


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "−1,234.5 22 November 2026"), ("fr", "−1\u202f234,5 22 novembre 2026")],
)
def test_numbers_and_dates_are_written_as_the_language_does(language, expected):
    source = "{{ value|number:1 }} {{ day|day }}"
    day = datetime.date(2026, 11, 22)
    assert rendered(source, language, value=-1234.5, day=day) == expected


def test_an_empty_block_says_nothing():
    source = "{% stripped as said %} \n{{ x }} {% endstripped %}[{{ said }}]"
    assert rendered(source, x="") == "[]"
    assert rendered(source, x="<b>") == "[&lt;b&gt;]"


def test_the_same_page_in_the_other_language(rf):
    request = rf.get("/en/guide/?letters=400")
    html = rendered('{% same_page_in "fr" %}', request=request)
    assert html == "/fr/guide/?letters=400"


def test_who_may_open_a_record_that_is_not_public_reads_its_drafts(study):
    add_texts(study, {"note": {"en": "Still a draft"}}, by="ana")
    shown = '{% line study "note" %}|{% prose study "note" %}|{% plain study "note" %}'
    assert rendered(shown, study=study) == (
        "Still a draft|<p>Still a draft</p>\n|Still a draft"
    )


def test_a_public_record_keeps_its_drafts_to_itself(study):
    add_texts(study, {"note": {"en": "Still a draft"}}, by="ana")
    study.published_on = datetime.date(2026, 6, 1)
    shown = '{% line study "note" %}|{% prose study "note" %}|{% plain study "note" %}'
    assert rendered(shown, study=study) == "||"
