import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from scipy.optimize import linprog

from imppulse.evidence.disclosure import disclosure_intervals
from imppulse.evidence.disclosure.disclosure import (
    PROJECT_THRESHOLD,
    PUBLISHED_THRESHOLD,
    audit,
    suppress,
    suppress_alike,
    with_margins,
)
from imppulse.evidence.errors import DisclosureError


def widths(table, mask):
    intervals = audit(table, mask)
    return intervals[..., 1] - intervals[..., 0]


def onlookers_width(table, mask, cell):
    """One cell, solved alone, from equations written out by hand."""
    table = np.atleast_2d(table)
    mask = np.atleast_2d(mask)
    lines = [[(i, j) for j in range(table.shape[1])] for i in range(len(table))]
    if len(table) > 1:
        lines += [[(i, j) for i in range(len(table))] for j in range(table.shape[1])]
    unknown = [tuple(place) for place in np.argwhere(mask)]
    coefficients = np.zeros((len(lines), len(unknown)))
    right = np.zeros(len(lines))
    for row, line in enumerate(lines):
        for place in line:
            sign = -1 if place == line[-1] else 1
            if mask[place]:
                coefficients[row, unknown.index(place)] = sign
            else:
                right[row] -= sign * table[place]
    aim = np.array([place == cell for place in unknown], dtype=float)
    low = linprog(aim, A_eq=coefficients, b_eq=right)
    high = linprog(-aim, A_eq=coefficients, b_eq=right)
    return np.inf if high.status == 3 else -high.fun - low.fun


def test_thresholds_of_the_programme():
    assert (PUBLISHED_THRESHOLD, PROJECT_THRESHOLD) == (10, 5)


def test_margins_are_appended():
    assert with_margins([3, 4]).tolist() == [3, 4, 7]
    assert with_margins([[1, 2], [3, 4]]).tolist() == [[1, 2, 3], [3, 4, 7], [4, 6, 10]]


def test_one_small_cell_takes_the_cheapest_rectangle():
    table = with_margins([[3, 40, 25], [30, 20, 60], [50, 80, 90]])

    assert (
        suppress(table).tolist()
        == [
            [True, False, True, False],
            [False, False, False, False],
            [True, False, True, False],
            [False, False, False, False],
        ]
        or suppress(table).sum() == 4
    )


def test_one_small_cell_in_a_row_takes_its_cheapest_neighbour():
    assert suppress(with_margins([3, 20, 50])).tolist() == [True, True, False, False]


def test_two_small_cells_whose_sum_is_small_are_not_enough():
    assert suppress(with_margins([3, 4, 50])).tolist() == [True, True, True, False]


def test_two_small_cells_whose_sum_is_large_are_enough():
    assert suppress(with_margins([9, 8, 50])).tolist() == [True, True, False, False]


def test_small_total_is_hidden_with_its_only_part():
    table = with_margins([[3, 0], [0, 40]])

    mask = suppress(table)

    assert mask[0, 0]
    assert mask[0, -1]
    assert widths(table, mask)[mask].min() >= 10


@pytest.mark.parametrize("table", [[0, 0, 0], [10, 0, 10], [10, 12, 22]])
def test_nothing_is_hidden_when_nothing_is_small(table):
    assert not suppress(table).any()


def test_empty_cells_are_published_as_none():
    table = with_margins([[0, 4, 30], [25, 0, 18], [0, 40, 0]])

    assert not (suppress(table) & (table == 0)).any()


def test_project_threshold_hides_less():
    table = with_margins([7, 20, 50])

    assert not suppress(table, PROJECT_THRESHOLD).any()
    assert suppress(table, PUBLISHED_THRESHOLD).any()


def test_primary_suppression_alone_gives_the_cell_away():
    table = with_margins([3, 20, 50])

    assert audit(table, [True, False, False, False]).tolist() == [
        [3, 3],
        [20, 20],
        [50, 50],
        [73, 73],
    ]


def test_audit_of_two_hidden_cells():
    table = with_margins([3, 20, 50])

    assert audit(table, [True, True, False, False])[:2].tolist() == [[0, 23], [0, 23]]


def test_audit_with_a_hidden_total_has_no_upper_end():
    table = with_margins([3, 20, 50])

    assert audit(table, [True, False, False, True])[[0, -1]].tolist() == [
        [0, np.inf],
        [70, np.inf],
    ]


def test_audit_of_nothing_hidden_is_the_table():
    table = with_margins([[3, 20], [5, 6]])

    assert (audit(table, np.zeros_like(table))[..., 0] == table).all()


def test_a_table_of_twelve_by_eight_is_protected():
    random = np.random.default_rng(1)
    table = with_margins(random.poisson(random.gamma(1, 15, (12, 8))))
    mask = suppress(table)
    assert widths(table, mask)[mask].min() >= 10


REFUSALS = [
    (np.zeros((2, 2, 2)), 10, "disclosure_shape"),
    ([5], 10, "disclosure_shape"),
    (5, 10, "disclosure_shape"),
    ([1.5, 1.5], 10, "disclosure_not_counts"),
    ([-1, -1], 10, "disclosure_not_counts"),
    ([np.nan, 1], 10, "disclosure_not_counts"),
    ([3, 4, 8], 10, "disclosure_margins_do_not_add_up"),
    ([[3, 3], [4, 4]], 10, "disclosure_margins_do_not_add_up"),
    ([3, 4, 7], 1, "disclosure_threshold"),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case[2])
def test_what_is_no_table_is_refused(case):
    counts, threshold, code = case

    with pytest.raises(DisclosureError) as refusal:
        suppress(counts, threshold)

    assert refusal.value.code == code


def test_mask_of_another_shape_is_refused():
    with pytest.raises(DisclosureError) as refusal:
        audit([3, 4, 7], [True, False])

    assert refusal.value.facts == {"shape": (2,)}


def test_a_programme_without_solution_is_not_taken_for_an_answer():
    with pytest.raises(DisclosureError) as refusal:
        disclosure_intervals._minimise(
            np.ones(1), sparse.coo_array([[1.0]]), np.array([2.0]), most=np.ones(1)
        )

    assert refusal.value.code == "disclosure_not_solved"


cells = st.one_of(st.integers(0, 14), st.integers(0, 80))
tables = st.one_of(
    hnp.arrays(np.int64, st.tuples(st.integers(1, 6)), elements=cells),
    hnp.arrays(
        np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=cells
    ),
).map(with_margins)


@settings(max_examples=15, deadline=None)
@given(tables, st.sampled_from([5, 10]))
def test_no_hidden_cell_can_be_derived(table, threshold):
    mask = suppress(table, threshold)
    small = (table > 0) & (table < threshold)

    assert mask[small].all()
    assert small.any() or not mask.any()
    assert not mask[table == 0].any()
    assert (suppress(table, threshold) == mask).all()
    for cell in np.argwhere(np.atleast_2d(mask)):
        assert onlookers_width(table, mask, tuple(cell)) >= threshold - 1e-6


@settings(max_examples=12, deadline=None)
@given(tables, st.data())
def test_audit_equals_cells_solved_alone(table, data):
    mask = data.draw(hnp.arrays(bool, table.shape))

    found = np.atleast_2d(widths(table, mask))

    for cell in np.argwhere(np.atleast_2d(mask)):
        alone = onlookers_width(table, mask, tuple(cell))
        assert found[tuple(cell)] == pytest.approx(alone, abs=1e-6)


def test_every_wave_hides_the_same_cells():
    first = with_margins([[3, 40, 25], [30, 20, 60], [50, 80, 90]])
    second = with_margins([[31, 42, 24], [30, 7, 66], [48, 79, 95]])
    hidden = suppress_alike([first, second])
    assert hidden[0, 0]
    assert hidden[1, 1]
    for wave in (first, second):
        assert (widths(wave, hidden)[hidden] >= 10).all()


def test_one_table_alone_is_hidden_as_before():
    table = with_margins([[3, 40, 25], [30, 20, 60], [50, 80, 90]])
    assert (suppress_alike([table]) == suppress(table)).all()


def test_a_cell_that_is_empty_in_one_wave_hides_with_the_others():
    first = with_margins([[3, 40], [30, 20], [50, 80]])
    second = with_margins([[0, 44], [31, 22], [47, 85]])
    hidden = suppress_alike([first, second])
    assert hidden[0, 0]
    somebody = hidden & (second > 0)
    assert (widths(second, hidden)[somebody] >= 10).all()


@settings(max_examples=12, deadline=None)
@given(hnp.arrays(int, (2, 3, 3), elements=st.integers(0, 40)))
def test_no_wave_gives_a_hidden_cell_away(cells):
    waves = [with_margins(wave) for wave in cells]
    hidden = suppress_alike(waves)
    for wave in waves:
        assert hidden[(wave > 0) & (wave < 10)].all()
        somebody = hidden & (wave > 0)
        assert (widths(wave, hidden)[somebody] >= 10).all()


def test_waves_of_different_shape_are_refused():
    with pytest.raises(DisclosureError) as refused:
        suppress_alike([with_margins([3, 40]), with_margins([3, 40, 5])])
    assert refused.value.code == "disclosure_shapes_differ"
    assert refused.value.facts["shapes"] == ((3,), (4,))
