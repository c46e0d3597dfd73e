"""Practices that address a factor, for the diagnosis that found it."""

from collections.abc import Iterator

from imppulse.library.choices import OutcomeStatus
from imppulse.library.models import Practice
from imppulse.library.queries import RESULT
from imppulse.library.telling import short_result, words
from imppulse.reporting.diagnosis_names import Step
from imppulse.studies.models import Study

MOST = 1  # per factor: the page of practices lists them all


def practices_for(study: Study, factor: str) -> Iterator[Step]:
    """Give published practices with what is known; to a real study none that is simulated."""
    published = Practice.objects.published()
    if not study.simulated:
        published = published.filter(territory__country__simulated=False)
    found = published.select_related(f"pilot__{RESULT}").prefetch_related("texts")
    addressing = [each for each in found if factor in each.factor_codes]
    for practice in addressing[:MOST]:
        yield Step(
            factor=factor,
            title=words(practice, "title"),
            text=words(practice, "summary"),
            link=practice.get_absolute_url(),
            known=known_of(practice),
        )


def known_of(practice: Practice) -> str:
    """Say what was measured; a practice told by others was not tested here."""
    if practice.pilot is not None:
        return short_result(practice.pilot)
    return str(OutcomeStatus(practice.outcome_status).label)
