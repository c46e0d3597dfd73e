import pytest
from tests.factories.accounts import PersonFactory

from imppulse.accounts.models import Person
from imppulse.network.models import Role, Territory

pytestmark = pytest.mark.django_db
FORM = {
    "username": "ana",
    "email": "ana@example.org",
    "password1": "a long walk at dusk",
    "password2": "a long walk at dusk",
}


def test_the_first_account_coordinates_and_is_signed_in(client):
    response = client.post("/en/first-run/", FORM)
    assert (response.status_code, response.url) == (302, "/en/work/")
    role = Role.objects.get()
    assert (role.person.username, role.kind, role.territory) == (
        "ana",
        "coordinator",
        None,
    )
    assert client.get("/en/work/").status_code == 200


def test_there_is_no_second_first_account(client):
    PersonFactory()
    assert client.get("/en/first-run/").status_code == 404
    assert client.post("/en/first-run/", FORM).status_code == 404
    assert Person.objects.count() == 1


def test_a_weak_password_is_refused_with_its_reason(client):
    form = FORM | {"password1": "12345678", "password2": "12345678"}
    page = client.post("/en/first-run/", form).content.decode()
    assert "There is a problem" in page
    assert not Person.objects.exists()


def test_the_reference_content_is_loaded_on_request(client):
    client.post("/en/first-run/", FORM | {"load_reference": "on"})
    assert Territory.objects.filter(slug="nantes").exists()


def test_without_request_nothing_is_loaded(client):
    client.post("/en/first-run/", FORM)
    assert not Territory.objects.exists()
