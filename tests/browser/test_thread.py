"""From a recommendation to the question asked in a street; from the home page to an answer."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

# What is clicked on the way back: evidence of the recommendation, then the question behind its outcome.
RECOMMENDATION = "recommendations/meet-regularly-and-reply/"
INTERVAL = {
    "en": re.compile(r"95\s?% interval", re.IGNORECASE),
    "fr": re.compile(r"intervalle (de confiance )?à 95\s%|95\s%", re.IGNORECASE),
}
WORDING = {
    "en": "municipal police",
    "fr": "police municipale",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_recommendation_leads_to_the_question_in_five_clicks(
    page: Page, site, language
):
    page.goto(f"{site.address}/{language}/{RECOMMENDATION}")
    clicks = 0
    result = page.locator('main a[href*="/pilots/port-lumen-encounters/result/"]').first
    result.click()
    clicks += 1
    page.locator('main a[href*="/questions/"]').first.click()
    clicks += 1
    assert clicks <= 5
    assert re.search(r"/studies/[^/]+/questions/[^/]+/$", page.url)
    said = (
        page.locator("main").inner_text().replace("\u202f", " ").replace("\u00a0", " ")
    )
    assert WORDING[language] in said
    assert INTERVAL[language].search(said)
    assert re.search(r"\b1[ ,.]?0[0-9]{2}\b|\bn = \d+|\d+ (answers|réponses)", said)
    assert re.search(r"\d", said)


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
        assert page.locator("body").evaluate("e => e.scrollWidth") <= 360
        if page.locator("[data-withdrawal-code]").count():
            break
        for group in page.locator("main fieldset").all():
            choices = group.locator("input[type=radio]")
            if choices.count():
                choices.first.check()
        page.locator(
            "main form button[type=submit], main form button:not([type])"
        ).first.click()
    code = page.locator("[data-withdrawal-code]").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{2,4})+", code.strip())
    context.close()
