"""The fictional country is not tidy: a success, a null, a harm, a too uncertain, a stopped one."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoDbBlocker
from tests.factories.studies import TerritoryFactory

from imppulse.core.errors import Refused
from imppulse.core.models import Text
from imppulse.evaluations.models import Evaluation, Plan
from imppulse.library.actions import compute_synthesis
from imppulse.library.models import PublishedEstimate, Recommendation, Synthesis
from imppulse.network.models import Territory
from imppulse.pilots.models import Pilot
from imppulse.portal import demonstration
from imppulse.portal.likeness import found_factors, peers
from imppulse.publication.models import Book
from imppulse.studies.models import Answer, Diagnosis, Wave

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def said(django_db_setup, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Load once for the module, and take it all away afterwards."""
    from django.core.management import call_command  # noqa: PLC0415

    lines: list[str] = []
    with django_db_blocker.unblock():
        demonstration.load(say=lines.append)
        yield lines
        call_command("flush", interactive=False, verbosity=0)


def test_progress_is_told(said):
    assert len(said) == 5


def test_the_five_pilots_end_differently():
    directions = {
        evaluation.plan.pilot.territory.slug: (
            evaluation.finding["strength"],
            evaluation.finding["direction"],
        )
        for evaluation in Evaluation.objects.all()
    }
    assert directions == {
        "port-lumen": ("supported", "better"),
        "brevaux": ("supported", "no_effect_that_matters"),
        "saltmere": ("supported", "worse"),
        "tarnholm": ("indicated", "too_uncertain"),
    }
    stopped = Pilot.objects.get(territory__slug="ostrelle")
    assert stopped.stage == "stopped"
    assert not Evaluation.objects.filter(plan__pilot=stopped).exists()


def test_every_plan_was_locked_before_its_second_wave_opened():
    for plan in Plan.objects.all():
        follow_up = plan.pilot.study.waves.filter(number=2).first()
        if follow_up is not None:
            assert plan.locked_at.date() < follow_up.opens_on


def test_the_pooled_panel_is_fictional_only_and_says_how_little_it_knows():
    synthesis = Synthesis.objects.get(slug="orvane-dialogue")
    assert synthesis.simulated
    pooled = synthesis.results["pooled"]
    assert pooled["k"] == 4
    assert (
        pooled["pi_low"] < pooled["ci_low"] < 0 < pooled["ci_high"] < pooled["pi_high"]
    )


def test_a_simulated_record_cannot_be_pooled_with_a_real_one():
    synthesis = Synthesis.objects.get(slug="orvane-dialogue")
    synthesis.published_estimates.add(PublishedEstimate.objects.first())
    with pytest.raises(Refused) as refused:
        compute_synthesis(synthesis, by="coordinator")
    assert refused.value.code == "mixed_provenance"


def test_everything_derived_from_the_fictional_country_is_simulated():
    recommendation = Recommendation.objects.get()
    assert recommendation.simulated
    assert Book.objects.get().simulated
    assert all(pilot.simulated for pilot in Pilot.objects.all())
    assert all(wave.simulated for wave in Wave.objects.all())


def test_the_recommendation_rests_on_all_results_and_keeps_its_reservation():
    recommendation = Recommendation.objects.get()
    assert recommendation.evaluations.count() == 4
    assert recommendation.meeting.slug == "port-lumen-2026"
    assert recommendation.reservations.get().territory.slug == "saltmere"


def test_closed_waves_keep_no_answer_and_the_open_one_waits():
    assert Answer.objects.count() == 0
    assert Diagnosis.objects.count() == 9
    open_wave = Wave.objects.get(state="open")
    assert open_wave.self_selected
    assert open_wave.links.count() == 2


def test_every_text_exists_in_both_languages():
    languages: dict[tuple[int, int, str], set[str]] = {}
    for text in Text.objects.published():
        key = (text.content_type_id, text.object_id, text.field)
        languages.setdefault(key, set()).add(text.language)
    assert {key for key, found in languages.items() if found != {"en", "fr"}} == set()


def test_a_city_reads_which_factors_weighed_in_cities_like_it():
    """Simulated cities learn from simulated ones only, real ones from real ones only."""
    here = Territory.objects.get(slug="ostrelle")
    several = peers(here, AnonymousUser())
    assert {peer.study.territory.slug for peer in several} >= {"port-lumen", "saltmere"}
    assert all(1 <= len(peer.factors) <= 3 for peer in several)
    found = found_factors(several)
    assert [len(f.peers) for f in found] == sorted((len(f.peers) for f in found), reverse=True)  # fmt: skip
    assert peers(TerritoryFactory(country__code="FR", country__simulated=False), AnonymousUser()) == []  # fmt: skip
