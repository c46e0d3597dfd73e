"""Files that strangers send: each read in a process of its own, with a cap on memory.

Whatever a file does to the parser, the caller gets a table or a sentence.
"""

import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from imppulse.tables.columns import COLUMN_LIMIT
from imppulse.tables.errors import TableError
from imppulse.tables.foreign import converted, limit_memory, read_foreign
from imppulse.tables.formats import recognise
from imppulse.tables.table import Source, Table

MEGABYTE = 1024 * 1024
SOURCE, FRAME, FACTS = "source", "frame.arrow", "facts.json"
ROWS = "rows.arrow"


@dataclass(frozen=True)
class UploadLimits:
    """What an upload may weigh: as sent, as a table, and while it is read."""

    file: int = 32 * MEGABYTE
    table: int = 256 * MEGABYTE
    memory: int = 3 * 1024 * MEGABYTE  # address space, most of which is never touched


def read_upload(
    content: bytes,
    name: str,
    *,
    sheet: str | None = None,
    limits: UploadLimits | None = None,
) -> Table:
    """Read what was uploaded, or say what is wrong with it; nothing else can happen."""
    bounds = limits or UploadLimits()
    source = Source(name, content)
    if len(content) > bounds.file:
        raise source.error("upload_too_large", limit=f"{bounds.file // MEGABYTE} MB")
    format_name = recognise(source)
    if format_name in {"csv", "xlsx"}:
        table = _read_apart(source, sheet, bounds)
    else:
        table = read_foreign(source, format_name, bounds.memory)
    if table.frame.width > COLUMN_LIMIT:
        facts = {"found": table.frame.width, "most": COLUMN_LIMIT}
        raise source.error("too_many_columns", **facts)
    if table.frame.estimated_size() > bounds.table:
        raise source.error("too_large", limit=f"{bounds.table // MEGABYTE} MB")
    return replace(table, checksum=hashlib.sha256(content).hexdigest())


def _read_apart(source: Source, sheet: str | None, bounds: UploadLimits) -> Table:
    with tempfile.TemporaryDirectory(prefix="imppulse-") as name:
        folder = Path(name)
        (folder / SOURCE).write_bytes(source.content)
        asked = {"name": source.name, "sheet": sheet, "table": bounds.table}
        (folder / FACTS).write_text(json.dumps(asked), "utf-8")
        if not converted(folder, "imppulse.tables.contained", (str(bounds.memory),)):
            raise source.error("upload_unreadable")
        facts = json.loads((folder / FACTS).read_text("utf-8"))
        if "code" in facts:
            raise TableError(facts["code"], facts["facts"])
        return Table(
            frame=pl.read_ipc((folder / FRAME).read_bytes()),
            rows=pl.read_ipc((folder / ROWS).read_bytes())["row"].to_list(),
            **facts,
        )


def answer(folder: Path) -> None:
    """Read the file of a folder; write beside it the table, or what is wrong."""
    asked = json.loads((folder / FACTS).read_text("utf-8"))
    try:
        facts = _tabled(folder, asked)
    except TableError as wrong:
        facts = {"code": wrong.code, "facts": wrong.facts}
    (folder / FACTS).write_text(json.dumps(facts, default=str), "utf-8")


def _tabled(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from imppulse.tables.reading import read  # noqa: PLC0415 (only the process reads)

    content = (folder / SOURCE).read_bytes()
    table = read(content, name=asked["name"], sheet=asked["sheet"])
    if table.frame.estimated_size() > asked["table"]:
        limit = f"{asked['table'] // MEGABYTE} MB"
        raise table.error("too_large", limit=limit)
    table.frame.write_ipc(folder / FRAME)
    pl.DataFrame({"row": list(table.rows)}, {"row": pl.Int64}).write_ipc(folder / ROWS)
    return {"name": table.name, "format": table.format, "sheet": table.sheet}


if __name__ == "__main__":
    limit_memory(int(sys.argv[2]))
    answer(Path(sys.argv[1]))
