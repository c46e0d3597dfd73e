"""Entries of a TOML file, each held to its kind; what is wrong is said by its name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from imppulse.tables.errors import TableError
from imppulse.tables.table import Source

REQUIRED: Any = object()


def parsed(source: Source) -> dict[str, Any]:
    """Read TOML, in UTF-8 with or without a byte order mark."""
    try:
        return tomllib.loads(source.content.decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        raise source.error("plan_not_utf8", offset=reason.start) from reason
    except tomllib.TOMLDecodeError as reason:
        raise source.error("plan_not_toml", found=str(reason)) from reason


@dataclass(frozen=True)
class Entries:
    """A table of a plan file; `path` is its name with a point behind."""

    source: Source
    values: Mapping[str, Any]
    path: str = ""

    def wrong(self, entry: str, example: str) -> TableError:
        """Say what an entry holds and what to write instead."""
        name, found = self.path + entry, shown(self.values.get(entry))
        return self.source.error(
            "plan_entry_wrong", entry=name, found=found, example=example
        )

    def only(self, *known: str) -> "Entries":
        for entry in self.values:
            if entry not in known:
                raise self.source.error(
                    "plan_unknown_entry", entry=self.path + entry, known=known
                )
        return self

    def part(self, entry: str) -> "Entries | None":
        """Give a section of the file; None where it is not written."""
        if entry not in self.values:
            return None
        if not isinstance(self.values[entry], dict):
            raise self.wrong(entry, f"[{self.path}{entry}]")
        return Entries(self.source, self.values[entry], f"{self.path}{entry}.")

    def section(self, entry: str) -> "Entries":
        part = self.part(entry)
        if part is None:
            raise self.missing(entry, f"[{self.path}{entry}]")
        return part

    def missing(self, entry: str, example: str) -> TableError:
        return self.source.error(
            "plan_entry_missing", entry=self.path + entry, example=example
        )

    def text(self, entry: str, default: Any = REQUIRED) -> Any:
        found = self._found(entry, default, f'{entry} = "text"')
        if found is not default and not (isinstance(found, str) and found.strip()):
            raise self.wrong(entry, f'{entry} = "text"')
        return found

    def flag(self, entry: str, default: Any = REQUIRED) -> Any:
        found = self._found(entry, default, f"{entry} = false")
        if not isinstance(found, bool):
            raise self.wrong(entry, f"{entry} = true, {entry} = false")
        return found

    def day(self, entry: str, default: Any = REQUIRED) -> Any:
        example = f"{entry} = 2026-03-15"
        found = self._found(entry, default, example)
        if found is not default and type(found) is not date:
            raise self.wrong(entry, example)
        return found

    def choice(
        self, entry: str, known: tuple[str, ...], default: Any = REQUIRED
    ) -> str:
        found = self._found(entry, default, f'{entry} = "{known[0]}"')
        if found not in known:
            examples = ", ".join(f'{entry} = "{each}"' for each in known)
            raise self.wrong(entry, examples)
        return str(found)

    def whole(self, entry: str, least: int, default: Any = REQUIRED) -> Any:
        example = f"{entry} = {max(least, 4)}"
        found = self._found(entry, default, example)
        if type(found) is not int or found < least:
            raise self.wrong(entry, example)
        return found

    def number(
        self, entry: str, *, low: float, high: float, default: Any = REQUIRED
    ) -> Any:
        example = f"{entry} = {0.25 if high <= 1 else max(low, 5.0)}"
        found = self._found(entry, default, example)
        if found is not default and not (is_number(found) and low <= found <= high):
            raise self.wrong(entry, example)
        return found if found is None else float(found)

    def label(self, entry: str, default: Any) -> Any:
        """Give a value as a file of answers writes it: text or a whole number."""
        found = self.values.get(entry, default)
        if type(found) not in {str, int}:
            raise self.wrong(entry, f'{entry} = "text", {entry} = 1')
        return str(found)

    def range(
        self, entry: str, *, low: float, high: float, default: Any = REQUIRED
    ) -> tuple[float, float]:
        """Give two numbers, the smaller first; one number is a range of itself."""
        example = f"{entry} = {'[0.2, 0.4]' if high <= 1 else '[0, 8]'}"
        found = self._found(entry, default, example)
        ends = found if isinstance(found, list | tuple) else [found, found]
        if len(ends) != 2 or not all(is_number(end) for end in ends):
            raise self.wrong(entry, example)
        if not low <= ends[0] <= ends[1] <= high:
            raise self.wrong(entry, example)
        return float(ends[0]), float(ends[1])

    def _found(self, entry: str, default: Any, example: str) -> Any:
        found = self.values.get(entry, default)
        if found is REQUIRED:
            raise self.missing(entry, example)
        return found


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
