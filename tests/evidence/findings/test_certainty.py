"""Certainty falls by one level for each measured doubt."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.findings.test_findings import PAIR, TRIAL

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.findings.certainty import LEVELS, Doubt, Level, certainty
from imppulse.evidence.findings.findings import Unit
from imppulse.evidence.synthesis.synthesis import synthesise

ALIKE = synthesise([6.0, 6.1, 5.9], [0.5, 0.5, 0.5])
MIXED = synthesise([1.0, 6.0, 12.0], [0.5, 0.5, 0.5])
VAGUE = synthesise([2.0, 2.5, 1.5], [3.0, 3.0, 3.0])
SMALL = replace(TRIAL, treated=20, comparison=20, unit=Unit.INDIVIDUALS)
BIASED = replace(TRIAL, contamination_reported=True)
SMALL_ARMS = replace(TRIAL, treated=4, comparison=4)


@pytest.mark.parametrize(
    ("facts", "pooled", "level", "doubts"),
    [
        ([TRIAL] * 3, ALIKE, Level.HIGH, ()),
        ([TRIAL, TRIAL, PAIR], ALIKE, Level.LOW, ()),
        ([SMALL] * 3, ALIKE, Level.LOW, ()),
        ([TRIAL, TRIAL, BIASED], ALIKE, Level.MODERATE, (Doubt.RISK_OF_BIAS,)),
        (
            [TRIAL] * 3,
            MIXED,
            Level.LOW,
            (Doubt.INCONSISTENCY, Doubt.IMPRECISION),
        ),
        ([TRIAL] * 3, VAGUE, Level.LOW, (Doubt.INCONSISTENCY, Doubt.IMPRECISION)),
        (
            [TRIAL] * 2,
            synthesise([6.0, 6.1], [0.5, 0.5]),
            Level.LOW,
            (Doubt.IMPRECISION, Doubt.TOO_FEW_STUDIES),
        ),
        (
            [PAIR] * 2,
            synthesise([-6.0, 6.1], [0.5, 0.5]),
            Level.VERY_LOW,
            (Doubt.INCONSISTENCY, Doubt.IMPRECISION, Doubt.TOO_FEW_STUDIES),
        ),
    ],
)
def test_level_and_doubts(facts, pooled, level, doubts):
    rated = certainty(facts, pooled, 2.0)
    assert (rated.level, rated.doubts) == (level, doubts)


def test_a_clear_nothing_is_precise():
    nothing = synthesise([0.0, 0.1, -0.1], [0.2, 0.2, 0.2])
    assert certainty([TRIAL] * 3, nothing, 2.0).level == Level.HIGH


@settings(max_examples=30, deadline=None)
@given(st.permutations([TRIAL, SMALL_ARMS, BIASED]), st.booleans())
def test_order_does_not_matter_and_indirectness_never_helps(facts, indirect):
    plain = certainty([TRIAL, SMALL_ARMS, BIASED], ALIKE, 2.0)
    rated = certainty(facts, ALIKE, 2.0, indirect=indirect)
    assert LEVELS.index(rated.level) == LEVELS.index(plain.level) - indirect


def test_refusals():
    with pytest.raises(SynthesisError) as refused:
        certainty([TRIAL], ALIKE, 2.0)
    assert refused.value.code == "synthesis_lengths_differ"
    with pytest.raises(SynthesisError) as refused:
        certainty([TRIAL] * 3, ALIKE, float("nan"))
    assert refused.value.code == "synthesis_margin_not_positive"
