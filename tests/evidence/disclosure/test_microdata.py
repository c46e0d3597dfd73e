"""k-anonymity and l-diversity against the published example of Machanavajjhala et al."""

import math

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.disclosure.microdata import anonymity
from imppulse.evidence.errors import DisclosureError

CONDITIONS = {
    "4-anonymous": (
        ["Heart", "Heart", "Viral", "Viral"],
        ["Cancer", "Heart", "Viral", "Viral"],
        ["Cancer", "Cancer", "Cancer", "Cancer"],
    ),
    "3-diverse": (
        ["Heart", "Viral", "Cancer", "Cancer"],
        ["Cancer", "Heart", "Viral", "Viral"],
        ["Heart", "Viral", "Cancer", "Cancer"],
    ),
}


def inpatients(figure):
    """The twelve patients of figures 2 and 3 of the article."""
    blocks = CONDITIONS[figure]
    return pl.DataFrame(
        {
            "zip": [zone for zone in ("130**", "1485*", "131**") for _ in range(4)],
            "age": [age for age in ("< 30", ">= 40", "3*") for _ in range(4)],
            "condition": [condition for block in blocks for condition in block],
        }
    )


@pytest.mark.reference
@pytest.mark.parametrize(
    ("figure", "diversity"), [("4-anonymous", 1), ("3-diverse", 3)]
)
def test_the_published_tables(figure, diversity):
    report = anonymity(inpatients(figure), ["zip", "age"], sensitive="condition")
    assert (report.k, report.groups, report.respondents) == (4, 3, 12)
    [condition] = report.sensitive
    assert condition.distinct == diversity


def test_entropy_and_distance_by_hand():
    report = anonymity(inpatients("4-anonymous"), "zip", sensitive="condition")
    [condition] = report.sensitive
    assert condition.entropy == pytest.approx(1.0, rel=1e-12)
    # Everybody: 3/12 heart, 4/12 viral, 5/12 cancer; the third block: all cancer.
    assert condition.distance == pytest.approx(7 / 12, rel=1e-12)
    report = anonymity(inpatients("3-diverse"), "zip", sensitive="condition")
    assert report.sensitive[0].entropy == pytest.approx(
        math.exp(1.5 * math.log(2)), rel=1e-12
    )


def test_who_is_alone_is_counted():
    people = pl.DataFrame({"age": [1, 1, 1, 2, 2, 3, None, float("nan")]}, strict=False)
    report = anonymity(people, "age", threshold=3)
    assert (report.k, report.unique, report.below, report.groups) == (1, 1, 5, 4)


@pytest.mark.parametrize("engine", ["pandas", "pyarrow", "lazy", "duckdb"])
def test_any_engine_gives_the_same_report(engine):
    people = inpatients("4-anonymous")
    tables = {
        "pandas": people.to_pandas,
        "pyarrow": people.to_arrow,
        "lazy": people.lazy,
        "duckdb": lambda: duckdb.from_arrow(people.to_arrow()),
    }
    asked = {"quasi_identifiers": ["zip", "age"], "sensitive": ["condition"]}
    assert anonymity(tables[engine](), **asked) == anonymity(people, **asked)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), min_size=1
    )
)
def test_knowing_more_never_protects(rows):
    people = pl.DataFrame(rows, schema=["age", "district", "answer"], orient="row")
    little = anonymity(people, "age", sensitive="answer")
    much = anonymity(people, ["age", "district"], sensitive="answer")
    assert much.k <= little.k
    assert much.unique >= little.unique
    assert much.sensitive[0].distinct <= little.sensitive[0].distinct
    assert much.sensitive[0].entropy <= little.sensitive[0].entropy + 1e-12


@pytest.mark.parametrize(
    ("keys", "options", "code"),
    [
        ([], {}, "disclosure_no_columns"),
        ("street", {}, "disclosure_unknown_column"),
        ("zip", {"sensitive": "income"}, "disclosure_unknown_column"),
        ("zip", {"threshold": 1}, "disclosure_threshold"),
    ],
)
def test_refusals(keys, options, code):
    with pytest.raises(DisclosureError) as refused:
        anonymity(inpatients("3-diverse"), keys, **options)
    assert refused.value.code == code


def test_no_rows_are_refused():
    with pytest.raises(DisclosureError) as refused:
        anonymity(inpatients("3-diverse").clear(), "zip")
    assert refused.value.code == "disclosure_no_rows"
