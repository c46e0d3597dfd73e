"""The attack by subtraction finds what overlapping tables give away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from imppulse.evidence.disclosure.differencing import Leak, differencing
from imppulse.evidence.disclosure.disclosure import suppress, with_margins
from imppulse.evidence.errors import DisclosureError


def belongs(*ranges):
    people = np.arange(100)
    return np.column_stack([(people >= low) & (people < high) for low, high in ranges])


def test_a_town_minus_its_district_names_the_rest():
    found = differencing(belongs((0, 100), (0, 96)), ["town", "district"])
    assert found.leaks == (Leak("town", "district", 4),)
    assert found.rows() == [{"larger": "town", "smaller": "district", "n": 4}]


def test_a_small_group_leaks_by_itself():
    found = differencing(belongs((0, 100), (0, 9)), ["town", "club"])
    assert found.leaks == (Leak("club", None, 9),)


def test_overlapping_groups_that_are_not_nested_do_not_leak():
    assert differencing(belongs((0, 60), (3, 99)), ["a", "b"]).leaks == ()


def test_an_empty_group_and_an_equal_one_name_nobody():
    groups = belongs((0, 50), (0, 50), (0, 0))
    assert differencing(groups, ["a", "same", "empty"]).leaks == ()


def test_what_suppression_shows_does_not_leak_and_what_it_hides_would():
    """Districts by age group: shown cells and margins are the published groups."""
    rng = np.random.default_rng(3)
    district, age = (
        rng.choice(4, 200, p=[0.5, 0.3, 0.16, 0.04]),
        rng.integers(3, size=200),
    )
    counts = np.zeros((4, 3), int)
    np.add.at(counts, (district, age), 1)
    table = with_margins(counts)
    hidden = suppress(table)
    groups = {
        (d, a): ((d == 4) | (district == d)) & ((a == 3) | (age == a))
        for d in range(5)
        for a in range(4)
    }

    def leaks(shown):
        return differencing(
            np.column_stack([groups[cell] for cell in shown]), [*map(str, shown)]
        ).leaks

    assert leaks([cell for cell in groups if not hidden[cell]]) == ()
    assert len(leaks(list(groups))) >= ((counts > 0) & (counts < 10)).sum() > 0


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(bool, (30, 4)), st.integers(2, 8))
def test_every_leak_is_found_and_nothing_else(inside, threshold):
    sets = [frozenset(np.flatnonzero(column)) for column in inside.T]
    expected = {
        (str(a), None, len(sets[a])) for a in range(4) if 0 < len(sets[a]) < threshold
    } | {
        (str(a), str(b), len(sets[a] - sets[b]))
        for a in range(4)
        for b in range(4)
        if sets[b] and sets[b] < sets[a] and len(sets[a] - sets[b]) < threshold
    }
    found = differencing(inside, ["0", "1", "2", "3"], threshold=threshold)
    assert {(leak.larger, leak.smaller, leak.n) for leak in found.leaks} == expected


@pytest.mark.parametrize(
    ("membership", "names", "threshold", "code"),
    [
        ([[1, 0]], ["a"], 10, "disclosure_shape"),
        ([1, 0], ["a", "b"], 10, "disclosure_shape"),
        (np.zeros((0, 1)), ["a"], 10, "disclosure_shape"),
        ([[2.0]], ["a"], 10, "disclosure_not_counts"),
        ([[float("nan")]], ["a"], 10, "disclosure_not_counts"),
        ([[1]], ["a"], 1, "disclosure_threshold"),
    ],
)
def test_refusals(membership, names, threshold, code):
    with pytest.raises(DisclosureError) as refused:
        differencing(membership, names, threshold=threshold)
    assert refused.value.code == code
