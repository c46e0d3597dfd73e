"""A respondent's pages exist whole in every language they may be fielded in."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize
from lxml import html
from tests.studies.survey import DATES, make_study

from imppulse.studies import actions
from imppulse.studies.actions import composing, planning, publishing
from imppulse.studies.actions.planning import WavePlan
from imppulse.studies.choices import CollectionMode

STUDIES = Path(composing.__file__).parents[1]
FURTHER = [
    code
    for code, _name in settings.LANGUAGES
    if code not in dict(settings.PUBLICATION_LANGUAGES)
]
SOURCES = [
    # All but the desk of those who type paper answers in.
    *sorted(
        path
        for path in (STUDIES / "templates" / "studies" / "answer").glob("*.html")
        if path.name != "paper.html"
    ),
    *(
        STUDIES / f"{name}.py"
        for name in (
            "views/answering",
            "views/entering",
            "views/offline",
            "actions/answers",
            "forms/answering",
            "interview",
            "sitting",
        )
    ),
]
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}


def sentences():
    for path in SOURCES:
        source = path.read_text("utf-8")
        code = templatize(source) if path.suffix == ".html" else source
        for found in extract("python", BytesIO(code.encode()), KEYWORDS):
            yield found[1]


@pytest.mark.parametrize("language", FURTHER)
def test_every_sentence_of_a_respondent_is_translated(language):
    path = STUDIES / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = read_po(BytesIO(path.read_bytes()), locale=language)
    translated = {
        message.id: message.string
        for message in catalogue
        if message.string and not message.fuzzy
    }
    assert {each for each in sentences() if each not in translated} == set()
    for message in catalogue:
        assert message.id == "" or not list(message.check(catalogue))


@pytest.fixture
def arabic(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: DATES[0])
    study = make_study()
    draft = composing.start_draft(
        study, "population", languages=("en", "ar"), by="lead"
    )
    asked = composing.composition_of(draft)
    for language in ("en", "ar"):
        words = {
            key: "الحرس الوطني" if key == "force" else "privacy@example.org"
            for key in asked.texts
            if not asked.text(key, language)
        }
        composing.write_words(draft, language, texts=words, by="lead")
    publishing.submit(draft, by="lead")
    published = publishing.publish_draft(draft, by="coordinator")
    plan = WavePlan(CollectionMode.OPEN_LINK, *DATES, [published])
    wave = planning.plan(study, plan, by="lead")
    actions.open_wave(wave, by="lead")
    return wave.links.get()


def fields(page):
    hidden = page.xpath("//form//input[@type='hidden']")
    first = page.xpath("//fieldset//label[1]/input[@type='radio']")
    return {field.get("name"): field.get("value") for field in [*hidden, *first]}


def latin_words(page):
    """Words in another alphabet, other than the sign of the site and addresses."""
    seen = page.xpath("//body//text()[not(ancestor::*[@translate='no' or @lang])]")
    text = " ".join(seen).replace("IMPPULSE", "").replace("privacy@example.org", "")
    return [word for word in text.split() if word.isascii() and word.isalpha()]


def test_one_answers_in_arabic_from_right_to_left(client, arabic):
    address = f"/ar/answer/{arabic.token}/"
    page = html.fromstring(client.get(address).content.decode())
    assert page.get("dir") == "rtl"
    posted = {"agreed": "on"}
    for _step in range(30):
        page = html.fromstring(client.post(address, posted).content.decode())
        assert page.get("dir") == "rtl"
        assert latin_words(page) == []
        if page.xpath("//*[@class='code']"):
            break
        goes = page.xpath("//button[@name='go']/@value")
        posted = fields(page) | {"go": "submit" if "submit" in goes else "next"}
    assert arabic.wave.answers.count() == 1
