"""The style sheet keeps the promises that a glance cannot check."""

import re
from pathlib import Path

import pytest

from imppulse.charts import palette

CORE = Path(__file__).parents[2] / "src" / "imppulse" / "core"
CSS = (CORE / "static/imppulse/css/imppulse.css").read_text("utf-8")
LIGHT, DARK = CSS.split("@media (prefers-color-scheme: dark)")[:2]
DARK = DARK.split("@layer base")[0]


def tokens(sheet):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


SCHEMES = {"light": tokens(LIGHT), "dark": tokens(LIGHT) | tokens(DARK)}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", ["paper", "paper-low", "card", "ink-tint"])
@pytest.mark.parametrize("words", ["text", "quiet", "ink"])
def test_words_are_readable(scheme, surface, words):
    colours = SCHEMES[scheme]
    assert contrast(colours[words], colours[surface]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", ["paper", "paper-low", "card"])
@pytest.mark.parametrize(
    "sign",
    ["edge", "focus", "error", "pilot", "population", "police-officers", "comparison"],
)
def test_borders_and_signs_are_seen(scheme, surface, sign):
    colours = SCHEMES[scheme]
    assert contrast(colours[sign], colours[surface]) >= 3


def test_sides_have_the_hues_of_the_charts():
    light = SCHEMES["light"]
    assert light["ink"] == palette.INK
    assert light["pilot"] == palette.PILOT
    assert light["population"] == palette.POPULATION
    assert light["police-officers"] == palette.POLICE_OFFICERS
    assert light["comparison"] == palette.COMPARISON


def test_the_warm_accent_marks_the_pilot_side_only():
    rules = [line for line in CSS.splitlines() if "var(--pilot)" in line]
    assert all("pilot" in line.split("{")[0] for line in rules)
    assert len(rules) == 1


TEMPLATES = sorted(CORE.parent.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_inline_style_or_script(path):
    source = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_words_for_screen_readers_do_not_widen_the_page_beside_a_wide_table():
    """What is placed absolutely inside a scrolling table is clipped only if the wrapper is positioned."""
    rule = re.search(r"\n  main div\.table, \.scroll \{ ([^}]*) \}", CSS)
    assert rule is not None
    assert "position: relative" in rule[1]
