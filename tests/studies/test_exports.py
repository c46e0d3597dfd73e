"""What leaves a closed wave: to whom, in which formats, and the same again when read."""

from xml.etree import ElementTree as ET

import pyreadstat
import pytest
from tests.factories.accounts import RoleFactory
from tests.studies.survey import answered, send

from imppulse.core.models import AuditEvent
from imppulse.network.choices import RoleKind
from imppulse.studies import actions, exports, queries
from imppulse.studies.models import Study
from imppulse.tables.xlsforms import read_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(wave):
    for number in range(12):
        send(wave, answered(number))
    send(wave, answered(1, side="police_officers"))
    Study.objects.filter(pk=wave.study_id).update(published_on="2026-06-01")
    return actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")


def address(wave, name):
    return f"/en/studies/{wave.study.slug}/waves/{wave.number}/{name}"


def enter(client, wave, kind):
    role = RoleFactory(kind=kind, territory=wave.study.territory)
    client.force_login(role.person)
    return role.person


@pytest.mark.parametrize("kind", ["sav", "dta"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_statistical_files_hold_the_closed_answers(
    tmp_path, closed, kind, language
):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(exports.encoded(closed, kind, language))
    options = {"user_missing": True} if kind == "sav" else {}
    read = getattr(pyreadstat, f"read_{kind}")
    frame, facts = read(path, output_format="polars", **options)
    answers = queries.closed_answers(closed)
    assert frame.columns == [*answers.columns, "simulated"]
    assert frame["local_trust"].to_list() == answers["local_trust"].to_list()
    assert frame["weight"].to_list() == answers["weight"].to_list()
    sides = facts.variable_value_labels["side"]
    names = {
        "en": {"population", "police officers"},
        "fr": {"population", "policiers et policières"},
    }
    assert set(sides.values()) == names[language]
    asked = closed.questionnaires.get(side="population")
    (item,) = [i for i in asked.items if i["name"] == "fair_respect"]
    labels = {float(o["code"]): o["label"][language] for o in item["options"]}
    assert {float(c): t for c, t in facts.variable_value_labels["fair_respect"].items()} == labels  # fmt: skip
    if kind == "sav":
        missing = {o["code"] for o in item["options"] if o["missing"]}
        assert {m["lo"] for m in facts.missing_ranges["fair_respect"]} == missing


def test_the_codebook_is_for_everybody_and_holds_no_answer(client, closed):
    page = client.get(address(closed, "codebook.xml"))
    root = ET.fromstring(page.text)  # noqa: S314 (made by the page)
    names = [each.attrib["name"] for each in root.iter("{ddi:codebook:2_5}var")]
    assert {"side", "district", "fair_respect", "local_trust"} <= set(names)
    assert "Simulated data, fictional city." in page.text
    assert "Données simulées, ville fictive." in page.text
    assert "caseQnty" not in page.text
    table = client.get(address(closed, "codebook.csv")).text
    assert "fair_respect,8,yes,en,Don’t know,," in table
    assert client.get(address(closed, "codebook.pdf")).status_code == 404


def test_the_answers_are_for_the_evaluator_and_each_download_is_noted(client, closed):
    person = enter(client, closed, RoleKind.EVALUATOR)
    answer = client.get(address(closed, "answers.sav"))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.getvalue()[:4] == b"$FL2"
    event = AuditEvent.objects.get(verb="hand_out_answers")
    assert (event.by, event.facts["kind"]) == (person.key, "sav")
    assert address(closed, "answers.dta") in client.get(address(closed, "files/")).text


@pytest.mark.parametrize("kind", [RoleKind.PREVENTION_LEAD, RoleKind.COORDINATOR])
def test_others_get_no_row(client, closed, kind):
    enter(client, closed, kind)
    assert client.get(address(closed, "answers.csv")).status_code == 403
    assert "answers.csv" not in client.get(address(closed, "files/")).text
    assert not AuditEvent.objects.filter(verb="hand_out_answers").exists()


def test_a_stranger_is_asked_to_sign_in(client, closed):
    answer = client.get(address(closed, "answers.csv"))
    assert answer.url.startswith("/en/account/login/")


def test_an_open_wave_gives_out_nothing(client, wave):
    enter(client, wave, RoleKind.EVALUATOR)
    for name in ("files/", "codebook.csv", "answers.csv"):
        assert client.get(address(wave, name)).status_code == 404


def test_the_page_is_in_french_too(client, closed):
    french = address(closed, "files/").replace("/en/", "/fr/")
    assert "Ce qui a été demandé, pour tout le monde" in client.get(french).text


def test_a_questionnaire_leaves_as_a_form_that_comes_back_whole(client, closed):
    asked = closed.questionnaires.get(side="population")
    link = f"/en/studies/{closed.study.slug}/published/{asked.pk}/xlsform.xlsx"
    assert link in client.get(address(closed, "files/")).text
    form = read_form(client.get(link).content, "form.xlsx").form
    assert list(form.columns) == [item["name"] for item in asked.items]
    texts = {question.name: question.text for question in form.questions}
    for item in asked.items:
        assert texts[item["name"]] == item["wording"]
    assert form.languages == tuple(asked.content["title"])
