"""Values of a series from a pasted or uploaded table; errors name row and column."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from imppulse.network.choices import Measure, Period

MOST_ROWS = 1200  # a hundred years of months
LONGEST_LINE = 1000
MOST_BYTES = 200_000
COLUMNS = ("period", "value", "cases")
# The French words for the same columns, as an agent of a city would write them.
ALIASES = {"période": "period", "valeur": "value", "nombre": "cases"}
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class ValueRow:
    begins_on: date
    value: float
    cases: int | None = None


@dataclass(frozen=True)
class Mistake:
    """What is wrong in one cell, and what to write instead."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Reading:
    rows: tuple[ValueRow, ...]
    mistakes: tuple[Mistake, ...]


def decoded(content: bytes) -> str:
    """Read what spreadsheets write: UTF-8, else the old Western encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_values(text: str, *, period: str, measure: str) -> Reading:
    """Read a table with a header; either every row is right or none is kept."""
    lines = [line[:LONGEST_LINE] for line in text.strip("\ufeff\r\n").splitlines()]
    if not lines:
        return _refused(1, "", _("There is nothing here: paste the table with its header."))  # fmt: skip
    if len(lines) > MOST_ROWS:
        sentence = _("There are more than %(most)d rows.") % {"most": MOST_ROWS}
        return _refused(MOST_ROWS + 1, "", sentence)
    table = csv.reader(lines, delimiter=_delimiter(lines[0]))
    written = [_clean(name) for name in next(table, [])]
    header = [ALIASES.get(name, name) for name in written]
    if missing := [name for name in COLUMNS[:2] if name not in header]:
        sentence = _("This column is missing; the header is: period, value, cases.")
        return _refused(1, missing[0], sentence)
    reading = _read_rows(table, header, period=period, measure=measure)
    as_written = dict(zip(header, written, strict=True))
    return replace(
        reading,
        mistakes=tuple(
            replace(each, column=as_written.get(each.column, each.column))
            for each in reading.mistakes
        ),
    )


def _read_rows(
    table: Iterator[list[str]], header: list[str], *, period: str, measure: str
) -> Reading:
    rows: dict[date, ValueRow] = {}
    mistakes: list[Mistake] = []
    for number, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        cell = dict(zip(header, map(str.strip, cells), strict=False))
        wrong = list(_mistakes(number, cell, period=period, measure=measure))
        mistakes += wrong
        if wrong:
            continue
        row = _row(cell)
        if row.begins_on in rows:
            sentence = _("%(found)s stands here a second time; keep one row of it.")
            mistakes.append(
                Mistake(number, "period", sentence % {"found": cell["period"]})
            )
        rows[row.begins_on] = row
    if not rows and not mistakes:
        return _refused(2, "", _("There is a header and no row under it."))
    return Reading(() if mistakes else tuple(rows.values()), tuple(mistakes))


def _mistakes(
    number: int, cell: dict[str, str], *, period: str, measure: str
) -> Iterator[Mistake]:
    found = cell.get("period", "")
    monthly = period == Period.MONTH
    if not (MONTH if monthly else YEAR).fullmatch(found):
        wanted = _("a month such as 2025-03") if monthly else _("a year such as 2025")
        yield Mistake(number, "period", _expected(found, wanted))
    value = _bare(cell.get("value", ""))
    if not NUMBER.fullmatch(value):
        yield Mistake(number, "value", _expected(cell.get("value", ""), _("a number")))
    elif measure == Measure.COUNT and not WHOLE.fullmatch(value):
        yield Mistake(number, "value", _expected(value, _("a whole number, 0 or more")))
    cases = _bare(cell.get("cases", ""))
    if cases and not WHOLE.fullmatch(cases):
        yield Mistake(
            number,
            "cases",
            _expected(cell["cases"], _("a whole number, or nothing")),
        )


def _row(cell: dict[str, str]) -> ValueRow:
    begins_on = beginning(cell["period"])
    value = float(_bare(cell["value"]).replace(",", "."))
    cases = _bare(cell.get("cases", ""))
    return ValueRow(begins_on, value, int(cases) if cases else None)


def beginning(period: str) -> date:
    """Return the first day of "2025" or "2025-03"."""
    year, _dash, month = period.partition("-")
    return date(int(year), int(month or 1), 1)


def _expected(found: str, wanted: str) -> str:
    if not found:
        return _("the cell is empty; write %(wanted)s") % {"wanted": wanted}
    return _("found “%(found)s”; write %(wanted)s") % {
        "found": found[:40],
        "wanted": wanted,
    }


def _refused(row: int, column: str, sentence: str) -> Reading:
    return Reading((), (Mistake(row, column, sentence),))


def _delimiter(header: str) -> str:
    return max((";", "\t", ","), key=header.count)


def _clean(name: str) -> str:
    return name.strip().strip('"').lower()


def _bare(number: str) -> str:
    """Drop the spaces that group thousands, and read the true minus."""
    return re.sub(r"[\s\u00a0\u202f]", "", number).replace("−", "-")
