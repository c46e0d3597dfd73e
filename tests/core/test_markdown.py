from urllib.parse import urlsplit

import pytest
from lxml.html import fromstring

from imppulse.core.markdown import render, render_line


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        '<img src=x onerror="alert(1)">',
        "![x](javascript:alert(1))",
        '<a href="x" onclick="alert(1)">x</a>',
        "<style>body{display:none}</style>",
        '<iframe src="//example.org"></iframe>',
        '<p style="position:fixed">x</p>',
        "[x](//example.org 'a\" onmouseover=\"alert(1)')",
        "`<svg onload=alert(1)>`",
    ],
)
@pytest.mark.parametrize("rendered", [render, render_line])
def test_nothing_that_runs_survives(rendered, body):
    tree = fromstring(f"<div>{rendered(body)}</div>")
    assert {element.tag for element in tree.iter()} <= {"div", "p", "a", "code"}
    for element in tree.iter():
        assert set(element.attrib) <= {"href", "rel", "title"}
        assert urlsplit(element.get("href", "")).scheme in {"", "http", "https"}


def test_paragraphs_lists_and_links_are_kept():
    assert render("**Bold** and [a link](https://example.org)\n\n- one") == (
        '<p><strong>Bold</strong> and <a href="https://example.org" rel="noopener">'
        "a link</a></p>\n<ul>\n<li>one</li>\n</ul>\n"
    )


def test_headings_stay_under_the_page_s_own():
    assert render("# Shouting\n\n### Fine") == "Shouting\n<h3>Fine</h3>\n"


def test_a_line_has_no_blocks_and_no_links():
    assert render_line("*one* [two](https://example.org)") == "<em>one</em> two"
