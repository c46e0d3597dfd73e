"""The review of a translation, recorded step by step (TRAPD): days and roles, never names."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import boards
from imppulse.studies.actions.composing import board_of, composition_of, locked
from imppulse.studies.choices import ReviewRole, ReviewStep
from imppulse.studies.models import Draft, TranslationStep

STEPS = [step.value for step in ReviewStep]


@dataclass(frozen=True)
class StepDone:
    language: str
    step: str
    done_on: datetime.date
    roles: tuple[str, ...]
    remark: str = ""


@transaction.atomic
def record_step(draft: Draft, done: StepDone, *, by: str) -> TranslationStep:
    """Record a step of the review of one language, on the words as they are now."""
    held = locked(draft)
    refuse_step(held, done)
    recorded, _new = held.steps.update_or_create(
        language=done.language,
        step=done.step,
        defaults={
            "done_on": done.done_on,
            "roles": sorted(done.roles, key=ReviewRole.values.index),
            "note": done.remark.strip(),
            "words": boards.fingerprints(composition_of(held), done.language),
        },
    )
    note("review", held, by=by, language=done.language, step=done.step)
    return recorded


def refuse_step(draft: Draft, done: StepDone) -> None:
    board = board_of(draft)
    if done.language not in board.languages:
        raise Refused("unknown_language", _("This language was not chosen."))
    if done.done_on > timezone.localdate():
        raise Refused("not_done_yet", _("This day is still to come."))
    if not done.roles or not set(done.roles) <= set(ReviewRole.values):
        raise Refused("no_role", _("Say who took part, by role."))
    if not board.is_complete(done.language):
        raise Refused(
            "incomplete", _("Complete the words of this language before their review.")
        )
    others = draft.steps.filter(language=done.language).exclude(step=done.step)
    for other in others:
        refuse_order(done, other)


def refuse_order(done: StepDone, other: TranslationStep) -> None:
    earlier = STEPS.index(other.step) < STEPS.index(done.step)
    if other.done_on > done.done_on if earlier else other.done_on < done.done_on:
        sentence = _(
            "“%(step)s” was recorded for another day: steps follow one another."
        )
        raise Refused("step_order", sentence % {"step": other.get_step_display()})


@transaction.atomic
def remove_step(draft: Draft, language: str, step: str, *, by: str) -> None:
    """Take back a step that was recorded by mistake."""
    held = locked(draft)
    held.steps.filter(language=language, step=step).delete()
    note("remove_step", held, by=by, language=language, step=step)
