import math

import polars as pl
import pytest

from imppulse.tables import (
    Table,
    TableError,
    read,
    require_columns,
    require_numbers,
    require_weights,
)


def table(text: str) -> Table:
    return read(text.encode(), name="answers.csv")


def refusal(check, *arguments):
    with pytest.raises(TableError) as caught:
        check(*arguments)
    return caught.value.code, caught.value.facts


def test_unknown_column_names_close_ones():
    answers = table("weight,D3,district\n1,2,3\n")
    require_columns(answers, ["weight", "D3"])
    assert refusal(require_columns, answers, ["Weigth"]) == (
        "unknown_column",
        {"file": "answers.csv", "column": "Weigth", "close": ["weight"]},
    )
    assert refusal(require_columns, answers, ["zzz"]) == (
        "unknown_column_far",
        {
            "file": "answers.csv",
            "column": "zzz",
            "columns": ["weight", "D3", "district"],
        },
    )


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("a\n1\n\nthree\n2\n", 4, "three"),
        ("a;b\n1,5;x\n;x\nabout 2;x\n", 4, "about 2"),
        ('a,b\n"1,5",x\n2,x\n', 2, "1,5"),
        ("a\n1\ninf\n", 3, "inf"),
    ],
)
def test_text_in_a_number_column(text, row, found):
    assert refusal(require_numbers, table(text), ["a"]) == (
        "text_in_number_column",
        {"file": "answers.csv", "column": "a", "row": row, "found": found},
    )


def test_numbers_are_converted():
    frame = pl.DataFrame(
        {"yes": [True, None], "code": ["075", None], "x": [1.5, float("nan")]}
    )
    frame = frame.with_columns(
        pl.col("x").alias("d").fill_nan(2).cast(pl.Decimal(4, 1))
    )
    found = require_numbers(Table(frame, "f", "parquet"), frame.columns).frame
    assert found.to_dict(as_series=False) == {
        "yes": [1, None],
        "code": [75, None],
        "x": [1.5, None],
        "d": [1.5, 2.0],
    }


def test_infinity_is_not_a_number():
    endless = Table(pl.DataFrame({"a": [1.0, float("inf")]}), "f", "parquet")
    code, facts = refusal(require_numbers, endless, ["a"])
    assert (code, facts["row"], facts["found"]) == (
        "text_in_number_column",
        2,
        math.inf,
    )


def test_all_missing():
    assert refusal(require_numbers, table("a,b\n,1\nNA,2\n"), ["a"]) == (
        "all_missing",
        {"file": "answers.csv", "column": "a"},
    )


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("w,b\n1,x\n,x\n", "missing_weight", {"row": 3}),
        ("w,b\n1,x\n-2.5,x\n", "negative_weight", {"row": 3, "found": -2.5}),
        ("w,b\n0,x\n0,x\n", "zero_weights", {}),
    ],
)
def test_weights(text, code, facts):
    assert refusal(require_weights, table(text), "w") == (
        code,
        {"file": "answers.csv", "column": "w", **facts},
    )


def test_usable_weights():
    assert require_weights(table("w\n0\n1.5\n"), "w").frame["w"].to_list() == [0, 1.5]
