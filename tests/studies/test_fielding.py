"""Pages of a wave in the field: opening a real one, its letters, its monitor."""

import pytest
from lxml import html
from tests.factories.accounts import RoleFactory
from tests.studies.survey import answered, make_study, plan_wave, reviewed, send

from imppulse.accounts.models import Person
from imppulse.studies.models import Answer, Wave

FORM = {
    "role_1": "data_protection",
    "organisation_1": "Town hall",
    "role_2": "university",
    "organisation_2": "University",
    "role_3": "association",
    "organisation_3": "Residents of the Harbour",
    "independent": "on",
}


@pytest.fixture
def planned_real(db):
    return reviewed(plan_wave(make_study(simulated=False)))


@pytest.fixture
def lead(client, db):
    def signed_in(wave):
        role = RoleFactory(kind="prevention_lead", territory=wave.study.territory)
        client.force_login(role.person)
        return client

    return signed_in


def address(wave, step=""):
    return f"/en/studies/{wave.study.slug}/waves/{wave.number}/{step}"


def page(response):
    assert response.status_code == 200, response.status_code
    return html.fromstring(response.content.decode())


def text(found):
    return " ".join(found.xpath("//main")[0].text_content().split())


def walked(client, wave):
    """Walk through the hand-over as three people do; gives what each read."""
    at = address(wave, "shares/")
    found, shares = page(client.post(at, {"go": "begin"})), []
    for _ in range(3):
        rest = found.xpath("//input[@name='rest']/@value")[0]
        found = page(client.post(at, {"go": "show", "rest": rest}))
        shares.append(found.xpath("string(//code)"))
        rest = found.xpath("//input[@name='rest']/@value")[0]
        response = client.post(at, {"go": "next", "rest": rest}, follow=True)
        found = page(response)
    assert "The three shares are handed out" in text(found)
    return shares


def test_a_real_wave_is_opened_by_its_pages(lead, planned_real):
    wave = planned_real
    client = lead(wave)
    shown = text(page(client.get(address(wave))))
    assert "Name three key holders" in shown
    page(client.post(address(wave, "holders/"), FORM, follow=True))
    shares = walked(client, wave)
    page(client.post(address(wave, "rehearse/"), follow=True))
    wave.refresh_from_db()
    send(wave, answered(1))
    shares_typed = {"first_share": shares[0], "second_share": shares[2].lower()}
    wrong = {"first_share": shares[0], "second_share": shares[0]}
    refused = client.post(address(wave, "rehearsed/"), wrong, follow=True)
    assert "do not make the key" in text(page(refused))
    ended = client.post(address(wave, "rehearsed/"), shares_typed, follow=True)
    assert "the key opened the test answers (1)" in text(page(ended))
    assert not Answer.objects.exists()
    opened = client.post(address(wave, "open/"), follow=True)
    assert "is taking answers" in text(page(opened))
    assert Wave.objects.get().demonstration_key == ""


def test_a_share_is_not_shown_twice(lead, planned_real):
    client = lead(planned_real)
    client.post(address(planned_real, "holders/"), FORM)
    at = address(planned_real, "shares/")
    found = page(client.post(at, {"go": "begin"}))
    rest = found.xpath("//input[@name='rest']/@value")[0]
    page(client.post(at, {"go": "show", "rest": rest}))
    again = page(client.post(at, {"go": "show", "rest": rest}, follow=True))
    assert not again.xpath("//main//code")
    assert "could not be read back" in text(again)


def test_key_holders_are_no_administrators(lead, planned_real):
    client = lead(planned_real)
    unticked = {name: value for name, value in FORM.items() if name != "independent"}
    found = page(client.post(address(planned_real, "holders/"), unticked))
    assert "There is a problem" in text(found)
    assert not planned_real.key_holders.exists()


def test_others_do_not_see_the_pages_of_a_wave(client, planned_real):
    client.force_login(Person.objects.create(username="somebody"))
    for step in ("", "holders/"):
        assert client.get(address(planned_real, step)).status_code == 404
    for step in ("shares/", "rehearse/", "rehearsed/", "sealed/", "freeze/"):
        assert client.post(address(planned_real, step)).status_code == 404


def test_destroyed_shares_are_recorded_on_the_page(lead, planned_real):
    wave = planned_real
    client = lead(wave)
    client.post(address(wave, "holders/"), FORM)
    shares = walked(client, wave)
    client.post(address(wave, "rehearse/"))
    wave.refresh_from_db()
    send(wave, answered(1))
    typed = {"first_share": shares[1], "second_share": shares[2]}
    client.post(address(wave, "rehearsed/"), typed)
    client.post(address(wave, "open/"))
    closed = client.post(
        address(wave, "close/"), typed | {"confirmed": "on"}, follow=True
    )
    assert "was closed on" in text(page(closed))
    done = client.post(address(wave, "shares/2/destroyed/"), follow=True)
    assert "destroyed on" in text(page(done))
