"""Formats read by compiled parsers, each file in a process of its own.

A damaged SPSS file can crash the parser, and a crash must not take a server with it.
The process answers with an Arrow file and the value labels.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from imppulse.tables.table import Labels, Source, Table

PATIENCE = 300  # seconds
MEMORY = 8 * 1024**3  # address space of the process, in bytes
FRAME, LABELS = "frame.arrow", "labels.json"


def read_foreign(source: Source, format_name: str, memory: int = MEMORY) -> Table:
    with tempfile.TemporaryDirectory(prefix="imppulse-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(source.content)
        if not converted(folder, "imppulse.tables.foreign", (format_name, str(memory))):
            raise source.error("broken_file", format=format_name)
        frame = pl.read_ipc((folder / FRAME).read_bytes())
        labels = json.loads((folder / LABELS).read_text("utf-8"))
    if not frame.width:
        raise source.error("empty_file")
    if not frame.height:
        raise source.error("no_rows")
    return Table(
        frame=frame,
        name=source.name,
        format=format_name,
        labels={column: dict(pairs) for column, pairs in labels.items()},
    )


def converted(folder: Path, module: str, arguments: tuple[str, ...]) -> bool:
    """Run one of our modules on a folder; False when it failed, whatever the way."""
    try:
        done = subprocess.run(  # noqa: S603 (our own module; the folder is ours too)
            [sys.executable, "-m", module, str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            # One thread: each would reserve memory of its own.
            env={**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def convert(folder: Path, format_name: str) -> None:
    """Write what the parser finds in `source`; any failure is the caller's to name."""
    source = folder / "source"
    frame, labels = _parsers()[format_name](source)
    plain(frame).write_ipc(folder / FRAME)
    pairs = {column: list(names.items()) for column, names in labels.items()}
    (folder / LABELS).write_text(json.dumps(pairs), "utf-8")


def _parsers() -> dict[str, Any]:
    return {
        "parquet": lambda path: (pl.read_parquet(path, memory_map=False), {}),
        "spss": _statistical("read_sav"),
        "stata": _statistical("read_dta"),
    }


def _statistical(reader: str) -> Any:
    def read(path: Path) -> tuple[pl.DataFrame, Labels]:
        import pyreadstat  # noqa: PLC0415 (only the process that needs it loads it)

        frame, facts = getattr(pyreadstat, reader)(path, output_format="polars")
        return frame, facts.variable_value_labels

    return read


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """One kind of missing, and whole numbers as whole numbers.

    Both formats keep every number as a float, missing ones as NaN.
    """
    return frame.select(_plain(frame[name]) for name in frame.columns)


def _plain(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.set(column == "", None)
    if not column.dtype.is_float():
        return column
    column = column.fill_nan(None)
    whole = column.drop_nulls()
    if whole.is_finite().all() and (whole == whole.round()).all():
        return column.cast(pl.Int64, strict=False)
    return column


def limit_memory(memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 (does not exist on Windows)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    limit_memory(int(sys.argv[3]))
    convert(Path(sys.argv[1]), sys.argv[2])
