"""The real content: only what sources say, loaded once."""

import pytest

from imppulse import instruments
from imppulse.core.models import Text
from imppulse.library.models import Practice, Principle, PublishedEstimate, Synthesis
from imppulse.meetings.models import Meeting
from imppulse.network.models import (
    Force,
    ForceFact,
    Organisation,
    Responsibility,
    Territory,
)
from imppulse.portal import reference

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded():
    reference.load(by="editor")


def test_the_network_is_that_of_the_article():
    assert set(Territory.objects.values_list("slug", "kind")) == {
        ("milan", "city"),
        ("aubervilliers", "city"),
        ("toulouse", "city"),
        ("lisbon", "city"),
        ("nantes", "city"),
        ("amiens", "city"),
        ("barcelona", "city"),
        ("brussels-police-zone", "police_zone"),
    }
    assert set(Organisation.objects.values_list("slug", "kind")) == {
        ("efus", "coordinator"),
        ("bravvo", "associated_partner"),
    }
    assert [
        (one.slug, one.starts_on.isoformat(), one.ends_on.isoformat())
        for one in Meeting.objects.all()
    ] == [
        ("paris-2014", "2014-06-03", "2014-06-04"),
        ("milan-2014", "2014-10-22", "2014-10-23"),
        ("lisbon-2015", "2015-04-01", "2015-04-02"),
        ("brussels-2015", "2015-11-16", "2015-11-17"),
    ]


def test_loading_twice_changes_nothing():
    before = Text.objects.count()
    reference.load(by="editor")
    assert Text.objects.count() == before


def test_nothing_real_is_simulated_or_without_a_source():
    assert not any(one.simulated for one in Territory.objects.all())
    assert not ForceFact.objects.filter(source_url="").exists()
    assert not Responsibility.objects.filter(source_url="").exists()
    assert not Principle.objects.filter(source_url="").exists()
    assert not Practice.objects.filter(sources__isnull=True).exists()


def test_every_text_exists_in_both_languages():
    languages: dict[tuple[int, int, str], set[str]] = {}
    for text in Text.objects.all():
        key = (text.content_type_id, text.object_id, text.field)
        languages.setdefault(key, set()).add(text.language)
    assert {key for key, found in languages.items() if found != {"en", "fr"}} == set()


def test_the_two_real_practices_say_that_no_outcome_was_measured():
    for practice in Practice.objects.all():
        assert practice.outcome_status == "not_measured"
        assert "**No outcome was measured.**" in practice.text("results", "en").body
        assert (
            "**Aucun résultat n’a été mesuré.**" in practice.text("results", "fr").body
        )
        for code in practice.factor_codes:
            assert instruments.factor(code)
        assert instruments.lever(practice.lever_code)
    assert set(Practice.objects.values_list("territory__slug", flat=True)) == {
        "lisbon",
        "aubervilliers",
    }


def test_two_forces_answer_every_situation_and_of_others_it_is_not_known():
    answers = {
        force.slug: force.responsibilities.count() for force in Force.objects.all()
    }
    assert answers == {
        "fr-police-nationale": 7,
        "fr-police-municipale": 7,
        "it-polizia-locale": 0,
        "pt-policia-municipal": 0,
        "be-police-locale": 0,
    }


def test_a_force_stands_in_its_territories():
    where = {
        force.slug: sorted(force.territories.values_list("slug", flat=True))
        for force in Force.objects.exclude(country__code="FR")
    }
    assert where == {
        "it-polizia-locale": ["milan"],
        "pt-policia-municipal": ["lisbon"],
        "be-police-locale": ["brussels-police-zone"],
    }


def test_what_is_not_known_of_a_force_keeps_its_place_on_the_page(client):
    page = client.get("/en/forces/it-polizia-locale/").content.decode()
    assert page.count("Not known yet: no sourced fact has been recorded.") == 2
    assert "Legge 7 marzo 1986" in page


def test_the_published_trials_are_pooled_alone():
    assert PublishedEstimate.objects.count() == 87
    pooled = Synthesis.objects.get(slug="metaketa-iv-perceptions-of-police")
    assert pooled.published_estimates.count() == 6
    assert pooled.pilots.count() == 0
    assert pooled.results["pooled"]["estimate"] == pytest.approx(0.051031, abs=1e-5)
