"""The univariate estimators, the laws of prediction, rows with their own df."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis import heterogeneity, uncertain_variances
from imppulse.evidence.synthesis.sign_permutation import permutation_test
from imppulse.evidence.synthesis.synthesis import TooFewStudies, synthesise

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())
FITS = [
    ("bcg", "EE", "FE", "classical"),
    ("bcg", "DL", "DL", "classical"),
    ("bcg", "ML", "ML", "classical"),
    ("bcg", "REML", "REML", "classical"),
    ("bcg", "EB", "PM", "classical"),
    ("bcg", "DL_knha", "DL", "knapp-hartung-plain"),
    ("bcg", "REML_knha", "REML", "knapp-hartung-plain"),
    ("bcg", "REML_adhoc", "REML", "knapp-hartung"),
    ("five", "REML", "REML", "classical"),
    ("five", "REML_knha", "REML", "knapp-hartung-plain"),
    ("five", "REML_adhoc", "REML", "knapp-hartung"),
    ("five", "DL_knha", "DL", "knapp-hartung-plain"),
    ("raudenbush", "REML", "REML", "classical"),
    ("raudenbush", "knha", "REML", "knapp-hartung-plain"),
    ("landenberger", "REML", "REML", "classical"),
    ("landenberger", "knha", "REML", "knapp-hartung-plain"),
]


def numbers(in_metafor, oracle, name):
    if name == "raudenbush":
        table = oracle("dat.raudenbush1985")
        return table["yi"].to_numpy(), np.sqrt(table["vi"].to_numpy())
    return np.array(in_metafor[name]["yi"]), np.sqrt(in_metafor[name]["vi"])


@pytest.mark.reference
@pytest.mark.parametrize(("name", "fit", "method", "test"), FITS)
def test_equals_metafor(in_metafor, oracle, name, fit, method, test):
    answer = in_metafor[name][fit]

    pooled = synthesise(*numbers(in_metafor, oracle, name), method=method, test=test)

    assert [pooled.estimate, pooled.std_error, pooled.p_value] == pytest.approx(
        [answer["beta"], answer["se"], answer["p"]], rel=1e-10, abs=1e-10
    )
    assert [[pooled.ci_low, pooled.ci_high]] == [
        pytest.approx(answer["ci"][0], rel=1e-10, abs=1e-10)
    ]
    # In "five" R stops at 1e-15 instead of 0.
    assert [pooled.tau2, pooled.i2, pooled.q, pooled.q_p_value] == pytest.approx(
        [answer["tau2"], answer["I2"], answer["QE"], answer["QEp"]],
        rel=1e-10,
        abs=1e-10,
    )
    if "pi" in answer:
        assert [pooled.pi_low, pooled.pi_high] == pytest.approx(answer["pi"], abs=1e-10)


@pytest.mark.reference
@pytest.mark.parametrize("method", ["REML", "DL", "PM", "ML"])
def test_interval_of_i2_equals_metafor(in_metafor, oracle, method):
    answer = FURTHER["i2"][method]

    pooled = synthesise(*numbers(in_metafor, oracle, "bcg"), method=method)

    assert [pooled.i2_ci_low, pooled.i2_ci_high] == pytest.approx(
        answer["i2_ci"], rel=1e-9
    )
    assert [pooled.std_error, pooled.pi_low, pooled.pi_high] == pytest.approx(
        [answer["se"], *answer["pi"]], rel=1e-10
    )


@pytest.mark.reference
def test_equal_effects_under_knapp_hartung_equal_metafor(in_metafor, oracle):
    answer = FURTHER["equal_effects_knha"]

    pooled = synthesise(
        *numbers(in_metafor, oracle, "bcg"), method="FE", test="knapp-hartung-plain"
    )

    assert [pooled.estimate, pooled.std_error, pooled.p_value] == pytest.approx(
        [answer["estimate"], answer["se"], answer["p"]], rel=1e-12
    )
    assert np.isnan([pooled.pi_low, pooled.pi_high]).all()
    assert pooled.prediction == "none"


def test_the_law_of_the_prediction_interval_is_said(in_metafor, oracle):
    rows = numbers(in_metafor, oracle, "bcg")
    widths = {
        law: synthesise(*rows, prediction=law) for law in ("t(k-1)", "t(k-2)", "normal")
    }
    reach = {law: found.pi_high - found.estimate for law, found in widths.items()}

    # Quantiles of t with 12 and 11 degrees of freedom, and of the normal law.
    assert reach["t(k-2)"] / reach["t(k-1)"] == pytest.approx(2.200985 / 2.178813)
    assert reach["normal"] / reach["t(k-1)"] == pytest.approx(1.959964 / 2.178813)
    assert {law: found.prediction for law, found in widths.items()} == {
        law: law for law in widths
    }
    assert synthesise(*rows, test="classical").prediction == "normal"
    assert synthesise(*rows).prediction == "t(k-1)"
    assert synthesise(*rows).df == 12


@pytest.mark.reference
def test_permutation_equals_metafor(in_metafor):
    five, bcg = in_metafor["five"], in_metafor["bcg"]
    y, s = np.array(bcg["yi"]), np.sqrt(bcg["vi"])
    expected = FURTHER["permutation"]

    assert (
        permutation_test(five["yi"], np.sqrt(five["vi"])).p_value
        == (in_metafor["five"]["perm"]["p"])
    )
    assert [
        permutation_test(y[:8], s[:8]).p_value,
        permutation_test(y[:8], s[:8], method="DL").p_value,
        permutation_test(y[3:], s[3:]).p_value,
    ] == [expected["bcg_8_reml"], expected["bcg_8_dl"], expected["bcg_10_reml"]]


def test_permutation_has_a_smallest_p_value():
    found = permutation_test([5, 5.1, 5.2], [0.1, 0.1, 0.1])

    assert (found.p_value, found.smallest_p_value) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("studies", "code", "facts"),
    [
        (2, "synthesis_too_few_studies", {"studies": 2, "fewest": 3}),
        (15, "synthesis_too_many_studies", {"studies": 15, "most": 14}),
    ],
)
def test_permutation_refuses(studies, code, facts):
    with pytest.raises(SynthesisError) as refusal:
        permutation_test([1] * studies, [1] * studies)

    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


def test_meier_correction_worked_by_hand():
    # Two studies alike: shares of one half, W = 2, so 1/2 (1 + 4 * 2 * .25 / 4).
    v, df = np.ones(2), np.full(2, 4.0)

    assert uncertain_variances.corrected_variance(v, 0, df) == 0.75
    assert uncertain_variances.satterthwaite_df(v, 0, df) == 8


def test_welch_test_equals_the_two_sample_t_test_of_welch():
    # With two studies F is the square of Welch's t.
    statistic, df1, df2 = uncertain_variances.welch_test(
        np.array([1.0, 3.0]), np.array([0.5, 1.5]), np.array([4.0, 9.0])
    )

    assert (statistic, df1) == (pytest.approx(4 / 2), 1)
    assert df2 == pytest.approx(2**2 / (0.5**2 / 4 + 1.5**2 / 9))


def test_few_degrees_of_freedom_widen_and_infinite_ones_do_not():
    rows = ([0.12, 0.05, 0.21, 0.09, -0.02], [0.06, 0.08, 0.1, 0.055, 0.09])

    known = synthesise(*rows, test="classical")
    infinite = synthesise(*rows, test="classical", df=[np.inf] * 5)
    few = synthesise(*rows, test="classical", df=[4] * 5)

    assert infinite.std_error == known.std_error
    assert infinite.q_p_value == pytest.approx(known.q_p_value, rel=1e-12)
    assert few.std_error > known.std_error
    shares = np.array([1 / error**2 for error in rows[1]])
    assert few.df == pytest.approx(4 * shares.sum() ** 2 / (shares @ shares))
    assert synthesise(*rows, df=[4] * 5).df == 4


effect = st.floats(-3, 3).map(lambda value: round(value, 3))
error = st.floats(0.05, 3).map(lambda value: round(value, 3))
few = settings(max_examples=15, deadline=None)


@few
@given(
    st.lists(st.tuples(effect, error, st.integers(1, 40)), min_size=3, max_size=7),
    st.sampled_from(["REML", "ML", "PM", "DL", "FE"]),
    st.sampled_from(["classical", "knapp-hartung"]),
)
def test_own_degrees_of_freedom_never_narrow_the_interval(studies, method, test):
    y, s, df = zip(*studies, strict=True)

    known = synthesise(y, s, method=method, test=test)
    own = synthesise(y, s, df=df, method=method, test=test)

    assert own.std_error >= known.std_error * (1 - 1e-12)
    assert own.df <= known.df
    assert own.estimate == known.estimate


@few
@given(st.lists(st.lists(effect, min_size=5, max_size=5), min_size=2, max_size=6))
def test_many_syntheses_at_once_give_what_each_gives_alone(many):
    y, v = np.array(many), np.array([0.1, 0.5, 0.02, 1, 0.3])
    for method in ("restricted_maximum_likelihood", "maximum_likelihood"):
        estimator = getattr(heterogeneity, method)
        alone = [float(estimator(row, v)) for row in y]
        together = estimator(y, np.broadcast_to(v, y.shape))
        assert together == pytest.approx(alone, rel=1e-9, abs=1e-12)


def test_under_three_rows_with_df_only_the_range_is_given():
    assert synthesise([1, 2], [1, 1], df=[3, 3]) == TooFewStudies(k=2, low=1, high=2)


@pytest.mark.parametrize("factor", [1e-3, 0.01, 0.5, 1, 100])
@pytest.mark.parametrize("shift", [0, 2, 3])
def test_reml_of_equally_precise_studies_is_their_variance_less_the_sampling_one(
    factor, shift
):
    """The maximum then lies exactly where the search begins to end."""
    y = (np.array([1.938, 0.0, 0.0]) + shift) * factor
    v = np.full(3, (0.5 * factor) ** 2)
    found = heterogeneity.restricted_maximum_likelihood(y, v)
    assert float(found) == pytest.approx(y.var(ddof=1) - v[0], rel=1e-9)
