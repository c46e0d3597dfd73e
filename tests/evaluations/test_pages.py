import datetime
import hashlib

import pytest
from django.urls import reverse
from tests.factories.evaluations import (
    deliver,
    hold_sessions,
    make_plan,
    written,
)

from imppulse import instruments
from imppulse.accounts.models import Person
from imppulse.evaluations import actions
from imppulse.evaluations.wording import PHRASES
from imppulse.evidence.findings.ceilings import Ceiling
from imppulse.evidence.findings.findings import Strength
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role
from imppulse.pilots.choices import Stage
from imppulse.reporting.claims import CLAIMS
from imppulse.reporting.language import Language, capital
from imppulse.reporting.reasons import CEILINGS, DESIGNS

pytestmark = pytest.mark.django_db
LEARNED = {"learned": {"en": "The hall closed.", "fr": "La salle a fermé."}}


def lead(plan):
    person = Person.objects.create_user("lead")
    Role.objects.create(
        person=person,
        kind=RoleKind.PREVENTION_LEAD,
        territory=plan.pilot.territory,
        since=datetime.date(2026, 1, 1),
    )
    return person


def page(client, plan, name, language="en"):
    address = reverse(f"evaluations:{name}", args=[plan.pilot.slug])
    return client.get(address.replace("/en/", f"/{language}/", 1))


@pytest.fixture
def computed():
    plan = actions.lock(make_plan(treated=1, comparison=1), by="lead")
    hold_sessions(plan)
    deliver(plan, 1, people=200)
    deliver(plan, 2, people=200, effect=20.0, drift=5.0)
    actions.evaluate(plan, by="lead")
    return plan


def test_a_result_says_its_finding_and_the_sentence_it_may_not_say(client, computed):
    text = page(client, computed, "result").text
    heading = text.split("<h1>")[1].split("</h1>")[0]
    assert heading == (
        "The dialogue between police and population developed better where the pilot "
        "ran than elsewhere; an event on one side could explain it."
    )
    struck = text.split("<s>")[1].split("</s>")[0]
    assert struck.endswith("other causes are unlikely but possible.")
    assert "One area with the pilot and one without" in text
    assert "What would earn it:" in text
    assert "Simulated data, fictional city" in text.split("<svg xmlns")[1]
    assert 'style="' not in text


def test_a_result_is_the_same_in_french(client, computed):
    text = page(client, computed, "result", "fr").text
    heading = text.split("<h1>")[1].split("</h1>")[0]
    assert heading == (
        "Le dialogue entre police et population a mieux évolué là où le pilote a été "
        "mené qu’ailleurs\u202f; un événement survenu d’un seul côté pourrait "
        "l’expliquer."
    )
    assert "95\u202f%" in text


def test_a_result_leads_back_to_the_questions_and_forward_to_the_rules(
    client, computed
):
    text = page(client, computed, "result").text
    study = computed.pilot.study
    addresses = [
        study.get_absolute_url(),
        computed.get_absolute_url(),
        reverse("evaluations:rules"),
        reverse("network:factor", args=["no_dialogue"]),
        *(
            reverse("studies:question", args=[study.slug, item])
            for item in ("meet_occasions", "meet_places")
        ),
    ]
    assert [a for a in addresses if f'href="{a}' not in text] == []


def test_the_change_alone_stands_beside_the_comparison(client, computed):
    answer = page(client, computed, "result")
    compared, alone = answer.context["differences"]
    assert float(alone.estimate) > float(compared.estimate)
    assert "credited to the pilot" in answer.text


def test_before_both_waves_are_closed_there_is_no_result(client):
    plan = actions.lock(make_plan(treated=1, comparison=1), by="lead")
    deliver(plan, 1)
    text = page(client, plan, "result").text
    assert "No result yet" in text
    assert "<svg xmlns" not in text


def test_a_stopped_pilot_has_no_outcome_but_a_page(client):
    plan = actions.lock(make_plan(), by="lead")
    written(plan.pilot, LEARNED)
    type(plan.pilot).objects.filter(pk=plan.pilot.pk).update(
        stage=Stage.STOPPED, stopped_on=datetime.date(2026, 6, 1)
    )
    text = page(client, plan, "result").text
    assert "no outcome" in text.split("<h1>")[1].split("</h1>")[0]
    assert "The hall closed." in text


def test_strangers_do_not_find_the_plan_of_a_pilot_that_is_not_published(client):
    plan = actions.lock(make_plan(), by="lead")
    type(plan.pilot).objects.filter(pk=plan.pilot.pk).update(published_on=None)
    names = ("plan", "result", "certificate", "document")
    assert [page(client, plan, name).status_code for name in names] == [404] * 4


def test_only_the_prevention_lead_locks_and_confirms_it(client):
    plan = make_plan()
    address = reverse("evaluations:lock", args=[plan.pilot.slug])
    assert client.post(address, {"confirmed": "on"}).status_code == 302
    client.force_login(Person.objects.create_user("somebody"))
    assert client.post(address, {"confirmed": "on"}).status_code == 403
    client.force_login(lead(plan))
    assert "Tick the box" in client.post(address).text
    assert not type(plan).objects.get(pk=plan.pk).is_locked
    answer = client.post(address, {"confirmed": "on"}, follow=True)
    locked = type(plan).objects.get(pk=plan.pk)
    assert locked.checksum in answer.text


def test_the_handed_out_document_has_the_hash_of_the_certificate(client):
    plan = actions.lock(make_plan(), by="lead")
    handed_out = page(client, plan, "document").content
    assert hashlib.sha256(handed_out).hexdigest() == plan.checksum
    assert plan.checksum in page(client, plan, "certificate").text
    assert b"lead" not in handed_out.replace(b"prevention_lead", b"")


def test_a_locked_plan_shows_the_words_that_were_locked(client):
    plan = actions.lock(make_plan(), by="lead")
    changed = {"hypothesis": {"en": "It falls.", "fr": "Il baisse."}}
    plan.texts.all().delete()
    written(plan, changed)
    assert "It rises more." in page(client, plan, "plan").text


def test_a_deviation_is_noted_and_listed_with_its_kind(client):
    plan = actions.lock(make_plan(), by="lead")
    client.force_login(lead(plan))
    client.post(
        reverse("evaluations:deviation", args=[plan.pilot.slug]),
        {
            "kind": "contamination",
            "noted_on": "2026-05-01",
            "en": "People came from the other side.",
            "fr": "Des gens sont venus de l’autre côté.",
        },
    )
    text = page(client, plan, "plan").text
    assert "the pilot reached the comparison side" in text
    assert "People came from" not in text  # a second person publishes it


def test_a_refused_evaluation_is_told(client):
    plan = make_plan()
    client.force_login(lead(plan))
    address = reverse("evaluations:evaluate", args=[plan.pilot.slug])
    assert "Lock the plan first." in client.post(address, follow=True).text


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_rules_page_holds_the_whole_table(client, code):
    text = client.get(f"/{code}/method/findings/").text.replace("&#x27;", "'")
    language = Language(code)
    outcome = {
        "en": "the dialogue between police and population",
        "fr": "le dialogue entre police et population",
    }[code]
    said = [
        language.text(message, x=outcome, X=capital(outcome))
        for directions in CLAIMS.values()
        for message in directions.values()
    ]
    facts = [language.text(CEILINGS[ceiling]) for ceiling in Ceiling]
    designs = [capital(language.text(design)) for design in DESIGNS.values()]
    assert [words for words in said + facts + designs if words not in text] == []
    assert text.count('class="finding"') == len(Strength)


def test_every_index_has_its_phrase():
    measurable = {each.name for each in instruments.constructs() if each.items}
    assert set(PHRASES) == measurable


@pytest.mark.parametrize(
    ("mode", "people", "said"),
    [
        ("open_link", 60, "no change is claimed."),
        ("access_codes", 6, "Too few people answered"),
    ],
)
def test_a_result_without_interval_or_without_numbers_has_a_page_too(
    client, mode, people, said
):
    plan = make_plan(treated=1, comparison=1, mode=mode)
    actions.lock(plan, by="lead")
    deliver(plan, 1, people=people)
    deliver(plan, 2, people=people)
    actions.evaluate(plan, by="lead")
    text = page(client, plan, "result").text
    assert said in text.split("<h1>")[1].split("</h1>")[0]
    assert "There is no picture" in text
    assert "95 % interval −" not in text
