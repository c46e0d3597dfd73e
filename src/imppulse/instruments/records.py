"""Read records of the bank strictly: every field typed, none unknown, none left out."""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.texts import Text

Kind = TypeVar("Kind", bound=StrEnum)
Value = TypeVar("Value")

JSON_NAMES: dict[type, str] = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class Record:
    """One table of a file, which knows where it stands and which fields were read."""

    def __init__(self, values: dict[str, Any], *, file: str, name: str) -> None:
        self.values = values
        self.file = file
        self.name = name
        self.unread = set(values)

    def fail(self, field: str, message: str) -> NoReturn:
        raise InstrumentError(message, place=f"{self.file}, {self.name}, {field}")

    def has(self, field: str) -> bool:
        return field in self.values

    def read(self, field: str, kind: type[Value]) -> Value:
        if field not in self.values:
            self.fail(field, "missing")
        self.unread.discard(field)
        value = self.values[field]
        # TOML's true is Python's True, which is also an int.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(field, f"must be {JSON_NAMES[kind]}, not {value!r}")
        return value

    def string(self, field: str) -> str:
        value = self.read(field, str).strip()
        if not value:
            self.fail(field, "empty")
        return value

    def flag(self, field: str) -> bool:
        return self.read(field, bool) if self.has(field) else False

    def text(self, field: str) -> Text:
        table = self.table(field)
        text = Text(table.string("en"), table.string("fr"))
        table.finish()
        return text

    def choice(self, field: str, kind: type[Kind]) -> Kind:
        return self.as_choice(field, self.string(field), kind)

    def choices(self, field: str, kind: type[Kind]) -> tuple[Kind, ...]:
        return tuple(self.as_choice(field, name, kind) for name in self.names(field))

    def as_choice(self, field: str, value: str, kind: type[Kind]) -> Kind:
        if value not in set(kind):
            self.fail(field, f"{value!r} is none of {', '.join(kind)}")
        return kind(value)

    def names(self, field: str) -> tuple[str, ...]:
        values = self.read(field, list) if self.has(field) else []
        for value in values:
            if not isinstance(value, str):
                self.fail(field, f"must hold names in quotes, not {value!r}")
        if len(set(values)) != len(values):
            self.fail(field, "names something twice")
        return tuple(values)

    def table(self, field: str) -> "Record":
        return self.inner(field, self.read(field, dict))

    def tables(self, field: str) -> Iterator["Record"]:
        for number, values in enumerate(self.read(field, list), start=1):
            if not isinstance(values, dict):
                self.fail(field, f"must hold tables, not {values!r}")
            yield self.inner(f"{field} {number}", values)

    def inner(self, field: str, values: dict[str, Any]) -> "Record":
        return Record(values, file=self.file, name=f"{self.name}, {field}")

    def finish(self) -> None:
        for field in sorted(self.unread):
            self.fail(field, "unknown field")


def read_records(folder: Path) -> Iterator[Record]:
    """Give every record of every TOML file in a folder, in the order written."""
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        file = f"{folder.name}/{path.name}"
        for name, values in parse(path, file).items():
            if not isinstance(values, dict):
                raise InstrumentError("must be a [table]", place=f"{file}, {name}")
            if name in seen:
                message = f"already in {seen[name]}"
                raise InstrumentError(message, place=f"{file}, {name}")
            seen[name] = file
            yield Record(values, file=file, name=name)


def parse(path: Path, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(f"not valid TOML: {error}", place=file) from error
