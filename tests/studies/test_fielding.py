"""Pages of a wave in the field: opening a real one, its letters, its monitor."""

import csv
import datetime
from io import BytesIO, StringIO

import pikepdf
import pytest
from lxml import html
from tests.factories.accounts import RoleFactory
from tests.studies.survey import TODAY, answered, make_study, plan_wave, reviewed, send

from imppulse.accounts.models import Person
from imppulse.studies import actions, field_counts, letters
from imppulse.studies.choices import CollectionMode
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


# Letters, posters, monitor


@pytest.fixture
def invited(db):
    wave = plan_wave(make_study(), mode=CollectionMode.ACCESS_CODES)
    actions.open_wave(wave, by="lead")
    return wave


ASKED = {
    "what": "make",
    "group": "population:harbour",
    "count": "2",
    "languages": ["fr", "en"],
    "form_of": "pdf",
}


def test_letters_are_a_page_each_in_the_languages_chosen(lead, invited):
    response = lead(invited).post(address(invited, "letters/"), ASKED)
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 2
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_a_printing_house_gets_codes_that_work(lead, invited):
    client = lead(invited)
    asked = ASKED | {"form_of": "csv", "count": "3"}
    response = client.post(address(invited, "letters/"), asked)
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert [(row["letter"], row["stratum"]) for row in rows] == [
        ("1", "harbour"),
        ("2", "harbour"),
        ("3", "harbour"),
    ]
    assert actions.find_code(rows[0]["code"]).letter == 1
    assert rows[0]["address"].endswith(f"/en/code/{rows[0]['code']}/")
    actions.exchange_code(rows[1]["code"], on=TODAY)
    unused = client.get(address(invited, "letters/unused.csv")).content.decode()
    assert unused.split() == [
        "letter,side,stratum",
        "1,population,harbour",
        "3,population,harbour",
    ]


@pytest.mark.parametrize("wrong", [{"count": ""}, {"group": "x:y"}, {"languages": []}])
def test_wrong_wishes_for_letters_are_errors(lead, invited, wrong):
    response = lead(invited).post(address(invited, "letters/"), ASKED | wrong)
    assert "There is a problem" in text(page(response))
    assert not invited.access_codes.exists()


def test_a_poster_carries_the_address_of_the_link(lead, db):
    wave = plan_wave(make_study())
    client = lead(wave)
    actions.open_wave(wave, by="lead")
    asked = {"side": "population", "language": "fr", "district": "harbour"}
    response = client.get(address(wave, "poster.pdf"), asked)
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == "fr"


def test_the_square_holds_the_address():
    drawn = letters.square("https://city.example/fr/code/AAAAAA-BBBBBB/")
    assert drawn.startswith("<svg")
    assert drawn.count("h1v1h-1z") > 200


def used(wave, stratum, count, sent=40, on=TODAY):
    batch = actions.make_codes(
        wave, "population", stratum=stratum, count=sent, by="lead"
    )
    for each in batch[:count]:
        actions.exchange_code(each.code, on=on)


def test_the_monitor_shows_the_day_before(invited):
    used(invited, "harbour", 12)
    before = field_counts.monitor(invited, TODAY)
    assert [(b.stratum, b.sent, b.used) for b in before.batches] == [
        ("harbour", 40, None)
    ]
    after = field_counts.monitor(invited, TODAY + datetime.timedelta(days=1))
    assert (after.batches[0].used, after.used, after.sent) == (12, 12, 40)


def test_a_small_group_hides_itself_and_the_totals(invited):
    used(invited, "harbour", 12)
    used(invited, "hill", 3)
    for number in range(15):
        send(invited, answered(number))
    seen = field_counts.monitor(invited, TODAY + datetime.timedelta(days=1))
    assert [(b.stratum, b.used) for b in seen.batches] == [
        ("harbour", 12),
        ("hill", None),
    ]
    assert (seen.used, seen.received) == (None, None)


def test_usable_answers_are_counted_after_the_closing_only(invited):
    items = invited.questionnaires.get(side="population").items
    whole = {item["name"]: item["options"][0]["code"] for item in items}
    for number in range(24):
        answers = whole if number < 20 else {}
        send(invited, answered(0) | {"answers": answers})
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert field_counts.monitor(invited, tomorrow).usable == []
    key = actions.demonstration_key(invited)
    closed = actions.close_wave(invited, key=key, by="lead")
    rows = field_counts.monitor(closed, tomorrow).usable
    assert [(r["stratum"], r["received"], r["usable"]) for r in rows] == [
        ("harbour", 24, 20)
    ]


def test_the_field_page_names_no_outcome(lead, invited):
    used(invited, "harbour", 12)
    client = lead(invited)
    shown = text(page(client.get(address(invited, "field/"))))
    assert "Letters sent40" in shown
    assert "local_trust" not in shown
