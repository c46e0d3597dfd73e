"""Which column of a file is which question, and which value which answer.

[columns]
"G01Q02[SQ001]" = "fair_respect"
"age"           = ""                 # left out

[values.fair_respect]
"Often" = 3
"no idea" = ""                       # no answer

[constants]
side = "population"                  # of the whole file
"""

import json
import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any

from imppulse.tables.table import Source

Value = int | str
EXAMPLE = {
    "columns": '"column of the file" = "question"',
    "values": '"Often" = 3',
    "constants": 'side = "population"',
}


@dataclass(frozen=True)
class Mapping:
    """Columns of a file by the questions they answer; "" is left out."""

    columns: AnyMapping[str, str] = field(default_factory=dict)
    values: AnyMapping[str, AnyMapping[str, Value]] = field(default_factory=dict)
    constants: AnyMapping[str, str] = field(default_factory=dict)

    @property
    def by_target(self) -> dict[str, str]:
        return {target: column for column, target in self.columns.items() if target}


def write_mapping(mapping: Mapping) -> str:
    """Write a mapping as TOML; strings of JSON are strings of TOML."""
    lines = ["[columns]"]
    lines += [f"{quoted(c)} = {quoted(t)}" for c, t in mapping.columns.items()]
    for target, values in mapping.values.items():
        lines += ["", f"[values.{quoted(target)}]"]
        lines += [f"{quoted(found)} = {quoted(to)}" for found, to in values.items()]
    lines += ["", "[constants]"]
    lines += [f"{quoted(n)} = {quoted(v)}" for n, v in mapping.constants.items()]
    return "\n".join(lines) + "\n"


def quoted(value: Value) -> str:
    # TOML has no escape for DEL, and wants it escaped as JSON does not
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_mapping(content: bytes, name: str) -> Mapping:
    source = Source(name, content)
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as reason:
        raise source.error("mapping_not_toml", found=str(reason)) from reason
    for entry, held in given.items():
        if entry not in EXAMPLE or not isinstance(held, dict):
            raise wrong(source, entry, held, section="columns")
    values = {
        target: entries(source, f"values.{target}", held, kinds=(int, str))
        for target, held in given.get("values", {}).items()
    }
    return Mapping(
        columns=entries(source, "columns", given.get("columns", {}), kinds=(str,)),
        values=values,
        constants=entries(
            source, "constants", given.get("constants", {}), kinds=(str,)
        ),
    )


def entries(
    source: Source, place: str, held: Any, *, kinds: tuple[type, ...]
) -> dict[str, Any]:
    section = place.partition(".")[0]
    if not isinstance(held, dict):
        raise wrong(source, place, held, section=section)
    for name, value in held.items():
        if type(value) not in kinds:
            raise wrong(source, f"{place}.{name}", value, section=section)
    return held


def wrong(source: Source, entry: str, found: object, *, section: str) -> Exception:
    example = f"[{section}] {EXAMPLE[section]}"
    facts = {"entry": entry, "found": repr(found), "example": example}
    return source.error("mapping_entry_wrong", **facts)
