"""Numbers, dates and the catalogue in each language."""

from datetime import date
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import imppulse.reporting
from imppulse.reporting.language import Language

ENGLISH, FRENCH = Language("en"), Language("fr")
PACKAGE = Path(next(iter(imppulse.reporting.__path__)))
CATALOGUE = PACKAGE / "locale/fr/LC_MESSAGES/imppulse.po"
THIN = "\u202f"


def test_numbers() -> None:
    values = [(1234.56, 1), (-4.25, 1), (-0.01, 1), (58, 0)]
    assert [ENGLISH.number(*each) for each in values] == [
        "1,234.6",
        "−4.2",
        "0.0",
        "58",
    ]
    assert [FRENCH.number(*each) for each in values] == [
        f"1{THIN}234,6",
        "−4,2",
        "0,0",
        "58",
    ]


def test_a_change_always_says_its_sign() -> None:
    assert [FRENCH.signed(x, 1) for x in (4.2, -4.2, 0.01)] == ["+4,2", "−4,2", "0,0"]


def test_percentages_and_dates() -> None:
    assert (ENGLISH.percent(0.58), FRENCH.percent(0.58)) == ("58%", f"58{THIN}%")
    day = date(2026, 11, 22)
    assert (ENGLISH.day(day), FRENCH.day(day)) == (
        "22 November 2026",
        "22 novembre 2026",
    )


def test_plural_follows_each_language() -> None:
    one, many = "{n} answer", "{n} answers"
    assert [ENGLISH.plural(one, many, n) for n in (0, 1, 2)] == [
        "0 answers",
        "1 answer",
        "2 answers",
    ]
    assert [FRENCH.plural(one, many, n) for n in (0, 1, 2)] == [
        "0 réponse",
        "1 réponse",
        "2 réponses",
    ]


def test_an_unknown_language_reads_english() -> None:
    assert Language("xx").text("In short") == "In short"


def test_every_message_is_in_the_french_catalogue_and_no_other() -> None:
    found = extract_from_dir(
        PACKAGE, [("**.py", "python")], keywords={"N_": None, "text": None}
    )
    written = {message for _, _, message, _, _ in found}
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="fr")
    kept: set[str] = set()
    for message in catalogue:
        kept.update(message.id if isinstance(message.id, tuple) else [message.id])
    assert kept - {""} == written
    assert not [m.id for m in catalogue if m.id and (m.fuzzy or not m.string)]


def test_every_translation_has_the_places_of_its_message() -> None:
    with CATALOGUE.open("rb") as source:
        messages = [m for m in read_po(source, locale="fr") if m.id]
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = (
            message.string if isinstance(message.string, tuple) else (message.string,)
        )
        assert {p for s in strings for p in places(s)} == {
            p for i in ids for p in places(i)
        }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_french_spacing_is_right() -> None:
    with CATALOGUE.open("rb") as source:
        texts = [str(m.string) for m in read_po(source, locale="fr") if m.id]
    for text in texts:
        for mark in ";!?%»":
            assert f" {mark}" not in text
        assert " :" not in text
        assert "« " not in text
        assert "'" not in text.replace("('", "").replace("', '", "").replace("')", "")
