"""Every page of the thread: accessible, in one language, no sideways scroll."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser

LANGUAGES = ["en", "fr"]
# Words that one language has and the other has not.
FRENCH = {
    "les",
    "des",
    "une",
    "dans",
    "pour",
    "avec",
    "sur",
    "est",
    "sont",
    "qui",
    "que",
    "aux",
    "cette",
    "ces",
    "leur",
    "leurs",
    "nous",
    "vous",
    "été",
    "ont",
    "plus",
    "entre",
}
ENGLISH = {
    "the",
    "of",
    "and",
    "for",
    "with",
    "are",
    "was",
    "were",
    "this",
    "that",
    "these",
    "their",
    "which",
    "from",
    "have",
    "has",
    "been",
    "not",
    "what",
    "who",
}


def shape(path: str) -> str:
    """Pages of one kind share a shape: /en/studies/port-lumen-2025/ is /studies/*/."""
    parts = path.strip("/").split("/")[1:]
    fixed = {"who-does-what", "questions", "result", "plan", "certificate", "first", "lock", "rules", "findings", "login"}  # fmt: skip
    return "/".join(
        part if place == 0 or part in fixed else "*" for place, part in enumerate(parts)
    )


def one_of_each(paths: list[str]) -> list[str]:
    """Take two pages of every kind: the first and the last, often a real and a simulated one."""
    kinds: dict[str, list[str]] = {}
    for path in paths:
        if not re.search(r"\.\w{2,7}$", path):
            kinds.setdefault(shape(path), []).append(path)
    return sorted({path for found in kinds.values() for path in (found[0], found[-1])})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site, paths, language, scheme):
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": 1280, "height": 900}
    )
    page, axe, found = context.new_page(), Axe(), {}
    for path in one_of_each(paths[language]):
        page.goto(site.address + path)
        violations = axe.run(page).response["violations"]
        if violations:
            found[path] = [
                (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
                for one in violations
            ]
    context.close()
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_at_320_pixels(
    browser: Browser, site, paths, language
):
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page, wide = context.new_page(), {}
    for path in one_of_each(paths[language]):
        page.goto(site.address + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    context.close()
    assert wide == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_speaks_the_other_language(site, paths, language):
    other, words = ("fr", FRENCH) if language == "en" else ("en", ENGLISH)
    strangers = {}
    for path in paths[language]:
        if re.search(r"\.\w{2,7}$", path):
            continue
        said = own_sentences(site.read(path), other)
        foreign = [
            text
            for text in said
            if len(words & set(re.findall(r"\w+", text.lower()))) >= 2
        ]
        if foreign:
            strangers[path] = foreign[:5]
    assert strangers == {}


def own_sentences(source: str, other: str) -> list[str]:
    tree = html.fromstring(source)
    for part in tree.xpath(
        f'//*[@lang="{other}" or @lang="pt" or @lang="it" or @lang="es"] | //script | //style'
    ):
        part.drop_tree()
    texts = [text.strip() for text in tree.xpath("//text()")]
    attributes = tree.xpath("//@alt | //@title | //@aria-label | //@placeholder")
    return [text for text in [*texts, *attributes] if text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_is_broken(site, paths, language):
    assert {
        path: site.status(path) for path in paths[language] if site.status(path) != 200
    } == {}
