"""The plan of a wave: how, when, whom, with which questionnaires. It changes until the wave opens."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies.actions.waves import locked, plan_wave, refuse_unless
from imppulse.studies.choices import CollectionMode, KeyKeeping, Side, WaveState
from imppulse.studies.models import Questionnaire, Study, Wave


@dataclass(frozen=True)
class WavePlan:
    mode: CollectionMode
    opens_on: datetime.date
    closes_on: datetime.date
    questionnaires: Collection[Questionnaire]
    invited: Mapping[str, int] = field(default_factory=dict)
    key_kept: KeyKeeping = KeyKeeping.STANDARD
    comments: bool = False
    adults_only: bool = False
    paper: bool = False


def questionnaires_for(study: Study) -> QuerySet[Questionnaire]:
    """List what a wave of a study may ask: its own questionnaires, and those of the bank."""
    same = Questionnaire.objects.filter(force=study.force, side__in=study.sides)
    ours = same.filter(study=study) | same.filter(study=None)
    return ours.filter(replaced_by=None).order_by("side", "-study", "name", "version")


@transaction.atomic
def plan(study: Study, planned: WavePlan, *, by: str) -> Wave:
    """Plan the next wave of a study."""
    refuse_plan(study, planned)
    last: int = study.waves.aggregate(last=Max("number"))["last"] or 0
    wave = plan_wave(
        study,
        last + 1,
        questionnaires=planned.questionnaires,
        mode=planned.mode,
        dates=(planned.opens_on, planned.closes_on),
        by=by,
    )
    set_options(wave, planned)
    wave.save()
    return wave


@transaction.atomic
def change_plan(wave: Wave, planned: WavePlan, *, by: str) -> Wave:
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    refuse_plan(held.study, planned)
    if held.public_key and planned.key_kept != held.key_kept:
        raise Refused("key_exists", _("Its key exists: how it is kept stays."))
    held.mode = planned.mode
    set_options(held, planned)
    held.opens_on, held.closes_on = planned.opens_on, planned.closes_on
    held.save()
    held.questionnaires.set(planned.questionnaires)
    note("change_plan", held, by=by)
    return held


@transaction.atomic
def drop_plan(wave: Wave, *, by: str) -> None:
    """Drop a wave that was planned last and never opened."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    if held.study.waves.filter(number__gt=held.number).exists():
        raise Refused("later_wave", _("A later wave is planned: drop that one first."))
    note("drop_plan", held, by=by)
    held.delete()


def set_options(wave: Wave, planned: WavePlan) -> None:
    wave.invited, wave.key_kept = invited(planned), planned.key_kept
    wave.comments, wave.paper = planned.comments, planned.paper
    wave.adults_only = planned.adults_only


def invited(planned: WavePlan) -> dict[str, int]:
    """Keep the invitations of the sides asked; an open link invites nobody by name."""
    if planned.mode == CollectionMode.OPEN_LINK:
        return {}
    asked = {each.side for each in planned.questionnaires}
    return {side: n for side, n in planned.invited.items() if side in asked and n}


def refuse_plan(study: Study, planned: WavePlan) -> None:
    if planned.closes_on < planned.opens_on:
        raise Refused("dates", _("A wave closes after it opens."))
    sides = [each.side for each in planned.questionnaires]
    if not sides:
        raise Refused(
            "nothing_asked", _("Choose a questionnaire for one side at least.")
        )
    if len(set(sides)) < len(sides):
        raise Refused("side_twice", _("One wave asks each side one questionnaire."))
    for each in planned.questionnaires:
        refuse_questionnaire(study, each)
    if planned.mode == CollectionMode.ACCESS_CODES:
        refuse_uninvited(planned)


def refuse_questionnaire(study: Study, asked: Questionnaire) -> None:
    if asked.side not in study.sides:
        raise Refused("unheard_side", _("This study does not hear that side."))
    if asked.force_id != study.force_id or asked.study_id not in {None, study.pk}:
        raise Refused(
            "other_study", _("This questionnaire was made for another study or force.")
        )


def refuse_uninvited(planned: WavePlan) -> None:
    for each in planned.questionnaires:
        if not planned.invited.get(each.side):
            sentence = _("Say how many people are invited: %(side)s.")
            raise Refused("nobody_invited", sentence % {"side": Side(each.side).label})
