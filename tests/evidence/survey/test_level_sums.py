"""The pass over codes gives the sums of the rows, however they come."""

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey import level_sums, summands
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.rows import RowRequest
from imppulse.evidence.survey.totals import totals

DESIGN = SampleDesign(weight="w", strata="h", cluster="c")
ITEMS = ["binary", "scale", "gaps", "whole", "truth"]
TYPES = {
    "h": pl.Int8,
    "c": pl.UInt32,
    "by": pl.Boolean,
    "w": pl.Float64,
    "binary": pl.Int8,
    "scale": pl.UInt8,
    "gaps": pl.Int8,
    "whole": pl.Int64,
    "truth": pl.Boolean,
}
ROW = st.tuples(
    st.sampled_from([-128, 0, 127]),
    st.sampled_from([3, 4, 300]),
    st.booleans(),
    st.sampled_from([0.0, 0.25, 1.0, 3.0]),
    st.integers(0, 1),
    st.integers(1, 5),
    st.one_of(st.none(), st.sampled_from([126, 127])),
    st.integers(-30, 30),
    st.one_of(st.none(), st.booleans()),
)


def frame_of(rows):
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def same(found, expected):
    assert (found.domains, found.strata) == (expected.domains, expected.strata)
    clusters = expected.stratum_of_cluster.tolist()
    assert found.stratum_of_cluster.tolist() == clusters
    for k in range(len(found.items)):
        for kind in summands.SUMS:
            spread = expected.spread(kind, k)
            assert found.spread(kind, k) == pytest.approx(spread, rel=1e-12)


def coded(frame):
    asked = RowRequest(DESIGN, tuple(ITEMS), ("by",), {})
    return level_sums.level_sums(
        nw.from_native(frame.lazy()).select(*asked.named()), asked
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=25), st.integers(1, 9))
def test_sums_are_those_of_the_rows(rows, at_once):
    frame = frame_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(level_sums, "ROWS_AT_ONCE", at_once)
        found = totals(frame.lazy(), DESIGN, ITEMS, by="by")
    same(found, totals(frame, DESIGN, ITEMS, by="by"))


ROWS = [
    (0, 3, True, 1.0, k % 2, 1 + k % 5, 126 if k else None, k, True) for k in range(9)
]


def test_codes_are_recognised():
    found = coded(frame_of(ROWS))
    assert sorted(found.sums["answers"]) == [9.0]
    assert found.place[0]["square"] == found.place[0]["total"]
    assert [place["weight"] for place in found.place].count("weight") == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"c": pl.when(pl.col("whole") == 0).then(2**31).otherwise("c")},
        {"whole": pl.col("whole") * 1000},
        {"by": pl.when(pl.col("whole") > 4).then("by")},
        {"scale": pl.lit(None, dtype=pl.Int8)},
        {"binary": pl.col("binary").cast(pl.Float64)},
        {"h": pl.lit("north")},
    ],
)
def test_columns_that_are_no_codes_are_summed_as_well(changed):
    frame = frame_of(ROWS).with_columns(**changed)
    assert coded(frame) is None
    same(
        totals(frame.lazy(), DESIGN, ITEMS, by="by"),
        totals(frame, DESIGN, ITEMS, by="by"),
    )


def test_more_sums_than_memory_should_hold_are_left_to_the_engine(monkeypatch):
    frame = frame_of(ROWS)
    monkeypatch.setattr(level_sums, "MOST_SUMS", 10)
    found = totals(frame.lazy(), DESIGN, ITEMS, by="by")
    same(found, totals(frame, DESIGN, ITEMS, by="by"))


@pytest.mark.parametrize(
    ("weight", "refusal", "code"),
    [
        (None, DesignError, "missing_design_value"),
        (float("nan"), DesignError, "missing_design_value"),
        (-1.0, DesignError, "negative_weight"),
        (float("inf"), EstimationError, "not_finite"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weight, refusal, code):
    rows = [*ROWS, (0, 3, True, weight, 1, 2, 127, 3, False)]
    with pytest.raises(refusal) as refused:
        totals(frame_of(rows).lazy(), DESIGN, ITEMS, by="by")
    assert refused.value.code == code
