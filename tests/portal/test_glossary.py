from pathlib import Path

import pytest

from imppulse.portal.glossary import as_markdown, entries, terms

ROOT = Path(__file__).parents[2]


def test_the_documentation_holds_the_same_words():
    """Write as_markdown() to docs/glossary.md after a change of the glossary."""
    assert (ROOT / "docs/glossary.md").read_text("utf-8") == as_markdown()


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.names["en"])
def test_every_term_is_named_and_explained_in_every_language(term):
    assert set(term.names) == set(term.meanings) == {"en", "fr"}
    assert all([*term.names.values(), *term.meanings.values()])


def test_terms_are_in_the_order_of_the_reader_s_alphabet():
    names = [entry.name for entry in entries("fr")]
    assert names.index("accusé de participation") < names.index("écart de perception")
    assert names.index("écart de perception") < names.index("fiche pratique")


def test_names_of_the_other_language_say_so(client, db):
    page = client.get("/en/glossary/").content.decode()
    assert '<small lang="fr">écart de perception</small>' in page
