"""Every sentence of the interface exists in French, with the same placeholders."""

import ast
import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[2] / "src" / "imppulse"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PACKAGES = sorted(path.parents[3].name for path in SOURCE.glob("*/locale/fr/LC_MESSAGES/*.po"))  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*[^}]*\}")
# French words where an unlocalised space or apostrophe would be seen.
TYPOGRAPHY = re.compile(r"[^\u202f\u00a0\s/][;!?»]|«[^\u202f\u00a0]|\w'\w| [;!?»:]")


Sentence = tuple[str, str | None]  # with its context


def sentences(package: Path) -> Iterator[Sentence]:
    for path in package.rglob("*.py"):
        yield from found(path.read_bytes())
    for path in package.rglob("*.html"):
        yield from found(templatize(path.read_text("utf-8")).encode())


def found(source: bytes) -> Iterator[Sentence]:
    messages = extract("python", BytesIO(source), KEYWORDS)
    for _line, message, _comments, context in messages:
        yield (message[0] if isinstance(message, tuple) else message), context


def constants(package: Path) -> set[str]:
    """Sentences that a table of codes holds, to be translated when they are rendered."""
    return {
        node.value
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def catalogue(package: str) -> Catalog:
    (path,) = (SOURCE / package).glob("locale/fr/LC_MESSAGES/*.po")
    with path.open("rb") as source:
        return read_po(source)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_is_translated(package):
    known = catalogue(package)
    missing = {
        text
        for text, context in sentences(SOURCE / package)
        if text and ((entry := known.get(text, context)) is None or not entry.string)
    }
    assert missing == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_over_or_fuzzy(package):
    used = {text for text, _context in sentences(SOURCE / package)}
    used |= constants(SOURCE / package)
    entries = [entry for entry in catalogue(package) if entry.id]
    ids = [
        entry.id[0] if isinstance(entry.id, tuple) else entry.id for entry in entries
    ]
    assert [text for text in ids if text not in used] == []
    assert [entry.id for entry in entries if entry.fuzzy] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_keep_the_placeholders(package):
    for entry in catalogue(package):
        if isinstance(entry.id, str) and entry.id:
            assert set(PLACEHOLDER.findall(entry.string)) == set(
                PLACEHOLDER.findall(entry.id)
            )


@pytest.mark.parametrize("package", PACKAGES)
def test_french_typography_is_right(package):
    wrong = []
    for entry in catalogue(package):
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in texts:
            bare = re.sub(r"<[^>]*>|https?://\S+|&\w+;", "", text or "")
            if entry.id and TYPOGRAPHY.search(bare):
                wrong.append(text)
    assert wrong == []


def french(value: object) -> Iterator[str]:
    """Every French text of a TOML document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "fr" and isinstance(inner, str):
                yield inner
            else:
                yield from french(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from french(inner)


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("*.toml")), ids=lambda path: "/".join(path.parts[-3:])
)
def test_french_content_has_french_typography(path):
    texts = french(tomllib.loads(path.read_text("utf-8")))
    bare = (re.sub(r"https?://\S+", "", text) for text in texts)
    assert [text for text in bare if TYPOGRAPHY.search(text)] == []
