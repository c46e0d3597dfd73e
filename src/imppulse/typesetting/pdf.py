"""A content tree as a tagged PDF, byte for byte the same each time."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import typst

from imppulse.typesetting.content import Document

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class TypesettingError(ValueError):
    """The document cannot be set as an accessible PDF; the message says why."""


def to_pdf(document: Document, font_directory: Path, as_of: datetime = EPOCH) -> bytes:
    """Set the document as PDF/UA-1 with the fonts of the folder and no other."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(font_directory)],
    )
    template = files("imppulse.typesetting").joinpath("document.typ").read_bytes()
    compiler = typst.Compiler(
        template,
        font_paths=fonts,
        sys_inputs={"document": json.dumps(as_data(document), ensure_ascii=False)},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=as_of)
    except typst.TypstError as error:
        raise TypesettingError(f"{error.message} {' '.join(error.hints)}") from error
    if not isinstance(pdf, bytes):
        raise TypesettingError("Typst returned no single PDF")
    return pdf


def as_data(content: object) -> object:
    """Turn the tree into what JSON can hold; each node names its kind."""
    if is_dataclass(content):
        return {"kind": type(content).__name__} | {
            each.name: as_data(getattr(content, each.name)) for each in fields(content)
        }
    if isinstance(content, tuple):
        return [as_data(part) for part in content]
    return content
