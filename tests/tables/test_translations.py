import io

import openpyxl
import pytest

from imppulse.tables import TableError, sentence
from imppulse.tables.translations import TranslationRefused, read_texts, write_texts

TEXTS = {
    "title": {"en": "You and {force}", "pt": "Você e {force}"},
    "item.trust": {"en": "Trust?", "pt": "Confia?"},
    "sum": {"en": "=1+1", "pt": "=1+1"},
}
LANGUAGES = ("en", "pt")


def changed(**cells):
    book = openpyxl.load_workbook(io.BytesIO(write_texts(TEXTS, LANGUAGES)))
    for place, text in cells.items():
        book["texts"][place] = text
    return saved(book)


def saved(book):
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(content):
    return read_texts(content, "pt.xlsx", texts=TEXTS, languages=LANGUAGES)


def problems(content):
    with pytest.raises(TranslationRefused) as refused:
        read(content)
    for problem in refused.value.problems:
        assert sentence(problem, "fr").startswith("pt.xlsx, feuille")
    return [
        (p.code, p.facts.get("row"), p.facts.get("column"))
        for p in refused.value.problems
    ]


def test_what_went_out_comes_back():
    assert read(changed()) == {
        code: {key: words[code] for key, words in TEXTS.items()} for code in LANGUAGES
    }


def test_a_changed_translation_is_read():
    assert read(changed(C3="Tem confiança?"))["pt"]["item.trust"] == "Tem confiança?"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"C3": ""}, ("translation_cell_empty", 3, "pt")),
        ({"C2": "Você e a polícia"}, ("translation_placeholders", 2, "pt")),
        ({"C2": "Você e {forca}"}, ("translation_placeholders", 2, "pt")),
        ({"C3": "Confia {?"}, ("translation_braces", 3, "pt")),
        ({"B3": "Do you trust?"}, ("translation_original", 3, "en")),
        ({"C1": "es"}, ("translation_column_absent", 1, "pt")),
        ({"D1": "es"}, ("translation_column_unknown", 1, "es")),
        ({"A5": "new", "B5": "New"}, ("translation_row_unknown", 5, "key")),
        (
            {"A5": "title", "B5": "You and {force}", "C5": "{force}"},
            ("translation_row_twice", 5, "key"),
        ),
    ],
)
def test_a_wrong_cell_is_named(cells, problem):
    assert problem in problems(changed(**cells))


def test_a_lost_row_is_named():
    book = openpyxl.load_workbook(io.BytesIO(changed()))
    book["texts"].delete_rows(3)
    assert problems(saved(book)) == [("translation_row_lost", None, None)]


def test_every_empty_cell_is_named_at_once():
    assert problems(changed(C2="", C3="")) == [
        ("translation_cell_empty", 2, "pt"),
        ("translation_cell_empty", 3, "pt"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"key,en,pt\n", "translation_not_xlsx"),
        (saved(openpyxl.Workbook()), "translation_no_sheet"),
        (write_texts(TEXTS, LANGUAGES)[:900], "broken_file"),
    ],
)
def test_another_file_is_refused(content, code):
    with pytest.raises(TableError) as refused:
        read(content)
    assert refused.value.code == code
