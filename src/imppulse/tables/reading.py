import hashlib
import warnings
from dataclasses import replace
from pathlib import Path

from imppulse.tables.delimited import read_delimited
from imppulse.tables.errors import TableError
from imppulse.tables.foreign import read_foreign
from imppulse.tables.formats import recognise
from imppulse.tables.table import Source, Table
from imppulse.tables.workbook import read_workbook


def read(
    origin: Path | str | bytes, *, name: str | None = None, sheet: str | None = None
) -> Table:
    """Read a table from a file or its bytes, told by content and never by extension.

    Either the whole table is returned or a TableError says what is wrong, and where.
    """
    source = read_source(origin, name)
    format_name = recognise(source)
    try:
        table = _read(source, format_name, sheet)
    except TableError:
        raise
    except Exception as reason:  # parsers fail on damaged files in any way
        raise source.error("broken_file", format=format_name) from reason
    return replace(table, checksum=hashlib.sha256(source.content).hexdigest())


def read_source(origin: Path | str | bytes, name: str | None) -> Source:
    if isinstance(origin, bytes):
        return Source(name or "file", origin)
    path = Path(origin)
    try:
        return Source(name or path.name, path.read_bytes())
    except FileNotFoundError as reason:
        raise TableError("no_such_file", {"file": str(path)}) from reason
    except OSError as reason:
        raise TableError(
            "unreadable_file", {"file": str(path), "found": reason.strerror}
        ) from reason


def _read(source: Source, format_name: str, sheet: str | None) -> Table:
    if format_name == "csv":
        return read_delimited(source)
    if format_name == "xlsx":
        with warnings.catch_warnings():
            # openpyxl warns of drop-down lists and the like, which hold no answers
            warnings.simplefilter("ignore")
            return read_workbook(source, sheet)
    return read_foreign(source, format_name)
