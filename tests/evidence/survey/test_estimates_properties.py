"""What must not matter to an estimate, and what must pass through it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean, ratio

ROUGHLY = {"rel": 1e-9, "abs": 1e-9}
CLUSTERED = SampleDesign(weight="w", strata="h", cluster="c")


@st.composite
def samples(draw):
    """Two strata of at least two clusters, two domains, weights and gaps."""
    answer = st.one_of(st.none(), st.integers(1, 5))
    row = st.tuples(st.integers(0, 1), st.floats(0.1, 10), answer)
    frame = {"h": [], "c": [], "g": [], "w": [], "y": []}
    for stratum in (1, 2):
        for cluster in range(draw(st.integers(2, 4))):
            rows = draw(st.lists(row, min_size=1, max_size=4))
            for domain, weight, y in [(0, 1.0, 2), (1, 1.0, 4), *rows]:
                cells = (stratum, cluster, domain, weight, y)
                for name, value in zip(frame, cells, strict=True):
                    frame[name].append(value)
    return pl.DataFrame(frame)


quick = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def numbers(frame):
    found = mean(frame, "y", CLUSTERED, by="g")
    return np.concatenate(
        [found.estimate, found.std_error, found.ci_low, found.df, found.n]
    )


@quick
@given(samples(), st.integers(0, 2**16))
def test_order_of_rows_does_not_matter(frame, seed):
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    assert numbers(shuffled) == pytest.approx(numbers(frame), **ROUGHLY)


@quick
@given(samples(), st.floats(1e-3, 1e3))
def test_scale_of_weights_does_not_matter(frame, factor):
    scaled = frame.with_columns(pl.col("w") * factor)
    assert numbers(scaled) == pytest.approx(numbers(frame), **ROUGHLY)


@quick
@given(samples())
def test_names_of_clusters_and_strata_do_not_matter(frame):
    renamed = frame.with_columns(
        h=pl.format("stratum {}", 9 - pl.col("h")), c=pl.format("c{}", -pl.col("c"))
    )
    assert numbers(renamed) == pytest.approx(numbers(frame), **ROUGHLY)


@quick
@given(samples(), st.data())
def test_splitting_a_row_in_two_halves_keeps_the_estimate(frame, data):
    place = data.draw(st.integers(0, len(frame) - 1))
    half = frame[place].with_columns(pl.col("w") / 2)
    split = pl.concat([frame[:place], half, half, frame[place + 1 :]])
    before, after = (mean(f, "y", CLUSTERED, by="g") for f in (frame, split))
    assert after.estimate == pytest.approx(before.estimate, **ROUGHLY)
    # Inside a cluster the halves weigh as the whole did.
    assert after.std_error == pytest.approx(before.std_error, **ROUGHLY)


@quick
@given(samples(), st.floats(-50, 50), st.floats(-10, 10).filter(lambda x: abs(x) > 0.1))
def test_shift_and_scale_pass_through(frame, shift, scale):
    moved = frame.with_columns(pl.col("y") * scale + shift)
    before, after = (mean(f, "y", CLUSTERED, by="g") for f in (frame, moved))
    assert after.estimate == pytest.approx(before.estimate * scale + shift, **ROUGHLY)
    assert after.std_error == pytest.approx(
        before.std_error * abs(scale), rel=1e-7, abs=1e-7
    )


@quick
@given(samples())
def test_a_difference_is_antisymmetric(frame):
    means = mean(frame, "y", CLUSTERED, by="g")
    there, back = difference(means, "y", 0, 1), difference(means, "y", 1, 0)
    assert there.estimate == pytest.approx(-back.estimate, **ROUGHLY)
    assert there.std_error == pytest.approx(back.std_error, **ROUGHLY)
    assert (there.ci_low, there.ci_high) == pytest.approx(
        (-back.ci_high, -back.ci_low), **ROUGHLY
    )
    assert (there.df, there.n) == (back.df, back.n)


@quick
@given(samples())
def test_a_ratio_to_one_is_a_mean(frame):
    means = mean(frame, "y", CLUSTERED, by="g")
    ones = frame.with_columns(one=1)
    ratios = ratio(ones, "y", "one", design=CLUSTERED, by="g")
    assert ratios.estimate == pytest.approx(means.estimate, **ROUGHLY)
    assert ratios.std_error == pytest.approx(means.std_error, **ROUGHLY)
    assert ratios.deff == pytest.approx(means.deff, nan_ok=True, **ROUGHLY)
