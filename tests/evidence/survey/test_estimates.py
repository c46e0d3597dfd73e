import json
import math

import numpy as np
import polars as pl
import pytest

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import (
    difference,
    estimate,
    mean,
    proportion,
    ratio,
)
from imppulse.evidence.survey.totals import totals

DESIGNS = {
    "srs": ("apisrs", SampleDesign(weight="pw", fpc="fpc")),
    "strat": ("apistrat", SampleDesign(weight="pw", strata="stype", fpc="fpc")),
    "strat_nofpc": ("apistrat", SampleDesign(weight="pw", strata="stype")),
    "clus1": ("apiclus1", SampleDesign(weight="pw", cluster="dnum", fpc="fpc")),
    "clus1_nofpc": ("apiclus1", SampleDesign(weight="pw", cluster="dnum")),
}
NHANES = SampleDesign(weight="WTMEC2YR", strata="SDMVSTRA", cluster="SDMVPSU")
pytestmark = pytest.mark.reference


@pytest.fixture(params=DESIGNS)
def sample(request, in_r):
    """A sample, its design and what R says of it."""
    data, design = DESIGNS[request.param]
    return request.getfixturevalue(data), design, in_r[request.param]


def test_means_and_their_covariance_equal_r(sample):
    frame, design, expected = sample
    found = mean(frame, ("api00", "api99"), design)
    reference = expected["mean"]
    assert found.items == ("api00", "api99")
    assert found.estimate.ravel() == pytest.approx(reference["est"], rel=1e-13)
    assert found.std_error.ravel() == pytest.approx(reference["se"], rel=1e-12)
    assert found.covariance == pytest.approx(np.array(reference["vcov"]), rel=1e-12)
    assert found.df.ravel().tolist() == [expected["degf"]] * 2
    assert found.n.ravel().tolist() == [len(frame)] * 2


def test_design_effects_equal_r(sample):
    frame, design, expected = sample
    name = "mean_deff_wr" if design.fpc is None else "mean_deff"
    found = mean(frame, ("api00", "api99"), design)
    assert found.deff.ravel() == pytest.approx(expected[name], rel=1e-12)


@pytest.mark.parametrize("domain", ["stype", "awards"])
def test_domains_and_their_covariance_equal_r(sample, domain):
    frame, design, expected = sample
    found = mean(frame, "api00", design, by=domain)
    reference = expected[f"by_{domain}"]
    assert [name for (name,) in found.domains] == reference["groups"]
    assert found.estimate[0] == pytest.approx(reference["est"], rel=1e-13)
    assert found.std_error[0] == pytest.approx(reference["se"], rel=1e-12)
    # Covariances between strata are zero but for rounding.
    assert found.covariance == pytest.approx(
        np.array(reference["vcov"]), rel=1e-11, abs=1e-11
    )


def test_a_difference_of_domains_equals_r(sample):
    frame, design, expected = sample
    found = difference(mean(frame, "api00", design, by="awards"), "api00", "Yes", "No")
    reference = expected["diff_awards"]
    assert found.estimate == pytest.approx(reference["est"], rel=1e-12)
    assert found.std_error == pytest.approx(reference["se"], rel=1e-12)
    assert found.n == len(frame)
    assert found.df == expected["degf"]


def test_domain_degrees_of_freedom_equal_r(sample):
    frame, design, expected = sample
    found = mean(frame, "api00", design, by="comp.imp").at("api00", "Yes")
    assert found.df == expected["subset_degf"]
    assert found.estimate == pytest.approx(expected["subset_mean"]["est"], rel=1e-13)
    assert found.std_error == pytest.approx(expected["subset_mean"]["se"], rel=1e-12)


def test_ratios_equal_r(sample):
    frame, design, expected = sample
    found = ratio(frame, "api.stu", "enroll", design=design)
    assert found.items == ("api.stu/enroll",)
    assert found.estimate.item() == pytest.approx(expected["ratio"]["est"], rel=1e-13)
    assert found.std_error.item() == pytest.approx(expected["ratio"]["se"], rel=1e-12)


@pytest.mark.parametrize(
    ("interval", "method"), [("logit", "xlogit"), ("mean", "mean")]
)
def test_intervals_of_shares_equal_r(sample, interval, method):
    frame, design, expected = sample
    frame = frame.with_columns(won=pl.col("awards") == "Yes")
    found = proportion(frame, "won", design, interval=interval)
    reference = expected["ciprop"][method]
    assert found.estimate.item() == pytest.approx(reference["est"], rel=1e-13)
    limits = [found.ci_low.item(), found.ci_high.item()]
    assert limits == pytest.approx(reference["ci"], rel=1e-12)


@pytest.mark.parametrize("lonely", ["adjust", "average", "remove"])
def test_lonely_strata_equal_r(apiclus1, in_r, lonely):
    found = mean(split_by_district(apiclus1), "api00", lonely_design(lonely))
    reference = in_r["lonely"][lonely]
    assert found.estimate.item() == pytest.approx(reference["est"], rel=1e-13)
    assert found.std_error.item() == pytest.approx(reference["se"], rel=1e-12)
    assert (found.lonely, found.lonely_strata) == (lonely, ("a",))


def split_by_district(frame):
    districts = frame["dnum"].unique(maintain_order=True)
    return frame.with_columns(
        h=pl.when(pl.col("dnum") == districts[0])
        .then(pl.lit("a"))
        .when(pl.col("dnum").is_in(districts[1:8].to_list()))
        .then(pl.lit("b"))
        .otherwise(pl.lit("c"))
    )


def lonely_design(lonely):
    return SampleDesign(weight="pw", strata="h", cluster="dnum", lonely=lonely)


def test_lonely_strata_are_refused_by_name_with_the_choices(apiclus1):
    with pytest.raises(DesignError, match="single cluster: 'a'") as refused:
        mean(split_by_district(apiclus1), "api00", lonely_design("refuse"))
    assert refused.value.code == "lonely_strata"
    assert refused.value.facts == {
        "strata": ("a",),
        "choices": ("adjust", "average", "remove"),
    }


def test_a_contrast_records_the_lonely_choice(apiclus1):
    estimates = mean(
        split_by_district(apiclus1), "api00", lonely_design("adjust"), by="awards"
    )
    found = difference(estimates, "api00", "Yes", "No")
    assert (found.lonely, found.lonely_strata) == ("adjust", ("a",))


def test_a_stratum_drawn_whole_is_not_lonely():
    frame = pl.DataFrame({"h": [1, 2, 2], "n": [1, 4, 4], "y": [5.0, 1.0, 2.0]})
    found = mean(frame, "y", SampleDesign(strata="h", fpc="n"))
    assert found.lonely_strata == ()
    # Only the second stratum varies: (1 - 2/4) * 2 * sum of squares 0.5, over 9.
    assert found.std_error.item() == pytest.approx(math.sqrt(0.5 / 9), rel=1e-14)


def test_nhanes_equals_r(nhanes, in_r):
    found = mean(nhanes, "HI_CHOL", NHANES)
    reference = in_r["nhanes"]["mean"]
    assert found.estimate.item() == pytest.approx(reference["est"], rel=1e-13)
    assert found.std_error.item() == pytest.approx(reference["se"], rel=1e-12)
    assert found.df.item() == in_r["nhanes"]["degf"]
    assert found.n.item() == 7846


def test_nhanes_domains_and_covariance_equal_r(nhanes, in_r):
    found = mean(nhanes, "HI_CHOL", NHANES, by=("race", "RIAGENDR"))
    reference = in_r["nhanes"]["by"]
    in_order = list(zip(reference["race"], reference["sex"], strict=True))
    cells = [found.position("HI_CHOL", domain) for domain in in_order]
    assert found.estimate.ravel()[cells] == pytest.approx(reference["est"], rel=1e-13)
    assert found.covariance[np.ix_(cells, cells)] == pytest.approx(
        np.array(reference["vcov"]), rel=1e-10, abs=1e-16
    )


@pytest.mark.parametrize(
    "name", ["strata_clusters", "strata_clusters_fpc", "clusters", "rows"]
)
def test_shares_of_domains_equal_r(city_design, in_r_city, name):
    frame, design = city_design(name)
    frame = frame.with_columns(trusts=pl.col("trust1") >= 4)
    found = proportion(frame, "trusts", design, by="city")
    for city, reference in in_r_city[name]["shares"].items():
        cell = found.at("trusts", city)
        assert cell.estimate == pytest.approx(reference["estimate"], rel=1e-13)
        assert cell.std_error == pytest.approx(reference["std_error"], rel=1e-12)
        assert [cell.ci_low, cell.ci_high] == pytest.approx(reference["ci"], rel=1e-12)
        assert cell.df == reference["df"]


# What is returned -----------------------------------------------------------------


def test_rows_have_one_dictionary_per_item_and_domain(apistrat):
    design = DESIGNS["strat"][1]
    rows = mean(apistrat, ("api00", "api99"), design, by="stype").rows()
    assert [(row["item"], row["stype"]) for row in rows] == [
        (item, level) for item in ("api00", "api99") for level in "EHM"
    ]
    assert list(rows[0]) == [
        *("item", "stype", "mean", "std_error"),
        *("ci_low", "ci_high", "n", "df", "deff"),
    ]


def test_a_cell_is_found_by_its_bare_or_full_name(apistrat):
    found = mean(apistrat, "api00", DESIGNS["strat"][1], by="stype")
    assert found.at("api00", "H") == found.at("api00", ("H",))
    assert found.at("api00", "H").n == 50


@pytest.mark.parametrize(
    ("cell", "code"),
    [(("api0", "H"), "unknown_item"), (("api00", "X"), "unknown_domain")],
)
def test_a_cell_that_is_not_there_is_refused(apistrat, cell, code):
    found = mean(apistrat, "api00", DESIGNS["strat"][1], by="stype")
    with pytest.raises(EstimationError) as refused:
        found.at(*cell)
    assert refused.value.code == code


def test_results_are_ready_for_json():
    frame = pl.DataFrame({"g": [1, 1, 2], "y": [1, 2, None]})
    found = mean(frame, "y", SampleDesign(), by="g")
    read = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    full, empty = read["rows"]
    assert (read["schema"], read["statistic"], read["by"]) == (1, "mean", ["g"])
    assert (full["item"], full["g"], full["mean"], full["n"]) == ("y", 1, 1.5, 2)
    nothing = {"item": "y", "g": 2, "n": 0, "df": 0}
    assert empty == dict.fromkeys(full) | nothing
    assert found.at("y", 2).to_dict()["estimate"] is None


def test_a_domain_without_answers_is_a_row_of_nothing():
    frame = pl.DataFrame({"g": ["a", "a", "b", "b"], "y": [1, 2, None, None]})
    found = mean(frame, "y", SampleDesign(), by="g")
    empty = found.at("y", "b")
    assert (empty.n, empty.df) == (0, 0)
    assert all(
        math.isnan(value)
        for value in (empty.estimate, empty.std_error, empty.ci_low, empty.deff)
    )
    contrast = difference(found, "y", "a", "b")
    assert math.isnan(contrast.estimate)
    assert math.isnan(contrast.p_value)
    assert found.at("y", "a").estimate == 1.5


def test_one_cluster_in_a_domain_gives_a_mean_without_precision():
    frame = pl.DataFrame({"c": [1, 1, 2, 3], "g": [1, 1, 2, 2], "y": [1, 2, 3, 4]})
    means = mean(frame, "y", SampleDesign(cluster="c"), by="g")
    alone = means.at("y", 1)
    assert (alone.estimate, alone.n, alone.df) == (1.5, 2, 0)
    assert all(map(math.isnan, (alone.std_error, alone.ci_low, alone.deff)))
    contrast = difference(means, "y", 2, 1)
    assert contrast.estimate == 2
    assert all(map(math.isnan, (contrast.std_error, contrast.p_value)))


def test_a_simple_random_sample_by_hand():
    found = mean(pl.DataFrame({"y": [1.0, 2.0, 6.0]}), "y", SampleDesign()).at("y")
    assert found.estimate == 3
    assert found.std_error == pytest.approx(math.sqrt(7 / 3), rel=1e-14)
    assert found.deff == pytest.approx(1, rel=1e-14)
    # t with 2 degrees of freedom at .975 is 4.302652729911275
    assert found.ci_high == pytest.approx(3 + 4.302652729911275 * math.sqrt(7 / 3))


def test_identical_answers_have_no_design_effect():
    found = mean(pl.DataFrame({"y": [0.1, 0.1, 0.1]}), "y", SampleDesign()).at("y")
    assert found.std_error == pytest.approx(0, abs=1e-16)
    assert math.isnan(found.deff)


@pytest.mark.parametrize("share", [0, 1])
def test_the_logit_interval_is_undefined_at_the_ends(share):
    frame = pl.DataFrame({"y": [share] * 5})
    found = proportion(frame, "y", SampleDesign()).at("y")
    assert (found.estimate, found.std_error) == (share, 0)
    assert math.isnan(found.ci_low)
    assert math.isnan(found.ci_high)


def test_weights_of_zero_do_not_count_as_respondents():
    frame = pl.DataFrame({"w": [1.0, 1.0, 0.0], "y": [1, 2, 9]})
    found = mean(frame, "y", SampleDesign(weight="w")).at("y")
    assert (found.estimate, found.n, found.df) == (1.5, 2, 1)


# What is refused ------------------------------------------------------------------


def refusal(call, *arguments, **options):
    with pytest.raises((DesignError, EstimationError)) as refused:
        call(*arguments, **options)
    return refused.value


def test_one_cluster_only_is_refused():
    frame = pl.DataFrame({"c": [1, 1], "y": [1, 2]})
    assert refusal(mean, frame, "y", SampleDesign(cluster="c")).code == "one_cluster"


def test_lonely_strata_everywhere_are_refused_whatever_the_choice():
    frame = pl.DataFrame({"h": [1, 2], "y": [1, 2]})
    design = SampleDesign(strata="h", lonely="average")
    assert refusal(mean, frame, "y", design).code == "every_stratum_lonely"


def test_an_item_nobody_answered_is_refused_by_name():
    frame = pl.DataFrame({"x": [1, 2], "y": [None, None]})
    found = refusal(mean, frame, ("x", "y"), SampleDesign())
    assert (found.code, found.facts) == ("no_answers", {"items": ("y",)})


def test_a_share_of_codes_is_refused():
    frame = pl.DataFrame({"y": [1, 2, 3]})
    found = refusal(proportion, frame, "y", SampleDesign())
    assert (found.code, found.facts) == ("not_binary", {"items": ("y",)})


def test_an_unknown_interval_is_refused():
    frame = pl.DataFrame({"y": [0, 1]})
    found = refusal(proportion, frame, "y", SampleDesign(), interval="wald")
    assert found.code == "unknown_interval"


@pytest.mark.parametrize("level", [0, 1, 95])
def test_an_impossible_level_is_refused(level):
    frame = pl.DataFrame({"y": [0, 1]})
    found = refusal(mean, frame, "y", SampleDesign(), level=level)
    assert (found.code, found.facts) == ("level_out_of_range", {"level": level})


def test_a_difference_with_itself_is_refused(apistrat):
    found = mean(apistrat, "api00", DESIGNS["strat"][1], by="stype")
    assert refusal(difference, found, "api00", "H", ("H",)).code == "same_domain"


def test_totals_alone_are_enough(apistrat):
    design = DESIGNS["strat"][1]
    found = estimate(totals(apistrat, design, "api00", by="stype"))
    assert found.rows() == mean(apistrat, "api00", design, by="stype").rows()
