"""What is handed on gives the same contrasts as the answers, and no small cell."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.disclosure.aggregates import aggregate
from imppulse.evidence.disclosure.released import pool
from imppulse.evidence.errors import DisclosureError, EstimationError
from imppulse.evidence.survey.contrasts import contrast
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, estimate, mean
from imppulse.evidence.survey.totals import totals
from imppulse.evidence.synthesis.synthesis import synthesise

CITY = SampleDesign(weight="w", strata="stratum", cluster="psu")
BY = ("wave", "sex")
ITEMS = ("trust1", "trust2", "victim")
NUMBERS = ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value", "n")
EXACTLY = {"rel": 1e-12, "abs": 1e-15}


def numbers(found, names=NUMBERS):
    return [getattr(found, name) for name in names]


@pytest.fixture(scope="module")
def cities(oracle):
    return oracle("citysim")


def of_city(frame, city, **options):
    table = totals(frame.filter(pl.col("city") == city), CITY, ITEMS, by=BY)
    return aggregate(estimate(table), territory=city, totals=table, **options)


@pytest.fixture(scope="module")
def pooled(cities):
    names = cities["city"].unique(maintain_order=True)
    return pool([of_city(cities, city) for city in names])


@pytest.fixture(scope="module")
def together(cities):
    return mean(cities, ITEMS, CITY, by=("city", *BY))


CONTRASTS = {
    "inside a city": {("trust1", ("C1", 1, 2)): 1, ("trust1", ("C1", 0, 2)): -1},
    "between cities": {("trust2", ("C2", 1, 1)): 1, ("trust2", ("C5", 1, 1)): -1},
    "between items": {("trust1", ("C3", 0, 1)): 1, ("victim", ("C3", 0, 1)): -20.5},
    "difference in differences": {
        ("trust1", (city, wave, sex)): sign * (1 if wave else -1)
        for city, sign in (("C2", 1.0), ("C4", -1.0))
        for wave in (0, 1)
        for sex in (1, 2)
    },
}


@pytest.mark.parametrize("name", CONTRASTS)
def test_contrasts_equal_those_of_the_answers(name, pooled, together):
    ours = contrast(pooled, CONTRASTS[name])
    assert numbers(ours) == pytest.approx(
        numbers(contrast(together, CONTRASTS[name])), **EXACTLY
    )


def test_cells_equal_those_of_the_answers(pooled, together):
    assert pooled.domains == together.domains
    for name in ("estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff"):
        ours, theirs = getattr(pooled, name), getattr(together, name)
        assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True)
    assert np.allclose(pooled.covariance, together.covariance, rtol=1e-12, atol=1e-16)


def test_syntheses_equal_those_of_the_answers(pooled, together):
    def changes(found):
        names = dict.fromkeys(domain[0] for domain in found.domains)
        each = [
            difference(found, "trust1", (name, 1, 1), (name, 0, 1)) for name in names
        ]
        return synthesise([c.estimate for c in each], [c.std_error for c in each])

    ours, theirs = changes(pooled), changes(together)
    shown = ("estimate", "std_error", "ci_low", "ci_high", "q", "p_value")
    assert numbers(ours, shown) == pytest.approx(numbers(theirs, shown), **EXACTLY)


def test_without_totals_degrees_of_freedom_are_the_smallest(cities):
    means = mean(cities.filter(pl.col("city") == "C1"), ITEMS, CITY, by=BY)
    released = aggregate(means, territory="C1")
    cells = {("trust1", (1, 1)): 1.0, ("trust1", (0, 1)): -1.0}
    ours, theirs = contrast(released.estimates, cells), contrast(means, cells)
    exact = ("estimate", "std_error", "n")
    assert numbers(ours, exact) == pytest.approx(numbers(theirs, exact), **EXACTLY)
    assert ours.df == min(means.df[0, 0], means.df[0, 2])
    assert "contrast_df" in released.lost
    assert len(released.estimates.presence) == 0


def people(counts, per_cluster=1):
    """So many people in each group, spread over clusters of a given size."""
    group = np.repeat(list(counts), list(counts.values()))
    rng = np.random.default_rng(7)
    return pl.DataFrame(
        {
            "g": group,
            "c": np.arange(len(group)) // per_cluster,
            "y": rng.integers(1, 6, len(group)),
        }
    )


def means_of(counts, **options):
    return mean(people(counts), "y", SampleDesign(), by="g", **options)


def test_small_domains_and_those_that_give_them_away_are_hidden():
    found = aggregate(means_of({"a": 40, "b": 12, "c": 4, "d": 30}), territory="T")
    # The total less a, b and d would give c.
    assert found.hidden == (("b",), ("c",))
    assert [row["g"] for row in found.rows()] == ["a", "d"]
    assert found.lost == (
        "answers",
        "other_domains",
        "hidden_domains",
        "contrast_df",
        "cluster_totals",
    )


def test_the_project_threshold_hides_less():
    counts = {"a": 40, "b": 12, "c": 6}
    found = aggregate(means_of(counts), territory="T", threshold=5)
    assert found.hidden == ()
    assert found.threshold == 5


def test_a_domain_hidden_for_one_item_is_hidden_for_all():
    frame = people({"a": 40, "b": 12, "c": 12}).with_columns(
        z=pl.when((pl.col("g") != "b") | (pl.int_range(pl.len()) % 3 == 0)).then("y")
    )
    found = aggregate(mean(frame, ("y", "z"), SampleDesign(), by="g"), territory="T")
    assert ("b",) in found.hidden
    assert found.estimates.items == ("y", "z")


def test_three_columns_are_protected_each_against_the_others():
    frame = pl.concat([people({"a": 30, "b": 30}) for _ in range(4)]).with_columns(
        h=pl.int_range(pl.len()) % 2, k=pl.int_range(pl.len()) // 120
    )
    gone = (pl.col("g") == "a") & (pl.col("h") == 0) & (pl.col("k") == 0)
    frame = frame.filter(~gone | (pl.int_range(pl.len()) < 8))
    means = mean(frame, "y", SampleDesign(), by=("g", "h", "k"))
    found = aggregate(means, territory="T")
    assert ("a", 0, 0) in found.hidden
    for axis in range(3):
        # Along every column somebody else is hidden as well.
        line = [d for d in found.hidden if d[axis] == ("a", 0, 0)[axis]]
        assert len(line) > 1


REFUSED = {
    "aggregate_nothing_to_release": lambda: aggregate(
        means_of({"a": 4, "b": 3}), territory="T"
    ),
    "disclosure_threshold": lambda: aggregate(
        means_of({"a": 40}), territory="T", threshold=1
    ),
    "aggregate_without_totals": lambda: aggregate(
        means_of({"a": 40}), territory="T", with_clusters=True
    ),
    "aggregate_small_cell": lambda: replace(
        aggregate(means_of({"a": 40, "b": 12}), territory="T"), threshold=13
    ),
    "cluster_cells_too_small": lambda: clustered(5, with_clusters=True),
    "aggregate_other_totals": lambda: aggregate(
        means_of({"a": 40}),
        territory="T",
        totals=totals(people({"b": 40}), SampleDesign(), "y", by="g"),
    ),
}


def clustered(size, **options):
    frame, design = people({"a": 60, "b": 60}, size), SampleDesign(cluster="c")
    table = totals(frame, design, "y", by="g")
    return aggregate(estimate(table), territory="T", totals=table, **options)


@pytest.mark.parametrize("code", REFUSED)
def test_what_would_reveal_a_small_cell_is_refused(code):
    with pytest.raises(DisclosureError) as refusal:
        REFUSED[code]()
    assert refusal.value.code == code


def test_sums_by_cluster_give_every_estimate_again():
    found = clustered(12, with_clusters=True)
    again = estimate(found.totals)
    assert again.estimate == pytest.approx(found.estimates.estimate, rel=1e-12)
    assert again.std_error == pytest.approx(found.estimates.std_error, rel=1e-12)
    assert again.df.tolist() == found.estimates.df.tolist()
    assert found.lost == ("answers", "other_domains")


def test_clusters_of_few_people_are_not_told_apart():
    assert len(clustered(5).estimates.presence) == 0
    assert len(clustered(12).estimates.presence) == 10


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "territory_repeated"),
        ({"territory": "U", "by": "h"}, "aggregates_differ"),
        (None, "nothing_to_pool"),
    ],
)
def test_what_cannot_be_pooled_is_refused(change, code):
    first = aggregate(means_of({"a": 40, "b": 30}), territory="T")
    frame = people({"a": 40, "b": 30}).with_columns(h="g")
    options = {"territory": "T", "by": "g", **(change or {})}
    by, territory = options["by"], options["territory"]
    second = aggregate(mean(frame, "y", SampleDesign(), by=by), territory=territory)
    with pytest.raises(EstimationError) as refusal:
        pool([] if change is None else [first, second])
    assert refusal.value.code == code


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6), st.integers(2, 12))
def test_no_released_cell_is_small_and_none_is_left_by_subtraction(counts, threshold):
    groups = {f"g{k}": n for k, n in enumerate(counts) if n}
    if sum(groups.values()) < 2:
        return
    try:
        found = aggregate(means_of(groups), territory="T", threshold=threshold)
    except DisclosureError as refusal:
        assert "threshold" in refusal.facts  # noqa: PT017 - either outcome is right
        return
    assert (found.estimates.n >= threshold).all()
    gone = [groups[domain] for (domain,) in found.hidden]
    assert not gone or (len(gone) > 1 and sum(gone) >= threshold)


def test_files_without_their_clusters_are_pooled_with_the_smallest_df(cities, together):
    alone = [
        aggregate(
            mean(cities.filter(pl.col("city") == city), ITEMS, CITY, by=BY),
            territory=city,
        )
        for city in ("C1", "C2")
    ]
    asked = {("trust2", ("C2", 1, 1)): 1, ("trust2", ("C1", 1, 1)): -1}
    names = ("estimate", "std_error")
    ours, theirs = (contrast(each, asked) for each in (pool(alone), together))
    assert numbers(ours, names) == pytest.approx(numbers(theirs, names), **EXACTLY)
    cells = [pool(alone).at(*cell).df for cell in asked]
    assert ours.df == min(cells)
