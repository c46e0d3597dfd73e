"""The margins file: what is known of the population, as weighting needs it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imppulse.tables.errors import TableError
from imppulse.tables.reading import read_source
from imppulse.tables.table import Source

SECTIONS = ("size", "margins", "crossed", "totals")
A_SIZE = "size = 6194"
A_MARGIN = "[margins.age_group], then “18 to 29” = 1200"
A_CROSSING = 'columns = ["sex", "age"], cells = [["f", "18 to 29", 600]]'
A_TOTAL = "[totals], then income = 125000"

Margin = tuple[str, ...]
Counts = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, kw_only=True)
class MarginsFile:
    """Population figures by column; levels are written as text."""

    margins: Mapping[Margin, Counts]
    totals: Mapping[str, float]
    size: float | None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for margin in self.margins for name in margin))


def read_margins(origin: Path | str | bytes, *, name: str | None = None) -> MarginsFile:
    """Read a margins file, or say which entry is unknown or wrong."""
    source = read_source(origin, name)
    entries = _parsed(source)
    for entry in entries:
        if entry not in SECTIONS:
            raise source.error("margins_unknown_entry", entry=entry, known=SECTIONS)
    crossed = entries.get("crossed", [])
    if not isinstance(crossed, list):
        raise _wrong(source, "crossed", crossed, A_CROSSING)
    size = entries.get("size")
    if size is not None and not _is_number(size):
        raise _wrong(source, "size", size, A_SIZE)
    return MarginsFile(
        margins=_margins(source, entries.get("margins", {}))
        | dict(_crossing(source, each) for each in crossed),
        totals=_numbers(source, "totals", entries.get("totals", {}), A_TOTAL),
        size=size,
    )


def _parsed(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise source.error(
            "margins_unreadable", found=str(reason), example=A_MARGIN
        ) from reason


def _margins(source: Source, margins: object) -> dict[Margin, Counts]:
    if not isinstance(margins, dict):
        raise _wrong(source, "margins", margins, A_MARGIN)
    return {
        (column,): {
            (level,): count
            for level, count in _numbers(
                source, f"margins.{column}", counts, A_MARGIN
            ).items()
        }
        for column, counts in margins.items()
    }


def _numbers(  # noqa: PLR0917 (where the entry is, and what it should be)
    source: Source, entry: str, values: object, example: str
) -> dict[str, float]:
    if not isinstance(values, dict):
        raise _wrong(source, entry, values, example)
    for name, value in values.items():
        if not _is_number(value):
            raise _wrong(source, f"{entry}.{name}", value, example)
    return values


def _crossing(source: Source, entry: object) -> tuple[Margin, Counts]:
    given = entry if isinstance(entry, dict) else {}
    columns, cells = given.get("columns", []), given.get("cells")
    if set(given) != {"columns", "cells"} or not _are_texts(columns) or not columns:
        raise _wrong(source, "crossed", entry, A_CROSSING)
    if not isinstance(cells, list):
        raise _wrong(source, "crossed.cells", cells, A_CROSSING)
    counts = {}
    for cell in cells:
        if not isinstance(cell, list) or len(cell) != len(columns) + 1:
            raise _wrong(source, "crossed.cells", cell, A_CROSSING)
        *levels, count = cell
        if not _is_number(count) or not _are_texts(levels):
            raise _wrong(source, "crossed.cells", cell, A_CROSSING)
        counts[tuple(levels)] = count
    return tuple(columns), counts


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(v, str) for v in values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong(  # noqa: PLR0917 (where the entry is, and what it should be)
    source: Source, entry: str, found: object, example: str
) -> TableError:
    return source.error(
        "margins_entry_wrong", entry=entry, found=str(found), example=example
    )
