"""Texts of a questionnaire as a spreadsheet: one row a text, one column a language.

A translator fills the columns; what comes back is held to what went out.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from imppulse.tables.errors import TableError
from imppulse.tables.formats import recognise
from imppulse.tables.table import Source
from imppulse.tables.workbook import Limits, Numbered, every_sheet

SHEET = "texts"
KEY = "key"
LIMITS = Limits(unpacked=32 * 1024 * 1024, cells=100_000, rows=20_000)
WIDTH = 60  # of a column of texts, in characters
Texts = Mapping[str, Mapping[str, str]]  # key of a text: language: words


class TranslationRefused(TableError):  # noqa: N818 (a refusal that lists errors)
    """A sheet that cannot be taken in: every problem, row by row."""

    def __init__(self, problems: Sequence[TableError]) -> None:
        super().__init__(problems[0].code, problems[0].facts)
        self.problems = tuple(problems)


def write_texts(texts: Texts, languages: Sequence[str]) -> bytes:
    """Lay out texts for translation; the first language is the one to translate from."""
    book = Workbook(write_only=True)
    page = book.create_sheet(SHEET)
    page.freeze_panes = "C2"
    for position in range(1, len(languages) + 2):
        page.column_dimensions[get_column_letter(position)].width = WIDTH
    page.append([cell(page, name, bold=True) for name in (KEY, *languages)])
    for key, words in texts.items():
        line = (key, *(words.get(code, "") for code in languages))
        page.append([cell(page, text) for text in line])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cell(page: Worksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    made = WriteOnlyCell(page, text)
    made.data_type = "s"  # a text that opens with "=" is a text
    made.alignment = Alignment(wrap_text=True, vertical="top")
    made.font = Font(bold=bold)
    return made


@dataclass(frozen=True)
class Line:
    number: int
    key: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class TextSheet:
    """What a file holds: where its columns stand, and its lines."""

    source: Source
    letters: Mapping[str, str]
    lines: tuple[Line, ...]

    def problem(
        self, code: str, line: Line | None, column: str, **facts: object
    ) -> TableError:
        number = line.number if line else 1
        return self.source.error(
            code,
            sheet=SHEET,
            row=number,
            column=column,
            cell=f"{self.letters.get(column, '')}{number}",
            **facts,
        )


def read_texts(
    content: bytes, name: str, *, texts: Texts, languages: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Read back what `write_texts` gave out, by language and key.

    Raises
    ------
    TranslationRefused
        With every empty cell, changed original, placeholder, lost or added row.
    TableError
        Where the file is no workbook.
    """
    sheet = read_sheet(Source(name, content))
    problems = [*wrong_columns(sheet, languages)]
    problems = problems or [*wrong_rows(sheet, texts), *wrong_cells(sheet, texts, languages)]  # fmt: skip
    if problems:
        raise TranslationRefused(problems)
    return {
        code: {line.key: line.words[code] for line in sheet.lines} for code in languages
    }


def read_sheet(source: Source) -> TextSheet:
    if (found := recognise(source)) != "xlsx":
        raise source.error("translation_not_xlsx", format=found)
    try:
        sheets = every_sheet(source, LIMITS)
    except TableError:
        raise
    except Exception as reason:  # openpyxl fails on damaged files in any way
        raise source.error("broken_file", format="xlsx") from reason
    if not sheets.get(SHEET):
        raise source.error("translation_no_sheet", sheets=list(sheets))
    return laid_out(source, sheets[SHEET])


def laid_out(source: Source, rows: Sequence[Numbered]) -> TextSheet:
    names = [shown(value) for value in rows[0][1]]
    letters = {name: get_column_letter(i) for i, name in enumerate(names, 1) if name}
    lines = []
    for number, cells in rows[1:]:
        words = dict(zip(names, map(shown, cells), strict=False))
        if any(words.values()):
            lines.append(Line(number, words.get(KEY, ""), words))
    return TextSheet(source, letters, tuple(lines))


def shown(value: object) -> str:
    return "" if value is None else str(value).strip()


def wrong_columns(sheet: TextSheet, languages: Sequence[str]) -> Iterator[TableError]:
    wanted = (KEY, *languages)
    for name in wanted:
        if name not in sheet.letters:
            yield sheet.problem("translation_column_absent", None, name)
    for name in sheet.letters:
        if name not in wanted:
            yield sheet.problem(
                "translation_column_unknown", None, name, known=languages
            )


def wrong_rows(sheet: TextSheet, texts: Texts) -> Iterator[TableError]:
    seen: set[str] = set()
    for line in sheet.lines:
        if line.key not in texts:
            yield sheet.problem("translation_row_unknown", line, KEY, found=line.key)
        elif line.key in seen:
            yield sheet.problem("translation_row_twice", line, KEY, found=line.key)
        seen.add(line.key)
    for key in texts:
        if key not in seen:
            yield sheet.source.error("translation_row_lost", sheet=SHEET, key=key)


def wrong_cells(
    sheet: TextSheet, texts: Texts, languages: Sequence[str]
) -> Iterator[TableError]:
    """Find empty cells, a changed original, and placeholders that differ from it."""
    source, *others = languages
    for line in sheet.lines:
        if line.key not in texts:
            continue
        original = texts[line.key].get(source, "").strip()
        if line.words.get(source, "") != original:
            yield sheet.problem("translation_original", line, source, original=original)
        for code in others:
            yield from wrong_cell(sheet, line, code, original=original)


def wrong_cell(
    sheet: TextSheet, line: Line, code: str, *, original: str
) -> Iterator[TableError]:
    text = line.words.get(code, "")
    wanted, found = placeholders(original), placeholders(text)
    if not text:
        yield sheet.problem("translation_cell_empty", line, code, key=line.key)
    elif found is None:
        yield sheet.problem("translation_braces", line, code, found=text)
    elif wanted is not None and found != wanted:
        facts = {"found": sorted(found) or ["–"], "wanted": sorted(wanted) or ["–"]}
        yield sheet.problem("translation_placeholders", line, code, **facts)


def placeholders(text: str) -> set[str] | None:
    """Name what stands in braces; None where braces do not match."""
    try:
        return {
            f"{{{name}}}"
            for _, name, _, _ in Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        return None
