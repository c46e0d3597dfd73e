"""The same small table in every format."""

import io
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pyreadstat

CSV = "district,D3,weight\nNorth,4,1.5\nSouth,,0.5\n"
ROWS = {"district": ["North", "South"], "D3": [4, None], "weight": [1.5, 0.5]}
FRAME = pl.DataFrame(ROWS)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet(frame: pl.DataFrame = FRAME) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content)
    return content.getvalue()


def statistical(folder: Path, name: str) -> bytes:
    path = folder / f"answers.{name}"
    write = pyreadstat.write_dta if name == "dta" else pyreadstat.write_sav
    options = {"compress": True} if name == "zsav" else {}
    write(
        pd.DataFrame(ROWS),
        path,
        variable_value_labels={"D3": {4: "Rather"}},
        **options,
    )
    return path.read_bytes()
