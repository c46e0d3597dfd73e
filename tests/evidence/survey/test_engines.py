"""Whatever holds the rows, the numbers are the same to the last digits."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean, ratio
from imppulse.evidence.survey.totals import SUMS, totals

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
SCHOOLS = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("fpc1", "fpc2"))


def from_file(frame, folder):
    frame.write_parquet(folder / "answers.parquet")
    return folder / "answers.parquet"


ENGINES = {
    "polars lazy": lambda frame, _: frame.lazy(),
    "polars scan": lambda frame, folder: pl.scan_parquet(from_file(frame, folder)),
    "pandas": lambda frame, _: frame.to_pandas(),
    "pandas arrow": lambda frame, _: frame.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda frame, _: frame.to_arrow(),
    "duckdb": lambda frame, _: duckdb.connect().from_arrow(frame.to_arrow()),
    "duckdb file": lambda frame, folder: duckdb.connect().read_parquet(
        str(from_file(frame, folder))
    ),
}


@pytest.fixture(params=ENGINES)
def held(request, tmp_path):
    """Move a polars table to another engine."""
    return lambda frame: ENGINES[request.param](frame, tmp_path)


def same(found, expected):
    assert found.domains == expected.domains
    assert found.n.tolist() == expected.n.tolist()
    assert found.df.tolist() == expected.df.tolist()
    for name in ("estimate", "std_error", "ci_low", "ci_high", "deff"):
        numbers = getattr(expected, name)
        assert getattr(found, name) == pytest.approx(numbers, rel=1e-12, nan_ok=True)


def test_means_with_missing_answers_are_the_same(citysim, held):
    found, expected = (
        mean(frame, ("trust1", "fair1"), CITY, by=("city", "wave"))
        for frame in (held(citysim), citysim)
    )
    same(found, expected)


def test_ratios_are_the_same(citysim, held):
    found, expected = (
        ratio(frame, "fair1", "trust1", design=CITY, by="wave")
        for frame in (held(citysim), citysim)
    )
    same(found, expected)


def test_two_stages_are_the_same(oracle, held):
    schools = oracle("apiclus2")
    found, expected = (
        mean(frame, ("api00", "enroll"), SCHOOLS, by="awards")
        for frame in (held(schools), schools)
    )
    same(found, expected)


def test_a_column_without_any_answer_sums_to_zero(held):
    frame = pl.DataFrame(
        {"c": [1, 1, 2], "y": [1, 2, 3], "none": [None] * 3},
        schema_overrides={"none": pl.Float64},
    )
    table = totals(held(frame), SampleDesign(cluster="c"), ("none", "y"))
    for kind in SUMS:
        assert table.spread(kind, 0).ravel().tolist() == [0, 0]
    assert table.spread("total", 1).ravel().tolist() == [3, 3]


def test_weights_of_zero_count_for_nothing(held):
    frame = pl.DataFrame({"c": [1, 1, 2], "w": [0.0, 2.0, 1.0], "y": [1, 0, 1]})
    table = totals(held(frame), SampleDesign(weight="w", cluster="c"), "y")
    assert table.spread("answers", 0).ravel().tolist() == [1, 1]
    assert table.spread("total", 0).ravel().tolist() == [0, 1]


def test_labels_of_text_and_gaps_in_them_are_the_same(held):
    frame = pl.DataFrame(
        {
            "c": ["a", "b", "c", "c"],
            "side": ["police_officers", None, "population", "population"],
            "y": [True, False, None, True],
        }
    )
    table = totals(held(frame), SampleDesign(cluster="c"), "y", by="side")
    assert table.domains == (("police_officers",), ("population",))
    assert table.spread("answers", 0).tolist() == [[1, 0], [0, 0], [0, 1]]


def test_a_column_of_text_and_numbers_is_refused():
    frame = pd.DataFrame({"c": pd.Series([1, "a", 2], dtype=object), "y": [1, 2, 3]})
    with pytest.raises(EstimationError) as refused:
        totals(frame, SampleDesign(cluster="c"), "y")
    assert refused.value.code == "mixed_column"
    assert refused.value.facts == {"columns": ("c",)}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([0.0, 0.5, 1.0, 3.0]),
            st.one_of(st.none(), st.integers(-1, 2)),
            st.one_of(st.none(), st.integers(0, 5)),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_shortcuts_never_change_a_sum(rows):
    """Sums of complete and of 0/1 columns are taken over from others: check them."""
    cluster, w, y, x = zip(*rows, strict=True)
    columns = {"c": cluster, "w": w, "y": y, "x": x}
    types = {"y": pl.Int8, "x": pl.Int16}
    frame = pl.DataFrame(columns, schema_overrides=types)
    design = SampleDesign(weight="w", cluster="c")
    table = totals(frame, design, ("y", "x"), denominators={"x": "y"})
    w, y, x = (np.array([np.nan if v is None else v for v in each], float)
               for each in (w, y, x))  # fmt: skip
    terms = {"answers": w > 0, "weight": w, "total": w * y, "square": w * y * y}
    expected = [
        terms | {"denominator": w, "cross": w * y, "denominator_square": w},
        terms | {"total": w * x, "square": w * x * x, "denominator": w * y,
                 "cross": w * x * y, "denominator_square": w * y * y},
    ]  # fmt: skip
    known = [~np.isnan(y), ~np.isnan(y) & ~np.isnan(x)]
    for k, kinds in enumerate(expected):
        for kind, term in kinds.items():
            here = np.array(
                [known[k] & (np.array(cluster) == c) for c in sorted({*cluster})]
            )
            sums = [term[rows].sum() for rows in here]
            assert table.spread(kind, k)[:, 0].tolist() == pytest.approx(sums)
