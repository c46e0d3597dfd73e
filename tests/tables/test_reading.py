import hashlib
import io
import zipfile
from datetime import date

import polars as pl
import pytest
from tests.tables.files import CSV, FRAME, parquet, statistical, workbook

from imppulse.tables import Source, Table, TableError, read
from imppulse.tables.formats import recognise


def refusal(content: bytes, **options: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(TableError) as caught:
        read(content, name="answers", **options)
    assert caught.value.facts.pop("file") == "answers"
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.replace(",", "\t").encode(),
        CSV.replace(",", ";").replace(".", ",").encode(),
        CSV.replace("\n", "\r\n").encode(),
        b'"district","D3","weight"\n"North",4,1.5\n"South",NA,0.5',
    ],
)
def test_delimited_text(content):
    table = read(content)
    assert table.format == "csv"
    assert table.frame.equals(FRAME)
    assert table.checksum == hashlib.sha256(content).hexdigest()


def test_text_of_other_alphabets_survives():
    assert read("ville,n\nŁódź,1\nLiège,2\n".encode()).frame["ville"].to_list() == [
        "Łódź",
        "Liège",
    ]


def test_codes_with_leading_zeros_stay_text():
    assert read(b"code,n\n075,1\n69,2\n").frame["code"].to_list() == ["075", "69"]


def test_rows_keep_their_line_numbers():
    table = read(b'a,b\n1,"two\nlines"\n\n3,4\n')
    assert list(table.rows) == [2, 5]


def test_one_column_needs_no_delimiter():
    assert read(b"n\n1\n2\n").frame["n"].to_list() == [1, 2]


def test_parquet(tmp_path):
    path = tmp_path / "misnamed.csv"
    path.write_bytes(parquet())
    table = read(path)
    assert (table.format, table.name) == ("parquet", "misnamed.csv")
    assert table.frame.equals(FRAME)


@pytest.mark.parametrize(
    ("name", "format_name"), [("sav", "spss"), ("zsav", "spss"), ("dta", "stata")]
)
def test_statistical_formats_bring_value_labels(tmp_path, name, format_name):
    table = read(statistical(tmp_path, name))
    assert table.format == format_name
    assert table.frame.equals(FRAME)
    assert table.labels == {"D3": {4: "Rather"}}


def test_workbook():
    rows = [["district", "D3", "on"], ["North", 4, date(2025, 3, 1)], ["South"]]
    table = read(workbook(("Answers", rows), ("Empty", [])))
    assert (table.format, table.sheet, list(table.rows)) == ("xlsx", "Answers", [2, 3])
    assert table.frame["D3"].to_list() == [4, None]
    assert table.frame["on"].dt.date().to_list() == [date(2025, 3, 1), None]


def test_workbook_mixed_column_is_text():
    table = read(workbook(("A", [["n"], [1.0], ["two"], [2.5]])))
    assert table.frame["n"].to_list() == ["1", "two", "2.5"]


def test_workbook_with_a_chosen_sheet():
    content = workbook(("A", [["n"], [1]]), ("B", [["n"], [2]]))
    assert read(content, sheet="B").frame["n"].to_list() == [2]
    assert refusal(content) == ("several_sheets", {"sheets": ["A", "B"]})
    assert refusal(content, sheet="C") == (
        "unknown_sheet",
        {"sheet_name": "C", "sheets": ["A", "B"]},
    )


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        (b"", "empty_file", {}),
        (b"\xef\xbb\xbf\n \n", "empty_file", {}),
        (b",,\n", "empty_file", {}),
        (b"a,b\n", "no_rows", {}),
        (b"a,b\n,\n", "no_rows", {}),
        (b"a,a\n1,2\n", "duplicate_column", {"column": "a", "numbers": [1, 2]}),
        (b"a,,b\n1,2,3\n", "column_without_name", {"number": 2}),
        (b"a,b\n1,2\n3\n", "ragged_row", {"row": 3, "found": 1, "expected": 2}),
        (b"a,b\n1,2,3\n", "ragged_row", {"row": 2, "found": 3, "expected": 2}),
        (
            b'a,b\n1,"open\n',
            "unreadable_line",
            {"line": 2, "found": "unexpected end of data"},
        ),
        (
            "ville,n\nParis,1\nLiège sud,2\n".encode("cp1252"),
            "windows_1252",
            {"line": 3, "offset": 18, "byte": "E8", "found": "Liège"},
        ),
        (
            b"\xef\xbb\xbfa,b\n1,\xff\x81\n",
            "wrong_encoding",
            {"line": 2, "offset": 9, "byte": "FF"},
        ),
        (b"\xff\xfea\x00b", "broken_file", {"format": "UTF-16"}),
        (b'{"a": 1}', "unsupported_format", {"found": "JSON"}),
        (b"<!DOCTYPE html><html>", "unsupported_format", {"found": "HTML"}),
        (b"%PDF-1.7", "unsupported_format", {"found": "PDF"}),
        (b"ab\x00\x01\x02", "unsupported_format", {"found": "binary"}),
        (parquet()[:-9], "broken_file", {"format": "parquet"}),
        (parquet(FRAME.clear()), "no_rows", {}),
        (parquet(pl.DataFrame()), "empty_file", {}),
        (workbook(("A", []))[:-40], "broken_file", {"format": "xlsx"}),
        (workbook(("A", [])), "empty_file", {}),
        (workbook(("A", [["a", "b"]])), "no_rows", {"sheet": "A"}),
        (
            workbook(("A", [["a", "a"], [1, 2]])),
            "duplicate_column",
            {"column": "a", "numbers": [1, 2], "sheet": "A"},
        ),
        (
            workbook(("A", [["a", None], [1, 2]])),
            "column_without_name",
            {"number": 2, "sheet": "A"},
        ),
        (
            workbook(("A", [["a", "b"], [1, "=A2*2"]])),
            "formula_without_value",
            {"sheet": "A", "cell": "B2"},
        ),
        (
            workbook(("A", [[], ["a", "b"], [1, "#DIV/0!"]])),
            "error_cell",
            {"sheet": "A", "cell": "B3", "found": "#DIV/0!"},
        ),
    ],
)
def test_what_is_wrong_is_named(content, code, facts):
    assert refusal(content) == (code, facts)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(TableError, match="there is no such file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(TableError, match="cannot be read"):
        read(tmp_path)


def test_result_is_a_table():
    assert isinstance(read(b"n\n1\n"), Table)


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def test_other_archives_are_named():
    assert refusal(zipped(a=b"1")) == ("unsupported_format", {"found": "ZIP"})
    opendocument = zipped(**{"mimetype": b"", "content.xml": b""})
    assert refusal(opendocument) == (
        "unsupported_format",
        {"found": "OpenDocument (.ods)"},
    )


def test_unpacking_has_a_limit(monkeypatch):
    monkeypatch.setattr("imppulse.tables.workbook.UNPACKED_LIMIT", 2 * 1024**2)
    bomb = zipped(**{"xl/workbook.xml": b"", "xl/worksheets/a.xml": b" " * 3 * 1024**2})
    assert len(bomb) < 10_000
    assert refusal(bomb) == ("too_large", {"limit": "2 MB"})


def test_sheet_has_a_limit(monkeypatch):
    monkeypatch.setattr("imppulse.tables.workbook.CELL_LIMIT", 3)
    assert refusal(workbook(("A", [["a", "b"], [1, 2]]))) == (
        "too_many_cells",
        {"most": "3", "sheet": "A"},
    )


def test_old_stata_files_are_recognised():
    assert recognise(Source("f", b"\x72\x02\x01\x00rest")) == "stata"
