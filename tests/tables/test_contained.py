"""What strangers send is read apart: a table, or one sentence of ours."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.tables.files import CSV, FRAME, parquet, workbook

from imppulse.tables import TableError
from imppulse.tables.contained import MEGABYTE, UploadLimits, read_upload

SMALL = UploadLimits(table=MEGABYTE // 4)


def refusal(content, limits=None):
    with pytest.raises(TableError) as refused:
        read_upload(content, "answers", limits=limits)
    return refused.value


def test_a_table_comes_back_as_it_would_be_read_here():
    table = read_upload(b"\n" + CSV.encode(), "answers.csv")
    assert_frame_equal(table.frame, FRAME)
    assert (table.name, table.format, list(table.rows)) == (
        "answers.csv",
        "csv",
        [3, 4],
    )
    assert len(table.checksum) == 64


def test_an_error_comes_back_with_its_place():
    error = refusal(workbook(("A", [["a", "b"], [1, "#DIV/0!"]])))
    assert str(error).startswith(
        "answers, sheet “A”, cell B2: the formula gives #DIV/0!"
    )


def test_a_file_that_is_too_large_is_not_read():
    error = refusal(b"a,b\n" * 100, UploadLimits(file=100))
    assert error.code == "upload_too_large"


@pytest.mark.parametrize(
    "content",
    [b"a,b\n" + b"1,2\n" * 20_000, parquet(pl.DataFrame({"a": range(40_000)}))],
)
def test_a_table_that_is_too_large_is_refused(content):
    assert refusal(content, SMALL).code == "too_large"


def test_a_reader_that_runs_out_of_memory_is_a_refusal():
    error = refusal(CSV.encode(), UploadLimits(memory=60 * MEGABYTE))
    assert error.code == "upload_unreadable"
    error = refusal(parquet(), UploadLimits(memory=60 * MEGABYTE))
    assert error.code == "broken_file"


def test_too_many_columns_are_refused_before_they_take_minutes():
    row = ",".join(f"c{n}" for n in range(5_001))
    error = refusal(f"{row}\n{row}\n".encode())
    assert (error.code, error.facts["found"]) == ("too_many_columns", 5_001)
    wide = pl.DataFrame({f"c{n}": [1] for n in range(5_001)})
    assert refusal(parquet(wide)).code == "too_many_columns"
