import dataclasses
import pickle

import pytest

from imppulse.evidence.errors import DesignError, EvidenceError
from imppulse.evidence.survey.design import SampleDesign


def test_a_design_without_columns_is_a_simple_random_sample():
    assert SampleDesign() == SampleDesign(
        weight=None, strata=None, cluster=None, fpc=None, lonely="refuse"
    )


def test_columns_are_listed_once():
    design = SampleDesign(weight="w", strata="area", cluster="area")
    assert design.columns == ("w", "area")


def test_a_design_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SampleDesign().weight = "w"


def test_an_unknown_lonely_choice_is_refused_with_the_choices():
    with pytest.raises(DesignError) as refused:
        SampleDesign(lonely="certainty")
    assert refused.value.code == "unknown_lonely_choice"
    assert refused.value.facts == {
        "given": "certainty",
        "choices": ("refuse", "adjust", "average", "remove"),
    }


def test_a_refusal_is_a_value_error_with_a_sentence():
    refusal = EvidenceError("no_rows", "the data have no rows", rows=0)
    assert isinstance(refusal, ValueError)
    assert str(refusal) == "the data have no rows"


def test_a_refusal_survives_pickling():
    refusal = pickle.loads(pickle.dumps(DesignError("no_rows", "none", rows=0)))  # noqa: S301 - our own bytes
    assert (refusal.code, str(refusal), refusal.facts) == (
        "no_rows",
        "none",
        {"rows": 0},
    )


def test_stages_are_a_name_or_a_pair_and_lists_become_tuples():
    design = SampleDesign(cluster=["district", "school"], fpc=["n1", "n2"])
    assert design.cluster == ("district", "school")
    assert design == SampleDesign(cluster=("district", "school"), fpc=("n1", "n2"))
    assert design.columns == ("district", "school", "n1", "n2")
    assert design.two_stage
    assert SampleDesign(cluster=("district",)).cluster == "district"
    assert hash(design) == hash(dataclasses.replace(design))


@pytest.mark.parametrize(
    ("cluster", "fpc"),
    [(("a", "b"), "n"), ("a", ("n", "m")), (None, ("n", "m")), (("a", "b", "c"), None)],
)
def test_stages_and_corrections_must_be_as_many(cluster, fpc):
    with pytest.raises(DesignError) as refused:
        SampleDesign(cluster=cluster, fpc=fpc)
    assert refused.value.code == "stages_differ"
