"""The table of findings, row by row, as `findings.toml` states it."""

import math
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from imppulse.evidence.findings.ceilings import Ceiling
from imppulse.evidence.findings.findings import DesignFacts, Direction, find
from imppulse.evidence.findings.strength import RULES, Strength

SPECIFICATION = tomllib.loads(
    Path(__file__).with_name("findings.toml").read_text(encoding="utf-8")
)
RISE = SimpleNamespace(estimate=6.0, ci_low=3.0, ci_high=9.0)
MARGIN = 2.0


def named(kind):
    return [pytest.param(row, id=row["name"]) for row in SPECIFICATION[kind]]


def facts_of(rule):
    stored = {**SPECIFICATION["base"], **rule["facts"]}
    for name in rule.get("without", []):
        del stored[name]
    return DesignFacts.from_dict(stored)


@pytest.mark.parametrize("rule", named("rule"))
def test_rule(rule):
    finding = find(facts_of(rule), RISE, MARGIN, higher_is_better=True)

    assert {
        "suppressed": finding.suppressed,
        "as_delivered": finding.as_delivered,
        "strength": finding.strength,
        "design": finding.design,
        "ceilings": list(finding.ceilings),
        "next": finding.next_stronger,
        "forbidden_by": finding.forbidden_by,
        "earned_by": finding.earned_by,
        "maryland": finding.maryland_level,
    } == {
        "suppressed": rule.get("suppressed", False),
        "as_delivered": rule.get("as_delivered", False),
        "strength": rule["strength"],
        "design": rule.get("design"),
        "ceilings": rule.get("ceilings", []),
        "next": rule.get("next"),
        "forbidden_by": rule.get("forbidden_by"),
        "earned_by": rule.get("earned_by"),
        "maryland": rule.get("maryland"),
    }
    if "obstacles" in rule:
        assert list(finding.obstacles) == rule["obstacles"]


@pytest.mark.parametrize("row", named("direction"))
def test_direction(row):
    low, high = row["interval"]
    middle = 0.0 if math.isnan(low) else (low + high) / 2
    effect = SimpleNamespace(estimate=middle, ci_low=low, ci_high=high)
    facts = DesignFacts.from_dict(SPECIFICATION["base"])

    up, down = (
        find(facts, effect, MARGIN, higher_is_better=higher).direction
        for higher in (True, False)
    )

    assert (up, down) == (row["higher"], row["lower"])


def test_the_specification_reaches_every_code():
    rules = SPECIFICATION["rule"]
    directions = SPECIFICATION["direction"]

    assert {rule["strength"] for rule in rules} == set(Strength)
    assert {rule["design"] for rule in rules if "design" in rule} == {
        rule.design for rule in RULES
    }
    assert {code for rule in rules for code in rule.get("ceilings", [])} == set(Ceiling)
    assert {row["higher"] for row in directions} == set(Direction)
