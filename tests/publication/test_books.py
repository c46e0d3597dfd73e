"""The book as a reader, a screen reader and a printer meet it."""

import datetime
import re
from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.test import Client
from tests.factories.library import (
    MeetingFactory,
    PracticeFactory,
    RecommendationFactory,
    evaluated,
    own,
    stopped,
)
from tests.factories.publication import BookFactory

from imppulse.library.actions import add_reservation, adopt, compute_synthesis
from imppulse.publication.content import document
from imppulse.publication.editions import Edition, bilingual
from imppulse.publication.passages import blocks
from imppulse.publication.queries import records
from imppulse.publication.storage import stored_pdf
from imppulse.typesetting.content import Columns, Figure, List, Paragraph, Run

pytestmark = pytest.mark.django_db

WORDS = {"en": "First keep old promises.", "fr": "D’abord tenir parole."}


@pytest.fixture
def book(anonymous):
    evaluation = evaluated(effect=12.0)
    pilot = evaluation.plan.pilot
    synthesis = own(pilot, stopped())
    compute_synthesis(synthesis, by="coordinator")
    recommendation = RecommendationFactory()
    recommendation.evaluations.add(evaluation)
    adopt(
        recommendation,
        meeting=MeetingFactory(),
        on=datetime.date(2026, 6, 12),
        by="coordinator",
    )
    add_reservation(
        recommendation, WORDS, by="a", published_by="b", holder=pilot.territory
    )
    made = BookFactory()
    practice = PracticeFactory(pilot=pilot, territory=pilot.territory)
    made.practices.set([practice, PracticeFactory(published_on=None, slug="draft")])
    made.syntheses.add(synthesis)
    made.recommendations.add(recommendation)
    return made


@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def pdf(book, anonymous):
    made = document(book, records(book, anonymous), bilingual("en", "https://x.org"))
    with stored_pdf(book, made).open() as file:
        content = file.read()
    with pikepdf.open(BytesIO(content)) as opened:
        yield opened


def elements(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tagged(pdf, *kinds):
    return [e for e in elements(pdf.Root.StructTreeRoot) if str(e.S) in kinds]


def fonts(pdf):
    return {
        str(font.BaseFont).split("+")[1]
        for one in pdf.pages
        for font in one.Resources.get("/Font", {}).values()
    }


def test_the_paper_book_is_tagged_titled_and_in_both_languages(pdf):
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "title in English"
        assert metadata["pdfuaid:part"] == "1"
    spoken = [str(e.Lang) for e in elements(pdf.Root.StructTreeRoot) if "/Lang" in e]
    assert set(spoken) == {"fr"}  # what is not marked is in the leading language
    assert len(spoken) > 20


def test_every_picture_of_the_paper_book_has_words_and_numbers(pdf):
    figures = tagged(pdf, "/Figure")
    alternatives = {str(figure.Alt) for figure in figures}
    assert all("/Alt" in figure for figure in figures)
    assert len(alternatives) == 2
    assert len(tagged(pdf, "/Table")) == 2


def test_only_ibm_plex_sans_is_embedded(pdf):
    assert fonts(pdf) == {"IBMPlexSans", "IBMPlexSans-Bold", "IBMPlexSans-Italic"}


def test_the_other_language_may_lead(book, anonymous):
    found = records(book, anonymous)
    french = document(book, found, bilingual("fr", ""))
    assert (french.language, french.title) == ("fr", "title en français")
    assert french.simulated == "Données simulées, territoires fictifs"
    columns = next(each for each in french.blocks if isinstance(each, Columns))
    first, second = columns.pairs[0]
    assert (first.text, first.language) == ("title en français", "")
    assert (second.text, second.language) == ("title in English", "en")
    assert [f.language for f in french.blocks if isinstance(f, Figure)] == ["", "en"]


def test_only_published_records_stand_in_a_book(book, anonymous):
    assert [one.slug for one in records(book, anonymous).practices] != ["draft"]
    assert len(records(book, anonymous).practices) == 1


def test_the_same_content_is_typeset_once(book, anonymous):
    made = document(book, records(book, anonymous), Edition(("en", "fr")))
    first = stored_pdf(book, made)
    kept = default_storage.get_modified_time(first.name)
    again = stored_pdf(book, made)
    assert again == first
    assert default_storage.get_modified_time(again.name) == kept
    other = document(book, records(book, anonymous), Edition(("fr", "en")))
    assert stored_pdf(book, other).name != first.name


def test_the_page_reads_in_one_language_and_offers_the_paper_book(book):
    html = Client().get(f"/fr/book/{book.slug}/").content.decode()
    assert "D’abord tenir parole." in html
    assert "First keep old promises." not in html
    assert f'href="/fr/book/{book.slug}/fr.pdf"' in html
    assert re.search(r"\(PDF, [\d,]+\sKio\)", html)
    assert "Données simulées" in html
    assert "style=" not in html
    assert html.count("<h1") == 1
    assert f"/fr/recommendations/{book.recommendations.get().slug}/" in html


def test_the_paper_book_is_handed_out_in_two_orders_and_no_other(book):
    for code in ("en", "fr"):
        answer = Client().get(f"/en/book/{book.slug}/{code}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert Client().get(f"/en/book/{book.slug}/de.pdf").status_code == 404


def test_a_book_that_is_not_published_is_not_there(book):
    book.published_on = None
    book.save()
    for address in (f"book/{book.slug}/", f"book/{book.slug}/en.pdf"):
        assert Client().get(f"/en/{address}").status_code == 404
    assert book.slug not in Client().get("/en/books/").content.decode()


def test_a_longer_list_of_books_asks_no_more(django_assert_max_num_queries):
    def count(limit):
        with django_assert_max_num_queries(limit) as counted:
            Client().get("/en/books/")
        return len(counted)

    BookFactory.create_batch(2)
    Client().get("/en/books/")
    few = count(60)
    BookFactory.create_batch(10)
    assert count(few) == few


def test_markdown_becomes_blocks_with_emphasis_and_links():
    assert blocks("A **b** [c](https://d.org)\n\n1. one\n2. *two*") == [
        Paragraph(
            (Run("A "), Run("b", "strong"), Run(" "), Run("c", link="https://d.org"))
        ),
        List(((Run("one"),), (Run("two", "emphasis"),)), ordered=True),
    ]
