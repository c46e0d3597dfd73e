"""Answers on paper: typed in twice, compared, then sealed as any other."""

import pytest
from lxml import html
from tests.factories.accounts import RoleFactory
from tests.studies.survey import TODAY, make_study, plan_wave
from tests.studies.test_answering import stored
from tests.studies.test_closing import refused

from imppulse.studies import actions
from imppulse.studies.choices import CollectionMode
from imppulse.studies.models import Wave

COLLECTING = {
    "key_kept": "standard",
    "comments": True,
    "adults_only": False,
    "paper": True,
}
SHEET = {
    "q-local_trust": "7",
    "q-contact_police_initiated": "1",
    "q-contact_treatment": "4",
    "q-district": "hill",
    "q-age_group": "50_64",
    "q-comment": "Merci",
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def wave(db):
    wave = plan_wave(make_study())
    actions.set_collecting(wave, by="lead", **COLLECTING)
    wave.refresh_from_db()
    actions.open_wave(wave, by="lead")
    return wave


class Interviewer:
    def __init__(self, client, wave, side="population"):
        role = RoleFactory(kind="interviewer", territory=wave.study.territory)
        client.force_login(role.person)
        self.client = client
        study = wave.study.slug
        self.address = f"/en/studies/{study}/waves/{wave.number}/paper/{side}/"
        self.read(client.get(self.address))

    def read(self, response):
        self.response = response
        self.page = html.fromstring(response.content.decode())

    def type_in(self, sheet):
        hidden = {
            field.get("name"): field.get("value")
            for field in self.page.xpath("//main//input[@type='hidden']")
        }
        go = self.page.xpath("//button[@name='go']/@value")[0]
        self.read(self.client.post(self.address, {**hidden, **sheet, "go": go}))
        return self

    @property
    def heading(self):
        return self.page.xpath("string(//h1)").strip()


@pytest.fixture
def interviewer(client, wave):
    return Interviewer(client, wave)


def test_two_equal_entries_are_sealed(interviewer, wave):
    interviewer.type_in(SHEET)
    assert interviewer.heading == "Type the same sheet in again"
    assert not wave.answers.exists()
    assert not interviewer.page.xpath("//input[@checked]")
    interviewer.type_in(SHEET)
    assert interviewer.heading == "The sheet is sealed"
    assert stored(wave) == [
        {
            "side": "population",
            "district": "hill",
            "age_group": "50_64",
            "answers": {
                "local_trust": 7,
                "contact_police_initiated": 1,
                "contact_treatment": 4,
            },
        }
    ]
    code = interviewer.page.xpath("string(//*[@class='code'])")
    actions.withdraw(code)
    assert not wave.answers.exists()


def test_differences_are_named_and_settled(interviewer, wave):
    interviewer.type_in(SHEET).type_in(SHEET | {"q-local_trust": "1"})
    assert "differ" in interviewer.heading
    listed = interviewer.page.xpath("//main//li")
    assert len(listed) == 1
    assert "First: 7. Second: 1." in " ".join(listed[0].text_content().split())
    assert not wave.answers.exists()
    interviewer.type_in({"q-local_trust": "7"})
    assert stored(wave)[0]["answers"]["local_trust"] == 7


def test_the_same_sheet_is_sealed_once(interviewer, wave):
    interviewer.type_in(SHEET)
    page = interviewer.page
    interviewer.type_in(SHEET)
    interviewer.page = page
    interviewer.type_in(SHEET)
    assert "already received" in interviewer.page.text_content()
    assert wave.answers.count() == 1


def test_a_letter_is_spent_by_its_sheet(client, db):
    wave = plan_wave(make_study(), mode=CollectionMode.ACCESS_CODES)
    actions.set_collecting(wave, by="lead", **COLLECTING)
    actions.open_wave(wave, by="lead")
    (letter,) = actions.make_codes(wave, "population", count=1, by="lead")
    interviewer = Interviewer(client, wave)
    sheet = SHEET | {"code": letter.code}
    interviewer.type_in(sheet).type_in(SHEET)
    assert interviewer.heading == "The sheet is sealed"
    interviewer.read(client.get(interviewer.address))
    interviewer.type_in(sheet).type_in(SHEET)
    assert "already used" in interviewer.page.text_content()
    assert wave.answers.count() == 1


@pytest.mark.parametrize("kind", ["prevention_lead", "evaluator", "coordinator"])
def test_others_do_not_type_sheets_in(client, wave, interviewer, kind):
    role = RoleFactory(kind=kind, territory=wave.study.territory)
    client.force_login(role.person)
    assert client.get(interviewer.address).status_code == 404


def test_a_wave_without_paper_takes_none(client, wave):
    Wave.objects.update(paper=False)
    assert Interviewer(client, wave).response.status_code == 404


def test_free_text_waits_for_the_legal_profile(db):
    wave = plan_wave(make_study(simulated=False))
    code = refused(actions.set_collecting, wave, by="lead", **COLLECTING)
    assert code == "free_text"


def test_how_a_wave_is_collected_is_said_before_it_opens(client, wave):
    code = refused(actions.set_collecting, wave, by="lead", **COLLECTING)
    assert code == "wrong_state"
