"""The PDF of a book, made once for each content and kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO

from django.core.files.base import File
from django.core.files.storage import default_storage

from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.publication.models import Book
from imppulse.typesetting.content import Document
from imppulse.typesetting.pdf import as_data, to_pdf


@dataclass(frozen=True, slots=True)
class StoredBook:
    name: str
    size: int

    def open(self) -> File[bytes]:
        return default_storage.open(self.name)


def stored_pdf(book: Book, document: Document) -> StoredBook:
    name = f"books/{book.slug}-{document.language}-{fingerprint(document)}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, File(BytesIO(to_pdf(document, FONT_DIRECTORY))))
    return StoredBook(name, default_storage.size(name))


def fingerprint(document: Document) -> str:
    """Name what the bytes depend on: the words, the layout and the typesetter."""
    layout = files("imppulse.typesetting").joinpath("document.typ").read_bytes()
    content = json.dumps(as_data(document), sort_keys=True).encode()
    return hashlib.sha256(
        b"\0".join((content, layout, version("typst").encode()))
    ).hexdigest()[:20]
