from copy import deepcopy
from pathlib import Path

import pytest
from tests.factories.accounts import PersonFactory

from imppulse.accounts.models import Person

pytestmark = pytest.mark.django_db
OURS = Path(__file__).parents[2] / "src/imppulse/core/templates"
PASSWORD = "a long walk at dusk"  # noqa: S105 (of a person made for this test)


@pytest.fixture(autouse=True)
def _our_templates_first(settings):
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [OURS]
    settings.TEMPLATES = templates


@pytest.fixture
def person():
    person = PersonFactory(username="ana")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Sign in to work here"), ("fr", "S’identifier pour travailler ici")],
)
def test_sign_in_stands_in_the_frame_of_the_site(client, language, heading):
    page = client.get(f"/{language}/account/login/").content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert '<footer class="site-footer">' in page


@pytest.mark.parametrize("name", ["ana", "ana@example.org"])
def test_by_name_or_address_one_reaches_the_own_work(client, person, name):
    form = {"login": name, "password": PASSWORD}
    response = client.post("/en/account/login/", form)
    assert (response.status_code, response.url) == (302, "/en/work/")


def test_a_wrong_password_is_said_once_and_above_the_form(client, person):
    form = {"login": "ana", "password": "wrong"}
    page = client.post("/en/account/login/", form).content.decode()
    assert page.index("There is a problem") < page.index('name="password"')


def test_nobody_signs_up_alone(client):
    client.post(
        "/en/account/signup/",
        {
            "username": "eve",
            "email": "eve@example.org",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    assert not Person.objects.exists()


def test_signing_out_asks_first_and_leads_home(client, person):
    client.force_login(person)
    assert "Do you want to sign out?" in client.get("/en/account/logout/").content.decode()  # fmt: skip
    response = client.post("/en/account/logout/")
    assert (response.status_code, response.url) == (302, "/en/")


def test_two_factor_pages_stand_in_the_frame_too(client, person):
    client.force_login(person)
    page = client.get("/en/account/2fa/").content.decode()
    assert '<footer class="site-footer">' in page


def test_a_reader_gets_no_cookie(client):
    assert client.get("/en/").cookies == {}
