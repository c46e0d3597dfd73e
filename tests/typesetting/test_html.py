"""The same content as HTML."""

from lxml import html as parser

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
    Paragraph,
    Run,
    StruckSentence,
    Table,
    plain,
)
from imppulse.typesetting.html import block, to_html, to_page

TABLE = Table("Numbers", ("What", "Value"), (("Trust", "58"),), numeric=(1,))


def test_text_is_escaped_everywhere() -> None:
    text = "<script>&\"'"
    runs = (Run(text, note=text, link=text, language=text),)
    for each in (
        Heading(text, anchor=text, language=text),
        Paragraph(runs),
        List((runs,)),
        Table(text, (text,), ((text, text),)),
        Callout(text, (plain(text),)),
        Folded(text, (plain(text),)),
        StruckSentence(text, text, text, text),
        Cover(text, text, (text,)),
        Figure("<svg></svg>", text, text, Table(text, (text,), ())),
        Columns(((plain(text), plain(text)),)),
    ):
        assert "<script" not in block(each)


def test_a_passage_in_another_language_says_so() -> None:
    assert block(plain("Bonjour", "fr")) == '<p lang="fr">Bonjour</p>'
    runs = (Run("a "), Run("mot", "strong", "fr"))
    assert (
        block(Paragraph(runs)) == '<p>a <span lang="fr"><strong>mot</strong></span></p>'
    )


def test_the_title_is_the_only_first_heading() -> None:
    bare = Document("T", "en", (Heading("A"), Heading("B", 2)))
    covered = Document("T", "en", (Cover("T"), Heading("A"), PageBreak()))
    for document in (bare, covered):
        assert to_html(document).count("<h1>") == 1
    assert "<h2>A</h2>\n<h3>B</h3>" in to_html(bare)


def test_a_table_names_its_rows_and_columns() -> None:
    table = parser.fromstring(block(TABLE))
    assert [(th.get("scope"), th.text) for th in table.iter("th")] == [
        ("col", "What"),
        ("col", "Value"),
        ("row", "Trust"),
    ]
    assert [td.get("class") for td in table.iter("td")] == ["number"]


def test_a_figure_has_a_picture_per_screen_and_its_numbers_beneath() -> None:
    figure = block(Figure("<svg/>", "alt", "Caption", TABLE, narrow="<svg id='n'/>"))
    assert '<div class="wide"><svg/></div><div class="narrow">' in figure
    assert "<details><summary>Numbers</summary>" in figure


def test_simulated_is_said_before_all_else() -> None:
    page = to_page(Document("T", "fr", (plain("x"),), simulated="Simulé"))
    assert '<html lang="fr">' in page
    assert page.index("Simulé") < page.index("<h1>T</h1>")
