import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.synthesis.cluster_robust import cr2
from imppulse.evidence.synthesis.mixed_effects import fit_mixed_effects
from imppulse.evidence.synthesis.multilevel import multilevel
from imppulse.evidence.synthesis.synthesis import TooFewStudies

VALIDATION = Path(__file__).parents[3] / "validation" / "synthesis"
FURTHER = json.loads((VALIDATION / "further.json").read_text())


@pytest.fixture
def schools(oracle):
    return oracle("dat.konstantopoulos2011")


def rows(table):
    return table["yi"].to_numpy(), np.sqrt(table["vi"].to_numpy())


@pytest.mark.reference
def test_schools_in_districts_equal_metafor_and_clubsandwich(schools, in_metafor):
    answer = in_metafor["konstantopoulos"]

    found = multilevel(*rows(schools), schools["district"].to_list())

    assert [found.sigma2_between, found.sigma2_within] == pytest.approx(
        answer["sigma2"], rel=1e-6
    )
    assert found.log_likelihood == pytest.approx(answer["logLik"], rel=1e-9)
    assert [found.mean.estimate, found.model_std_errors[0]] == pytest.approx(
        [answer["beta"], answer["se"]], rel=1e-6
    )
    assert [found.mean.std_error, found.mean.df] == pytest.approx(
        [answer["cr2"]["se"], answer["cr2"]["df"]], rel=1e-8
    )
    assert found.mean.p_value == pytest.approx(answer["cr2"]["p"], rel=1e-6)
    assert (found.k, found.units, found.territories) == (56, 56, 11)


@pytest.mark.reference
def test_effects_in_studies_equal_metafor_and_clubsandwich(oracle, in_metafor):
    table, answer = oracle("dat.assink2016"), in_metafor["assink"]

    found = multilevel(*rows(table), table["study"].to_list())

    assert [found.sigma2_between, found.sigma2_within] == pytest.approx(
        answer["sigma2"], rel=1e-6
    )
    assert found.log_likelihood == pytest.approx(answer["logLik"], rel=1e-9)
    assert found.mean.estimate == pytest.approx(answer["beta"], rel=1e-8)
    assert [found.mean.std_error, found.mean.df] == pytest.approx(
        [answer["cr2"]["se"], answer["cr2"]["df"]], rel=1e-8
    )


@pytest.mark.reference
@pytest.mark.parametrize("case", ["year", "units"])
def test_moderators_and_units_equal_metafor_and_clubsandwich(schools, case):
    answer = FURTHER["levels"][case]
    options = {
        "year": {"moderators": {"year": schools["year"].to_numpy() - 1990.0}},
        "units": {"units": (-(-schools["school"].to_numpy() // 2)).tolist()},
    }[case]

    found = multilevel(*rows(schools), schools["district"].to_list(), **options)

    assert [found.sigma2_between, found.sigma2_within] == pytest.approx(
        answer["sigma2"], rel=1e-6
    )
    assert found.log_likelihood == pytest.approx(answer["logLik"], rel=1e-9)
    for ours, theirs in [
        ("estimate", "beta"),
        ("std_error", "cr2_se"),
        ("df", "cr2_df"),
        ("p_value", "cr2_p"),
    ]:
        column = [getattr(each, ours) for each in found.coefficients]
        assert column == pytest.approx(np.atleast_1d(answer[theirs]), rel=1e-7)


@pytest.mark.reference
def test_robust_test_of_the_univariate_model_equals_clubsandwich(schools, in_metafor):
    answer = in_metafor["konstantopoulos"]["uni_cr2"]
    y, s = rows(schools)
    fit = fit_mixed_effects(y, s**2)

    robust = cr2(
        fit.x,
        fit.residuals,
        working=np.diag(1 / fit.weights),
        cluster=schools["district"].to_numpy(),
    )

    assert fit.tau2 == pytest.approx(answer["tau2"], rel=1e-10)
    assert [robust.std_error[0], robust.df[0]] == pytest.approx(
        [answer["se"], answer["df"]], rel=1e-10
    )


def test_under_three_territories_nothing_is_pooled():
    found = multilevel([1, 2, 3, 4], [1] * 4, ["a", "a", "b", "b"])

    assert found == TooFewStudies(k=2, low=1, high=4)


def test_few_territories_give_a_caution():
    rng = np.random.default_rng(3)
    found = multilevel(rng.normal(size=12), np.ones(12), np.repeat(range(3), 4))

    assert found.cautions == ("few_degrees_of_freedom",)
    assert found.mean.df == pytest.approx(2, rel=0.1)


def test_no_spread_at_all_gives_no_variance():
    found = multilevel([1.0] * 6, [0.5] * 6, list("aabbcc"))

    assert (found.sigma2_between, found.sigma2_within) == (0, 0)
    assert found.mean.estimate == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"territories": list("aabbc")}, "synthesis_column_length_differs"),
        ({"territories": ["a", "a", "b", "b", "c", None]}, "synthesis_label_missing"),
        ({"moderators": {"dose": [1, 2, 3, 4, 5, 6]}}, "moderators_too_many"),
        ({"moderators": {"dose": [1] * 6}}, "moderator_constant"),
        ({"units": ["x"] * 5}, "synthesis_column_length_differs"),
        ({"level": 2}, "synthesis_level_out_of_range"),
    ],
)
def test_refusals(options, code):
    territories = options.pop("territories", list("aabbcc"))

    with pytest.raises(SynthesisError) as refusal:
        multilevel(range(6), [1] * 6, territories, **options)

    assert refusal.value.code == code


effect = st.floats(-3, 3).map(lambda value: round(value, 2))
error = st.floats(0.1, 2).map(lambda value: round(value, 2))


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(effect, error), min_size=10, max_size=10),
    st.permutations(range(10)),
    st.sampled_from([0.1, 4, 100]),
)
def test_order_names_and_unit_do_not_matter(studies, order, unit):
    y, s = (np.array(part) for part in zip(*studies, strict=True))
    places = np.array(list("aaabbbccdd"))
    names = {"a": "Z", "b": "Y", "c": "X", "d": "W"}

    plain = multilevel(y, s, places)
    other = multilevel(
        y[order] * unit, s[order] * unit, [names[each] for each in places[order]]
    )

    assert other.log_likelihood + 9 * np.log(unit) == pytest.approx(
        plain.log_likelihood, abs=1e-6
    )
    assert other.mean.estimate / unit == pytest.approx(plain.mean.estimate, abs=1e-4)
    assert other.mean.std_error / unit == pytest.approx(
        plain.mean.std_error, rel=1e-3, abs=1e-6
    )
