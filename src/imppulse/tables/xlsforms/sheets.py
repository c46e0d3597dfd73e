"""The sheets of a workbook as rows of text, and what is wrong with them, cell by cell."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from imppulse.tables.errors import TableError
from imppulse.tables.table import Source
from imppulse.tables.workbook import Limits, Numbered, every_sheet
from imppulse.tables.xlsforms.headers import Header, header

LIMITS = Limits(unpacked=32 * 1024 * 1024, cells=200_000, rows=20_000)
Key = tuple[str, str]  # column, and language as it is called


class FormRefused(TableError):  # noqa: N818 (a refusal that lists errors)
    """A form that cannot be taken over: every problem, in the order of the sheets."""

    def __init__(self, problems: Sequence[TableError]) -> None:
        super().__init__(problems[0].code, problems[0].facts)
        self.problems = tuple(problems)


@dataclass
class Sheet:
    """Rows below the header; problems and notices are gathered, not raised."""

    source: Source
    name: str
    headers: Mapping[Key, Header]
    rows: tuple["Row", ...] = ()
    problems: list[TableError] = field(default_factory=list)
    notices: list[TableError] = field(default_factory=list)

    def refuse(self, problem: str, number: int, name: str, **facts: object) -> None:
        """Note what stands in the way, with its sheet, row and column."""
        place = self.place(number, name, str(facts.get("language", "")))
        self.problems.append(self.source.error(problem, **{**place, **facts}))

    def notice(self, remark: str, number: int, name: str, **facts: object) -> None:
        """Note what is taken over in another way, or left out."""
        place = self.place(number, name, str(facts.get("language", "")))
        self.notices.append(self.source.error(remark, **{**place, **facts}))

    def place(self, number: int, name: str, language: str) -> dict[str, object]:
        known = self.headers.get((name, language))
        return {
            "sheet": self.name,
            "row": number,
            "column": known.written if known else name,
            "cell": f"{known.letter if known else ''}{number}",
        }

    def languages(self, column: str) -> tuple[str, ...]:
        """List how the languages of a column are called; "" is a column without one."""
        return tuple(language for name, language in self.headers if name == column)


@dataclass(frozen=True)
class Row:
    sheet: Sheet = field(repr=False, compare=False)
    number: int
    cells: Mapping[Key, str]

    def get(self, column: str, language: str = "") -> str:
        return self.cells.get((column, language), "")

    def refuse(self, problem: str, name: str, **facts: object) -> None:
        found = self.get(name, str(facts.get("language", "")))
        self.sheet.refuse(problem, self.number, name, **{"found": found, **facts})

    def notice(self, remark: str, name: str, **facts: object) -> None:
        found = self.get(name, str(facts.get("language", "")))
        self.sheet.notice(remark, self.number, name, **{"found": found, **facts})


def read_sheets(source: Source) -> dict[str, Sheet]:
    return {
        title.strip().lower(): sheet(source, title.strip(), rows)
        for title, rows in every_sheet(source, LIMITS).items()
    }


def sheet(source: Source, title: str, rows: Sequence[Numbered]) -> Sheet:
    if not rows:
        return Sheet(source, title, {})
    (number, first), *body = rows
    headers = [
        header(shown(cell), get_column_letter(position))
        for position, cell in enumerate(first, 1)
    ]
    named = [each for each in headers if each.name]
    found = Sheet(source, title, {each.key: each for each in named})
    found.rows = tuple(laid_out(found, headers, body))
    for key, times in Counter(each.key for each in named).items():
        if times > 1:
            found.refuse("form_column_twice", number, key[0], language=key[1])
    refuse_unnamed(found, headers, body)
    return found


def laid_out(
    found: Sheet, headers: Sequence[Header], body: Sequence[Numbered]
) -> Iterator[Row]:
    for number, cells in body:
        pairs = zip(headers, map(shown, cells), strict=False)
        filled = {each.key: text for each, text in pairs if each.name and text}
        if filled:
            yield Row(found, number, filled)


def refuse_unnamed(
    found: Sheet, headers: Sequence[Header], body: Sequence[Numbered]
) -> None:
    """Refuse filled cells in columns without a name: nobody could say what they are."""
    for number, cells in body:
        for position, cell in enumerate(cells):
            named = position < len(headers) and headers[position].name
            if not named and (text := shown(cell)):
                place = f"{get_column_letter(position + 1)}{number}"
                found.refuse(
                    "form_cell_without_column", number, "", cell=place, found=text
                )


def shown(cell: object) -> str:
    """Give a cell as people read it: 1.0 is 1, spaces around it are not there."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell).strip()
