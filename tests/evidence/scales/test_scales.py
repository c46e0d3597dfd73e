import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.scales import Index, IndexItem, add_indices

RESPECT = IndexItem("respect", 1, 4, missing=(7, 8, 9))
FAIR = IndexItem("fair", 1, 4, missing=(7, 8, 9))
EXPLAIN = IndexItem("explain", 1, 4, missing=(5, 7, 8, 9))
JOB = IndexItem("job", 1, 5, reversed=True, missing=(7, 8, 9))
ARRIVAL = IndexItem("arrival", 0, 10, missing=(55, 77, 88, 99))
FAIRNESS = Index("fairness", (RESPECT, FAIR, EXPLAIN), minimum_answered=2)

ANSWERS = {
    "respect": [4, 1, 8, None, 2],
    "fair": [4, 2, 4, 3, 9],
    "explain": [4, 3, 5, 5, None],
}
EXPECTED = [100.0, 100 / 3, None, None, None]


def scored(item, codes):
    frame = pl.DataFrame({item.name: codes})
    return add_indices(frame, [Index("index", (item,))])["index"].to_list()


def test_answers_become_0_to_100():
    assert scored(ARRIVAL, [0, 5, 10]) == [0, 50, 100]


def test_reversed_scale_has_its_good_end_at_100():
    assert scored(JOB, [1, 2, 5]) == [100, 75, 0]


def test_index_is_the_mean_of_what_was_answered_and_missing_below_the_minimum():
    done = add_indices(pl.DataFrame(ANSWERS), [FAIRNESS])
    assert done["fairness"].to_list() == pytest.approx(EXPECTED)


def test_code_5_on_the_1_to_4_scale_is_missing_because_keeping_it_raises_the_mean():
    """The trap of "nobody ever asks them to explain", read as the best answer."""
    codes = [1, 2, 3, 5, 5]
    ours = [score for score in scored(EXPLAIN, codes) if score is not None]
    trapped = scored(IndexItem("explain", 1, 5), codes)
    assert sum(ours) / len(ours) == pytest.approx(100 / 3)
    assert sum(trapped) / len(trapped) == pytest.approx(55)


def test_code_55_on_the_0_to_10_scale_is_missing():
    assert scored(ARRIVAL, [55, 10, None]) == [None, 100, None]


@pytest.mark.parametrize("code", [5, 0, 77])
def test_undeclared_code_is_refused_by_name(code):
    item = IndexItem("respect", 1, 4)
    with pytest.raises(EstimationError) as refusal:
        scored(item, [2, code])
    assert refusal.value.code == "code_off_scale"
    assert refusal.value.facts["item"] == "respect"
    assert refusal.value.facts["value"] == code


ENGINES = {
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "pyarrow": pa.table,
    "duckdb": lambda data: duckdb.from_arrow(pa.table(data)),
}


def as_list(frame):
    match frame:
        case pl.LazyFrame():
            return frame.collect()["fairness"].to_list()
        case pd.DataFrame():
            return [None if pd.isna(v) else v for v in frame["fairness"]]
        case pa.Table():
            return frame["fairness"].to_pylist()
        case duckdb.DuckDBPyRelation():
            return [row[0] for row in frame.select("fairness").fetchall()]
    return frame["fairness"].to_list()


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gets_its_own_frame_back_with_the_same_numbers(engine):
    frame = ENGINES[engine](ANSWERS)
    done = add_indices(frame, [FAIRNESS])
    assert type(done) is type(frame)
    assert as_list(done) == pytest.approx(EXPECTED)


def test_nan_is_a_missing_answer():
    assert scored(JOB, [float("nan"), 1.0]) == [None, 100]


def test_column_without_any_answer_gives_a_missing_index():
    assert scored(JOB, [None, None]) == [None, None]


def test_nothing_asked_changes_nothing():
    frame = pl.DataFrame(ANSWERS)
    assert_frame_equal(add_indices(frame, []), frame)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: IndexItem("q", 4, 4), "empty_scale"),
        (lambda: IndexItem("q", 1, 5, missing=(5,)), "missing_code_on_scale"),
        (lambda: Index("i", (RESPECT,), 2), "impossible_minimum"),
        (lambda: Index("i", (RESPECT,), 0), "impossible_minimum"),
        (lambda: Index("i", (RESPECT, RESPECT)), "repeated_item"),
        (lambda: scored(RESPECT, ["often"]), "not_numeric"),
        (lambda: add_indices(pl.DataFrame(), [FAIRNESS]), "unknown_column"),
        (
            lambda: add_indices(pl.DataFrame(ANSWERS), [Index("fair", (FAIR,))]),
            "column_taken",
        ),
    ],
)
def test_refusals(build, code):
    with pytest.raises(EstimationError) as refusal:
        build()
    assert refusal.value.code == code


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_reversing_a_scale_mirrors_the_index(codes):
    mirrored = IndexItem("arrival", 0, 10, reversed=True)
    pairs = zip(scored(ARRIVAL, codes), scored(mirrored, codes), strict=True)
    assert all(a + b == pytest.approx(100) for a, b in pairs)
