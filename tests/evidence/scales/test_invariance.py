import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.fit_indices import (
    Distance,
    cfi,
    rmsea,
    rmsea_interval,
    tli,
)
from imppulse.evidence.scales.invariance import Comparability, measurement_invariance
from imppulse.evidence.survey.design import SampleDesign

IN_R = Path(__file__).parents[3] / "validation/factor/lavaan.json"
FACTORS = {
    "F": ("fair1", "fair2", "fair3"),
    "E": ("eff1", "eff2", "eff3"),
    "T": ("trust1", "trust2", "trust3"),
}
WEIGHTED = SampleDesign(weight="w")
ONE = {"trust": ("i0", "i1", "i2", "i3")}


def people(seed, *, shifts=(0, 0, 0, 0), loadings=(0.8, 0.75, 0.7, 0.65), n=600):
    """Two groups; in the second, items are shifted or weigh differently."""
    rng = np.random.default_rng(seed)
    frames = []
    for place, moved, own in (
        ("a", (0, 0, 0, 0), (0.8, 0.75, 0.7, 0.65)),
        ("b", shifts, loadings),
    ):
        factor = rng.normal(0.3 * (place == "b"), 1, n)
        columns = {
            f"i{k}": factor * own[k] + moved[k] + 0.65 * rng.normal(size=n)
            for k in range(4)
        }
        columns["w"] = rng.uniform(0.5, 1.5, n)
        frames.append(pl.DataFrame(columns).with_columns(place=pl.lit(place)))
    return pl.concat(frames)


@pytest.fixture(scope="module")
def cities(oracle):
    return measurement_invariance(oracle("citysim"), FACTORS, WEIGHTED, group="city")


@pytest.mark.reference
def test_steps_are_lavaans(cities, in_r_models):
    wanted = in_r_models["invariance"]["MLR_weighted"]
    for step in cities.steps[:3]:
        fit = wanted[step.step]
        assert step.chi_square_scaled == pytest.approx(fit["chisq.scaled"], rel=1e-6)
        assert step.df == fit["df"]
        assert step.cfi == pytest.approx(fit["cfi.robust"], rel=1e-7)
        assert step.rmsea == pytest.approx(fit["rmsea.robust"], rel=1e-6)
        assert step.srmr == pytest.approx(fit["srmr"], rel=1e-5)


@pytest.mark.reference
def test_scaled_differences_are_lavaans(cities):
    # lavTestLRT(method = "satorra.bentler.2001") on the same fits.
    wanted = json.loads(IN_R.read_text())["differences"]
    names = ("metric", "scalar", "partial")
    for step, name in zip(cities.steps[1:], names, strict=True):
        expected = wanted[name]
        assert step.difference == pytest.approx(expected["chi_square"], rel=1e-5)
        assert step.difference_df == expected["df"]
        assert step.difference_p_value == pytest.approx(
            expected["p"], rel=1e-4, abs=1e-12
        )


def test_item_built_to_differ_is_found(cities):
    assert cities.verdict == Comparability.LEVELS == "levels_comparable"
    assert (cities.failed_step, cities.failed_criteria) == (
        "scalar",
        ("cfi", "rmsea", "srmr"),
    )
    assert cities.freed_intercepts == ("fair3",)
    assert [(s.step, s.freed, s.holds) for s in cities.steps] == [
        ("configural", None, True),
        ("metric", None, True),
        ("scalar", None, False),
        ("partial scalar", "fair3", True),
    ]
    assert cities.accepted.equality.free_intercepts == ("fair3",)
    assert cities.accepted.mean_difference("T", "C5", "C1").p_value < 0.001
    assert math.isnan(cities.steps[0].cfi_fall)
    assert cities.to_dict()["verdict"] == "levels_comparable"
    assert cities.provenance.method.endswith("measurement_invariance")
    assert len(cities.rows()) == 4


def test_alike_groups_have_comparable_levels():
    found = measurement_invariance(people(1), ONE, WEIGHTED, group="place")
    assert found.verdict == "levels_comparable"
    assert (found.failed_step, found.freed_intercepts) == (None, ())
    assert [step.step for step in found.steps] == ["configural", "metric", "scalar"]
    difference = found.accepted.mean_difference("trust", "b", "a")
    assert difference.estimate == pytest.approx(0.3 * 0.8, abs=0.12)


def test_shifts_everywhere_leave_changes_alone_comparable():
    frame = people(2, shifts=(0.9, -0.9, 0.4, -0.4))
    found = measurement_invariance(frame, ONE, WEIGHTED, group="place")
    assert found.verdict == "only_changes_comparable"
    assert found.failed_step == "scalar"
    assert "cfi" in found.failed_criteria
    # Two of four items must stay equal, so two were freed before giving up.
    assert len(found.freed_intercepts) == 2
    assert found.accepted.equality.level == "metric"


def test_other_loadings_leave_nothing_comparable():
    frame = people(3, loadings=(0.8, 0.05, 0.7, 1.4))
    found = measurement_invariance(frame, ONE, WEIGHTED, group="place")
    assert (found.verdict, found.failed_step) == ("neither", "metric")
    assert found.accepted.equality.level == "configural"
    assert len(found.steps) == 2


def test_items_of_two_factors_do_not_make_one():
    rng = np.random.default_rng(5)
    first, second = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 800).T
    columns = {
        f"i{k}": (first if k < 3 else second) + 0.7 * rng.normal(size=800)
        for k in range(6)
    }
    frame = pl.DataFrame({**columns, "w": 1.0, "place": ["a", "b"] * 400})
    six = {"trust": tuple(columns)}
    found = measurement_invariance(frame, six, WEIGHTED, group="place")
    assert (found.verdict, found.failed_step) == ("neither", "configural")
    assert found.failed_criteria
    assert len(found.steps) == 1


@settings(max_examples=3, deadline=None)
@given(factor=st.floats(0.1, 20), shift=st.floats(-9, 9), scale=st.floats(0.1, 50))
def test_units_labels_and_weight_scale_do_not_matter(factor, shift, scale):
    frame = people(7, shifts=(0, 0.5, 0, 0), n=200)
    moved = frame.with_columns(
        pl.col("i2") * factor + shift,
        w=pl.col("w") * scale,
        place=pl.when(pl.col("place") == "a").then(2).otherwise(1),
    )
    plain = measurement_invariance(frame, ONE, WEIGHTED, group="place")
    found = measurement_invariance(moved, ONE, WEIGHTED, group="place")
    assert found.verdict == plain.verdict
    assert found.freed_intercepts == plain.freed_intercepts
    for mine, theirs in zip(found.steps, plain.steps, strict=True):
        assert mine.cfi == pytest.approx(theirs.cfi, rel=1e-6)
        assert mine.rmsea == pytest.approx(theirs.rmsea, rel=1e-5, abs=1e-7)


def test_one_group_is_refused():
    frame = people(1, n=100).filter(pl.col("place") == "a")
    with pytest.raises(EstimationError) as refused:
        measurement_invariance(frame, ONE, WEIGHTED, group="place")
    assert refused.value.code == "one_group_only"


def test_indices_by_hand():
    model, null = Distance(30, 20), Distance(520, 28)
    assert cfi(model, null) == pytest.approx(1 - 10 / 492, rel=1e-12)
    assert tli(model, null) == pytest.approx(1 - 0.5 / (492 / 28), rel=1e-12)
    assert rmsea(model, 400, 2) == pytest.approx(math.sqrt(10 / 8000 * 2), rel=1e-12)
    assert rmsea_interval(Distance(5, 20), 400, 1) == (0, 0)
    assert cfi(Distance(3, 20), null) == 1
    scaled = Distance(30, 20, scaling=1.5)
    assert rmsea(scaled, 400, 1) == 0
