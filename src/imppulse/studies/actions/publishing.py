"""A composed questionnaire is submitted by one person, published by another, and then never changes."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import composition_files, lawful, questions, snapshots
from imppulse.studies.actions.composing import (
    board_of,
    composition_of,
    locked,
    unfinished,
)
from imppulse.studies.actions.questionnaires import force_name
from imppulse.studies.composition import Composition
from imppulse.studies.models import Draft, Questionnaire

FIRST_VERSION = 1


@transaction.atomic
def submit(draft: Draft, *, by: str) -> None:
    """Hand a finished draft to a second person; from here on nobody changes it."""
    held = locked(draft)
    refuse_unfinished(held)
    held.submitted_by, held.submitted_on = by, timezone.localdate()
    held.save()
    note("submit", held, by=by)


@transaction.atomic
def take_back(draft: Draft, *, by: str) -> None:
    """Take a submitted draft back to change it."""
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    held.submitted_by, held.submitted_on = "", None
    held.save()
    note("take_back", held, by=by)


def refuse_unfinished(draft: Draft) -> None:
    asked = composition_of(draft)
    questions.refuse_unfit(draft, asked)
    if not asked.item_names:
        raise Refused("nothing_asked", _("This questionnaire asks nothing."))
    pages = {code for code, _name in settings.LANGUAGES}
    if unread := [code for code in asked.languages if code not in pages]:
        sentence = _(
            "The buttons and errors around the questions do not exist in: %(languages)s. "
            "Respondents read pages in one language only."
        )
        raise Refused("no_pages", sentence % {"languages": ", ".join(unread)})
    if lacking := unfinished(board_of(draft)):
        sentence = _("Words are missing or behind the original in: %(languages)s.")
        raise Refused("incomplete", sentence % {"languages": ", ".join(lacking)})


@transaction.atomic
def publish_draft(draft: Draft, *, by: str) -> Questionnaire:
    """Publish what another person wrote and submitted; the draft is gone, its content stays."""
    held = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if not held.is_submitted:
        raise Refused("not_submitted", _("Submit the questionnaire first."))
    if by in {*held.writers, held.submitted_by}:
        raise Refused(
            "second_person",
            _("A questionnaire is published by a person who did not write in it."),
        )
    refuse_unfinished(held)
    published = Questionnaire.objects.create(**frozen(held), published_by=by)
    note("publish", published, by=by, checksum=published.checksum)
    held.delete()
    return published


def frozen(draft: Draft) -> dict[str, Any]:
    asked, study = composition_of(draft), draft.study
    version = next_version(asked, draft)
    content = content_of(draft, asked) | {"version": version}
    return {
        "name": asked.name,
        "version": version,
        "force": study.force,
        "side": asked.side,
        "study": study,
        "content": content,
        "checksum": snapshots.checksum(content),
        "published_on": timezone.localdate(),
        "replaces": draft.replaces,
        "item_map": questions.whole_map(asked, draft.replaces),
        "written_by": draft.submitted_by,
    }


def content_of(draft: Draft, asked: Composition) -> dict[str, Any]:
    """Give everything that is asked, with what was reviewed and how it was composed."""
    return snapshots.composed(asked, force_name(draft.study.force)) | {
        "reviewed": list(board_of(draft).reviewed_languages),
        "reviews": [
            {
                "language": step.language,
                "step": step.step,
                "done_on": step.done_on.isoformat(),
                "roles": step.roles,
                "note": step.note,
                "words": step.words,
            }
            for step in draft.steps.all()
        ],
        "composition": composition_files.written(asked),
        "legal": lawful.recorded(draft.study, asked),
    }


def next_version(asked: Composition, draft: Draft) -> int:
    same = Questionnaire.objects.filter(
        name=asked.name, force=draft.study.force, side=asked.side
    )
    last: int = same.aggregate(last=Max("version"))["last"] or 0
    return last + FIRST_VERSION
