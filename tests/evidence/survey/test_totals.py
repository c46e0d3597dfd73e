import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.totals import SUMS, totals

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")


def as_duckdb(frame):
    table = frame.to_arrow()
    return duckdb.connect().from_arrow(table)


ENGINES = {
    "polars lazy": pl.DataFrame.lazy,
    "pandas": lambda frame: pd.DataFrame(frame.to_dict(as_series=False)),
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": as_duckdb,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("design", [CITY, SampleDesign(weight="w")], ids=["psu", "row"])
def test_every_engine_gives_the_same_totals(citysim, engine, design):
    asked = {"by": ("city", "wave"), "denominators": {"fair1": "trust1"}}
    items = ("trust1", "fair1")
    expected = totals(citysim, design, items, **asked)
    found = totals(ENGINES[engine](citysim), design, items, **asked)
    assert found.domains == expected.domains
    assert found.strata == expected.strata
    assert (found.stratum_of_cluster == expected.stratum_of_cluster).all()
    for kind in SUMS:
        for item in range(len(items)):
            sums = expected.spread(kind, item).sum(axis=0)
            assert found.spread(kind, item).sum(axis=0) == pytest.approx(
                sums, rel=1e-12
            )


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_clusters(citysim, engine):
    expected = totals(citysim, CITY, "trust1", by="wave")
    found = totals(ENGINES[engine](citysim), CITY, "trust1", by="wave")
    for kind in SUMS:
        assert found.spread(kind, 0) == pytest.approx(
            expected.spread(kind, 0), rel=1e-12, abs=1e-12
        )


def test_sums_of_a_small_table():
    frame = pl.DataFrame(
        {
            "h": ["b", "a", "a", "a"],
            "c": [1, 1, 1, 2],
            "w": [1.0, 2.0, 3.0, 0.0],
            "y": [4, 5, None, 7],
        }
    )
    design = SampleDesign(weight="w", strata="h", cluster="c")
    table = totals(frame, design, "y")
    assert table.strata == ("a", "b")
    assert table.stratum_of_cluster.tolist() == [0, 0, 1]
    assert table.spread("answers", 0).ravel().tolist() == [1, 0, 1]
    assert table.spread("weight", 0).ravel().tolist() == [2, 0, 1]
    assert table.spread("total", 0).ravel().tolist() == [10, 0, 4]
    assert table.spread("square", 0).ravel().tolist() == [50, 0, 16]
    assert table.spread("denominator", 0).ravel().tolist() == [2, 0, 1]


def test_a_missing_answer_leaves_the_domain_but_not_the_design():
    frame = pl.DataFrame({"c": [1, 2, 3], "y": [1.0, 2.0, None]})
    table = totals(frame, SampleDesign(cluster="c"), "y")
    assert table.clusters_per_stratum.tolist() == [3]
    assert table.spread("answers", 0).sum() == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_nan_counts_as_missing(engine):
    frame = pl.DataFrame({"c": [1, 1, 2], "y": [1.0, float("nan"), 3.0]})
    table = totals(ENGINES[engine](frame), SampleDesign(cluster="c"), "y")
    assert table.spread("total", 0).ravel().tolist() == [1, 3]
    assert table.spread("answers", 0).ravel().tolist() == [1, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_without_a_domain_stay_in_the_design(engine):
    frame = pl.DataFrame({"c": [1, 2, 3], "side": [1, 2, None], "y": [1, 2, 3]})
    table = totals(ENGINES[engine](frame), SampleDesign(cluster="c"), "y", by="side")
    assert table.domains == ((1,), (2,))
    assert table.clusters_per_stratum.tolist() == [3]
    assert table.spread("total", 0).tolist() == [[1, 0], [0, 2], [0, 0]]


def test_the_same_label_in_two_strata_is_two_clusters():
    frame = pl.DataFrame({"h": [1, 1, 2, 2], "c": [1, 2, 1, 2], "y": [1, 2, 3, 4]})
    table = totals(frame, SampleDesign(strata="h", cluster="c"), "y")
    assert table.clusters_per_stratum.tolist() == [2, 2]


def test_without_clusters_every_row_is_one():
    table = totals(pl.DataFrame({"y": [1, 2, 2]}), SampleDesign(), "y")
    assert table.clusters_per_stratum.tolist() == [3]
    assert table.sampling_fraction.tolist() == [0]


def test_a_domain_may_be_a_design_column(citysim):
    table = totals(citysim, CITY, "trust1", by="stratum")
    assert [domain for (domain,) in table.domains] == list(table.strata)


@pytest.mark.parametrize(
    ("values", "fraction"), [([4, 4, 8], [0.5, 0.125]), ([0.5, 0.5, 1], [0.5, 1.0])]
)
def test_the_population_correction_is_a_size_or_a_fraction(values, fraction):
    frame = pl.DataFrame({"h": [1, 1, 2], "n": values, "y": [1, 2, 3]})
    table = totals(frame, SampleDesign(strata="h", fpc="n"), "y")
    assert table.sampling_fraction.tolist() == fraction


BAD = pl.DataFrame(
    {
        "answer": [1, 2, 3],
        "text": ["a", "b", "c"],
        "minus": [1.0, -1.0, 1.0],
        "gap": [1.0, None, 1.0],
        "huge": [1.0, float("inf"), 2.0],
        "small": [2, 2, 2],
        "varies": [3, 4, 5],
        "nil": [0, 0, 0],
    }
)


@pytest.mark.parametrize(
    ("design", "code", "facts"),
    [
        ({"weight": "weigth"}, "unknown_column", {"column": "weigth"}),
        ({"weight": "text"}, "not_numeric", {"column": "text", "holds": "String"}),
        ({"weight": "minus"}, "negative_weight", {"column": "minus", "rows": 1}),
        ({"weight": "gap"}, "missing_design_value", {"column": "gap", "rows": 1}),
        ({"strata": "gap"}, "missing_design_value", {"column": "gap"}),
        ({"cluster": "gap"}, "missing_design_value", {"column": "gap"}),
        ({"fpc": "gap"}, "missing_design_value", {"column": "gap", "rows": 1}),
        ({"fpc": "small"}, "fpc_below_sample", {"strata": (None,)}),
        ({"fpc": "varies"}, "fpc_varies", {"strata": (None,)}),
        ({"fpc": "nil"}, "fpc_not_positive", {"strata": (None,)}),
    ],
)
def test_a_design_that_does_not_fit_is_refused(design, code, facts):
    with pytest.raises(DesignError) as refused:
        totals(BAD, SampleDesign(**design), "answer")
    assert refused.value.code == code
    assert {key: refused.value.facts[key] for key in facts} == facts


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("answr", "unknown_column"),
        ("text", "not_numeric"),
        ("huge", "not_finite"),
        ((), "no_items"),
    ],
)
def test_items_that_cannot_be_summed_are_refused(items, code):
    with pytest.raises(EstimationError) as refused:
        totals(BAD, SampleDesign(), items)
    assert refused.value.code == code


def test_an_unknown_column_is_named_with_its_neighbours():
    with pytest.raises(EstimationError, match="did you mean answer") as refused:
        totals(BAD, SampleDesign(), "answr")
    assert refused.value.facts == {
        "column": "answr",
        "close": ("answer",),
        "columns": tuple(BAD.columns),
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("design", [SampleDesign(cluster="small"), SampleDesign()])
def test_no_rows_are_refused(engine, design):
    with pytest.raises(DesignError) as refused:
        totals(ENGINES[engine](BAD.clear()), design, "answer")
    assert refused.value.code == "no_rows"


def test_domains_that_nobody_belongs_to_are_refused():
    frame = BAD.with_columns(arm=pl.lit(None, dtype=pl.String))
    with pytest.raises(EstimationError) as refused:
        totals(frame, SampleDesign(), "answer", by="arm")
    assert (refused.value.code, refused.value.facts) == ("no_domains", {"by": ("arm",)})


def test_something_that_is_no_table_is_refused():
    with pytest.raises(EstimationError) as refused:
        totals({"y": [1]}, SampleDesign(), "y")
    assert refused.value.code == "unsupported_frame"


@pytest.mark.parametrize("engine", ENGINES)
def test_whole_floats_name_domains_as_integers(engine):
    frame = pl.DataFrame({"wave": [1.0, 2.0], "y": [True, False]})
    table = totals(ENGINES[engine](frame), SampleDesign(), "y", by="wave")
    assert table.domains == ((1,), (2,))
    assert all(isinstance(domain, int) for (domain,) in table.domains)


def test_order_of_rows_does_not_matter_to_the_last_digit(citysim):
    shuffled = citysim.sample(fraction=1, shuffle=True, seed=7)
    first, second = (
        totals(frame, SampleDesign(weight="w"), "trust1")
        for frame in (citysim, shuffled)
    )
    assert np.array_equal(first.sums["total"], second.sums["total"])
