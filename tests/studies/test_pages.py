import datetime
import random
import re

import polars as pl
import pytest
from django.urls import reverse
from lxml import html
from tests.factories.accounts import RoleFactory
from tests.factories.studies import ExcerptFactory, PartFactory
from tests.studies.survey import TODAY, answered, make_study, plan_wave, rehearsed, send

from imppulse import instruments
from imppulse.accounts.models import Person
from imppulse.core.actions import add_texts
from imppulse.core.errors import Refused
from imppulse.evidence.diagnosis.diagnosis import Diagnosis as Findings
from imppulse.network.models import Role
from imppulse.studies import actions, queries
from imppulse.studies.choices import CollectionMode
from imppulse.studies.models import Diagnosis


def delivered(seed=1, residents=240, police_officers=60):
    """Answers as a survey institute delivers them: police officers see themselves better."""
    chance = random.Random(seed)  # noqa: S311 (a seeded survey)
    rows = []
    for number in range(residents + police_officers):
        side = "population" if number < residents else "police_officers"
        row = {"side": side, "weight": 0.5 + chance.random()}
        if side == "population":
            row["district"] = chance.choice(["harbour", "hill", "old-town"])
            row["stratum"] = row["district"]
        for item in map(instruments.item, instruments.questionnaire(side).items):
            codes = item.scale.codes
            # The good end of the scale for the police, the other for residents.
            good = codes[::-1] if item.reversed else codes
            third = len(good) // 2
            pool = good[third:] if side == "police_officers" else good[: third + 1]
            row[item.name] = chance.choice(pool)
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def publish(study):
    study.published_on = TODAY
    study.save()
    return study


@pytest.fixture
def diagnosed(db):
    study = publish(make_study())
    wave = plan_wave(study, mode=CollectionMode.ACCESS_CODES)
    wave.invited = {"population": 960, "police_officers": 120}
    wave.save()
    part = PartFactory(study=study)
    titles = {"title": {"en": "Interviews", "fr": "Entretiens"}}
    add_texts(part, titles, by="writer", published_by="second")
    excerpt = ExcerptFactory(part=part)
    quote = {"quote": {"en": "We never talk.", "fr": "On ne se parle jamais."}}
    add_texts(excerpt, quote, by="writer", published_by="second")
    closed = actions.import_closed_wave(study, 1, delivered(), by="lead")
    actions.diagnose_wave(closed, by="lead")
    return study


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def text(page):
    return " ".join(page.xpath("//main")[0].text_content().split())


# The diagnosis


def test_a_diagnosis_is_stored_once_with_what_it_rests_on(diagnosed):
    stored = Diagnosis.objects.get()
    assert stored.data_checksum == stored.wave.checksum
    findings = Findings.from_dict(stored.results)
    assert {each.side: each.n for each in findings.respondents} == {
        "population": 240,
        "police_officers": 60,
    }
    trust = next(g for g in findings.gaps if g.index == "local_relation")
    assert trust.contrast.estimate < -20
    assert len(findings.misperceptions) == 2
    dialogue = [f for f in findings.factors if f.code == "no_dialogue"]
    assert {f.source_kinds for f in dialogue} == {("interviews", "survey")}


def test_item_estimates_equal_the_weighted_mean(diagnosed):
    frame = queries.closed_answers(diagnosed.waves.get())
    own = frame.filter(pl.col("side") == "population")
    expected = (own["local_trust"] * own["weight"]).sum() / own["weight"].sum()
    row = next(
        row
        for row in Diagnosis.objects.get().items
        if (row["item"], row["side"]) == ("local_trust", "population")
    )
    assert row["mean"] == pytest.approx(expected, rel=1e-12)
    assert row["n"] == 240
    assert row["ci_low"] < row["mean"] < row["ci_high"]


def test_an_open_link_has_no_interval_and_small_groups_no_number(db):
    study = publish(make_study())
    plan_wave(study, mode=CollectionMode.OPEN_LINK)
    frame = delivered(police_officers=9)
    closed = actions.import_closed_wave(study, 1, frame, by="lead")
    rows = actions.diagnose_wave(closed, by="lead").items
    police = [row for row in rows if row["side"] == "police_officers"]
    assert police
    assert all(row["mean"] is None and row["n"] is None for row in police)
    population = [row for row in rows if row["side"] == "population"]
    assert all(row["mean"] is not None and row["ci_low"] is None for row in population)


@pytest.mark.parametrize(
    ("column", "code"),
    [("nonsense", "unknown_column"), ("local_trust", "unknown_code")],
)
def test_delivered_answers_are_checked(planned, column, code):
    frame = delivered(residents=20, police_officers=12).with_columns(
        pl.lit(42).alias(column)
    )
    with pytest.raises(Refused) as refused:
        actions.import_closed_wave(planned.study, 1, frame, by="lead")
    assert refused.value.code == code
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_clusters_bear_the_same_random_labels_in_every_wave(study):
    labels = []
    for number in (1, 2):
        plan_wave(study, number)
        frame = delivered(residents=30, police_officers=12).with_columns(
            pl.Series("cluster", ["north", "south"] * 21)
        )
        closed = actions.import_closed_wave(study, number, frame, by="lead")
        labels.append(set(queries.closed_answers(closed)["cluster"]))
    assert labels[0] == labels[1]
    assert len(labels[0]) == 2
    assert not labels[0] & {"north", "south"}


# Pages


def test_the_page_of_a_study_says_what_was_found(client, diagnosed):
    shown = page(client, f"/en/studies/{diagnosed.slug}/")
    said = text(shown)
    assert len(shown.xpath("//h1")) == 1
    assert "points between population and police officers" in shown.xpath(
        "string(//h1)"
    )
    for words in (
        "960 people invited",
        "25%",
        "We never talk.",
        "What each side believes the other says",
        "Wave 1, closed",
        "300 answers",
    ):
        assert words in said
    assert shown.xpath("//a[contains(@href, '/levers/#')]")
    assert shown.xpath("//aside[contains(@class, 'band-simulated')]")
    assert not shown.xpath("//*[@style]")


def test_the_page_is_in_french_for_who_reads_french(client, diagnosed):
    shown = page(client, f"/fr/studies/{diagnosed.slug}/")
    assert "On ne se parle jamais." in text(shown)
    assert "We never talk" not in text(shown)
    assert "people invited" not in text(shown)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_report_is_a_pdf_in_each_language(client, diagnosed, language):
    address = reverse("studies:report", args=[diagnosed.slug, language])
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_a_question_shows_both_wordings_n_and_interval(client, diagnosed):
    said = text(page(client, f"/en/studies/{diagnosed.slug}/questions/local_trust/"))
    for words in (
        "How much do you trust the police officers of the National Guard who work in your district?",
        "How much do you trust the people who live in the district where you work?",
        "240",
        "60",
        "trstplc",
        "a high answer is good",
    ):
        assert words in said


def test_a_question_nobody_asked_is_not_found(client, diagnosed):
    assert (
        client.get(f"/en/studies/{diagnosed.slug}/questions/nothing/").status_code
        == 404
    )


def test_every_question_of_the_bank_has_its_page(client, db):
    shown = page(client, "/en/questions/")
    links = shown.xpath("//main//li/a/@href")
    assert len(links) >= len(instruments.items())
    for item in instruments.items()[:3]:
        assert page(client, f"/fr/questions/{item.name}/").get("lang") == "fr"
    assert client.get("/en/questions/nothing/").status_code == 404


def test_strangers_do_not_see_a_draft(client, study):
    assert client.get(f"/en/studies/{study.slug}/").status_code == 404
    assert client.get(f"/en/studies/{study.slug}/report.en.pdf").status_code == 404


def test_an_open_wave_shows_no_outcome(client, wave):
    study = publish(wave.study)
    for number in range(12):
        send(wave, answered(number))
    said = text(page(client, f"/en/studies/{study.slug}/"))
    assert "12 answers received up to yesterday" in said
    assert "points between" not in said
    said = text(page(client, f"/en/studies/{study.slug}/questions/local_trust/"))
    assert "No wave that asked this question is closed yet." in said


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_takes_as_many_queries_for_many_as_for_few(
    client, db, django_assert_num_queries, count
):
    for _ in range(count):
        wave = plan_wave(publish(make_study()))
        actions.open_wave(wave, by="lead")
    with django_assert_num_queries(5):
        page(client, "/en/studies/")


# Running a wave


def person(role, territory=None):
    someone = Person.objects.create_user(f"{role}-{Person.objects.count()}")
    since = datetime.date(2026, 1, 1)
    Role.objects.create(person=someone, kind=role, territory=territory, since=since)
    return someone


def test_the_prevention_lead_opens_and_closes(client, planned):
    client.force_login(person("prevention_lead", planned.study.territory))
    address = reverse("studies:wave", args=[planned.study.slug, 1])
    client.post(f"{address}open/")
    planned.refresh_from_db()
    assert planned.is_open
    for number in range(30):
        send(
            planned,
            answered(number, "population" if number < 18 else "police_officers"),
        )
    asked = client.post(f"{address}close/")
    assert "There is a problem" in asked.content.decode()
    client.post(f"{address}close/", {"confirmed": "on"})
    planned.refresh_from_db()
    assert planned.is_closed
    assert planned.diagnosis.items


def test_an_empty_wave_closes_without_a_diagnosis(client, wave):
    client.force_login(person("coordinator"))
    address = reverse("studies:wave", args=[wave.study.slug, 1])
    response = client.post(f"{address}close/", {"confirmed": "on"}, follow=True)
    assert response.status_code == 200
    wave.refresh_from_db()
    assert wave.is_closed
    assert not hasattr(wave, "diagnosis")


@pytest.mark.parametrize("role", ["evaluator", "translator", "prevention_lead"])
def test_nobody_else_runs_a_wave(client, wave, role):
    client.force_login(person(role, make_study().territory))
    address = reverse("studies:wave", args=[wave.study.slug, 1])
    assert client.get(address).status_code == 404
    assert client.post(f"{address}close/", {"confirmed": "on"}).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_a_real_wave_asks_for_two_shares(client, db):
    wave = plan_wave(make_study(simulated=False))
    shares = rehearsed(wave)
    wave.refresh_from_db()
    actions.open_wave(wave, by="lead")
    client.force_login(person("coordinator"))
    address = reverse("studies:wave", args=[wave.study.slug, 1])
    wrong = {"confirmed": "on", "first_share": shares[0], "second_share": shares[0]}
    client.post(f"{address}close/", wrong)
    wave.refresh_from_db()
    assert wave.is_open
    client.post(f"{address}close/", wrong | {"second_share": shares[2]})
    wave.refresh_from_db()
    assert wave.is_closed


def test_the_total_of_a_wave_gives_no_small_side_away(client, db):
    study = publish(make_study())
    plan_wave(study)
    few = delivered(residents=812, police_officers=4)
    actions.diagnose_wave(actions.import_closed_wave(study, 1, few, by="lead"), by="x")
    for address in (f"/en/studies/{study.slug}/", "/en/studies/"):
        said = text(page(client, address))
        assert "Wave 1, closed" in said
        # As a number: the checksum on the page may hold these digits by chance.
        assert re.findall(r"\b816\b", said) == []
    role = RoleFactory(kind="prevention_lead", territory=study.territory)
    client.force_login(role.person)
    said = text(page(client, f"/en/studies/{study.slug}/waves/1/"))
    assert "the total would give away a side with fewer than ten answers" in said
