"""Plans, earlier results and tables of counts: numbers, or a refusal with a name.

Anything but a result without holes or an `EvidenceError` that people can read is a
defect, warnings included (they are errors in these tests). More examples than the daily
few: `EXAMPLES=400 pytest tests/evidence/test_numbers_answer_or_refuse.py`.
"""

import math
import os
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.driven_numbers import BAD, COUNTS, PLANS, RESULTS

from imppulse.evidence import EvidenceError, Result
from imppulse.tables.evidence_sentences import EVIDENCE_SENTENCES

DRIVEN = PLANS | RESULTS
# Documented: a domain in one cluster, or of one answer, has no error.
WITHOUT_ERROR = {"difference", "risk_difference", "risk_ratio", "odds_ratio"}
WITHOUT_ERROR |= {"contrast", "estimate", "pool", "function_of_totals", "wald_test"}


@st.composite
def numbers(draw, good):
    """What a careful person gives, up to three of it replaced."""
    given_ = list(good)
    for place in draw(st.lists(st.integers(0, len(good) - 1), max_size=3)):
        whole = isinstance(good[place], int)
        given_[place] = draw(st.sampled_from(COUNTS if whole else BAD))
    return given_


def holes(found):
    """Names of the fields of a result that are no numbers."""
    if isinstance(found, float | np.ndarray):
        return [] if np.isfinite(found).all() or np.isinf(found).any() else ["itself"]
    if not isinstance(found, Result):
        return []
    values = ((each.name, getattr(found, each.name)) for each in fields(found))
    return [name for name, value in values if isinstance(value, float) and math.isnan(value)]  # fmt: skip


@pytest.mark.parametrize("name", DRIVEN)
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "6")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_numbers(name, data):
    driven = DRIVEN[name]
    values = data.draw(numbers(driven.good))
    try:
        found = driven.call(*values)
    except EvidenceError as refused:
        found, code = None, {refused.code}
    else:
        code = set()
    assert code <= EVIDENCE_SENTENCES.keys()
    if name not in WITHOUT_ERROR:
        assert holes(found) == []
    if isinstance(found, Result):
        assert str(found)
        assert found.to_dict()["schema"] == 1


@pytest.mark.parametrize("name", DRIVEN)
def test_what_a_careful_person_gives_is_answered(name):
    driven = DRIVEN[name]
    if name != "suppress, no margins":
        assert driven.call(*driven.good) is not None
