"""The demonstration in a browser: the thread, an answer, and every page.

One file, so that one worker holds the one demonstration.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Crawled

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


def one_of_each(found: Crawled, language: str) -> list[str]:
    """Take a page of every kind: the first in English, the last in French, often a simulated and a real one."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(found.sources):
        kinds.setdefault(shape(path), []).append(path)
    place = 0 if language == "en" else -1
    return sorted(group[place] for group in kinds.values())


def violations(axe: Axe, page: Page) -> list[tuple[str, list[str]]]:
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in axe.run(page).response["violations"]
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_axe_finds_nothing(browser, site, crawled, language, scheme):
    """Colours know no language and names no colour: each kind of page in each, once."""
    context = browser.new_context(reduced_motion="reduce", color_scheme=scheme)
    page, axe, found = context.new_page(), Axe(), {}
    for path in one_of_each(crawled[language], language):
        page.goto(site.address + path)
        if wrong := violations(axe, page):
            found[path] = wrong
    context.close()
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_at_320_pixels(browser, site, crawled, language):
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page, wide = context.new_page(), {}
    for path in one_of_each(crawled[language], language):
        page.goto(site.address + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    context.close()
    assert wide == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_speaks_the_other_language(crawled, language):
    words = FRENCH if language == "en" else ENGLISH
    strangers = {}
    for path, source in crawled[language].sources.items():
        foreign = [
            text
            for text in own_sentences(source, language)
            if len(words & set(re.findall(r"\w+", text.lower()))) >= 2
        ]
        if foreign:
            strangers[path] = foreign[:5]
    assert strangers == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_is_broken(site, crawled, language):
    found = crawled[language]
    assert found.broken == {}
    assert {path: site.status(path) for path in found.files if site.status(path) != 200} == {}  # fmt: skip
    assert len(found.sources) > 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_pages_wear_their_band_and_real_ones_do_not(crawled, language):
    sources = crawled[language].sources
    band = {path for path, source in sources.items() if 'class="band-simulated"' in source}  # fmt: skip
    fictional = ("port-lumen", "brevaux", "saltmere", "tarnholm", "ostrelle", "orvane", "orv-")  # fmt: skip
    real = ("aubervilliers", "lisbon", "milan", "brussels", "metaketa", "fr-police")
    assert {
        path for path in sources if any(name in path for name in real)
    } & band == set()
    simulated = {path for path in sources if any(name in path for name in fictional)}
    assert simulated - band == set()


def own_sentences(source: str, language: str) -> list[str]:
    tree = html.fromstring(source)
    named = f'//body//*[@lang and @lang != "{language}"]'
    for part in tree.xpath(f"{named} | //script | //style"):
        part.drop_tree()
    texts = [text.strip() for text in tree.xpath("//text()")]
    attributes = tree.xpath("//@alt | //@title | //@aria-label | //@placeholder")
    return [text for text in [*texts, *attributes] if text]


RECOMMENDATION = "recommendations/meet-regularly-and-reply/"
WORDING = {
    "en": "In the last twelve months, how often have you talked with a police officer "
    "of the municipal police when there was no problem and no check?",
    "fr": "Au cours des douze derniers mois, combien de fois avez-vous parlé avec un agent "
    "de la police municipale en dehors de tout problème et de tout contrôle ?",
}
INTERVAL = {"en": re.compile(r"\d\.\d\d to \d\.\d\d"), "fr": re.compile(r"\d,\d\d à \d,\d\d")}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_recommendation_leads_to_the_question_in_five_clicks(
    page: Page, site, language
):
    """Recommendation, result of the pilot it rests on, question behind its outcome: two clicks."""
    page.goto(f"{site.address}/{language}/{RECOMMENDATION}")
    page.locator('main a[href$="/pilots/port-lumen-encounters/result/"]').first.click()
    page.locator('main a[href$="/questions/meet_occasions/"]').first.click()
    assert page.url.endswith(
        f"/{language}/studies/port-lumen-2025/questions/meet_occasions/"
    )
    assert (
        page.locator("main h1").inner_text().replace("\u202f", " ") == WORDING[language]
    )
    rows = page.locator("main table.numbers tbody tr").all()
    assert len(rows) == 4  # two sides, two waves
    for row in rows:
        answers, _mean, interval = row.locator("td.number").all_inner_texts()
        assert int(answers) >= 10
        assert INTERVAL[language].fullmatch(interval)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stranger_answers_on_a_small_phone_without_javascript(
    browser: Browser, site, language
):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{site.address}/{language}/")
    page.locator('main a[href*="/answer/"]').first.click()
    expect(page.locator("h1")).to_be_visible()
    for _step in range(30):
        if page.locator("p.code").count():
            break
        fill(page)
        page.locator("main form button").first.click()
    assert re.fullmatch(
        r"[0-9A-Z]{6}(-[0-9A-Z]{6}){2}", page.locator("p.code").inner_text()
    )
    context.close()


def fill(page: Page) -> None:
    """Agree, and take the first answer of every question."""
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    for question in page.locator("main form fieldset").all():
        question.locator("input[type=radio]").first.check()


def test_answers_given_without_a_network_arrive_once_it_is_back(site, context, page):
    page.goto(f"{site.address}/en/")
    page.locator('main a[href*="/answer/"]').first.click()
    page.get_by_text("No network where you are?").click()
    expect(page.locator("#kept")).to_be_visible()
    context.set_offline(True)
    page.reload()
    for _person in range(2):
        for question in page.locator("#answers fieldset:not([disabled])").all():
            question.locator("input").first.check()
        page.get_by_label("I agree to take part").check()
        page.get_by_role("button", name="Give these answers").click()
    unsent, sent = page.locator("#unsent"), page.locator("#received li")
    expect(unsent).to_have_text("Answers that wait on this device, not sent yet: 2")
    expect(page.locator("#problem")).to_contain_text("Not sent yet")
    context.set_offline(False)
    expect(unsent).to_have_text("No answer waits on this device.")
    expect(sent).to_have_count(2)
