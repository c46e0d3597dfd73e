"""The study file: what an answer file cannot say about itself.

territory = "Aubeval"
wave = 2026-03-15              # last day of the field work
simulated = true
self_selected = false          # true for any open link

[title]
en = "..."
fr = "..."

[force]
en = "the Municipal Police"
fr = "la Police municipale"
code = "pm"                    # value of the column `force`, when several are in

[design]                       # columns; all optional
weight = "weight"
strata = "stratum"
cluster = "cluster"
fpc = "fpc"
lonely = "refuse"

[columns]
side = "side"
force = "force"
district = "district"

[sides]                        # how the file writes each side
population = "population"
police_officers = "police_officers"

[items]                        # bank name = column, where they differ
fair_respect = "Q12"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from imppulse.tables.reading import read_source
from imppulse.tables.table import Source

LANGUAGES = ("en", "fr")
SIDES = ("population", "police_officers")
DESIGN = ("weight", "strata", "cluster", "fpc", "lonely")
TOP = (
    "territory", "wave", "simulated", "self_selected",
    "title", "force", "design", "columns", "sides", "items",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StudyFile:
    """A study as its file describes it; texts by language, columns by their use."""

    name: str
    title: Mapping[str, str]
    territory: str
    force: Mapping[str, str]
    force_code: str | None
    wave: date
    simulated: bool
    self_selected: bool
    design: Mapping[str, str]
    columns: Mapping[str, str]
    sides: Mapping[str, str]
    items: Mapping[str, str]


def read_study(origin: Path | str | bytes, *, name: str | None = None) -> StudyFile:
    """Read a study file, or say which entry is missing, unknown or of the wrong kind."""
    source = read_source(origin, name)
    entries = _Entries(source, _parsed(source))
    entries.only(TOP)
    force = entries.table("force").only((*LANGUAGES, "code"))
    return StudyFile(
        name=source.name,
        title=entries.table("title").only(LANGUAGES).texts(LANGUAGES),
        territory=entries.value("territory", str),
        force=force.texts(LANGUAGES),
        force_code=force.value("code", str, None),
        wave=entries.value("wave", date),
        simulated=entries.value("simulated", bool),
        self_selected=entries.value("self_selected", bool, default=False),
        design=entries.table("design", {}).only(DESIGN).texts(),
        columns=entries.table("columns", {})
        .only(("side", "force", "district"))
        .texts(),
        sides=entries.table("sides", {s: s for s in SIDES}).only(SIDES).texts(),
        items=entries.table("items", {}).texts(),
    )


def _parsed(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.content.decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        raise source.error("study_not_utf8", offset=reason.start) from reason
    except tomllib.TOMLDecodeError as reason:
        raise source.error("study_not_toml", found=str(reason)) from reason


REQUIRED: Any = object()


@dataclass(frozen=True)
class _Entries:
    source: Source
    values: Mapping[str, Any]
    path: str = ""

    def only(self, known: tuple[str, ...]) -> "_Entries":
        for entry in self.values:
            if entry not in known:
                raise self.source.error(
                    "study_unknown_entry", entry=self.path + entry, known=known
                )
        return self

    def value(self, entry: str, kind: type[Any], default: Any = REQUIRED) -> Any:
        found = self.values.get(entry, default)
        if found is REQUIRED:
            raise self.source.error("study_entry_missing", entry=self.path + entry)
        if found is not default and type(found) is not kind:
            raise self.source.error(
                "study_entry_kind",
                entry=self.path + entry,
                found=repr(found),
                example=EXAMPLES[kind],
            )
        return found

    def table(self, entry: str, default: Any = REQUIRED) -> "_Entries":
        values = self.value(entry, dict, default)
        return _Entries(self.source, values, f"{self.path}{entry}.")

    def texts(self, names: tuple[str, ...] | None = None) -> dict[str, str]:
        wanted = tuple(self.values) if names is None else names
        return {name: self.value(name, str) for name in wanted}


EXAMPLES: dict[type[Any], str] = {
    str: '"text"',
    bool: "true",
    date: "2026-03-15",
    dict: "[section]",
}
