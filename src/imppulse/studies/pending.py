"""A delivered file until it is imported or discarded: beside the database, never in it.

Columns that would tell who answered are not written down at all.
"""

import datetime
import json
import shutil
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from imppulse.studies import storage
from imppulse.studies.models import Wave
from imppulse.tables.deliveries import Mapping, is_trace, read_mapping, write_mapping
from imppulse.tables.table import Table

FOLDER = "deliveries"
ROW = "row number in the file"
KEPT = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Delivery:
    table: Table
    mapping: Mapping
    traces: tuple[str, ...]
    received_on: datetime.date


def folder(wave: Wave) -> Path:
    return storage.location(f"{FOLDER}/{storage.stem(wave)}")


def without_traces(table: Table) -> tuple[Table, list[str]]:
    """Leave the columns that would tell who answered, and name them."""
    traces = [name for name in table.frame.columns if is_trace(name)]
    return table.with_frame(table.frame.drop(traces)), traces


def keep(wave: Wave, table: Table, mapping: Mapping, *, traces: list[str]) -> None:
    """Write a delivery down until somebody decides on it."""
    numbered = table.frame.with_columns(
        pl.Series(ROW, [table.row_number(i) for i in range(table.frame.height)])
    )
    facts: dict[str, Any] = {
        "name": table.name,
        "format": table.format,
        "sheet": table.sheet,
        "checksum": table.checksum,
        "labels": {name: list(pairs.items()) for name, pairs in table.labels.items()},
        "traces": traces,
        "received_on": timezone.localdate().isoformat(),
    }
    put(wave, "table.parquet", storage.parquet(numbered))
    put(wave, "facts.json", json.dumps(facts).encode())
    keep_mapping(wave, mapping)


def keep_mapping(wave: Wave, mapping: Mapping) -> None:
    put(wave, "mapping.toml", write_mapping(mapping).encode())


def put(wave: Wave, name: str, data: bytes) -> None:
    storage.put(f"{FOLDER}/{storage.stem(wave)}/{name}", data)


def read(wave: Wave) -> Delivery | None:
    """Read what waits for a wave; what has waited too long is gone."""
    found = folder(wave)
    if not (found / "mapping.toml").exists():
        return None
    if is_overdue(found):
        discard(wave)
        return None
    facts = json.loads((found / "facts.json").read_text("utf-8"))
    received = datetime.date.fromisoformat(facts["received_on"])
    frame = pl.read_parquet(BytesIO((found / "table.parquet").read_bytes()))
    mapping = read_mapping((found / "mapping.toml").read_bytes(), "mapping.toml")
    table = table_of(frame, facts)
    return Delivery(table, mapping, tuple(facts["traces"]), received)


def table_of(frame: pl.DataFrame, facts: AnyMapping[str, Any]) -> Table:
    return Table(
        frame=frame.drop(ROW),
        rows=frame[ROW].to_list(),
        labels={name: dict(pairs) for name, pairs in facts["labels"].items()},
        **{name: facts[name] for name in ("name", "format", "sheet", "checksum")},
    )


def discard(wave: Wave) -> None:
    shutil.rmtree(folder(wave), ignore_errors=True)


def is_overdue(found: Path) -> bool:
    facts = json.loads((found / "facts.json").read_text("utf-8"))
    received = datetime.date.fromisoformat(facts["received_on"])
    return timezone.localdate() - received > KEPT


def sweep() -> int:
    """Delete every delivered file that has waited too long."""
    waiting = storage.location(FOLDER).glob("*/facts.json")
    overdue = [facts.parent for facts in waiting if is_overdue(facts.parent)]
    for found in overdue:
        shutil.rmtree(found, ignore_errors=True)
    return len(overdue)
