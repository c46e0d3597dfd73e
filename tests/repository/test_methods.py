"""Each method of the evidence library has its page, and its example says the truth."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/methods").glob("*.md"))
SECTIONS = [
    "What it answers",
    "When not to use it",
    "Formula",
    "Source",
    "Example",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_has_every_section(page):
    headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_gives_what_the_page_shows(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 0
