"""Letters: a code is exchanged once for a random pass; going on later; comments."""

import datetime

import pytest
from tests.studies.survey import TODAY, make_study, plan_wave
from tests.studies.test_answering import Respondent, stored
from tests.studies.test_closing import refused

from imppulse.core.models import AuditEvent
from imppulse.studies import actions, codes, sealing
from imppulse.studies.choices import CollectionMode
from imppulse.studies.models import AccessCode, Comment, Pass, Resumption, Wave

HARBOUR = {"stratum": "harbour", "count": 3, "by": "lead"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def wave(db):
    wave = plan_wave(make_study(), mode=CollectionMode.ACCESS_CODES)
    actions.open_wave(wave, by="lead")
    return wave


@pytest.fixture
def letters(wave):
    return actions.make_codes(wave, "population", **HARBOUR)


class Invited(Respondent):
    """Comes in with the code of a letter."""

    def __init__(self, client, code):
        self.client, self.address = client, f"/en/code/{code}/"
        self.read(client.get(self.address))

    def start(self):
        posted = {**self.fields(), "agreed": "on"}
        self.read(self.client.post("/en/code/", posted))
        self.address = self.page.xpath("//form/@action")[0]
        return self


def test_codes_are_kept_as_fingerprints(wave, letters):
    assert [letter.number for letter in letters] == [1, 2, 3]
    assert all(len(letter.code) == 13 for letter in letters)
    rows = str(list(AccessCode.objects.values_list()))
    events = str(list(AuditEvent.objects.values_list()))
    for letter in letters:
        assert letter.code not in rows
        assert letter.code not in events
    assert Wave.objects.get().invited == {"population": 3}


@pytest.mark.parametrize(
    ("side", "changes", "code"),
    [
        ("population", {"count": 0}, "batch_size"),
        ("population", {"count": 501}, "batch_size"),
        ("population", {"stratum": "nowhere"}, "no_such_stratum"),
        ("police_officers", {}, "no_stratum"),
        ("intermediaries", {}, "no_such_side"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(wave, side, changes, code):
    facts = HARBOUR | changes
    assert refused(actions.make_codes, wave, side, **facts) == code


def test_a_letter_leads_through_the_questionnaire(client, wave, letters):
    invited = Invited(client, letters[1].code)
    assert not Pass.objects.exists()  # looking uses nothing up
    invited.start().go_to_the_end(local_trust="7").press("submit")
    assert "have been received" in invited.heading
    assert stored(wave)[0]["answers"] == {"local_trust": 7}
    assert [code.used for code in wave.access_codes.all()] == [False, True, False]
    assert not client.cookies


def test_a_code_used_again_says_so(client, letters):
    Invited(client, letters[0].code).start()
    again = Invited(client, letters[0].code.lower())
    assert again.heading == "This code was already used"
    assert Pass.objects.count() == 1


def test_one_code_gives_one_pass(letters):
    actions.exchange_code(letters[0].code, on=TODAY)
    assert refused(actions.exchange_code, letters[0].code, on=TODAY) == "code_used"
    assert Pass.objects.count() == 1


@pytest.mark.parametrize("code", ["", "AAAAAA-AAAAAA", "nonsense", "é"])
def test_a_wrong_code_is_refused_politely(client, wave, code):
    response = client.post("/en/code/", {"code": code})
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in page
    assert "You lost your letter" in page


def test_a_link_without_a_letter_asks_for_the_code(client, wave, letters):
    link = wave.links.get(side="population")
    respondent = Respondent(client, link)
    assert respondent.heading == "Type the code on your letter"
    client.post(respondent.address, {"agreed": "on"})
    assert not Pass.objects.exists()


def test_consent_comes_before_the_exchange(client, letters):
    invited = Invited(client, letters[0].code)
    posted = invited.fields() | {"agreed": ""}
    invited.read(client.post("/en/code/", posted))
    assert invited.errors == ["#agreed"]
    assert not AccessCode.objects.filter(used=True).exists()


def test_a_reminder_replaces_the_codes_left_unused(wave, letters):
    actions.exchange_code(letters[0].code, on=TODAY)
    renewed = actions.renew_codes(wave, "population", stratum="harbour", by="lead")
    assert [letter.number for letter in renewed] == [2, 3]
    assert refused(actions.exchange_code, letters[1].code, on=TODAY) == "unknown_code"
    actions.exchange_code(renewed[0].code, on=TODAY)
    assert wave.access_codes.filter(used=True).count() == 2


def test_counts_are_kept_before_the_first_change_of_a_day(wave, letters):
    tomorrow = TODAY + datetime.timedelta(days=1)
    actions.exchange_code(letters[0].code, on=TODAY)
    actions.exchange_code(letters[1].code, on=TODAY)
    actions.exchange_code(letters[2].code, on=tomorrow)
    assert [(c.before, c.used) for c in wave.counts.all()] == [
        (TODAY, 0),
        (tomorrow, 2),
    ]


def test_nothing_in_the_tables_ties_a_code_to_a_pass(wave, letters):
    assert {field.name for field in AccessCode._meta.fields} == {
        "id",
        "wave",
        "side",
        "stratum",
        "letter",
        "hash",
        "used",
    }
    assert {field.name for field in Resumption._meta.fields} == {
        "identifier",
        "wave",
        "ciphertext",
    }
    assert {field.name for field in Comment._meta.fields} == {
        "identifier",
        "wave",
        "ciphertext",
    }


# Going on later


@pytest.fixture
def open_wave(db):
    wave = plan_wave(make_study())
    Wave.objects.update(comments=True)
    wave.refresh_from_db()
    actions.open_wave(wave, by="lead")
    return wave


@pytest.fixture
def respondent(client, open_wave):
    return Respondent(client, open_wave.links.get(side="population"))


def test_one_goes_on_later_with_the_code_alone(respondent, client, open_wave):
    respondent.start().press(image_country="2")
    respondent.press("later", local_trust="9")
    code = respondent.code
    elsewhere = Respondent(client, open_wave.links.get(side="population"))
    elsewhere.read(client.post(elsewhere.address, {"resume": code.lower()}))
    assert "local_trust" in elsewhere.questions
    assert elsewhere.page.xpath("//input[@checked]/@value") == ["9"]
    elsewhere.go_to_the_end().press("submit")
    assert stored(open_wave)[0]["answers"] == {"image_country": 2, "local_trust": 9}
    assert not Resumption.objects.exists()
    elsewhere.read(client.post(elsewhere.address, {"resume": code}))
    assert elsewhere.heading == "Your answers were already received"


def test_what_is_kept_has_one_size_and_says_nothing(respondent, open_wave):
    sizes = set()
    for _ in range(4):
        respondent.start() if not sizes else respondent.press(local_trust="9")
        fields = respondent.fields()
        respondent.press("later")
        sizes.add(len(Resumption.objects.get().ciphertext))
        respondent.read(
            respondent.client.post(respondent.address, fields | {"go": "next"})
        )
    assert len(sizes) == 1
    row = Resumption.objects.get()
    assert fields["pass"] not in row.identifier


def test_a_lost_page_goes_on_with_the_code_shown_at_the_start(respondent, client):
    code = respondent.start().page.xpath("string(//*[@class='own-code'])")
    respondent.read(client.post(respondent.address, {"resume": code}))
    assert respondent.page.xpath("string(//*[@class='progress'])").startswith("Step 1")
    assert Pass.objects.count() == 1


@pytest.mark.parametrize("code", ["", "AAAAAA", "000000-000000-000001"])
def test_a_wrong_code_to_go_on_is_an_error(respondent, client, code):
    respondent.read(client.post(respondent.address, {"resume": code}))
    assert respondent.errors == ["#resume"]


def test_a_closed_wave_keeps_nothing_for_later(respondent, open_wave):
    respondent.start().press("later")
    key = actions.demonstration_key(open_wave)
    actions.close_wave(open_wave, key=key, by="lead")
    assert not Resumption.objects.exists()


# Comments


def said(wave):
    key = actions.demonstration_key(wave)
    return [
        sealing.unseal(bytes(row.ciphertext), key, wave.comment_bytes)
        for row in wave.remarks.all()
    ]


def test_a_comment_is_sealed_apart(respondent, open_wave):
    respondent.start().go_to_the_end(age_group="30_49", comment="Plus de lumière !\r\n")
    assert "Plus de lumière !" in respondent.page.text_content()
    respondent.press("submit")
    assert said(open_wave) == [{"side": "population", "comment": "Plus de lumière !"}]
    assert "comment" not in stored(open_wave)[0]["answers"]


@pytest.mark.parametrize("age", ["15_29", ""])
def test_who_may_be_a_minor_is_asked_for_no_free_text(respondent, open_wave, age):
    respondent.start().go_to_the_end(age_group=age, comment="x")
    respondent.press("submit")
    assert [row["comment"] for row in said(open_wave)] == [""]


def test_a_wave_of_adults_asks_everybody(client, open_wave):
    Wave.objects.update(adults_only=True)
    link = open_wave.links.get(side="population")
    asked = Respondent(client, link).start().go_to_the_end(comment="a" * 5000)
    asked.press("submit")
    assert [row["comment"] for row in said(open_wave)] == ["a" * 1000]


def test_police_officers_write_no_free_text(client, open_wave):
    Wave.objects.update(adults_only=True)
    link = open_wave.links.get(side="police_officers")
    respondent = Respondent(client, link).start()
    while "Check" not in respondent.heading:
        assert not respondent.page.xpath("//textarea")
        respondent.press()
    respondent.press("submit")
    assert [row["comment"] for row in said(open_wave)] == [""]


def test_the_code_to_go_on_is_the_pass(open_wave):
    pass_ = actions.hand_out_pass(open_wave)
    assert sealing.pass_from(sealing.resume_code(pass_)) == pass_
    assert len(codes.read(sealing.resume_code(pass_), sealing.PASS_BYTES)) == 10
