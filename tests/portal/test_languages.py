"""The pages speak the languages of a publication; a respondent's may speak others."""

import pytest
from django.conf import settings
from django.urls import get_resolver

from imppulse.portal.languages import RESPONDENT_PAGES


@pytest.mark.parametrize("code", ["it", "ar"])
def test_a_page_without_that_language_leads_to_the_page_itself(client, db, code):
    answer = client.get(f"/{code}/territories/?page=2")
    assert answer.status_code == 302
    assert answer.url == "/en/territories/?page=2"


def test_who_reads_another_language_is_welcomed_in_english(client, db):
    answer = client.get("/", headers={"accept-language": "it"})
    assert answer.url == "/en/"


def test_withdrawal_speaks_every_language_and_its_direction(client, db):
    for code, _name in settings.LANGUAGES:
        page = client.get(f"/{code}/withdraw/")
        direction = "rtl" if code == "ar" else "ltr"
        start = f'<!doctype html>\n<html lang="{code}" dir="{direction}">'
        assert page.content.decode().startswith(start)


def test_every_page_of_a_respondent_has_an_address():
    names = {
        f"studies:{name}"
        for name in get_resolver("imppulse.studies.urls").reverse_dict
        if isinstance(name, str)
    }
    assert RESPONDENT_PAGES - names == set()
