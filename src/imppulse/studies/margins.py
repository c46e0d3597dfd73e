"""What is known of the population, as a file or a form gives it, laid over the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from imppulse.core.errors import Refused
from imppulse.studies.choices import AgeGroup, Side
from imppulse.studies.models import Wave
from imppulse.tables import TableError, read
from imppulse.tables.margins_file import read_margins
from imppulse.tables.sentences import sentence

COLUMNS = ("age_group", "gender", "district")
HEADER = ("column", "level", "population")
MERGED = "merged"
UNPLACED = "elsewhere"
NOT_SAID = "not_said"

Margins = Mapping[str, Mapping[str, float]]
Counts = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Levels:
    """The levels that the population's answers hold, by column that may be weighted."""

    counts: Mapping[str, Mapping[str, int]]
    not_said: Mapping[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name, found in self.counts.items() if len(found) > 1)


def levels(frame: pl.DataFrame) -> Levels:
    """Count the answers of the population by level; who did not say is counted apart."""
    people = frame.filter(pl.col("side") == Side.POPULATION)
    counts, silent = {}, {}
    for name in (c for c in COLUMNS if c in frame.columns):
        found = dict(people.group_by(name).len().iter_rows())
        silent[name] = found.pop(None, 0) + found.pop(UNPLACED, 0)
        counts[name] = dict(sorted(found.items()))
    return Levels(counts, silent)


def from_file(content: bytes, name: str, *, wave: Wave, language: str) -> Counts:
    """Read margins from a table (column, level, population), or from a margins file."""
    try:
        if PurePath(name).suffix.lower() == ".toml":
            return _from_toml(content, name)
        table = read(content, name=name)
    except TableError as error:
        raise Refused(error.code, sentence(error, language)) from error
    if [c.strip().lower() for c in table.frame.columns[:3]] != list(HEADER):
        problem = _(
            "The first three columns of the file must be %(header)s; they are %(found)s."
        )
        facts = {
            "header": ", ".join(HEADER),
            "found": ", ".join(table.frame.columns[:3]),
        }
        raise Refused("margins_header", problem % facts)
    rows = table.frame.rows()
    return _gathered([(str(c), str(level), n) for c, level, n, *_rest in rows], wave)


def _from_toml(content: bytes, name: str) -> Counts:
    file = read_margins(content, name=name)
    if file.totals or any(len(margin) > 1 for margin in file.margins):
        raise Refused(
            "margins_crossed",
            _("Here margins are of one column each; use the command line for more."),
        )
    return {
        margin[0]: {level[0]: float(count) for level, count in counts.items()}
        for margin, counts in file.margins.items()
    }


def _gathered(rows: list[tuple[str, str, object]], wave: Wave) -> Counts:
    codes = level_codes(wave)
    found: Counts = {}
    for line, (column, level, count) in enumerate(rows, start=2):
        if column not in COLUMNS:
            problem = _("Line %(line)s: “%(found)s” is none of %(known)s.")
            facts = {"line": line, "found": column, "known": ", ".join(COLUMNS)}
            raise Refused("margins_column", problem % facts)
        code = codes.get(column, {}).get(level.strip().lower(), level.strip())
        if code in found.setdefault(column, {}):
            problem = _("Line %(line)s: “%(level)s” is there twice.")
            raise Refused("margins_twice", problem % {"line": line, "level": level})
        found[column][code] = _number(count, line)
    return found


def _number(value: object, line: int) -> float:
    try:
        return float(str(value).replace("\u202f", "").replace(" ", ""))
    except ValueError as error:
        problem = _("Line %(line)s: “%(found)s” is not a number of people.")
        facts = {"line": line, "found": str(value)[:40]}
        raise Refused("margins_number", problem % facts) from error


def level_codes(wave: Wave) -> dict[str, dict[str, str]]:
    """Know a level by its code and by its names in every language."""
    ages = {code: code for code in AgeGroup.values}
    for language, _name in settings.PUBLICATION_LANGUAGES:
        with override(language):
            ages |= {str(label).lower(): code for code, label in AgeGroup.choices}
    districts = wave.study.territory.districts.values_list("code", "name")
    named = {name.lower(): code for code, name in districts}
    return {
        "age_group": ages,
        "district": named | {code: code for code, _n in districts},
    }


def fitted(margins: Margins, found: Levels) -> Counts:
    """Bring margins to the levels that the answers hold.

    Districts without a name of their own in the answers lie in “merged” when there is one.
    Who did not say keeps the share of the answers that they are.
    """
    return {
        column: _with_silent(
            _with_merged(dict(counts), found.counts[column]),
            found.not_said[column],
            sum(found.counts[column].values()),
        )
        for column, counts in margins.items()
    }


def _with_merged(counts: dict[str, float], held: Mapping[str, int]) -> dict[str, float]:
    if MERGED not in held or MERGED in counts:
        return counts
    absent = [level for level in counts if level not in held]
    rest = {level: n for level, n in counts.items() if level in held}
    return rest | {MERGED: sum(counts[level] for level in absent)} if absent else counts


def _with_silent(
    counts: dict[str, float], silent: int, placed: int
) -> dict[str, float]:
    if not silent:
        return counts
    total, share = sum(counts.values()), silent / (silent + placed)
    shrunk = {level: n * (1 - share) for level, n in counts.items()}
    return shrunk | {NOT_SAID: total * share}
