import datetime
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import translation
from tests.factories.library import (
    MeetingFactory,
    PracticeFactory,
    PrincipleFactory,
    RecommendationFactory,
    evaluated,
    own,
    published,
    stopped,
)

from imppulse.library.actions import add_reservation, adopt, compute_synthesis
from imppulse.library.choices import EvidenceStatus
from imppulse.library.models import Practice, PublishedStudy, Synthesis
from imppulse.library.pictures import axis_limits, picture, story
from imppulse.library.telling import told

pytestmark = pytest.mark.django_db

HUGE = (-4.26, 19.0)
NUMBERS = (HUGE, (0.06, 0.04), (0.16, 0.05), (0.02, 0.06), (0.01, 0.05))
ADOPTED_ON = datetime.date(2026, 6, 12)


@pytest.fixture
def client():
    return Client()


def page(client, address, language="en", **query):
    answer = client.get(f"/{language}/{address}/", query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def heading(html):
    return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)[1])


@pytest.mark.parametrize(
    ("address", "make"),
    [
        ("practices", PracticeFactory),
        ("principles", PrincipleFactory),
        ("recommendations", RecommendationFactory),
    ],
)
def test_a_longer_list_asks_no_more_of_the_database(
    client, django_assert_max_num_queries, address, make
):
    def count(limit):
        with django_assert_max_num_queries(limit) as counted:
            page(client, address)
        return len(counted)

    make.create_batch(2)
    page(client, address)  # what the first page of all asks once, such as content types
    few = count(60)
    make.create_batch(10)
    assert count(few) == few


def test_what_is_not_published_does_not_exist_for_strangers(client):
    draft = PracticeFactory(published_on=None)
    proposal = RecommendationFactory(published_on=None)
    for address in (f"practices/{draft.slug}", f"recommendations/{proposal.slug}"):
        assert client.get(f"/en/{address}/").status_code == 404
    assert draft.slug not in page(client, "practices")


def test_practices_are_found_by_factor_and_territory(client):
    first, second = PracticeFactory(), PracticeFactory(factor_codes=["role_unknown"])
    found = page(client, "practices", factor="role_unknown")
    assert second.get_absolute_url() in found
    assert first.get_absolute_url() not in found
    here = page(client, "practices", territory=first.territory.slug)
    assert first.get_absolute_url() in here
    assert second.get_absolute_url() not in here


def test_a_sheet_without_an_outcome_says_so_first(client):
    practice = PracticeFactory()
    html = page(client, f"practices/{practice.slug}")
    assert "No outcome was measured." in html
    assert html.index("No outcome was measured.") < html.index("<h2>The problem</h2>")
    french = page(client, f"practices/{practice.slug}", "fr")
    assert "Aucun résultat n’a été mesuré." in french
    assert "problem en français" in french


def test_an_evaluated_sheet_says_the_finding_and_leads_to_it(client):
    evaluation = evaluated(effect=12.0)
    pilot = evaluation.plan.pilot
    practice = PracticeFactory(pilot=pilot, territory=pilot.territory)
    html = page(client, f"practices/{practice.slug}")
    assert told(evaluation).sentence in html
    assert f'href="/en/pilots/{pilot.slug}/result/"' in html
    assert "No outcome was measured." not in html
    assert "Simulated data, fictional city" in html


def test_a_harm_is_not_handed_on_as_advice(client):
    pilot = evaluated(effect=-20.0).plan.pilot
    practice = PracticeFactory(pilot=pilot, territory=pilot.territory)
    RecommendationFactory().practices.add(practice)
    html = page(client, f"practices/{practice.slug}")
    assert "do not take it over as it is" in html
    assert "Cited as evidence in" in html
    assert "Recommended in" not in html


def test_the_evidence_map_says_it_in_words_and_names_what_nobody_tested(client):
    better, halted = evaluated(effect=20.0).plan.pilot, stopped()
    html = page(client, "evidence")
    own_part, fictional = html.split('id="fictional"')
    assert "No territory has measured an outcome here yet" in own_part
    assert better.get_absolute_url() in fictional
    assert halted.get_absolute_url() in fictional
    assert "Tested: for the better" in fictional
    assert "Stopped, no result" in fictional
    assert "Not tested by anyone yet:</strong> Effectiveness" in fictional


def test_own_results_are_told_before_they_are_drawn(client):
    pilots = [evaluated(effect=effect).plan.pilot for effect in (20.0, 0.0)]
    synthesis = own(*pilots, stopped())
    compute_synthesis(synthesis, by="coordinator")
    html = page(client, f"evidence/{synthesis.slug}")
    assert heading(html) == story(synthesis).answer
    assert "no pooled number under three results" in html
    assert "Stopped: Ostrelle." in html
    assert html.index("Stopped: Ostrelle.") < html.index("<figure")
    assert "Simulated data, fictional territories" in html
    for pilot in pilots:
        assert f"/en/pilots/{pilot.slug}/result/" in html


def test_published_results_carry_citation_status_and_both_ways(client):
    synthesis = published(*NUMBERS)
    compute_synthesis(synthesis, by="coordinator")
    html = page(client, f"evidence/{synthesis.slug}")
    assert heading(html) == (
        "On average over 5 published trials, no difference can be told from zero."
    )
    assert "Author (2021). A trial. Journal." in html
    assert "status: as published" in html
    assert "Student’s t with 4 degrees of freedom" in html
    assert "REML and the normal law" in html
    assert "weight below 1 %" in html
    assert "Simulated data" not in html
    PublishedStudy.objects.update(status=EvidenceStatus.CORRECTED)
    assert "status: corrected" in page(client, f"evidence/{synthesis.slug}")


def test_one_huge_interval_does_not_flatten_the_others():
    synthesis = published(*NUMBERS)
    compute_synthesis(synthesis, by="coordinator")
    low, high = axis_limits(synthesis.results)
    rows = {row["name"]: row for row in synthesis.results["rows"]}
    assert (low, high) == pytest.approx(
        (
            rows["phl"]["ci_low"],
            max(r["ci_high"] for n, r in rows.items() if n != "bra"),
        ),
        abs=0.05,
    )
    assert "← → Wider than the picture, and cut at its edge: Brazil." in (
        story(synthesis).note
    )
    drawn = picture(synthesis)
    assert "Brazil ← →" in drawn.svg
    assert drawn.table.rows[0] == ("Brazil ← →", "−4.26 (−41.50 to +32.98)")
    with translation.override("fr"):
        assert "Brésil" in picture(synthesis).svg


def test_a_synthesis_that_is_not_computed_yet_still_has_a_page(client):
    synthesis = own()
    assert heading(page(client, f"evidence/{synthesis.slug}")) == "title in English"
    assert Synthesis.objects.get().results == {}


def test_a_recommendation_keeps_its_reservation_and_leads_to_the_question(client):
    evaluation = evaluated(effect=12.0)
    pilot = evaluation.plan.pilot
    recommendation, meeting = RecommendationFactory(), MeetingFactory()
    recommendation.evaluations.add(evaluation)
    adopt(recommendation, meeting=meeting, on=ADOPTED_ON, by="coordinator")
    words = {"en": "First keep old promises.", "fr": "D’abord tenir parole."}
    add_reservation(
        recommendation, words, by="a", published_by="b", holder=pilot.territory
    )
    html = page(client, f"recommendations/{recommendation.slug}")
    assert "First keep old promises." in html
    assert "Port-Lumen" in html
    assert "12 June 2026" in html
    assert meeting.get_absolute_url() in html
    assert told(evaluation).sentence in html
    assert f"/en/pilots/{pilot.slug}/result/" in html
    assert f"/en/studies/{pilot.study.slug}/questions/meet_occasions/" in html
    french = page(client, f"recommendations/{recommendation.slug}", "fr")
    assert "D’abord tenir parole." in french
    assert "First keep old promises." not in french


def test_recommendations_of_one_meeting(client):
    here, elsewhere = RecommendationFactory(), RecommendationFactory()
    meeting = MeetingFactory()
    adopt(here, meeting=meeting, on=ADOPTED_ON, by="coordinator")
    html = page(client, "recommendations", meeting=meeting.slug)
    assert here.get_absolute_url() in html
    assert elsewhere.get_absolute_url() not in html


def test_principles_name_their_source(client):
    PrincipleFactory()
    html = page(client, "principles")
    assert "statement in English" in html
    assert html.count("https://example.org/resolution") == 1


def test_good_is_never_said_of_an_unevaluated_practice(client):
    PracticeFactory()
    html = page(client, f"practices/{Practice.objects.get().slug}")
    said = html.replace("not yet a good practice", "")
    assert "good practice" not in said


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Welch’s test"), ("fr", "test de Welch")]
)
def test_the_page_says_when_degrees_of_freedom_were_counted(client, language, words):
    synthesis = published(*NUMBERS)
    compute_synthesis(synthesis, by="coordinator")
    address = f"evidence/{synthesis.slug}"
    assert words not in page(client, address, language)
    synthesis.published_estimates.update(df=4.0)
    compute_synthesis(synthesis, by="coordinator")
    assert words in page(client, address, language)
