"""Formats are told by their content: a wrong extension misleads nobody."""

import io
import zipfile

from imppulse.tables.table import Source

MAGIC = (
    (b"PAR1", "parquet"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97-2003 (.xls)"),
    (b"ASCII SPSS PORT FILE", "SPSS portable (.por)"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip (.gz)"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"RDX", "R (.RData)"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x89HDF", "HDF5"),
)
TEXT_MAGIC = (
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"<?xml", "XML"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
)
READABLE = ("csv", "parquet", "xlsx", "spss", "stata")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Stata before version 13: release number, byte order 1 or 2, file type always 1
OLD_STATA_RELEASES = range(104, 116)


def recognise(source: Source) -> str:
    content = source.content
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise source.error("empty_file")
    found = _by_magic(content)
    if found == "zip":
        found = _inside_zip(source)
    if found not in READABLE:
        raise source.error("unsupported_format", found=found)
    return found


def _by_magic(content: bytes) -> str:
    for magic, name in MAGIC:
        if content.startswith(magic):
            return name
    if _is_old_stata(content):
        return "stata"
    return "csv" if content.startswith(UTF16_MARKS) else _as_text(content)


def _is_old_stata(content: bytes) -> bool:
    release, order, kind = content[:3] if len(content) >= 3 else (0, 0, 0)
    return release in OLD_STATA_RELEASES and order in {1, 2} and kind == 1


def _as_text(content: bytes) -> str:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower()
    for magic, name in TEXT_MAGIC:
        if start.startswith(magic):
            return name
    return "binary" if b"\x00" in content else "csv"


def _inside_zip(source: Source) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            members = set(archive.namelist())
            opendocument = "mimetype" in members and "content.xml" in members
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as reason:
        raise source.error("broken_file", format="xlsx") from reason
    if "xl/workbook.xml" in members:
        return "xlsx"
    return "OpenDocument (.ods)" if opendocument else "ZIP"
