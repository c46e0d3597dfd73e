"""The words of the field in every language, read once from package data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.text import slugify


@dataclass(frozen=True)
class Term:
    names: dict[str, str]
    meanings: dict[str, str]


@cache
def terms() -> tuple[Term, ...]:
    source = files("imppulse.portal") / "data" / "glossary.toml"
    rows = tomllib.loads(source.read_text("utf-8"))["term"]
    return tuple(
        Term(
            names={code: words for code, words in row.items() if code != "meaning"},
            meanings=row["meaning"],
        )
        for row in rows
    )


@dataclass(frozen=True)
class Entry:
    """A term for readers of one language."""

    anchor: str
    name: str
    meaning: str
    others: list[tuple[str, str]]


def entries(language: str) -> list[Entry]:
    """Return the terms in the reader's alphabet."""
    found = [
        Entry(
            anchor=slugify(term.names["en"]),
            name=term.names[language],
            meaning=term.meanings[language],
            others=[pair for pair in term.names.items() if pair[0] != language],
        )
        for term in terms()
    ]
    return sorted(found, key=lambda entry: slugify(entry.name))


def as_markdown() -> str:
    """Return docs/glossary.md: a test keeps the two alike."""
    rows = "\n".join(
        f"| {term.names['en']} | {term.names['fr']} | {term.meanings['en']} |"
        for term in sorted(terms(), key=lambda term: term.names["en"])
    )
    return (
        "# Glossary\n\n"
        "Made from `src/imppulse/portal/data/glossary.toml`; change it there.\n\n"
        f"| English | French | Meaning |\n|---|---|---|\n{rows}\n"
    )
