"""Further languages: complete where they claim to be, refused where they are wrong."""

import re
import shutil
from pathlib import Path

import pytest

from imppulse import instruments
from imppulse.instruments import ForceName, InstrumentError, Side, State, Step
from imppulse.instruments.bank import DATA, read_bank
from imppulse.instruments.force_names import ForceForms, force_forms
from imppulse.instruments.translations import read_translations

DRAFTED = ("it", "es", "pt", "nl", "de")
ITALIAN = "translations/it.toml"


@pytest.fixture
def folder(tmp_path):
    """Give a copy of the shipped bank with its translations, to be broken."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_the_bank_speaks_these_languages():
    assert instruments.languages() == ("en", "fr", "ar", "de", "es", "it", "nl", "pt")


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("name", ["population", "police_officers"])
def test_the_core_is_drafted_whole(name, language):
    asked = instruments.questionnaire(name)
    found = instruments.completeness(asked, language)
    assert found.missing == ()
    assert found.counts[State.DRAFTED] == len(found.states)
    assert found.direction == "ltr"
    assert not found.is_fieldable([])


def test_arabic_is_drafted_for_the_population_and_runs_from_right_to_left():
    population = instruments.questionnaire("population")
    found = instruments.completeness(population, "ar")
    assert (found.is_complete, found.direction) == (True, "rtl")
    police = instruments.questionnaire("police_officers")
    missing = {
        entry.text.en for entry in instruments.completeness(police, "ar").missing
    }
    assert "Do you work in this district with peace of mind?" in missing


def test_no_translation_is_behind_its_english():
    assert [instruments.outdated(code) for code in (*DRAFTED, "ar")] == [()] * 6


def test_a_language_goes_to_the_field_when_every_step_is_recorded():
    found = instruments.completeness(instruments.questionnaire("population"), "it")
    done = [Step.TRANSLATION, Step.REVIEW, Step.ADJUDICATION, Step.PRETEST]
    assert found.missing_steps(done) == (Step.DOCUMENTATION,)
    assert not found.is_fieldable(done)
    assert found.is_fieldable([*done, Step.DOCUMENTATION])


def test_a_questionnaire_without_all_its_words_never_goes_to_the_field():
    found = instruments.completeness(instruments.questionnaire("youth"), "it")
    assert not found.is_complete
    assert not found.is_fieldable(list(Step))


def test_what_is_written_first_needs_no_translation_but_a_review():
    found = instruments.completeness(instruments.questionnaire("population"), "en")
    assert found.missing_steps([]) == tuple(Step)[1:]


def test_words_are_those_of_the_language():
    force = ForceName.of(
        {"en": "the local police", "fr": "la police", "it": "la polizia locale"}
    )
    item = instruments.item("fair_respect")
    assert item.wording(Side.POPULATION, "it", force) == (
        "Con quale frequenza gli agenti della polizia locale trattano con rispetto le "
        "persone del Suo quartiere?"
    )
    assert item.options[0].label.in_language("nl") == "Bijna nooit"
    assert instruments.scale("trust_0_10").options[3].label.in_language("ar") == "3"


@pytest.mark.parametrize("language", [*DRAFTED, "ar"])
def test_translations_keep_the_typographic_apostrophe_and_single_spaces(language):
    [file] = [
        file
        for code, file in read_translations(DATA / "translations").items()
        if code == language
    ]
    said = [t.text for words in (file.scales, *file.records.values()) for t in words.values()]  # fmt: skip
    assert [text for text in said if re.search(r"'|  |\?\?|^\s|\s$", text)] == []


@pytest.mark.parametrize(
    ("language", "name", "of_force", "to_force"),
    [
        ("it", "la polizia locale", "della polizia locale", "alla polizia locale"),
        ("it", "lo sportello", "dello sportello", "allo sportello"),
        ("it", "il corpo", "del corpo", "al corpo"),
        ("it", "i vigili", "dei vigili", "ai vigili"),
        ("it", "gli agenti", "degli agenti", "agli agenti"),
        ("it", "le guardie", "delle guardie", "alle guardie"),
        ("pt", "o corpo", "do corpo", "ao corpo"),
        ("pt", "os agentes", "dos agentes", "aos agentes"),
        ("pt", "as guardas", "das guardas", "às guardas"),
        ("it", "l'Arma", "dell’Arma", "all’Arma"),
        ("es", "el cuerpo local", "del cuerpo local", "al cuerpo local"),
        ("es", "la policía local", "de la policía local", "a la policía local"),
        ("pt", "a polícia municipal", "da polícia municipal", "à polícia municipal"),
        ("nl", "de lokale politie", "van de lokale politie", "aan de lokale politie"),
        ("de", "die Stadtpolizei", "der Stadtpolizei", "der Stadtpolizei"),
        ("de", "das Ordnungsamt", "vom Ordnungsamt", "dem Ordnungsamt"),
        ("ar", "الشرطة البلدية", "الشرطة البلدية", "إلى الشرطة البلدية"),
    ],
)
def test_names_of_forces_contract(language, name, of_force, to_force):
    forms = force_forms(language, name)
    assert (forms.of_force, forms.to_force) == (of_force, to_force)


def test_a_language_without_known_grammar_takes_the_forms_as_written():
    with pytest.raises(InstrumentError, match="give force, of_force and to_force"):
        ForceName.of({"en": "the police", "fr": "la police", "pl": "policja"})
    written = ForceForms("pl", "policja", "policji", "policji")
    name = ForceName.of({"en": "the police", "fr": "la police", "pl": written})
    assert name.placeholders("pl")["of_force"] == "policji"


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("it", "ltr")]
)
def test_the_direction_is_that_of_the_cldr(language, direction):
    assert instruments.text_direction(language) == direction
    assert instruments.name_of_language("it", "fr") == "italien"


def test_a_language_that_does_not_exist_is_refused():
    with pytest.raises(InstrumentError, match="'xx-yy' is no language code"):
        instruments.text_direction("xx-yy")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "fair_respect = [",
            "fair_respekt = [",
            (
                "translations/it.toml, items, fair_respekt: the bank has no such record in "
                "items"
            ),
        ),
        (
            'it = "Quasi mai", status = "drafted"',
            'it = "Quasi mai", status = "done"',
            (
                "translations/it.toml, it, scales 31, status: 'done' is none of drafted, "
                "reviewed, tested"
            ),
        ),
        (
            "trattano con rispetto le persone del Suo quartiere?",
            "{of_farce}?",
            (
                "translations/it.toml, it, items, fair_respect 1, it: the placeholders are "
                "{of_farce}, {of_force}, those of the English {of_force}: write the same"
            ),
        ),
        (
            'it = "Quasi mai"',
            'italian = "Quasi mai"',
            "translations/it.toml, it, scales 31, it: missing",
        ),
    ],
)
def test_a_mistake_in_a_translation_is_named_with_its_place(refusal, old, new, message):
    assert refusal(ITALIAN, old, new) == message


def test_changed_english_leaves_its_translation_behind(folder):
    path = folder / "items/fairness.toml"
    path.write_text(
        path.read_text("utf-8").replace(
            "treat people in your district with respect?", "respect people here?", 1
        ),
        "utf-8",
    )
    wording = read_bank(folder).items["fair_respect"].wordings[Side.POPULATION]
    assert wording.languages == ("en", "fr")
