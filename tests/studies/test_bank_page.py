"""The question bank and the legal profiles as strangers see them, in both languages."""

import pytest
from lxml import html

from imppulse import instruments
from imppulse.portal import reference

pytestmark = pytest.mark.django_db


def main(client, address):
    response = client.get(address)
    assert response.status_code == 200
    [found] = html.fromstring(response.content).xpath("//main")
    return found


def questions(client, query):
    links = main(client, f"/en/questions/?{query}").xpath(".//section//li/a/@href")
    return {each.rstrip("/").split("/")[-1] for each in links if "/questions/" in each}


def test_the_whole_bank_is_listed(client):
    assert questions(client, "") == {item.name for item in instruments.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=Burglary break", {"effective_burglary"}),
        ("q=cambriolages", {"effective_burglary"}),
        ("construct=legality", {"legal_influence", "legal_bribes"}),
        (
            "side=intermediaries&construct=intermediation",
            {
                "know_whom_to_call",
                "work_together",
                "heard_by_force",
                "tension_talked_over",
            },
        ),
        ("factor=force_not_mirroring", {"force_mirrors"}),
        ("q=xyzzy", set()),
    ],
)
def test_a_search_keeps_what_fits(client, query, expected):
    assert questions(client, query) == expected


def test_a_search_by_language_shows_what_is_drafted_and_what_is_missing(client):
    drafted = questions(client, "language=it&state=drafted")
    missing = questions(client, "language=it&state=missing")
    assert "fair_respect" in drafted
    assert "force_mirrors" in missing
    assert drafted | missing == {item.name for item in instruments.items()}
    assert questions(client, "language=it&state=tested") == set()
    assert questions(client, "language=ar") < drafted


def test_a_search_without_result_says_what_to_do(client):
    page = main(client, "/fr/questions/?q=xyzzy")
    assert "Aucune question ne correspond" in page.text_content()
    assert page.xpath(".//input[@name='q']/@value") == ["xyzzy"]


def test_a_question_shows_its_other_languages_in_their_direction(client):
    page = main(client, "/fr/questions/fair_respect/")
    assert page.xpath(".//dd[@lang='ar']/@dir") == ["rtl"]
    assert "della polizia" in page.xpath(".//dd[@lang='it']")[0].text_content()
    assert "Sensible" not in page.text_content()
    sensitive = main(client, "/fr/questions/origin_self/")
    assert "Question sensible." in sensitive.text_content()
    assert "n’ont pas d’ordre" in sensitive.text_content()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("country", ["fr", "it", "es", "pt", "be"])
def test_each_country_has_its_legal_profile(client, country, language):
    reference.load(by="editor")
    page = main(client, f"/{language}/legal/{country}/")
    said = page.text_content()
    unknown = {"en": "Unknown:", "fr": "Inconnu\u00a0:"}[language]
    profile = instruments.legal_profile(country.upper())
    assert said.count(unknown) == len(profile.unknown)
    sources = page.xpath(".//small/a/@href")
    assert len(sources) == sum(s.source is not None for s in profile.statements)


def test_in_france_the_reason_of_the_swap_is_given(client):
    page = main(client, "/fr/legal/fr/").text_content()
    assert "Posée à la place" in page
    assert "enquête du Défenseur des droits de 2016" in page


def test_a_country_without_profile_is_not_found(client):
    assert client.get("/en/legal/de/").status_code == 404
