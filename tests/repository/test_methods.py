"""Each method and tutorial has examples that say the truth."""

import doctest
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
METHODS = [
    page
    for page in sorted((ROOT / "docs/methods").glob("*.md"))
    if page.name != "README.md"
]
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.md"))
INSIDE = re.compile(r"^(?:>>>|\.\.\.) .*imppulse\.evidence\.\w", re.MULTILINE)
SECTIONS = [
    "What it answers",
    "When not to use it",
    "Formula",
    "Source",
    "Example",
]


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_the_page_has_every_section(page):
    headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS


@pytest.mark.parametrize("page", METHODS + TUTORIALS, ids=lambda page: page.stem)
def test_the_example_gives_what_the_page_shows(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 0


@pytest.mark.parametrize("page", METHODS + TUTORIALS, ids=lambda page: page.stem)
def test_examples_import_from_the_public_door(page):
    assert INSIDE.findall(page.read_text("utf-8")) == []


def test_every_page_of_methods_is_in_the_index():
    chapters = tomllib.loads((ROOT / "docs/methods/index.toml").read_text("utf-8"))
    listed = [
        page["file"] for chapter in chapters["chapter"] for page in chapter["page"]
    ]
    assert sorted(listed) == sorted(page.stem for page in METHODS)
