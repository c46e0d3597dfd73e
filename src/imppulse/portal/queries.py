"""What the front door and the dashboard show: few queries, whatever the number of records."""

from dataclasses import dataclass

from django.db.models import Count

from imppulse.evaluations.models import Evaluation
from imppulse.library.models import Practice, Recommendation
from imppulse.network.models import Territory
from imppulse.pilots.models import Pilot
from imppulse.studies.choices import Side, WaveState
from imppulse.studies.models import AnswerLink, Study


@dataclass(frozen=True)
class FrontDoor:
    """One example of each stage of the cycle, where there is one."""

    study: Study | None
    pilot: Pilot | None
    evaluation: Evaluation | None
    recommendation: Recommendation | None
    practice: Practice | None
    territory: Territory | None
    answer_link: AnswerLink | None


def front_door() -> FrontDoor:
    return FrontDoor(
        study=latest_diagnosed_study(),
        pilot=Pilot.objects.published().order_by("-starts_on").first(),
        evaluation=latest_evaluation(),
        recommendation=latest_recommendation(),
        practice=latest_practice(),
        territory=territory_with_remits(),
        answer_link=demonstration_link(),
    )


def latest_diagnosed_study() -> Study | None:
    return (
        Study.objects.published()
        .filter(waves__diagnosis__isnull=False)
        .order_by("-started_on", "slug")
        .first()
    )


def latest_evaluation() -> Evaluation | None:
    return (
        Evaluation.objects.filter(plan__pilot__published_on__isnull=False)
        .select_related("plan__pilot__territory__country", "plan__pilot__force")
        .prefetch_related("plan__pilot__texts", "plan__pilot__force__texts")
        .order_by("-computed_at", "pk")
        .first()
    )


def latest_recommendation() -> Recommendation | None:
    return (
        Recommendation.objects.published()
        .select_related("meeting__country")
        .with_texts()
        .order_by("-adopted_on", "number")
        .first()
    )


def latest_practice() -> Practice | None:
    """Return the newest real practice, else a simulated one."""
    return (
        Practice.objects.published()
        .select_related("territory__country")
        .prefetch_related("texts", "territory__texts")
        .order_by("territory__country__simulated", "-published_on", "-pk")
        .first()
    )


def territory_with_remits() -> Territory | None:
    """Return a territory for which "who does what?" has answers; a real one if there is one."""
    found: Territory | None = (
        Territory.objects.published()
        .filter(forces__responsibilities__isnull=False)
        .listed()
        .annotate(forces_known=Count("forces", distinct=True))
        .order_by("country__simulated", "-forces_known", "slug")
        .first()
    )
    return found


def demonstration_link() -> AnswerLink | None:
    """Return the open questionnaire of a fictional city, for the population."""
    return (
        AnswerLink.objects.filter(
            side=Side.POPULATION,
            wave__state=WaveState.OPEN,
            wave__study__territory__country__simulated=True,
            wave__study__published_on__isnull=False,
        )
        .order_by("pk")
        .first()
    )
