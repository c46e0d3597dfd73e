"""No sentence of one language on a page of the other, outside elements that say so."""

import re

import pytest
from lxml.html import fromstring

from imppulse.portal import reference

WORDS = {
    "fr": [
        "le",
        "la",
        "les",
        "des",
        "une",
        "est",
        "dans",
        "pour",
        "avec",
        "sur",
        "qui",
        "que",
        "aux",
        "cette",
        "sont",
        "pas",
        "vous",
        "votre",
        "par",
        "ou",
        "plus",
    ],
    "en": [
        "the",
        "of",
        "and",
        "is",
        "are",
        "with",
        "from",
        "this",
        "that",
        "what",
        "which",
        "for",
        "not",
        "you",
        "your",
        "they",
        "where",
        "there",
        "was",
        "were",
    ],
}
START = ("", "guide/", "about/", "accessibility/", "privacy/", "glossary/", "territories/", "forces/", "factors/", "levers/", "meetings/", "studies/", "questions/", "pilots/", "practices/", "evidence/", "recommendations/", "principles/", "method/findings/", "account/login/")  # fmt: skip


def foreign_sentences(html, language):
    """Return texts that hold two function words of the other language."""
    other = "fr" if language == "en" else "en"
    tree = fromstring(html)
    for element in tree.xpath("//*[@lang]"):
        if element.get("lang") != language and element.getparent() is not None:
            element.drop_tree()
    for element in tree.xpath("//script | //style"):
        element.drop_tree()
    attributes = tree.xpath("//@alt | //@title | //@aria-label | //@placeholder")
    texts = [*tree.itertext(), *attributes]
    return [
        text.strip()
        for text in texts
        if len(set(re.findall(r"[a-zà-ÿ]+", text.lower())) & set(WORDS[other])) >= 2
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Les gens dans la rue</p>", ["Les gens dans la rue"]),
        ('<p>See <span lang="fr">les gens dans la rue</span></p>', []),
        ('<img alt="les gens sur une place">', ["les gens sur une place"]),
        ("<p>Six streets, one table</p>", []),
    ],
)
def test_the_detector_sees_what_it_should(html, expected):
    assert foreign_sentences(f"<html lang='en'>{html}</html>", "en") == expected


@pytest.fixture
def _reference(db):
    reference.load(by="ana")


@pytest.mark.slow
@pytest.mark.usefixtures("_reference")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_reached_from_the_menus_keep_to_one_language(client, language):
    todo = [f"/{language}/{page}" for page in START]
    seen, foreign = set(), {}
    while todo and len(seen) < 120:
        address = todo.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        html_page = response.headers["Content-Type"].startswith("text/html")
        if not html_page or response.status_code != 200:
            continue
        html = response.content.decode()
        if found := foreign_sentences(html, language):
            foreign[address] = found
        links = re.findall(rf'href="(/{language}/[^"?#]*)"', html)
        todo += [link for link in links if link not in seen]
    assert foreign == {}
    assert len(seen) > len(START)
