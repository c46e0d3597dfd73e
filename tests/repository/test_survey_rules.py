"""Every rule of docs/reference/survey-rules.md names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "survey-rules.md").read_text("utf-8")
RULES = [line for line in PAGE.splitlines() if line.startswith("| [")]
NAMED = sorted(set(re.findall(r"`(tests/\S+?\.py)::(test_\w+)`", PAGE)))


def test_every_rule_is_held_by_a_test_or_says_that_it_is_not():
    unheld = [r for r in RULES if "`tests/" not in r and "Not yet" not in r]
    assert len(RULES) > 30
    assert unheld == []


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_the_named_test_exists(path, name):
    source = (ROOT / path).read_text("utf-8")
    assert len(re.findall(rf"^def {name}\(", source, re.MULTILINE)) == 1
