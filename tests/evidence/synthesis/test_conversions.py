import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.conversions import convert, correlations

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())["conversions"]


def both(found):
    return [*found.estimates, *(error**2 for error in found.std_errors)]


def in_r(name):
    return pytest.approx(
        [*FURTHER[name]["estimate"], *FURTHER[name]["variance"]], rel=1e-12, abs=1e-12
    )


@pytest.mark.reference
@pytest.mark.parametrize(("measure", "name"), [("r", "COR"), ("z", "ZCOR")])
def test_correlations_equal_escalc(measure, name):
    assert both(correlations(FURTHER["r"], FURTHER["n"], measure=measure)) == in_r(name)


@pytest.mark.reference
def test_odds_ratios_to_d_equal_escalc():
    odds = FURTHER["OR"]

    found = convert(
        odds["estimate"], np.sqrt(odds["variance"]), "log_odds_ratio", to="d"
    )

    assert both(found) == in_r("OR2DL")


@pytest.mark.reference
def test_d_to_odds_ratios_equals_escalc():
    # escalc knows the variance of d as 1/n1 + 1/n2 + d^2 / (2 (n1 + n2)).
    d, n1, n2 = (np.array(FURTHER[name]) for name in ("d", "n1", "n2"))
    variance = 1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2))

    assert both(convert(d, np.sqrt(variance), "d", to="log_odds_ratio")) == in_r(
        "D2ORL"
    )


@pytest.mark.reference
def test_d_to_r_equals_the_point_biserial_correlation_with_its_own_constant():
    # escalc's "RPB" uses n - 2 where Borenstein and others use n.
    d, n1, n2 = (np.array(FURTHER[name]) for name in ("d", "n1", "n2"))
    found = convert(d, [0.1] * 3, "d", to="r", group_sizes=(n1, n2))
    r = np.array(FURTHER["RPB"]["estimate"])
    h, a = (n1 + n2 - 2) * (1 / n1 + 1 / n2), (n1 + n2) ** 2 / (n1 * n2)

    again = np.array(found.estimates)
    assert again / np.sqrt(1 - again**2) * np.sqrt(a / h) == pytest.approx(
        r / np.sqrt(1 - r**2), rel=1e-12
    )


def test_worked_example_of_the_textbook():
    # Borenstein et al. (2009), chapter 7: d = 0.5, variance 0.0205.
    odds = convert([0.5], [np.sqrt(0.0205)], "d", to="log_odds_ratio")
    r = convert([0.5], [np.sqrt(0.0205)], "d", to="r", group_sizes=(100, 100))

    assert (odds.estimates[0], odds.std_errors[0] ** 2) == pytest.approx(
        (0.9069, 0.0676), abs=2e-4
    )
    assert (r.estimates[0], r.std_errors[0] ** 2) == pytest.approx(
        (0.2425, 0.0043), abs=1e-4
    )


@pytest.mark.parametrize(
    ("call", "code", "facts"),
    [
        (
            lambda: correlations([0.1, 1], [9, 9]),
            "effect_size_out_of_range",
            {"row": 2},
        ),
        (lambda: correlations([0.1], [3]), "effect_size_out_of_range", {"column": "n"}),
        (
            lambda: correlations([np.nan], [9]),
            "effect_size_out_of_range",
            {"column": "r"},
        ),
        (
            lambda: correlations([0.1], [9, 9]),
            "synthesis_column_length_differs",
            {"given": 2},
        ),
        (
            lambda: correlations([0.1], [9], measure="d"),
            "synthesis_unknown_choice",
            {"value": "d"},
        ),
        (
            lambda: convert([0.1], [1], "d", to="z"),
            "group_sizes_missing",
            {"origin": "d", "target": "z"},
        ),
        (
            lambda: convert([2], [1], "r", to="d"),
            "effect_size_out_of_range",
            {"value": 2.0},
        ),
        (
            lambda: convert([2], [1], "d", to="r", group_sizes=(0, 5)),
            "effect_size_out_of_range",
            {"column": "n1"},
        ),
        (
            lambda: convert([2], [0], "d", to="log_odds_ratio"),
            "synthesis_std_error_not_positive",
            {"row": 1},
        ),
    ],
)
def test_refusals(call, code, facts):
    with pytest.raises(SynthesisError) as refusal:
        call()

    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


measures = st.sampled_from(["r", "z", "d", "log_odds_ratio"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=4), measures, measures)
def test_there_and_back_is_the_same(values, first, second):
    errors = [0.1] * len(values)
    # With a > 4 (groups of unequal size) d and r are no longer each other's inverse.
    sizes = (50, 50)

    there = convert(values, errors, first, to=second, group_sizes=sizes)
    back = convert(
        there.estimates, there.std_errors, second, to=first, group_sizes=sizes
    )

    assert back.estimates == pytest.approx(values, rel=1e-9, abs=1e-12)
    assert back.std_errors == pytest.approx(errors, rel=1e-9)
