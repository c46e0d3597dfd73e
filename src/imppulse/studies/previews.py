"""A draft as its respondents will see it: the same pages, nothing kept."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from imppulse.core.errors import Refused
from imppulse.instruments import ForceName
from imppulse.network.models import Force
from imppulse.studies import interview, snapshots
from imppulse.studies.actions.composing import composition_of
from imppulse.studies.composition import FORCE
from imppulse.studies.models import AnswerLink, Draft, Wave
from imppulse.studies.sitting import Sitting, move

A_MONTH = datetime.timedelta(days=30)


class Preview(Sitting):
    """Somebody who looks at the pages: what they tick travels openly in the form."""

    @property
    def draft(self) -> str:
        return json.dumps({"step": self.step, "answers": self.answers})


def content(draft: Draft, language: str) -> dict[str, Any]:
    """Give the draft in one language; a text that is missing shows its original in brackets."""
    asked = composition_of(draft)
    gaps = {
        key: subject(draft.study.force, language)
        if key == FORCE
        else f"[{asked.text(key, asked.source)}]"
        for key in asked.texts
        if not asked.text(key, language)
    }
    words = {**asked.words, language: {**asked.words.get(language, {}), **gaps}}
    alone = replace(asked, languages=(language,), words=words)
    return snapshots.composed(alone, named(draft.study.force))


def named(force: Force) -> ForceName:
    """Name the force as well as one can: a preview comes before its name is written."""
    return ForceName(subject(force, "en"), subject(force, "fr"))


def subject(force: Force, language: str) -> str:
    text = force.text("subject", language, drafts=True)
    return text.body if text else str(force)


def sitting(
    draft: Draft, language: str, posted: Mapping[str, str] | None
) -> Preview | None:
    """Take up where the form stands; None is the first page, that of consent."""
    places = draft.study.territory.districts.values_list("code", "name")
    layout = interview.pages(content(draft, language), language, list(places))
    begun = Preview(stand_in(draft), layout, "")
    if posted is None:
        return None
    if "draft" not in posted:
        return begun
    step, answers = read(posted["draft"])
    taken_up = replace(begun, step=min(step, len(layout)), answers=answers)
    moved = move(taken_up, posted)
    return moved if isinstance(moved, Preview) else None


def read(state: str) -> tuple[int, dict[str, str]]:
    """Read a form that anybody may have changed."""
    try:
        found = json.loads(state)
        answers = {str(key): str(value) for key, value in found["answers"].items()}
        return max(int(found["step"]), 0), answers
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused("draft", "") from error


def stand_in(draft: Draft) -> AnswerLink:
    """Stand for the wave and its address, which do not exist yet."""
    wave = Wave(
        study=draft.study,
        simulated=draft.study.simulated,
        closes_on=timezone.localdate() + A_MONTH,
    )
    return AnswerLink(wave=wave, side=draft.side, token="preview")  # noqa: S106 (an address)
