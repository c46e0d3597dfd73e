"""Rules for the questions a territory adds: their names become columns that must not clash."""

import re

from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.studies import composition_files
from imppulse.studies.closing import LABELS
from imppulse.studies.composition import Composition, OwnQuestion
from imppulse.studies.models import Draft, Questionnaire

NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")
COLUMNS = frozenset({*LABELS, "wave", "weight", "identifier", "day", "comment"})


def refuse_unfit(draft: Draft, asked: Composition) -> None:
    """Refuse a composition whose questions cannot stand beside what else is asked."""
    elsewhere = own_elsewhere(draft)
    names = [question.name for question in asked.own]
    for question in asked.own:
        refuse_name(question.name)
        if names.count(question.name) > 1:
            raise Refused("name_taken", _("Another question of yours has this name."))
        refuse_other_scale(question, elsewhere)
    if draft.replaces:
        refuse_other_codes(asked, draft.replaces)
        refuse_map(asked, draft.replaces)


def refuse_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Refused(
            "unfit_name",
            _("A name has 3 to 40 small letters, figures and “_”, a letter first."),
        )
    taken = {item.name for item in instruments.items()}
    taken |= {construct.name for construct in instruments.constructs()}
    if name in taken | COLUMNS:
        raise Refused("bank_name", _("The question bank uses this name."))


def own_elsewhere(draft: Draft) -> dict[str, OwnQuestion]:
    """Find the territory's questions in the other questionnaires of the study."""
    others = [d.composition for d in draft.study.drafts.exclude(pk=draft.pk)]
    published = draft.study.questionnaires.exclude(drafts=draft)
    others += [
        each.content["composition"]
        for each in published
        if "composition" in each.content
    ]
    return {
        question.name: question
        for each in others
        for question in composition_files.read(each).own
    }


def refuse_other_scale(
    question: OwnQuestion, elsewhere: dict[str, OwnQuestion]
) -> None:
    """Keep one column of one kind: the mirrored question has the same scale and direction."""
    other = elsewhere.get(question.name)
    if other and (other.scale, other.reversed) != (question.scale, question.reversed):
        raise Refused(
            "other_scale",
            _(
                "Another questionnaire of this study asks it on another scale: choose another name."
            ),
        )


def refuse_other_codes(asked: Composition, replaced: Questionnaire) -> None:
    """Keep what a code means from one version to the next: only words may change."""
    before = {item["name"]: item for item in replaced.items}
    for question in asked.own:
        item = before.get(question.name)
        if item and (item["scale"], item["reversed"]) != (
            question.scale,
            question.reversed,
        ):
            raise Refused(
                "changed_codes",
                _(
                    "“%(name)s” was asked on another scale: give the question another name."
                )
                % {"name": question.name},
            )


def refuse_map(asked: Composition, replaced: Questionnaire) -> None:
    before = {item["name"]: item for item in replaced.items}
    for old, new in asked.item_map.items():
        question = asked.own_question(new)
        fits = question and old in before and before[old]["scale"] == question.scale
        if not fits or new in before:
            sentence = _(
                "“%(new)s” cannot continue “%(old)s”: another scale, or no such question."
            )
            raise Refused("item_map", sentence % {"old": old, "new": new})


def whole_map(asked: Composition, replaced: Questionnaire | None) -> dict[str, str]:
    """Say for every item of the replaced version which item continues it, or nothing."""
    if replaced is None:
        return {}
    kept = set(asked.item_names)
    return {
        item["name"]: item["name"]
        if item["name"] in kept
        else asked.item_map.get(item["name"], "")
        for item in replaced.items
    }


def dropped_items(asked: Composition, replaced: Questionnaire) -> list[str]:
    kept = set(asked.item_names)
    return [item["name"] for item in replaced.items if item["name"] not in kept]


def continuing(asked: Composition, replaced: Questionnaire, old: str) -> list[str]:
    """Name the new questions that may continue an old one: same scale, not asked before."""
    before = {item["name"]: item for item in replaced.items}
    return [
        question.name
        for question in asked.own
        if question.name not in before and question.scale == before[old]["scale"]
    ]
