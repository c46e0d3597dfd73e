"""Error codes to sentences, in the reader's language.

English sentences are the message ids of locale/*/LC_MESSAGES/imppulse.po.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from imppulse.evidence.errors import EvidenceError
from imppulse.tables.catalogues import catalogue
from imppulse.tables.evidence_sentences import EVIDENCE_SENTENCES
from imppulse.tables.table_sentences import TABLE_SENTENCES

LONGEST_FACT = 200
IN_SHEET = "{file}, sheet “{sheet}”"
IN_CELL = "{file}, sheet “{sheet}”, row {row}, column “{column}”"
CELL = {"sheet", "row", "column", "cell"}


class CodedError(Protocol):
    code: str
    facts: dict[str, object]


def sentence(error: CodedError, language: str) -> str:
    """Return the error on one line: where, what was found, what to write instead."""
    known = EVIDENCE_SENTENCES if isinstance(error, EvidenceError) else TABLE_SENTENCES
    message = known.get(error.code)
    if message is None:
        return _one_line(error)
    texts = catalogue("imppulse.tables", language)
    facts = {name: _shown(value) for name, value in error.facts.items()}
    if "file" in facts:
        facts["place"] = texts.gettext(_place(facts)).format_map(facts)
    return texts.gettext(message).format_map(_Facts(facts))


def _place(facts: Mapping[str, str]) -> str:
    if facts.keys() >= CELL and facts["column"]:
        return IN_CELL
    return IN_SHEET if "sheet" in facts else "{file}"


class _Facts(dict[str, str]):
    """A sentence is still worth reading when the code that raised forgot a fact."""

    def __missing__(self, name: str) -> str:
        return "?"


def _shown(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        value = ", ".join(str(entry) for entry in value)
    return _one_line(value)


def _one_line(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 1] + "…"
