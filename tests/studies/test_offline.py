"""Answering without a network: what a device sends later is taken once, or refused with the reason."""

import json

import pytest
from tests.studies.survey import TODAY, make_study, plan_wave

from imppulse.studies import actions, codes, sealing
from imppulse.studies.choices import CollectionMode
from imppulse.studies.models import Answer, AnswerLink

PASS = "0123456789abcdef" * 2


@pytest.fixture
def link(db, settings, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    wave = plan_wave(make_study(), mode=CollectionMode.OPEN_LINK)
    actions.open_wave(wave, by="lead")
    return wave.links.get(side="population")


def send(client, link, answers, identifier=PASS):
    body = json.dumps({"id": identifier, "answers": answers})
    address = f"/en/answer/{link.token}/offline/send/"
    return client.post(address, body, content_type="application/json")


def required_of(client, link):
    """The least that the questionnaire asks for."""
    page = client.get(f"/en/answer/{link.token}/offline/")
    asked = page.context["sections"]
    return {
        f"q-{each['question'].name}": each["question"].choices[0].value
        for section in asked
        for each in section["questions"]
        if each["question"].required
    }


def unsealed(link):
    key = actions.demonstration_key(link.wave)
    sealed = bytes(Answer.objects.get().ciphertext)
    return sealing.unseal(sealed, key, link.wave.answer_bytes)


def test_an_answer_sent_twice_counts_once_and_keeps_its_code(client, link):
    answers = required_of(client, link) | {"q-local_trust": "3", "agreed": "on"}
    first, second = (send(client, link, answers) for _ in range(2))
    code = codes.written(sealing.withdrawal_secret(PASS))
    assert first.json() == {"code": code, "is_new": True}
    assert second.json() == {"code": code, "is_new": False}
    assert link.wave.answers.count() == 1
    assert link.wave.passes.filter(spent=True).count() == 1


def test_what_was_sealed_is_what_was_given(client, link):
    send(client, link, required_of(client, link) | {"q-local_trust": "3"})
    opened = unsealed(link)
    assert opened["answers"]["local_trust"] == 3
    assert opened["side"] == "population"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id": "x", "answers": {}}',
        b'{"id": 3, "answers": {}}',
        b'{"id": "0123456789abcdef0123456789abcdef", "answers": []}',
        b'{"id": "0123456789abcdef0123456789abcdef", "answers": {"q-local_trust": 3}}',
        b"[" * 19_000,
        b" " * 20_001,
    ],
)
def test_what_cannot_be_read_is_refused_and_stores_nothing(client, link, body):
    address = f"/en/answer/{link.token}/offline/send/"
    answer = client.post(address, body, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json() == {"sentence": "This answer could not be read."}
    assert link.wave.passes.count() == link.wave.answers.count() == 0


def test_an_answer_opens_a_further_question_on_the_same_page(client, link):
    page = client.get(f"/en/answer/{link.token}/offline/")
    (opened,) = (
        each
        for section in page.context["sections"]
        for each in section["questions"]
        if each["asked_if"]["item"]
    )
    name, condition = opened["question"].name, opened["asked_if"]
    chosen = opened["question"].choices[0].value
    answers = required_of(client, link) | {
        f"q-{condition['item']}": condition["value"],
        f"q-{name}": chosen,
    }
    send(client, link, answers)
    assert unsealed(link)["answers"][name] == int(chosen)


def test_a_code_that_was_not_offered_is_refused_by_its_question(client, link):
    answer = send(client, link, {"q-local_trust": "99"})
    assert answer.status_code == 409
    assert answer.json()["sentence"].startswith("Choose one of the answers offered:")
    assert link.wave.passes.count() == link.wave.answers.count() == 0


def test_after_closing_the_answer_stays_with_the_device(client, link):
    answers = required_of(client, link)
    actions.close_wave(link.wave, key=actions.demonstration_key(link.wave), by="lead")
    answer = send(client, link, answers)
    assert answer.status_code == 409
    assert answer.json() == {"sentence": "This survey takes no answers now."}


def test_police_officers_and_letters_have_no_such_page(client, link):
    theirs = AnswerLink.objects.get(wave=link.wave, side="police_officers")
    assert client.get(f"/en/answer/{theirs.token}/offline/").status_code == 404
    link.wave.mode = CollectionMode.ACCESS_CODES
    link.wave.save()
    assert client.get(f"/en/answer/{link.token}/offline/").status_code == 404


def test_the_page_may_reach_its_own_server_alone(client, link):
    page = client.get(f"/en/answer/{link.token}/offline/")
    policy = page.headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    assert client.cookies == {}
    worker = client.get("/en/answer/offline-worker.js")
    assert worker.headers["Content-Type"] == "text/javascript"
    assert "connect-src 'self'" in worker.headers["Content-Security-Policy"]
