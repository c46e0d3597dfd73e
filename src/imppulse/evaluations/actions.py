"""What is done to a plan and its result, one verb each."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.actions import add_texts, note
from imppulse.core.errors import Refused
from imppulse.evaluations import analysis, restricted
from imppulse.evaluations.choices import DeviationKind
from imppulse.evaluations.documents import checksum, document
from imppulse.evaluations.models import Deviation, Evaluation, Plan
from imppulse.instruments.indices import sides
from imppulse.pilots.actions import reach, refuse_stopped
from imppulse.pilots.choices import Arm, Stage
from imppulse.pilots.models import Pilot
from imppulse.studies.choices import WaveState
from imppulse.studies.models import Wave

BEFORE, AFTER = 1, 2


@transaction.atomic
def lock(plan: Plan, *, by: str, at: datetime.datetime | None = None) -> Plan:
    """Freeze a plan with a time stamp and a hash, before the first follow-up answer.

    The time is the clock's; only a simulated plan may carry another.
    """
    refuse_stopped(plan.pilot)
    refuse_incomplete(plan)
    refuse_late(plan)
    if at is not None and not plan.pilot.simulated:
        raise Refused("clock", _("The time of locking is the clock’s."))
    plan.locked_at, plan.locked_by = at or timezone.now(), by
    plan.document = document(plan, plan.locked_at)
    plan.checksum = checksum(plan.document)
    plan.save()
    reach(plan.pilot, Stage.LOCKED, by=by)
    note("lock", plan, by=by, checksum=plan.checksum)
    return plan


def refuse_incomplete(plan: Plan) -> None:
    plan.refuse_if_locked()
    names = {construct.name: construct for construct in instruments.constructs()}
    if plan.outcome not in names:
        raise Refused("no_outcome", _("Choose the index that measures the factor."))
    if instruments.Side.POPULATION not in sides(names[plan.outcome]):
        raise Refused(
            "outcome_of_police_officers",
            _(
                "Areas are compared by what their population says; police officers are "
                "never shown by area."
            ),
        )
    if not plan.margin > 0:
        raise Refused("no_margin", _("Say how small a change would still matter."))
    if not plan.texts.filter(field="hypothesis").exists():
        raise Refused("no_hypothesis", _("Write the hypothesis first."))
    if not plan.pilot.areas.filter(arm=Arm.PILOT).exists():
        raise Refused("no_area", _("Name the districts where the pilot runs."))


def refuse_late(plan: Plan) -> None:
    """Plan before data: no follow-up answer may exist."""
    for wave in plan.pilot.study.waves.filter(number__gte=AFTER):
        if wave.state == WaveState.CLOSED or wave.answers.exists():
            raise Refused(
                "data_before_plan",
                _("Too late: follow-up answers exist, and a plan comes before data."),
            )


@transaction.atomic
def add_deviation(
    plan: Plan,
    *,
    statement: Mapping[str, str],
    noted_on: datetime.date,
    kind: str = DeviationKind.OTHER,
    by: str,
    published_by: str = "",
) -> Deviation:
    """List for ever what was done otherwise than locked."""
    if not plan.is_locked:
        raise Refused("not_locked", _("Change the plan itself: it is not locked yet."))
    deviation = Deviation.objects.create(plan=plan, kind=kind, noted_on=noted_on)
    add_texts(deviation, {"statement": statement}, by=by, published_by=published_by)
    note("deviate", plan, by=by, kind=kind)
    return deviation


@transaction.atomic
def evaluate(plan: Plan, *, by: str) -> Evaluation:
    """Compute once what the locked plan gives, from the closed waves."""
    if not plan.is_locked:
        raise Refused("not_locked", _("Lock the plan first."))
    refuse_stopped(plan.pilot)
    if Evaluation.objects.filter(plan=plan).exists():
        raise Refused("signed_result", _("A computed result never changes."))
    waves = (closed_wave(plan.pilot, BEFORE), closed_wave(plan.pilot, AFTER))
    evaluation = Evaluation.objects.create(plan=plan, **analysis.evaluated(plan, waves))
    reach(plan.pilot, Stage.EVALUATED, by=by)
    note("evaluate", evaluation, by=by, checksums=evaluation.data_checksums)
    return evaluation


@transaction.atomic
def hand_out_answers(pilot: Pilot, number: int, *, kind: str, by: str) -> bytes:
    """Give the evaluator the restricted file of a closed wave, and note that it left."""
    wave = closed_wave(pilot, number)
    data = restricted.encoded(wave, kind)
    note("hand_out_answers", wave, by=by, kind=kind, checksum=wave.checksum)
    return data


def closed_wave(pilot: Pilot, number: int) -> Wave:
    wave = pilot.study.waves.filter(number=number).first()
    if wave is None:
        sentence = _("Wave %(number)s is not planned yet.")
        raise Refused("no_wave", sentence % {"number": number})
    if not wave.is_closed:
        sentence = _("Wave %(number)s is not closed: its answers are sealed.")
        raise Refused("sealed", sentence % {"number": number})
    return wave
