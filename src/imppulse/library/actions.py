from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.core.actions import add_texts, note
from imppulse.core.errors import Refused
from imppulse.evaluations.models import Plan
from imppulse.library import analysis
from imppulse.library.models import Recommendation, Reservation, Synthesis
from imppulse.meetings.models import Meeting
from imppulse.network.models import Organisation, Territory


@transaction.atomic
def compute_synthesis(synthesis: Synthesis, *, by: str) -> None:
    """Put the results of one kind side by side; pool them when there are three or more."""
    _one_provenance(synthesis)
    _one_outcome(synthesis)
    rows = analysis.rows_of(synthesis)
    if not rows:
        raise Refused(
            "nothing_to_synthesise",
            _("Name the pilots or the published results that are to be put together."),
        )
    synthesis.results = analysis.results_of(rows)
    synthesis.save(update_fields=["results"])
    note("compute_synthesis", synthesis, by=by, results=len(rows))


def _one_provenance(synthesis: Synthesis) -> None:
    """Refuse to put simulated with real results, or published studies with own results."""
    kinds = {
        "simulated" if pilot.simulated else "real"
        for pilot in synthesis.pilots.select_related("territory__country")
    }
    if synthesis.published_estimates.exists():
        kinds.add("published")
    if len(kinds) > 1:
        raise Refused(
            "mixed_provenance",
            _(
                "Simulated results, results of the territories and published studies are"
                " never put together: make one synthesis for each kind."
            ),
        )


def _one_outcome(synthesis: Synthesis) -> None:
    planned = Plan.objects.filter(pilot__syntheses=synthesis)
    others = [
        planned.exclude(outcome=synthesis.outcome),
        synthesis.published_estimates.exclude(outcome=synthesis.outcome),
    ]
    if any(found.exists() for found in others):
        raise Refused(
            "mixed_outcomes",
            _("A synthesis is about one outcome, measured in the same way everywhere."),
        )


@transaction.atomic
def adopt(
    recommendation: Recommendation, *, meeting: Meeting, on: date, by: str
) -> None:
    """Record that a meeting adopted the recommendation; what was adopted never moves."""
    if recommendation.adopted_on is not None:
        raise Refused(
            "already_adopted",
            _("This recommendation is adopted already; write a new one to change it."),
        )
    if not meeting.starts_on <= on <= meeting.ends_on:
        raise Refused(
            "not_during_the_meeting",
            _("A recommendation is adopted on a day of the meeting."),
        )
    _same_world(recommendation, meeting)
    recommendation.meeting, recommendation.adopted_on = meeting, on
    recommendation.save(update_fields=["meeting", "adopted_on"])
    note("adopt", recommendation, by=by, meeting=meeting.slug, on=on.isoformat())


def _same_world(recommendation: Recommendation, meeting: Meeting) -> None:
    evidence = [
        *recommendation.practices.all(),
        *recommendation.evaluations.all(),
        *(one for one in recommendation.syntheses.all() if one.pilots.exists()),
    ]
    if any(one.simulated != meeting.simulated for one in evidence):
        raise Refused(
            "mixed_provenance",
            _("A real meeting does not adopt on simulated evidence, nor the reverse."),
        )


@transaction.atomic
def add_reservation(
    recommendation: Recommendation,
    statement: dict[str, str],
    *,
    by: str,
    published_by: str = "",
    holder: Territory | Organisation,
) -> Reservation:
    """Keep a disagreement beside the recommendation; `statement` is `{language: words}`."""
    if not any(words.strip() for words in statement.values()):
        raise Refused(
            "reservation_without_words", _("A reservation says what it holds.")
        )
    side = "territory" if isinstance(holder, Territory) else "organisation"
    reservation = Reservation.objects.create(
        recommendation=recommendation, **{side: holder}
    )
    add_texts(reservation, {"statement": statement}, by=by, published_by=published_by)
    note("add_reservation", recommendation, by=by, reservation=reservation.pk)
    return reservation
