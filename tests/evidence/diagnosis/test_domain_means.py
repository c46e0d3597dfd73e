"""Sums by stratum give the estimates that the clusters give."""

import duckdb
import numpy as np
import polars as pl
import pytest

from imppulse.evidence.diagnosis.domain_means import _drawn_one_by_one, domain_means
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean

ITEMS = ["first", "second"]
FIELDS = ("estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff")


def numbers(estimate):
    return [getattr(estimate, name) for name in FIELDS]


@pytest.fixture(scope="module")
def frame():
    draw = np.random.default_rng(3)
    n = 400
    first = draw.normal(50, 20, n)
    second = draw.integers(0, 101, n).astype(float)
    second[draw.random(n) < 0.2] = np.nan
    district = draw.choice(["a", "b", "c", None], n)
    stratum = draw.choice(["x", "y", "z"], n)
    district[0], stratum[0], first[0] = "a", "alone", 90.0
    return pl.DataFrame(
        {
            "district": district.tolist(),
            "stratum": stratum.tolist(),
            "weight": draw.random(n) + 0.5,
            "first": first,
            "second": second,
        }
    )


@pytest.mark.parametrize("lonely", ["adjust", "remove"])
@pytest.mark.parametrize("weight", ["weight", None])
@pytest.mark.parametrize("strata", ["stratum", None])
def test_sums_give_what_clusters_give(frame, lonely, weight, strata):
    design = SampleDesign(weight=weight, strata=strata, lonely=lonely)
    assert _drawn_one_by_one(frame, design)
    quick = domain_means(frame, design, ITEMS, by=["district"], level=0.9)
    slow = mean(frame, ITEMS, design, by="district", level=0.9)
    assert set(quick.domains) == {d for d in slow.domains if d[0] is not None}
    for i, item in enumerate(ITEMS):
        for j, domain in enumerate(quick.domains):
            assert numbers(quick.at(i, j)) == pytest.approx(
                numbers(slow.at(item, domain)), rel=1e-9
            )


def test_every_engine_gives_the_same(frame):
    design = SampleDesign(weight="weight", strata="stratum", lonely="adjust")
    expected = domain_means(frame, design, ITEMS, by=["district"], level=0.95)
    for other in (frame.to_pandas(), duckdb.from_arrow(frame.to_arrow())):
        found = domain_means(other, design, ITEMS, by=["district"], level=0.95)
        assert numbers(found.at(1, 2)) == pytest.approx(
            numbers(expected.at(1, 2)), rel=1e-9
        )


@pytest.mark.parametrize(
    "design",
    [
        SampleDesign(cluster="stratum"),
        SampleDesign(strata="stratum", lonely="average"),
        SampleDesign(strata="district", lonely="adjust"),
    ],
    ids=["clusters", "average", "strata with gaps"],
)
def test_where_sums_do_not_suffice_clusters_are_read(frame, design):
    assert not _drawn_one_by_one(frame, design)
