"""Clusters drawn, then units inside them: both stages enter the variance."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import DesignError
from imppulse.evidence.provenance import Provenance
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import difference, mean, ratio
from imppulse.evidence.survey.totals import totals

SCHOOLS = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("fpc1", "fpc2"))
TOWNS = SampleDesign(weight="w", cluster=("id1", "id2"), fpc=("n1", "n2"))
FURTHER = Path(__file__).parents[3] / "validation" / "two_stage" / "two_stage.json"


@pytest.fixture(scope="module")
def schools(oracle):
    return oracle("apiclus2")


@pytest.fixture(scope="module")
def towns(oracle):
    weight = pl.col("n1") / 5 * pl.col("n2") / 3
    return oracle("mu284").with_columns(w=weight, big=pl.col("y1") > 40)


@pytest.fixture(scope="module")
def further():
    return json.loads(FURTHER.read_text())


def check(found, expected):
    assert found.estimate.ravel() == pytest.approx(expected["est"], rel=1e-12)
    assert found.std_error.ravel() == pytest.approx(expected["se"], rel=1e-12)


def check_domains(found, expected):
    check(found, expected)
    reference = np.array(expected["vcov"])
    assert found.covariance == pytest.approx(reference, rel=1e-11)


@pytest.mark.reference
def test_means_and_their_covariance_equal_r(schools, in_r):
    found = mean(schools, ("api00", "api99"), SCHOOLS)
    check_domains(found, in_r["clus2"]["mean"])
    assert found.df.ravel().tolist() == [in_r["clus2"]["degf"]] * 2


@pytest.mark.reference
def test_missing_answers_equal_r(schools, in_r):
    check(mean(schools, "enroll", SCHOOLS), in_r["clus2"]["mean_enroll"])


@pytest.mark.reference
def test_design_effects_equal_r(schools, in_r):
    found = mean(schools, ("api00", "api99"), SCHOOLS)
    assert found.deff.ravel() == pytest.approx(in_r["clus2"]["mean_deff"], rel=1e-12)


@pytest.mark.reference
def test_ratios_equal_r(schools, in_r, further):
    check(ratio(schools, "api.stu", "enroll", design=SCHOOLS), in_r["clus2"]["ratio"])
    by_awards = ratio(schools, "api00", "api99", design=SCHOOLS, by="awards")
    check_domains(by_awards, further["ratio_by_awards"])


@pytest.mark.reference
@pytest.mark.parametrize("by", ["stype", "awards"])
def test_domains_and_their_covariance_equal_r(schools, in_r, by):
    check_domains(mean(schools, "api00", SCHOOLS, by=by), in_r["clus2"][f"by_{by}"])


@pytest.mark.reference
def test_a_domain_has_the_degrees_of_freedom_of_its_clusters(schools, in_r):
    found = mean(schools, "api00", SCHOOLS, by="comp.imp").at("api00", "Yes")
    expected = in_r["clus2"]
    assert found.df == expected["subset_degf"]
    assert found.std_error == pytest.approx(expected["subset_mean"]["se"], rel=1e-12)


@pytest.mark.reference
def test_a_difference_of_domains_equals_r(schools, in_r):
    means = mean(schools, "api00", SCHOOLS, by="awards")
    found = difference(means, "api00", "Yes", "No")
    expected = in_r["clus2"]
    assert found.estimate == pytest.approx(expected["diff_awards"]["est"], rel=1e-12)
    assert found.std_error == pytest.approx(expected["diff_awards"]["se"], rel=1e-12)
    assert found.df == expected["degf"]


@pytest.mark.reference
def test_the_textbook_sample_of_towns_equals_r(towns, in_r, further):
    check_domains(mean(towns, "y1", TOWNS), in_r["mu284"]["mean"])
    check_domains(mean(towns, "y1", TOWNS, by="big"), further["mu284_by_big"])


@pytest.mark.reference
def test_stratified_clusters_equal_r(schools, further):
    half = schools["dnum"].unique().median()
    frame = schools.with_columns(half=pl.col("dnum") > half).with_columns(
        half_fpc=pl.when("half").then(200).otherwise(60)
    )
    design = SampleDesign(
        weight="pw",
        strata="half",
        cluster=("dnum", "snum"),
        fpc=("half_fpc", "fpc2"),
    )
    found = mean(frame, "api00", design)
    check(found, further["stratified"])
    assert found.df.item() == further["stratified"]["degf"]


@pytest.mark.reference
def test_without_corrections_the_first_stage_is_all_as_in_r(schools, further):
    design = SampleDesign(weight="pw", cluster=("dnum", "snum"))
    check(mean(schools, "api00", design), further["without_fpc"])


@pytest.mark.reference
def test_a_stage_drawn_whole_adds_nothing_as_in_r(schools, further):
    frame = schools.with_columns(all1=40, all2=pl.len().over("dnum"))
    stages = {"whole_first": ("all1", "fpc2"), "whole_second": ("fpc1", "all2")}
    for name, fpc in stages.items():
        design = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=fpc)
        check(mean(frame, "api00", design), further[name])


def lonely_school(schools, further, choice):
    alone = pl.col("dnum") == further["lonely_district"]
    frame = schools.with_columns(fpc2=pl.when(alone).then(3).otherwise("fpc2"))
    return mean(
        frame,
        "api00",
        SampleDesign(
            weight="pw",
            cluster=("dnum", "snum"),
            fpc=("fpc1", "fpc2"),
            lonely=choice,
        ),
    )


@pytest.mark.reference
@pytest.mark.parametrize("choice", ["adjust", "remove"])
def test_a_unit_drawn_alone_equals_r(schools, further, choice):
    found = lonely_school(schools, further, choice)
    check(found, further["lonely"][choice])


@pytest.mark.parametrize("choice", ["refuse", "average"])
def test_a_unit_drawn_alone_is_refused_with_the_choices(schools, further, choice):
    with pytest.raises(DesignError) as refused:
        lonely_school(schools, further, choice)
    assert refused.value.code == "lonely_units"
    assert refused.value.facts == {"clusters": 1, "choices": ("adjust", "remove")}


def test_fractions_and_sizes_are_the_same_correction(schools):
    drawn = pl.col("snum").n_unique().over("dnum")
    frame = schools.with_columns(
        f1=pl.col("dnum").n_unique() / pl.col("fpc1"), f2=drawn / pl.col("fpc2")
    )
    fractions = SampleDesign(weight="pw", cluster=("dnum", "snum"), fpc=("f1", "f2"))
    sizes, shares = (mean(frame, "api00", each) for each in (SCHOOLS, fractions))
    assert shares.std_error.item() == pytest.approx(sizes.std_error.item(), rel=1e-13)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ([2, 3, 2, 2], "cluster_fpc_varies"),
        ([0, 0, 2, 2], "cluster_fpc_not_positive"),
        ([1.5, 1.5, 2, 2], "cluster_fpc_below_sample"),
    ],
)
def test_corrections_of_the_second_stage_that_cannot_be_are_refused(second, code):
    frame = pl.DataFrame(
        {"a": [7, 7, 8, 8], "b": [1, 2, 1, 2], "n": 4, "m": second, "y": [1, 2, 3, 5]},
        strict=False,
    )
    design = SampleDesign(cluster=("a", "b"), fpc=("n", "m"))
    with pytest.raises(DesignError) as refused:
        totals(frame, design, "y")
    assert refused.value.code == code
    assert refused.value.facts == {"clusters": (7,)}


@pytest.mark.parametrize("stage", ["a", "b", "n", "m"])
def test_missing_values_of_either_stage_are_refused(stage):
    frame = pl.DataFrame({"a": [1, 2], "b": [1, 1], "n": 4, "m": 3, "y": [1, 2]})
    gap = pl.when(pl.col("a") == 1).then(stage).alias(stage)
    design = SampleDesign(cluster=("a", "b"), fpc=("n", "m"))
    with pytest.raises(DesignError) as refused:
        totals(frame.with_columns(gap), design, "y")
    assert refused.value.code == "missing_design_value"
    assert refused.value.facts["column"] == stage


def test_the_same_unit_label_in_two_clusters_is_two_units(towns):
    table = totals(towns, TOWNS, "y1")
    assert table.primary_of_cluster.tolist() == np.repeat(range(5), 3).tolist()
    assert table.clusters_per_stratum.tolist() == [5]


def test_the_design_survives_storage(schools):
    stored = json.loads(json.dumps(mean(schools, "api00", SCHOOLS).to_dict()))
    assert Provenance.from_dict(stored["provenance"]).design == SCHOOLS


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**16), scale=st.floats(0.1, 50))
def test_order_labels_and_the_scale_of_weights_do_not_matter(towns, seed, scale):
    frame = towns.sample(fraction=1, shuffle=True, seed=seed).with_columns(
        w=pl.col("w") * scale, id1=-pl.col("id1"), id2=pl.col("id2") % 3
    )
    expected, found = (mean(each, "y1", TOWNS, by="big") for each in (towns, frame))
    assert found.std_error == pytest.approx(expected.std_error, rel=1e-12)
    assert found.df.tolist() == expected.df.tolist()
