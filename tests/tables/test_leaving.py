"""What leaves as SPSS, Stata or DDI is read back with another library, and is the same."""

from xml.etree import ElementTree as ET

import polars as pl
import pyreadstat
import pytest

from imppulse.tables import read
from imppulse.tables.codebook import Codebook, Variable, coded, write_codebook
from imppulse.tables.ddi import NAMESPACE, write_ddi
from imppulse.tables.statistical import short_names, shortened, write_dta, write_sav

LONG = (
    "Les agents de la Garde nationale d’Orvane traitent-ils les gens de votre quartier avec respect ? "
    * 4
)
TRUST = Variable(
    "trust",
    {"en": "Trust", "fr": LONG},
    {
        1: {"en": "A lot", "fr": "Beaucoup"},
        2: {"en": "Little", "fr": "Peu"},
        88: {"en": "Don’t know", "fr": "Je ne sais pas"},
    },
    missing=(88,),
    wordings={
        "population": {"en": "Do you trust them?", "fr": "Leur faites-vous confiance ?"}
    },
    is_measure=True,
)
SIDE = Variable(
    "side",
    {"en": "Side", "fr": "Côté"},
    wordings={
        "population": {"en": "Population", "fr": "Population"},
        "police_officers": {"en": "Police officers", "fr": "Policiers"},
    },
)
BOOK = Codebook(
    "study-1",
    {"en": "Trust", "fr": "Confiance"},
    (SIDE, TRUST),
    ("en", "fr"),
    {"cases": 3, "checksum": "ab"},
)
FRAME = pl.DataFrame(
    {
        "side": ["population", "police_officers", None],
        "trust": [1, 88, None],
        "district": ["Côte-d’Or, quartier nord", None, "Sud"],
        "weight": [1.25, 0.5, 2.0],
    },
    schema_overrides={"trust": pl.Int16},
)


def read_back(tmp_path, kind, content):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content)
    reader = getattr(pyreadstat, f"read_{kind}")
    options = {"user_missing": True} if kind == "sav" else {}
    return reader(path, output_format="polars", **options)


@pytest.mark.parametrize(("kind", "write"), [("sav", write_sav), ("dta", write_dta)])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_names_numbers_and_labels_come_back(tmp_path, kind, write, language):
    frame, facts = read_back(tmp_path, kind, write(FRAME, BOOK, language))
    assert frame.columns == ["side", "trust", "district", "weight"]
    assert frame["trust"].to_list() == [1, 88, None]
    assert frame["weight"].to_list() == [1.25, 0.5, 2.0]
    labels = facts.variable_value_labels
    assert labels["trust"][1] == {"en": "A lot", "fr": "Beaucoup"}[language]
    assert (
        labels["side"][frame["side"][1]]
        == {"en": "Police officers", "fr": "Policiers"}[language]
    )
    assert labels["district"][frame["district"][0]] == "Côte-d’Or, quartier nord"
    assert frame["side"][2] is None


def test_spss_knows_the_codes_that_measure_nothing(tmp_path):
    _, facts = read_back(tmp_path, "sav", write_sav(FRAME, BOOK, "en"))
    assert facts.missing_ranges == {"trust": [{"lo": 88.0, "hi": 88.0}]}
    assert facts.variable_measure["trust"] == "ordinal"
    assert facts.variable_measure["weight"] == "scale"
    assert facts.file_label == "Trust"


@pytest.mark.parametrize(
    ("kind", "write", "most"), [("sav", write_sav, 255), ("dta", write_dta, 80)]
)
def test_long_labels_are_cut_between_letters(tmp_path, kind, write, most):
    _, facts = read_back(tmp_path, kind, write(FRAME, BOOK, "fr"))
    label = facts.column_names_to_labels["trust"]
    assert label.endswith("…")
    assert LONG.startswith(label[:-1])
    assert len(label.encode()) <= most


def test_what_we_write_we_read(tmp_path):
    table = read(write_sav(FRAME, BOOK, "en"), name="a.sav")
    assert table.frame["weight"].to_list() == [1.25, 0.5, 2.0]
    assert table.labels["trust"][1.0] == "A lot"


def test_a_label_that_is_missing_falls_back_to_the_code_and_is_told():
    half = Variable("q", {"en": "Q"}, {1: {"en": "Yes"}})
    book = Codebook("s", {}, (half,), ("en", "fr"))
    assert half.value_labels("fr") == {1: "1"}
    assert book.missing_labels("fr") == ["q", "q = 1"]
    assert book.missing_labels("en") == []


def test_names_that_are_too_long_stay_apart():
    names = short_names(["a" * 40, "a" * 39 + "b", "A" * 32], 32)
    assert [len(name) for name in names.values()] == [32, 32, 32]
    assert len({name.casefold() for name in names.values()}) == 3


def test_shortened_keeps_what_fits():
    assert shortened("é" * 5, 10) == "é" * 5
    assert shortened("é" * 6, 10) == "é" * 3 + "…"


def test_the_codebook_lists_every_label_in_every_language():
    frame, book = coded(FRAME, BOOK)
    lines = write_codebook(book).splitlines()
    assert lines[0] == "variable,code,missing,language,label,side,question"
    assert "trust,88,yes,fr,Je ne sais pas,," in lines
    assert "trust,,,en,,population,Do you trust them?" in lines
    assert "side,1,,en,Police officers,," in lines
    assert frame["side"].to_list() == [2, 1, None]


def test_ddi_holds_both_languages_and_the_missing_codes():
    root = ET.fromstring(write_ddi(coded(FRAME, BOOK)[1]))  # noqa: S314 (made here)
    space = {"d": NAMESPACE}
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    assert root.attrib["version"] == "2.5"
    assert [part.tag.partition("}")[2] for part in root] == [
        "docDscr",
        "stdyDscr",
        "fileDscr",
        "dataDscr",
    ]
    assert (
        root.findtext("d:stdyDscr/d:citation/d:titlStmt/d:parTitl", namespaces=space)
        == "Confiance"
    )
    variables = root.findall("d:dataDscr/d:var", space)
    assert [v.attrib["name"] for v in variables] == [
        "side",
        "trust",
        "district",
        "weight",
    ]
    trust = variables[1]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [e.attrib[lang] for e in trust.findall("d:labl", space)] == ["en", "fr"]
    assert [e.text for e in trust.findall("d:qstn/d:qstnLit", space)] == [
        "Do you trust them?",
        "Leur faites-vous confiance ?",
    ]
    codes = {
        c.findtext("d:catValu", namespaces=space): c.attrib["missing"]
        for c in trust.findall("d:catgry", space)
    }
    assert codes == {"1": "N", "2": "N", "88": "Y"}
    assert (
        root.findtext("d:fileDscr/d:fileTxt/d:dimensns/d:caseQnty", namespaces=space)
        == "3"
    )
    assert root.find(".//d:catStat", space) is None


def test_ddi_survives_signs_that_xml_forbids():
    book = Codebook("s", {"en": "a\x00b\x0b<&>"}, (), ("en",))
    root = ET.fromstring(write_ddi(book))  # noqa: S314 (made here)
    assert root.findtext(f".//{{{NAMESPACE}}}titl") == "ab<&>"
