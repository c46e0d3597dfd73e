"""Whatever bytes arrive: a table, or a TableError that says what is wrong."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.tables.files import CSV, ROWS, parquet, statistical, workbook

from imppulse.tables import TableError, read
from imppulse.tables.table_sentences import TABLE_SENTENCES

TEXTS = [CSV.encode(), CSV.encode("utf-16"), CSV.replace(",", ";").encode("cp1252")]
WORKBOOK = workbook(("A", [list(ROWS), ["North", 4, "=1+1"], ["South", None, 0.5]]))
edits = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8
)
cut = st.one_of(st.just(1.0), st.floats(0, 1))
unhurried = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def damaged(content: bytes, changes: list[tuple[float, int]], kept: float) -> bytes:
    changed = bytearray(content)
    for place, byte in changes:
        changed[int(place * len(changed))] = byte
    return bytes(changed[: int(kept * len(changed))])


def read_or_refuse(content: bytes) -> None:
    try:
        height = read(content, name="answers").frame.height
    except TableError as refused:
        error = refused
    else:
        assert height > 0
        return
    assert "\n" not in str(error)
    assert set(re.findall(r"{(\w+)}", TABLE_SENTENCES[error.code])) <= {
        "place",
        *error.facts,
    }


@given(st.binary(max_size=300))
@settings(max_examples=150, **unhurried)
def test_any_bytes(content):
    read_or_refuse(content)


@given(st.text(max_size=200))
@settings(max_examples=150, **unhurried)
def test_any_text(text):
    read_or_refuse(text.encode("utf-8", "replace"))


@given(st.sampled_from(TEXTS), edits, cut)
@settings(max_examples=150, **unhurried)
def test_damaged_text(content, changes, kept):
    read_or_refuse(damaged(content, changes, kept))


@given(edits, cut)
@settings(max_examples=100, **unhurried)
def test_damaged_workbook(changes, kept):
    read_or_refuse(damaged(WORKBOOK, changes, kept))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["parquet", "sav", "zsav", "dta"])
def test_damaged_binary_file_cannot_take_the_process_down(tmp_path, name):
    whole = parquet() if name == "parquet" else statistical(tmp_path, name)

    @given(edits, cut)
    @settings(max_examples=6, **unhurried)
    def check(changes, kept):
        read_or_refuse(damaged(whole, changes, kept))

    check()
