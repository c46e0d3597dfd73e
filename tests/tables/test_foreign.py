"""The process of its own, seen from inside."""

import json

import polars as pl
import pytest
from tests.tables.files import FRAME, parquet, statistical

from imppulse.tables.foreign import convert, plain


@pytest.mark.parametrize(
    ("name", "format_name", "labels"),
    [
        ("sav", "spss", {"D3": [[4.0, "Rather"]]}),
        ("dta", "stata", {"D3": [[4.0, "Rather"]]}),
        ("parquet", "parquet", {}),
    ],
)
def test_converts_to_arrow_and_labels(tmp_path, name, format_name, labels):
    content = parquet() if name == "parquet" else statistical(tmp_path, name)
    (tmp_path / "source").write_bytes(content)
    convert(tmp_path, format_name)
    assert pl.read_ipc(tmp_path / "frame.arrow").equals(FRAME)
    assert json.loads((tmp_path / "labels.json").read_text()) == labels


def test_one_kind_of_missing_and_whole_numbers():
    frame = pl.DataFrame(
        {"whole": [1.0, float("nan")], "half": [0.5, None], "text": ["", "a"]}
    ).with_columns(endless=pl.Series([1.0, float("inf")]), flag=pl.Series([True, None]))
    assert plain(frame).to_dict(as_series=False) == {
        "whole": [1, None],
        "half": [0.5, None],
        "text": [None, "a"],
        "endless": [1.0, float("inf")],
        "flag": [True, None],
    }
    assert plain(frame).schema["whole"] == pl.Int64
