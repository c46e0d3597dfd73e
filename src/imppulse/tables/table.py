from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from imppulse.tables.errors import TableError

Code = float | str
Labels = Mapping[str, Mapping[Code, str]]


@dataclass(frozen=True)
class Source:
    """Where bytes come from, as its reader would name it in a sentence."""

    name: str
    content: bytes = field(repr=False)

    def error(self, code: str, **facts: object) -> TableError:
        return TableError(code, {"file": self.name, **facts})


@dataclass(frozen=True)
class Table:
    """Rows of a file; `rows` are their numbers as the file shows them."""

    frame: pl.DataFrame
    name: str
    format: str
    checksum: str = ""
    labels: Labels = field(default_factory=dict)
    rows: Sequence[int] = ()
    sheet: str | None = None

    def with_frame(self, frame: pl.DataFrame) -> "Table":
        return replace(self, frame=frame)

    def row_number(self, index: int) -> int:
        return self.rows[index] if self.rows else index + 1

    def error(self, code: str, **facts: object) -> TableError:
        place = {"file": self.name} | ({"sheet": self.sheet} if self.sheet else {})
        return TableError(code, {**place, **facts})
