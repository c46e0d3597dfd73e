"""From a Vega-Lite specification to an SVG that can be inlined beside others."""

import hashlib
import re
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

import vl_convert

from imppulse.charts.content import Words

FONT_DIRECTORY = Path(str(files("imppulse.charts"))) / "fonts"
FONT = "IBM Plex Sans"
LOCALES: dict[str, Literal["fr-FR", "en-GB"]] = {"fr": "fr-FR", "en": "en-GB"}


@cache
def register_fonts() -> None:
    vl_convert.register_font_directory(str(FONT_DIRECTORY))


@lru_cache(maxsize=512)
def render(specification: str, words: Words) -> str:
    """Draw once; the same picture asked for again comes from memory."""
    register_fonts()
    svg: str = vl_convert.vegalite_to_svg(
        specification,
        allowed_base_urls=[],
        format_locale=LOCALES.get(words.language, "en-GB"),
    )
    key = hashlib.sha256(f"{specification}{words}".encode()).hexdigest()[:10]
    return accessible(unique_ids(svg, key), words)


def unique_ids(svg: str, key: str) -> str:
    """Several SVGs in one page share one namespace of ids: give each its own."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="c{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#c{key}-\1)", svg)
    return re.sub(r'href="#([^"]+)"', rf'href="#c{key}-\1"', svg)


def accessible(svg: str, words: Words) -> str:
    """Fill the width at hand, and say in words what the picture shows."""
    opening, rest = svg.split(">", 1)
    view_box = re.search(r'viewBox="[^"]+"', opening)
    if view_box is None:
        raise ValueError("the renderer gave an SVG without a viewBox")
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {view_box.group(0)} '
        f'class="chart" lang="{escape(words.language)}">'
    )
    title, alt = escape(words.title), escape(words.alt)
    rest = rest.replace(f'"{FONT}"', f'"{FONT}, sans-serif"')
    # The picture is one image with one alternative: its marks are not named apart.
    rest = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", rest)
    return f"{root}<title>{title}</title><desc>{alt}</desc>{rest}"
