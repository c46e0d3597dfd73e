import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.django_db
def test_a_wrong_address_is_answered_in_both_languages(client):
    response = client.get("/en/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Nothing public has this address" in page
    assert "Rien de public à cette adresse" in page


@pytest.mark.django_db
def test_a_wrong_address_is_answered_in_the_reader_s_language_first(client):
    page = client.get("/fr/nulle-part/").content.decode()
    assert '<html lang="fr">' in page
    assert "<h1>Rien de public à cette adresse</h1>" in page
    assert '<section lang="en">' in page


@pytest.mark.django_db
def test_a_button_s_address_says_so_to_who_merely_opens_it(client):
    response = client.get("/fr/studies/nothing/waves/1/close/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Cette adresse n’attend qu’un formulaire" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_words():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/fr/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "Ce formulaire n’a pas pu être accepté" in response.content.decode()


@pytest.mark.parametrize("code", ["403", "403_csrf", "404", "405", "500"])
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
