"""From a recommendation to the question asked in a street; from the home page to an answer."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

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
