import pytest
from django.template.loader import render_to_string


@pytest.mark.django_db
def test_a_wrong_address_is_answered_in_both_languages(client):
    response = client.get("/en/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Nothing public has this address" in page
    assert "Rien de public à cette adresse" in page


@pytest.mark.parametrize("code", ["403", "403_csrf", "404", "500"])
def test_error_pages_need_no_context(code):
    page = render_to_string(f"{code}.html")
    assert '<section lang="fr">' in page
    assert 'href="/en/"' in page


@pytest.mark.django_db
def test_the_first_address_leads_to_the_reader_s_language(client):
    response = client.get("/", headers={"accept-language": "fr-BE,fr;q=0.9"})
    assert (response.status_code, response.url) == (302, "/fr/")
    assert client.get("/", headers={"accept-language": "fi"}).url == "/en/"


@pytest.mark.django_db
def test_crawlers_are_kept_from_answers_and_desks(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain"
    assert "Disallow: /fr/answer/" in response.content.decode()
