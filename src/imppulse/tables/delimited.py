"""Comma, semicolon or tab separated text."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

from imppulse.tables.columns import check_names, typed
from imppulse.tables.table import Source, Table

DELIMITERS = (",", ";", "\t")
SNIFFED_LINES = 50
CHUNK = 50_000  # rows held as Python strings at a time
Record = tuple[int, list[str]]


def read_delimited(source: Source) -> Table:
    text = _decode(source)
    delimiter = _delimiter(text)
    records = _records(source, text, delimiter)
    header = next(records, None)
    if header is None:
        raise source.error("empty_file")
    names = check_names(source, header[1])
    lines, frame = _frame(source, names, records)
    return Table(
        frame=typed(frame, decimal_comma=delimiter != ","),
        name=source.name,
        format="csv",
        rows=lines,
    )


def _decode(source: Source) -> str:
    content = source.content
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as reason:
        if encoding == "utf-16":
            raise source.error("broken_file", format="UTF-16") from reason
        # utf-8-sig counts from behind the mark
        mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
        raise _wrong_encoding(source, reason.start + mark) from reason


def _wrong_encoding(source: Source, offset: int) -> Exception:
    content = source.content
    facts: dict[str, object] = {
        "line": content.count(b"\n", 0, offset) + 1,
        "offset": offset,
        "byte": f"{content[offset]:02X}",
    }
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return source.error("wrong_encoding", **facts)
    return source.error("windows_1252", found=_word(content, offset), **facts)


def _word(content: bytes, offset: int) -> str:
    """Read as Windows-1252 what stands around the byte, as proof for the reader."""
    start = max(0, offset - 20)
    around = content[start : offset + 20].decode("cp1252")
    position = offset - start
    before = _last_part(around[:position])
    return before + _first_part(around[position:])


def _last_part(text: str) -> str:
    for separator in (*DELIMITERS, "\n", '"', " "):
        text = text.rpartition(separator)[2]
    return text


def _first_part(text: str) -> str:
    for separator in (*DELIMITERS, "\r", "\n", '"', " "):
        text = text.partition(separator)[0]
    return text


def _delimiter(text: str) -> str:
    """Find the separator that splits the first lines most, and evenly."""
    sample = list(islice(io.StringIO(text, newline=""), SNIFFED_LINES))
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: Sequence[str], delimiter: str) -> tuple[float, int]:
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (widths.count(widths[0]) / len(widths), widths[0])


def _records(source: Source, text: str, delimiter: str) -> Iterator[Record]:
    """Yield each record that holds something, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as reason:
        raise source.error("unreadable_line", line=line, found=str(reason)) from reason


def _frame(
    source: Source, names: list[str], records: Iterator[Record]
) -> tuple[list[int], pl.DataFrame]:
    lines: list[int] = []
    chunks = []
    while chunk := list(islice(records, CHUNK)):
        for line, record in chunk:
            if len(record) != len(names):
                raise source.error(
                    "ragged_row", row=line, found=len(record), expected=len(names)
                )
        lines += [line for line, _ in chunk]
        cells = zip(*(record for _, record in chunk), strict=True)
        columns = dict(zip(names, map(list, cells), strict=True))
        chunks.append(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)))
    if not chunks:
        raise source.error("no_rows")
    return lines, pl.concat(chunks)
