from functools import partial
from typing import Any

from imppulse.library.actions import compute_synthesis
from imppulse.library.models import (
    Practice,
    Recommendation,
    Reservation,
    Synthesis,
)
from imppulse.meetings.models import Decision, Meeting
from imppulse.network.models import Country, Territory
from imppulse.pilots.models import Pilot
from imppulse.portal.demonstration.network import PACKAGE
from imppulse.portal.demonstration.studies import BY, SECOND
from imppulse.portal.loading import create, read
from imppulse.publication.models import Book

add = partial(create, by=BY, published_by=SECOND)


def load() -> None:
    data = read(PACKAGE, "library")
    practices = [load_practice(row) for row in data["practice"]]
    synthesis = load_synthesis(data["synthesis"])
    meeting = load_meeting(data["meeting"])
    recommendation = load_recommendation(data["recommendation"], meeting)
    recommendation.practices.set(practices)
    recommendation.syntheses.add(synthesis)
    recommendation.evaluations.set(
        pilot.plan.evaluation
        for pilot in synthesis.pilots.filter(plan__evaluation__isnull=False)
    )
    book = add(Book, data["book"])
    book.practices.set(practices[:1])
    book.syntheses.add(synthesis)
    book.recommendations.add(recommendation)


def load_practice(row: dict[str, Any]) -> Practice:
    return add(
        Practice,
        row,
        pilot=Pilot.objects.get(slug=row["pilot"]),
        territory=Territory.objects.get(slug=row["territory"]),
        factor_codes=row["factor_codes"],
    )


def load_synthesis(row: dict[str, Any]) -> Synthesis:
    synthesis = add(Synthesis, row)
    synthesis.pilots.set(Pilot.objects.filter(territory__country__simulated=True))
    compute_synthesis(synthesis, by=BY)
    return synthesis


def load_meeting(row: dict[str, Any]) -> Meeting:
    country = Country.objects.get(simulated=True)
    meeting = add(Meeting, row, country=country)
    for position, statement in enumerate(row["decisions"]):
        add(Decision, {"statement": statement}, meeting=meeting, position=position)
    return meeting


def load_recommendation(row: dict[str, Any], meeting: Meeting) -> Recommendation:
    texts = {key: value for key, value in row.items() if key != "reservation"}
    recommendation = add(Recommendation, texts, meeting=meeting)
    add(
        Reservation,
        {"statement": row["reservation"]},
        recommendation=recommendation,
        territory=Territory.objects.get(slug="saltmere"),
    )
    return recommendation
