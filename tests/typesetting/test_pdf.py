"""The PDF as a screen reader and an archive meet it."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest

from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.typesetting.content import (
    Callout,
    Columns,
    Cover,
    Document,
    Figure,
    Folded,
    Heading,
    List,
    PageBreak,
    Run,
    StruckSentence,
    Table,
    plain,
)
from imppulse.typesetting.pdf import TypesettingError, to_pdf

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20">'
    '<text x="2" y="12" font-family="IBM Plex Sans" font-size="9">−70 ≤ 3</text></svg>'
)
TABLE = Table("The numbers", ("What", "Value"), (("Trust", "58"),), numeric=(1,))
DOCUMENT = Document(
    "Ce que disent les habitants",
    "fr",
    (
        Cover("Ce que disent les habitants", "Diagnostic", ("Montclair",)),
        Heading("La confiance"),
        plain("Deux cents habitants ont répondu."),
        plain("Two hundred residents answered.", "en"),
        Figure(SQUARE, "Un carré et un nombre", "Sondage", TABLE),
        Figure(SQUARE, "Une autre image", "Sondage"),
        Heading("Facteurs", 2),
        List(((Run("Un"), Run("deux", "strong"), Run("three", "emphasis", "en")),)),
        List(((Run("Un", note="Une note."),),), ordered=True),
        StruckSentence(
            "Interdit", "Le pilote a tout changé.", "Un seul quartier.", "Dix."
        ),
        Callout("À retenir", (plain("Une phrase."),), "result"),
        Folded("Comment nous le savons", (TABLE,)),
        PageBreak(),
        Columns(((plain("Une phrase.", "fr"), plain("A sentence.", "en")),)),
    ),
    simulated="Données simulées",
    publisher="IMPPULSE",
)


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(to_pdf(DOCUMENT, FONT_DIRECTORY))) as opened:
        yield opened


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Walk the structure tree."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tagged(pdf: pikepdf.Pdf, *kinds: str) -> list[pikepdf.Object]:
    return [e for e in elements(pdf.Root.StructTreeRoot) if str(e.S) in kinds]


def test_it_is_tagged_titled_and_declares_its_language(pdf: pikepdf.Pdf) -> None:
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "fr"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Ce que disent les habitants"
        assert metadata["pdfuaid:part"] == "1"


def test_every_picture_has_its_words(pdf: pikepdf.Pdf) -> None:
    alts = [str(figure.Alt) for figure in tagged(pdf, "/Figure") if "/Alt" in figure]
    assert {"Un carré et un nombre", "Une autre image"} == set(alts)
    assert all("/Alt" in figure for figure in tagged(pdf, "/Figure"))


def test_a_passage_in_the_other_language_says_so(pdf: pikepdf.Pdf) -> None:
    paragraph, column = [
        e
        for e in elements(pdf.Root.StructTreeRoot)
        if "/Lang" in e and str(e.Lang) == "en"
    ]
    assert (str(paragraph.S), str(column.S)) == ("/P", "/Div")
    streams = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    assert b"/Lang(en)" in streams  # the English word inside the French list


def test_tables_have_headers(pdf: pikepdf.Pdf) -> None:
    assert len(tagged(pdf, "/Table")) == 2
    assert len(tagged(pdf, "/TH")) == 4


def test_headings_follow_one_another(pdf: pikepdf.Pdf) -> None:
    assert [str(e.S) for e in tagged(pdf, "/H1", "/H2", "/H3")] == ["/H1", "/H2"]


def test_only_ibm_plex_sans_is_embedded(pdf: pikepdf.Pdf) -> None:
    names = {
        str(font.BaseFont).split("+")[1]
        for page in pdf.pages
        for font in page.Resources.get("/Font", {}).values()
    }
    assert names == {"IBMPlexSans", "IBMPlexSans-Bold", "IBMPlexSans-Italic"}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_pdf(DOCUMENT, FONT_DIRECTORY) == to_pdf(DOCUMENT, FONT_DIRECTORY)


def test_a_picture_without_words_is_refused() -> None:
    silent = Document("T", "en", (Figure(SQUARE, "", ""),))
    with pytest.raises(TypesettingError, match="alt"):
        to_pdf(silent, FONT_DIRECTORY)


@pytest.mark.parametrize(
    "text", ["/ term: list", "#panic()", "*a* _b_ $x$", "= Heading", '"]}\\', "<a>@b"]
)
def test_markup_in_the_text_is_text(text: str) -> None:
    document = Document(text, "en", (plain(text), StruckSentence(text, text, text)))
    with pikepdf.open(BytesIO(to_pdf(document, FONT_DIRECTORY))) as opened:
        assert len(opened.pages) == 1
        with opened.open_metadata() as metadata:
            assert metadata["dc:title"] == text
