import datetime
import math

import pytest
from tests.factories.library import (
    MeetingFactory,
    PracticeFactory,
    PublishedEstimateFactory,
    RecommendationFactory,
    evaluated,
    own,
    published,
    stopped,
)
from tests.factories.studies import CountryFactory, TerritoryFactory

from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent
from imppulse.evidence.synthesis.synthesis import synthesise
from imppulse.library.actions import add_reservation, adopt, compute_synthesis
from imppulse.library.choices import EvidenceStatus
from imppulse.library.models import PublishedStudy, Reservation

pytestmark = pytest.mark.django_db

NUMBERS = ((0.10, 0.05), (0.30, 0.08), (-0.05, 0.06), (0.12, 0.20))
DAY = datetime.date(2026, 6, 12)
WORDS = {"en": "Not where trust has just been broken.", "fr": "Pas là-bas."}


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code


def computed(synthesis):
    compute_synthesis(synthesis, by="coordinator")
    synthesis.refresh_from_db()
    return synthesis.results


def test_published_results_are_pooled_as_the_library_pools_them():
    results = computed(published(*NUMBERS))
    expected = synthesise(*zip(*NUMBERS, strict=True))
    pooled = results["pooled"]
    for name in ("k", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2"):
        assert pooled[name] == pytest.approx(getattr(expected, name), rel=1e-12)
    assert pooled["test"] == results["test"] == "knapp-hartung"
    assert list(results["weights"].values()) == pytest.approx(expected.weights)
    assert sum(results["weights"].values()) == pytest.approx(100, abs=1e-9)


def test_standard_errors_known_poorly_enter_with_their_degrees_of_freedom():
    synthesis = published(*NUMBERS)
    plain = computed(synthesis)
    degrees = (3.7, 5.0, 4.0, None)
    for estimate, df in zip(
        synthesis.published_estimates.order_by("site"), degrees, strict=True
    ):
        estimate.df = df
        estimate.save()
    results = computed(synthesis)
    expected = synthesise(*zip(*NUMBERS, strict=True), df=[3.7, 5.0, 4.0, math.inf])
    pooled = results["pooled"]
    for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "q_p_value"):
        assert pooled[name] == pytest.approx(getattr(expected, name), rel=1e-12)
    assert pooled["std_error"] > plain["pooled"]["std_error"]
    assert results["classical"] == plain["classical"]
    assert (plain["df_counted"], results["df_counted"]) == (False, True)


def test_territories_that_compared_few_areas_enter_with_their_degrees_of_freedom():
    evaluations = [evaluated(effect=effect) for effect in (12.0, 0.0, 4.0)]
    results = computed(own(*(e.plan.pilot for e in evaluations)))
    rows = {row["key"]: row for row in results["rows"]}
    expected = synthesise(
        *([row[name] for row in rows.values()] for name in ("estimate", "std_error")),
        df=[row["df"] for row in rows.values()],
    )
    assert min(row["df"] for row in rows.values()) >= 6
    for name in ("estimate", "ci_low", "ci_high", "q_p_value"):
        assert results["pooled"][name] == pytest.approx(getattr(expected, name))


def test_the_classical_way_is_kept_beside_with_the_same_average():
    results = computed(published(*NUMBERS))
    pooled, classical = results["pooled"], results["classical"]
    assert classical["estimate"] == pytest.approx(pooled["estimate"], rel=1e-12)
    assert classical["std_error"] <= pooled["std_error"]
    assert classical["ci_high"] - classical["ci_low"] < (
        pooled["ci_high"] - pooled["ci_low"]
    )


def test_two_results_have_a_range_and_no_average():
    results = computed(published(*NUMBERS[:2]))
    assert results["pooled"] is None
    assert results["range"] == {"k": 2, "low": 0.10, "high": 0.30}


def test_a_retracted_study_is_listed_and_not_counted():
    synthesis = published(*NUMBERS)
    PublishedStudy.objects.update(status=EvidenceStatus.RETRACTED)
    results = computed(synthesis)
    assert [row["status"] for row in results["rows"]] == ["retracted"] * 4
    assert results["pooled"] is results["range"] is None


def test_own_results_keep_the_stopped_pilot_without_a_number():
    evaluations = [evaluated(effect=effect) for effect in (12.0, 0.0)]
    halted = stopped()
    results = computed(own(*(e.plan.pilot for e in evaluations), halted))
    rows = {row["name"]: row for row in results["rows"]}
    assert rows[halted.slug]["status"] == "stopped"
    assert rows[halted.slug]["estimate"] is None
    for evaluation in evaluations:
        row = rows[evaluation.plan.pilot.slug]
        assert row["estimate"] == evaluation.effect["estimate"]
        assert row["direction"] == evaluation.finding["direction"]
    assert results["range"]["k"] == 2


def test_simulated_and_real_results_are_never_put_together():
    pilots = [evaluated(simulated=flag).plan.pilot for flag in (True, False)]
    assert refusal(compute_synthesis, own(*pilots), by="x") == "mixed_provenance"


def test_published_and_own_results_are_never_put_together():
    synthesis = own(stopped(simulated=False))
    synthesis.published_estimates.add(PublishedEstimateFactory(outcome="dialogue"))
    assert refusal(compute_synthesis, synthesis, by="x") == "mixed_provenance"


def test_one_synthesis_is_about_one_outcome():
    synthesis = published(*NUMBERS)
    synthesis.published_estimates.add(PublishedEstimateFactory(outcome="crime"))
    assert refusal(compute_synthesis, synthesis, by="x") == "mixed_outcomes"
    other = evaluated(outcome="image").plan.pilot
    assert refusal(compute_synthesis, own(other), by="x") == "mixed_outcomes"


def test_nothing_named_is_nothing_computed():
    assert refusal(compute_synthesis, own(), by="x") == "nothing_to_synthesise"


def test_a_recommendation_is_adopted_once_at_a_meeting_and_noted():
    recommendation, meeting = RecommendationFactory(), MeetingFactory()
    adopt(recommendation, meeting=meeting, on=DAY, by="coordinator")
    recommendation.refresh_from_db()
    assert (recommendation.meeting, recommendation.adopted_on) == (meeting, DAY)
    assert AuditEvent.objects.filter(verb="adopt", by="coordinator").count() == 1
    again = {"meeting": MeetingFactory(), "on": DAY, "by": "coordinator"}
    assert refusal(adopt, recommendation, **again) == "already_adopted"


@pytest.mark.parametrize("day", [DAY.replace(day=10), DAY.replace(day=13)])
def test_no_recommendation_is_adopted_outside_its_meeting(day):
    given = {"meeting": MeetingFactory(), "on": day, "by": "x"}
    assert refusal(adopt, RecommendationFactory(), **given) == "not_during_the_meeting"


def test_a_real_meeting_does_not_adopt_on_simulated_evidence():
    recommendation = RecommendationFactory()
    recommendation.practices.add(PracticeFactory())
    real = MeetingFactory(country=CountryFactory(code="REA", simulated=False))
    given = {"meeting": real, "on": DAY, "by": "x"}
    assert refusal(adopt, recommendation, **given) == "mixed_provenance"
    assert recommendation.simulated


def test_a_reservation_keeps_its_words_and_its_holder():
    recommendation, holder = RecommendationFactory(), TerritoryFactory()
    given = {"by": "writer", "published_by": "second", "holder": holder}
    add_reservation(recommendation, WORDS, **given)
    kept = Reservation.objects.get()
    assert (kept.territory, kept.organisation) == (holder, None)
    assert kept.text("statement", "fr").body == WORDS["fr"]
    empty = {"en": " "}
    assert refusal(add_reservation, recommendation, empty, **given) == (
        "reservation_without_words"
    )
