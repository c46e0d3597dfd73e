import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.diagnosis.small_areas import mean_squared_errors, small_areas
from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.mixed_effects import fit_mixed_effects

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())["fay_herriot"]


@pytest.fixture
def milk(oracle):
    table = oracle("milk")
    regions = {"region": [str(each) for each in table["MajorArea"]]}
    return table["yi"].to_numpy(), table["SD"].to_numpy(), regions


@pytest.mark.reference
def test_predictors_equal_metafor(milk, in_r_models):
    y, s, regions = milk
    answer = in_r_models["fayherriot_milk"]

    found = small_areas(y, s, auxiliaries=regions)

    assert found.tau2 == pytest.approx(answer["tau2"], rel=1e-10)
    assert found.coefficients == pytest.approx(answer["beta"], rel=1e-10)
    assert found.std_errors == pytest.approx(answer["se"], rel=1e-10)
    assert [area.estimate for area in found.areas] == pytest.approx(
        answer["eblup"], rel=1e-10
    )


@pytest.mark.reference
def test_mean_squared_errors_equal_r(milk):
    y, s, regions = milk

    found = small_areas(y, s, auxiliaries=regions)

    assert [area.mse for area in found.areas] == pytest.approx(
        FURTHER["mse"], rel=1e-10
    )
    assert found.names == ("intercept", "region: 2", "region: 3", "region: 4")


@pytest.mark.reference
def test_parts_of_the_mean_squared_error_equal_r(milk):
    y, s, regions = milk
    codes = np.array(regions["region"])
    x = np.column_stack([np.ones(43), *(codes == each for each in "234")])

    parts = mean_squared_errors(fit_mixed_effects(y, s**2, x.astype(float)))

    for ours, name in zip(parts, ("g1", "g2", "g3"), strict=True):
        assert ours == pytest.approx(FURTHER[name], rel=1e-9), name


def test_areas_that_differ_by_chance_only_say_so():
    found = small_areas([1.0] * 10, np.linspace(0.1, 1, 10))

    assert (found.tau2, found.cautions) == (0, ("areas_alike",))
    assert [area.share for area in found.areas] == [0] * 10
    assert [area.estimate for area in found.areas] == pytest.approx([1] * 10)


@pytest.mark.parametrize(
    ("areas", "auxiliaries", "code", "facts"),
    [
        (9, None, "small_areas_too_few", {"areas": 9, "fewest": 10}),
        (
            12,
            {"a": np.arange(12), "b": np.arange(12) ** 2},
            "small_areas_too_few",
            {"areas": 12, "fewest": 15},
        ),
        (12, {"a": [1] * 12}, "moderator_constant", {"moderator": "a"}),
        (12, {}, "moderators_missing", {}),
    ],
)
def test_refusals(areas, auxiliaries, code, facts):
    with pytest.raises(SynthesisError) as refusal:
        small_areas(np.sin(range(areas)), [1] * areas, auxiliaries=auxiliaries)

    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


effect = st.floats(-3, 3).map(lambda value: round(value, 2))
error = st.floats(0.05, 3).map(lambda value: round(value, 2))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(effect, error), min_size=10, max_size=12),
    st.randoms(use_true_random=False),
)
def test_each_area_lies_between_its_answers_and_the_model(studies, random):
    y, s = zip(*studies, strict=True)
    mixed = random.sample(studies, len(studies))

    found = small_areas(y, s)
    other = small_areas(*zip(*mixed, strict=True))

    for area in found.areas:
        low, high = sorted((area.direct, area.model))
        assert low - 1e-9 <= area.estimate <= high + 1e-9
        assert 0 <= area.share < 1
    assert sorted(area.estimate for area in other.areas) == pytest.approx(
        sorted(area.estimate for area in found.areas), rel=1e-6, abs=1e-7
    )
