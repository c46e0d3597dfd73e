import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis import heterogeneity
from imppulse.evidence.synthesis.synthesis import (
    PooledEffect,
    TooFewStudies,
    synthesise,
)

HERE = Path(__file__).parents[1]
METAKETA = HERE / "reference" / "metaketa"
EXPECTED = json.loads(
    (HERE.parents[1] / "validation" / "synthesis" / "expected.json").read_text()
)
CASES = [
    pytest.param(studies, fit, id=f"{name}-{fit['method']}-{fit['test']}")
    for name, studies in EXPECTED["sets"].items()
    for fit in studies["fits"]
]
NUMBERS = [
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "p_value",
    "pi_low",
    "pi_high",
    "tau2",
    "i2",
    "q",
    "q_p_value",
]


def rows(name):
    with (METAKETA / name).open() as file:
        return list(csv.DictReader(file))


@pytest.mark.reference
@pytest.mark.parametrize(("studies", "fit"), CASES)
def test_equals_metafor(studies, fit):
    pooled = synthesise(
        studies["estimates"],
        studies["std_errors"],
        method=fit["method"],
        test=fit["test"],
    )

    assert pooled.k == fit["k"]
    assert [getattr(pooled, name) for name in NUMBERS] == pytest.approx(
        [fit[name] for name in NUMBERS], rel=1e-9, abs=1e-9
    )
    assert [pooled.tau2_ci_low, pooled.tau2_ci_high] == pytest.approx(
        fit["tau2_ci"], rel=1e-9, abs=1e-9
    )
    assert pooled.weights == pytest.approx(fit["weights"], rel=1e-9)


@pytest.mark.reference
def test_reference_holds_all_outcomes_of_the_trial():
    published = {row["hypothesis"] for row in rows("metaketa4_study_estimates.csv")}

    assert len(published) == 16
    assert set(EXPECTED["sets"]) == published | {"bcg", "five"}


@pytest.mark.reference
@pytest.mark.parametrize(
    "printed",
    rows("metaketa4_pooled_published.csv"),
    ids=lambda row: row["hypothesis"],
)
def test_equals_the_published_article(printed):
    studies = [
        row
        for row in rows("metaketa4_study_estimates.csv")
        if row["hypothesis"] == printed["hypothesis"]
    ]

    pooled = synthesise(
        [float(row["estimate"]) for row in studies],
        [float(row["std_error"]) for row in studies],
        test="classical",
        labels=[row["study"] for row in studies],
    )

    assert pooled.k == int(printed["N_studies"])
    assert {
        "estimate": pooled.estimate,
        "std_error": pooled.std_error,
        "statistic": pooled.estimate / pooled.std_error,
        "p_value": pooled.p_value,
        "conf_low": pooled.ci_low,
        "conf_high": pooled.ci_high,
        "tausq": pooled.tau2,
        "qtest_p_value": pooled.q_p_value,
    } == pytest.approx(
        {
            name: float(printed[name])
            for name in [
                "estimate",
                "std_error",
                "statistic",
                "p_value",
                "conf_low",
                "conf_high",
                "tausq",
                "qtest_p_value",
            ]
        },
        abs=1e-4,
    )


def test_bcg_reference_numbers():
    bcg = EXPECTED["sets"]["bcg"]

    classical = synthesise(bcg["estimates"], bcg["std_errors"], test="classical")
    scaled = synthesise(bcg["estimates"], bcg["std_errors"])

    assert classical.estimate == pytest.approx(-0.714532342158139, abs=1e-13)
    assert classical.std_error == pytest.approx(0.179781516105206, abs=1e-13)
    assert scaled.std_error == pytest.approx(0.180791744092848, abs=1e-13)
    assert classical.tau2 == pytest.approx(0.313243258136481, abs=1e-13)
    assert (classical.pi_low, classical.pi_high) == pytest.approx(
        (-1.86669221790289, 0.437627533586608), abs=1e-13
    )
    assert (scaled.pi_low, scaled.pi_high) == pytest.approx(
        (-1.9960168341962, 0.566952149879924), abs=1e-13
    )


def test_plain_knapp_hartung_shrinks_and_the_default_does_not():
    five = EXPECTED["sets"]["five"]
    estimates, std_errors = five["estimates"], five["std_errors"]

    plain = synthesise(estimates, std_errors, test="knapp-hartung-plain")
    default = synthesise(estimates, std_errors)
    classical = synthesise(estimates, std_errors, test="classical")

    assert plain.std_error < classical.std_error
    assert default.std_error == classical.std_error
    assert default.ci_high - default.ci_low > classical.ci_high - classical.ci_low


def test_a_hopelessly_imprecise_study_hardly_weighs():
    perceptions = EXPECTED["sets"]["2"]
    estimates, std_errors = perceptions["estimates"], perceptions["std_errors"]

    brazil, *_ = synthesise(estimates, std_errors).weights

    assert std_errors[0] > 24
    assert brazil < 0.001


@pytest.mark.parametrize("method", ["REML", "DL", "PM"])
def test_equal_results_have_no_heterogeneity(method):
    pooled = synthesise([0.2, 0.2, 0.2], [0.1, 0.2, 0.3], method=method)

    assert pooled.tau2 == 0
    assert pooled.i2 == 0
    assert (pooled.tau2_ci_low, pooled.tau2_ci_high) == (0, 0)


@pytest.mark.parametrize(("value", "p_value"), [(0.25, 0.0), (0.0, 1.0)])
def test_plain_test_of_identical_results(value, p_value):
    pooled = synthesise([value] * 3, [0.5] * 3, test="knapp-hartung-plain")

    assert pooled.std_error == 0
    assert pooled.p_value == p_value


# Both have two maxima of the restricted likelihood, one of them at 0.
TWO_MAXIMA = [
    ([1.0, -0.29, 0.53, 0.51], [0.4751, 0.0279, 0.0004, 0.0001], 0.1774),
    ([0.96, -0.02, 0.01, -0.65], [0.1375, 0.0004, 0.0012, 3.7346], 0.0),
]


@pytest.mark.parametrize("case", TWO_MAXIMA, ids=["above-zero", "at-zero"])
def test_reml_takes_the_highest_of_two_maxima(case):
    y, v, near = (np.array(part) for part in case)

    tau2 = heterogeneity.restricted_maximum_likelihood(y, v)

    def log_likelihood(t):
        w = 1 / (v + t)
        mean = w @ y / w.sum()
        return np.log(w).sum() - np.log(w.sum()) - w @ (y - mean) ** 2

    fine = np.append(0, np.geomspace(1e-8, 50, 5001))
    assert tau2 == pytest.approx(near, rel=0.02)
    assert log_likelihood(tau2) >= max(map(log_likelihood, fine)) - 1e-12


def test_under_three_studies_only_the_range_is_given():
    assert synthesise([0.3, 0.1], [0.1, 0.1]) == TooFewStudies(k=2, low=0.1, high=0.3)
    alone = synthesise([0.3], [0.1])
    assert alone.rows() == [{"k": 1, "low": 0.3, "high": 0.3}]


def test_results_are_ready_for_json():
    pooled = synthesise([1, 2, 4], [1, 1, 1], labels=["Lyon", "Ghent", "Porto"])

    written = json.loads(json.dumps(pooled.to_dict()))

    assert written["schema"] == 1
    assert written["labels"] == ["Lyon", "Ghent", "Porto"]
    assert written["weights"] == pytest.approx([100 / 3] * 3)
    assert (written["method"], written["test"]) == ("REML", "knapp-hartung")


REFUSALS = [
    (
        [1, 2, 3],
        [1, 1],
        {},
        "synthesis_lengths_differ",
        {"estimates": 3, "std_errors": 2, "labels": 3},
    ),
    (
        [1, 2],
        [1, 1],
        {"labels": ["a"]},
        "synthesis_lengths_differ",
        {"estimates": 2, "std_errors": 2, "labels": 1},
    ),
    ([], [], {}, "synthesis_without_studies", {}),
    (
        [1, float("nan"), 3],
        [1, 1, 1],
        {"labels": ["a", "b", "c"]},
        "synthesis_not_finite",
        {"row": 2, "label": "b"},
    ),
    (
        [1, 2, 3],
        [1, 1, float("inf")],
        {},
        "synthesis_not_finite",
        {"row": 3, "label": "3"},
    ),
    (
        [1, 2, 3],
        [1, 1e200, 1],
        {},
        "synthesis_not_finite",
        {"row": 2, "label": "2"},
    ),
    (
        [1, 2, 3],
        [1, 0, -1],
        {},
        "synthesis_std_error_not_positive",
        {"row": 2, "label": "2"},
    ),
    (
        [1, 2, 3],
        [1, 1, -1],
        {},
        "synthesis_std_error_not_positive",
        {"row": 3, "label": "3"},
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"method": "HS"},
        "synthesis_unknown_choice",
        {
            "option": "method",
            "value": "HS",
            "known": ("REML", "DL", "PM", "ML", "FE"),
        },
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"prediction": "t"},
        "synthesis_unknown_choice",
        {
            "option": "prediction",
            "value": "t",
            "known": ("t(k-1)", "t(k-2)", "normal"),
        },
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"df": [4, 4]},
        "synthesis_column_length_differs",
        {"column": "df", "given": 2, "needed": 3},
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"df": [4, float("nan"), 4]},
        "synthesis_df_below_one",
        {"row": 2, "label": "2"},
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"test": "z"},
        "synthesis_unknown_choice",
        {
            "option": "test",
            "value": "z",
            "known": ("knapp-hartung", "knapp-hartung-plain", "classical"),
        },
    ),
    (
        [1, 2, 3],
        [1, 1, 1],
        {"level": 95},
        "synthesis_level_out_of_range",
        {"value": 95},
    ),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case[3])
def test_bad_input_is_refused_by_name(case):
    estimates, std_errors, options, code, facts = case

    with pytest.raises(SynthesisError) as refusal:
        synthesise(estimates, std_errors, **options)

    assert (refusal.value.code, refusal.value.facts) == (code, facts)


effects = st.floats(-5, 5).map(lambda value: round(value, 3))
errors = st.floats(0.01, 30).map(lambda value: round(value, 3))
studies_of_a_synthesis = st.lists(st.tuples(effects, errors), min_size=3, max_size=9)
methods = st.sampled_from(["REML", "DL", "PM"])
invariance = settings(max_examples=25, deadline=None)


def pool(studies, method="REML", **options) -> PooledEffect:
    estimates, std_errors = zip(*studies, strict=True)
    return synthesise(estimates, std_errors, method=method, **options)


@invariance
@given(studies_of_a_synthesis, methods, st.randoms(use_true_random=False))
def test_order_does_not_matter(studies, method, random):
    shuffled = random.sample(studies, len(studies))

    first, second = pool(studies, method), pool(shuffled, method)

    assert second.estimate == pytest.approx(first.estimate, rel=1e-7, abs=1e-7)
    assert second.std_error == pytest.approx(first.std_error, rel=1e-7)
    assert second.tau2 == pytest.approx(first.tau2, rel=1e-7, abs=1e-9)


@invariance
@given(studies_of_a_synthesis, methods, st.sampled_from([0.01, 0.5, 8, 1000]))
def test_shift_and_unit_carry_through(studies, method, factor):
    moved = [((estimate + 2) * factor, se * factor) for estimate, se in studies]

    plain, other = pool(studies, method), pool(moved, method)

    assert other.estimate / factor - 2 == pytest.approx(plain.estimate, abs=1e-6)
    assert other.std_error / factor == pytest.approx(plain.std_error, rel=1e-6)
    assert other.tau2 / factor**2 == pytest.approx(plain.tau2, rel=1e-6, abs=1e-8)
    assert other.i2 == pytest.approx(plain.i2, rel=1e-5, abs=1e-4)
    assert other.p_value == pytest.approx(
        pool([(estimate + 2, se) for estimate, se in studies], method).p_value,
        abs=1e-6,
    )


@invariance
@given(studies_of_a_synthesis, methods)
def test_bounds_that_always_hold(studies, method):
    default = pool(studies, method)
    classical = pool(studies, method, test="classical")

    assert default.tau2 >= 0
    assert 0 <= default.tau2_ci_low <= default.tau2_ci_high
    assert 0 <= default.i2 <= 100
    assert default.std_error >= classical.std_error
    assert default.pi_low <= default.ci_low <= default.estimate
    assert default.estimate <= default.ci_high <= default.pi_high
    assert sum(default.weights) == pytest.approx(100)
