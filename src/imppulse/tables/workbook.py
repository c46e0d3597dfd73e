"""Excel workbooks: the values last calculated, never the formulas."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from imppulse.tables.columns import MISSING, check_names
from imppulse.tables.table import Source, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

UNPACKED_LIMIT = 512 * 1024 * 1024
CELL_LIMIT = 20_000_000
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
Numbered = tuple[int, list[object]]


@dataclass(frozen=True)
class Limits:
    """What a workbook may hold, so that a small file cannot fill the memory."""

    unpacked: int
    cells: int
    rows: int = 1_048_576  # of the format itself


def every_sheet(source: Source, limits: Limits) -> dict[str, list[Numbered]]:
    """Read all sheets, their filled rows with their numbers; formulas by their results."""
    book = _book(source, limits)
    sheets = {page.title: _rows(source, page, limits) for page in book.worksheets}
    for name, rows in sheets.items():
        if rows:
            _refuse_unsaved_formulas(source, name)
    return sheets


def _book(source: Source, limits: Limits) -> Workbook:
    _refuse_bomb(source, limits)
    return _loaded(source, data_only=True)


def _loaded(source: Source, *, data_only: bool) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 - loads only when used

    content = io.BytesIO(source.content)
    return load_workbook(content, read_only=True, data_only=data_only)


def read_workbook(source: Source, sheet: str | None = None) -> Table:
    limits = Limits(UNPACKED_LIMIT, CELL_LIMIT)
    book = _book(source, limits)
    sheets = {page.title: page for page in book.worksheets}
    if sheet is not None and sheet not in sheets:
        raise source.error("unknown_sheet", sheet_name=sheet, sheets=list(sheets))
    wanted = [sheet] if sheet is not None else list(sheets)
    filled = {
        name: rows for name in wanted if (rows := _rows(source, sheets[name], limits))
    }
    if not filled:
        raise source.error("empty_file")
    if len(filled) > 1:
        raise source.error("several_sheets", sheets=list(filled))
    [(name, rows)] = filled.items()
    _refuse_unsaved_formulas(source, name)
    return _table(source, name, rows)


def _refuse_bomb(source: Source, limits: Limits) -> None:
    with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limits.unpacked:
        raise source.error("too_large", limit=f"{limits.unpacked // 1024**2} MB")


def _rows(source: Source, page: Worksheet, limits: Limits) -> list[Numbered]:
    # The size a sheet claims is often wrong: one formatted cell far below is enough
    page.reset_dimensions()
    kept: list[Numbered] = []
    cells = 0
    for number, row in enumerate(page.iter_rows(values_only=True), 1):
        cells += len(row)
        if number > limits.rows:
            most = f"{limits.rows:_}".replace("_", " ")
            raise source.error("too_many_rows", most=most, sheet=page.title)
        if cells > limits.cells:
            most = f"{limits.cells:_}".replace("_", " ")
            raise source.error("too_many_cells", most=most, sheet=page.title)
        if any(cell is not None for cell in row):
            kept.append((number, list(row)))
    return kept


def _refuse_unsaved_formulas(source: Source, name: str) -> None:
    """Refuse formulas without a stored result, which would read as missing answers."""
    if not _has_formulas(source):
        return
    shown, written = (
        _loaded(source, data_only=data_only)[name] for data_only in (True, False)
    )
    for values, formulas in zip(shown.iter_rows(), written.iter_rows(), strict=True):
        for value, formula in zip(values, formulas, strict=True):
            if formula.data_type == "f" and value.value is None:
                raise source.error(
                    "formula_without_value", sheet=name, cell=formula.coordinate
                )


def _has_formulas(source: Source) -> bool:
    with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
        pages = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return any(
            b"<f>" in text or b"<f " in text for text in map(archive.read, pages)
        )


def _table(source: Source, sheet: str, rows: list[Numbered]) -> Table:
    width = max(_width(row) for _, row in rows)
    (_, header), *body = [(number, _padded(row, width)) for number, row in rows]
    names = check_names(source, header, sheet)
    if not body:
        raise source.error("no_rows", sheet=sheet)
    if bad := _error_cell(body):
        raise source.error("error_cell", sheet=sheet, **bad)
    cells = zip(*(row for _, row in body), strict=True)
    columns = map(_column, names, cells)
    return Table(
        frame=pl.DataFrame(list(columns)),
        name=source.name,
        format="xlsx",
        rows=[number for number, _ in body],
        sheet=sheet,
    )


def _width(row: Sequence[object]) -> int:
    return max((i for i, cell in enumerate(row, 1) if cell is not None), default=0)


def _padded(row: Sequence[object], width: int) -> list[object]:
    return [*row[:width], *[None] * (width - len(row))]


def _error_cell(rows: list[Numbered]) -> dict[str, object]:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - loads only when used

    for number, row in rows:
        for position, cell in enumerate(row, 1):
            if cell in ERRORS:
                return {"cell": f"{get_column_letter(position)}{number}", "found": cell}
    return {}


def _column(name: str, cells: Sequence[object]) -> pl.Series:
    """Keep the type all cells share; a mixed column is text, as it is shown."""
    cells = [None if cell in MISSING else cell for cell in cells]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        whole = all(cell is None or float(cell).is_integer() for cell in cells)  # type: ignore[arg-type]  # only numbers are left
        return pl.Series(name, cells, dtype=pl.Int64 if whole else pl.Float64)
    if len(kinds) == 1:
        return pl.Series(name, cells)
    return pl.Series(name, [_shown(cell) for cell in cells], dtype=pl.String)


def _shown(cell: object) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if cell is None else str(cell)
