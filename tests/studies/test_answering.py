"""A respondent's way, page by page, as a browser without JavaScript sends it."""

import re

import pytest
from django.urls import reverse
from lxml import html
from tests.studies.survey import TODAY, plan_wave, send

from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent
from imppulse.studies import actions, codes, queries, sealing
from imppulse.studies.models import Answer, Pass


class Respondent:
    """Fills the forms of a page and presses its buttons; keeps no script and no session."""

    def __init__(self, client, link, language="en"):
        self.client = client
        self.address = f"/{language}/answer/{link.token}/"
        self.read(client.get(self.address))

    def read(self, response):
        self.response = response
        self.page = html.fromstring(response.content.decode())

    def fields(self):
        found = {}
        for field in self.page.xpath("//form[not(.//*[@name='resume'])]//input"):
            kind = field.get("type")
            if kind == "hidden" or (
                kind == "radio" and field.get("checked") is not None
            ):
                found[field.get("name")] = field.get("value", "")
        found.pop("csrfmiddlewaretoken", None)
        return found

    def press(self, button="next", **filled):
        chosen = {f"q-{name}": value for name, value in filled.items()}
        posted = self.fields() | chosen | {"go": button}
        self.read(self.client.post(self.address, posted))
        return self

    def start(self):
        self.read(self.client.post(self.address, {"agreed": "on"}))
        return self

    def go_to_the_end(self, **filled):
        for _ in range(30):
            if "Check your answers" in self.heading or "Relisez" in self.heading:
                return self
            here = {q: v for q, v in filled.items() if q in self.questions}
            self.press(**here)
        raise AssertionError(self.heading)

    @property
    def heading(self):
        return self.page.xpath("string(//h1)").strip()

    @property
    def questions(self):
        names = self.page.xpath("//fieldset//*[self::input or self::textarea]/@name")
        return list(dict.fromkeys(name.removeprefix("q-") for name in names))

    @property
    def errors(self):
        return self.page.xpath("//div[@role='alert']//a/@href")

    @property
    def code(self):
        return self.page.xpath("string(//*[@class='code'])").strip()


@pytest.fixture(autouse=True)
def today(wave_today):
    return wave_today


@pytest.fixture
def wave_today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def link(wave):
    return wave.links.get(side="population")


@pytest.fixture
def respondent(client, link):
    return Respondent(client, link)


def stored(wave):
    key = actions.demonstration_key(wave)
    return [
        sealing.unseal(bytes(answer.ciphertext), key, wave.answer_bytes)
        for answer in wave.answers.all()
    ]


def test_the_whole_way(respondent, wave):
    given = {
        "local_trust": "7",
        "contact_police_initiated": "1",
        "contact_treatment": "4",
        "district": "hill",
        "age_group": "50_64",
    }
    respondent.start().go_to_the_end(**given).press("submit")
    assert respondent.heading == "Thank you, your answers have been received"
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
    answer = Answer.objects.get()
    assert answer.day == TODAY
    assert {field.name for field in Answer._meta.fields} == {
        "identifier",
        "wave",
        "day",
        "ciphertext",
    }
    secret = codes.read(respondent.code, sealing.SECRET_BYTES)
    assert answer.identifier == sealing.row_identifier(secret)


def test_nothing_of_the_request_is_kept(respondent, wave, client):
    respondent.start().go_to_the_end().press("submit")
    assert not client.cookies
    assert respondent.response.headers["Cache-Control"].count("no-store") == 1
    assert {field.name for field in Pass._meta.fields} == {
        "id",
        "wave",
        "hash",
        "spent",
    }
    assert not AuditEvent.objects.filter(record__contains="answer").exists()


def test_the_first_page_answers_what_one_asks_first(respondent):
    told = dict(
        zip(
            respondent.page.xpath("//dl//dt/text()"),
            [dd.text_content() for dd in respondent.page.xpath("//dl//dd")],
            strict=True,
        )
    )
    assert told["Who asks?"] == "Port-Lumen"
    assert re.fullmatch(r"About \d+ minutes", told["How long?"])
    assert told["Can the police see what I answer?"].startswith("No.")
    assert "see where it goes" in told["A complaint?"]


def pages_of(respondent):
    """Every page a respondent meets, from the first to the withdrawal."""
    yield respondent.response
    respondent.start()
    while "Check" not in respondent.heading:
        yield respondent.response
        respondent.press()
    yield respondent.response
    fields = respondent.fields()
    yield respondent.press("later").response
    posted = fields | {"go": "submit"}
    respondent.read(respondent.client.post(respondent.address, posted))
    yield respondent.response
    yield respondent.client.get(reverse("studies:withdraw"))
    yield respondent.client.get(reverse("studies:code"))


def test_no_page_sets_a_cookie_or_asks_another_server(respondent, client):
    for response in pages_of(respondent):
        assert response.status_code == 200
        assert not response.cookies
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        page = html.fromstring(response.content.decode())
        asked = page.xpath("//@src | //link/@href | //form/@action")
        assert [a for a in asked if not re.match(r"/(?!/)|data:,$", a)] == []
    assert not client.cookies


def test_consent_comes_first(respondent):
    respondent.press()
    assert respondent.errors == ["#agreed"]
    assert not Pass.objects.exists()


def test_consent_says_what_it_must(respondent):
    text = respondent.page.text_content()
    for words in (
        "free to take part",
        "This survey is run for Port-Lumen",
        "anonymous",
        "until the survey closes",
        "the people who chose to answer",
        "privacy@example.org",
        "does not take complaints about a police officer",
        "31 May 2026",
    ):
        assert words in text


def test_previous_keeps_answers(respondent):
    respondent.start().press(image_country="2")
    respondent.press("previous")
    checked = respondent.page.xpath("//input[@checked]/@value")
    assert checked == ["2"]


def test_previous_keeps_the_page_one_leaves(respondent):
    respondent.start().press(image_country="2").press("previous", local_trust="9")
    respondent.press()
    assert respondent.page.xpath("//input[@checked]/@value") == ["9"]


def test_an_answer_opens_a_further_question_on_the_same_page(respondent):
    respondent.start()
    while "contact_police_initiated" not in respondent.questions:
        respondent.press()
    assert "contact_treatment" not in respondent.questions
    respondent.press(contact_police_initiated="1")
    assert respondent.questions[-1] == "contact_treatment"
    respondent.press(contact_treatment="2")
    assert "contact_treatment" not in respondent.questions


def test_an_answer_that_no_longer_applies_is_dropped(respondent, wave):
    respondent.start()
    while "contact_police_initiated" not in respondent.questions:
        respondent.press()
    respondent.press(contact_police_initiated="1").press(contact_treatment="2")
    respondent.press("previous").press(contact_police_initiated="2")
    respondent.go_to_the_end().press("submit")
    assert stored(wave)[0]["answers"] == {"contact_police_initiated": 2}


def test_a_choice_that_was_not_offered_is_named(respondent):
    respondent.start().press(image_country="99")
    assert respondent.errors == ["#q-image_country-1"]
    assert respondent.page.get_element_by_id("q-image_country-1").get("type") == "radio"


def test_every_question_may_be_skipped(respondent, wave):
    respondent.start().go_to_the_end().press("submit")
    assert stored(wave) == [
        {"side": "population", "district": None, "age_group": None, "answers": {}}
    ]


def test_steps_are_counted(respondent):
    respondent.start()
    steps = []
    while "Check" not in respondent.heading:
        steps.append(respondent.page.xpath("string(//*[@class='progress'])"))
        respondent.press()
    last = respondent.page.xpath("string(//*[@class='progress'])")
    total = len(steps) + 1
    assert [*steps, last] == [f"Step {n} of {total}" for n in range(1, total + 1)]


def test_answers_can_be_changed_from_the_check_page(respondent):
    respondent.start().go_to_the_end(local_trust="7")
    assert "7" in respondent.page.xpath("//dd/text()")
    respondent.press("change-1")
    assert "local_trust" in respondent.questions
    assert respondent.page.xpath("//input[@checked]/@value") == ["7"]


@pytest.mark.parametrize("field", ["draft", "pass"])
def test_a_tampered_page_starts_again_politely(respondent, field):
    respondent.start()
    tampered = respondent.fields() | {field: "AAAA"}
    respondent.read(respondent.client.post(respondent.address, tampered))
    assert respondent.response.status_code == 200
    assert respondent.heading == "Please start again"


def test_a_pass_nobody_was_given_starts_again(respondent, link):
    pass_ = sealing.make_pass()
    draft = sealing.seal_draft({"link": link.pk, "step": 0, "answers": {}}, pass_)
    response = respondent.client.post(
        respondent.address, {"pass": pass_, "draft": draft}
    )
    assert "Please start again" in response.content.decode()


def test_a_draft_of_another_link_starts_again(client, wave):
    population = Respondent(client, wave.links.get(side="population")).start()
    other = wave.links.get(side="police_officers")
    response = client.post(f"/en/answer/{other.token}/", population.fields())
    assert "Please start again" in response.content.decode()


def test_a_double_submission_is_already_received(respondent, wave):
    respondent.start().go_to_the_end()
    fields = respondent.fields() | {"go": "submit"}
    respondent.press("submit")
    first = respondent.code
    respondent.read(respondent.client.post(respondent.address, fields))
    assert respondent.heading == "Your answers were already received"
    assert respondent.code == first
    assert wave.answers.count() == 1


def test_two_submissions_with_one_pass_store_one_answer(wave):
    pass_ = actions.hand_out_pass(wave)
    record = {"side": "population", "district": None, "age_group": None, "answers": {}}
    actions.submit_answer(wave, pass_=pass_, record=record, on=TODAY)
    with pytest.raises(Refused) as refused:
        actions.submit_answer(wave, pass_=pass_, record=record, on=TODAY)
    assert refused.value.code == "already_received"
    assert wave.answers.count() == 1


def test_pages_are_small(respondent):
    assert len(respondent.response.content) < 15_000
    assert len(respondent.start().response.content) < 20_000
    sheets = respondent.page.xpath("//link[@rel='stylesheet']/@href")
    assert len(sheets) == 1
    assert not respondent.page.xpath("//script | //img | //*[@style]")


@pytest.mark.parametrize("side", ["population", "police_officers"])
def test_a_page_is_in_one_language(client, wave, side):
    respondent = Respondent(client, wave.links.get(side=side), "fr")
    assert respondent.page.get("lang") == "fr"
    other = [a.get("lang") for a in respondent.page.xpath("//a[@hreflang]")]
    assert other == ["en"]
    respondent.start()
    while "Relisez" not in respondent.heading:
        text = respondent.page.text_content()
        assert not re.search(
            r"\b(Step|Continue|Previous|the|answer|police officer)\b", text
        )
        assert not respondent.page.xpath("//a[@hreflang]")
        respondent.press()


def test_police_officers_are_not_asked_where_they_work(client, wave):
    respondent = Respondent(client, wave.links.get(side="police_officers")).start()
    asked = set()
    while "Check" not in respondent.heading:
        asked.update(respondent.questions)
        respondent.press()
    assert not asked & {"district", "age_group"}


def test_a_planned_wave_is_not_open_yet(client, study):
    wave = plan_wave(study)
    link = actions.add_link(wave, "population")
    assert Respondent(client, link).heading == "This survey is not open yet"


def test_a_closed_wave_says_so_kindly(client, wave, link):
    actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")
    assert Respondent(client, link).heading == "This survey is closed"


def test_an_unknown_link_is_not_found(client, db):
    assert client.get("/en/answer/nothing/").status_code == 404


# Withdrawal


def withdraw(client, code):
    return client.post(reverse("studies:withdraw"), {"code": code}).content.decode()


def test_a_code_withdraws_the_answer(client, wave):
    pass_ = send(wave, {"side": "population", "answers": {}})
    code = codes.written(sealing.withdrawal_secret(pass_))
    assert "Your answers have been deleted" in withdraw(client, code.lower())
    wave.refresh_from_db()
    assert (wave.answers.count(), wave.withdrawals) == (0, 1)
    assert "no answer left for this code" in withdraw(client, code)
    wave.refresh_from_db()
    assert wave.withdrawals == 1


@pytest.mark.parametrize("code", ["", "AAAAAA", "é", "000000-000000-000001"])
def test_a_wrong_code_is_an_error(client, wave, code):
    send(wave, {"side": "population", "answers": {}})
    assert "There is a problem" in withdraw(client, code)
    assert wave.answers.count() == 1


def test_after_closing_withdrawal_is_refused_kindly(client, wave):
    record = {"side": "population", "district": None, "age_group": None, "answers": {}}
    pass_ = send(wave, record)
    actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")
    code = codes.written(sealing.withdrawal_secret(pass_))
    assert "nobody can find yours any more" in withdraw(client, code)


def test_counts_are_those_of_the_day_before_and_above_the_threshold(wave):
    for _ in range(9):
        send(wave, {"side": "population", "answers": {}})
    tomorrow = TODAY.replace(day=TODAY.day + 1)
    assert queries.answers_received(wave, tomorrow) is None
    send(wave, {"side": "population", "answers": {}})
    assert queries.answers_received(wave, TODAY) is None
    assert queries.answers_received(wave, tomorrow) == 10
