"""The document that is locked: everything that the result must answer for, word for word."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.core.models import Written
from imppulse.evaluations.models import Plan
from imppulse.pilots.choices import Arm
from imppulse.studies.choices import Side
from imppulse.studies.models import Questionnaire, Study

SCHEMA = 1
LOCKED_BY = "prevention_lead"  # the role; a public document names no person
THEORY = ("title", "target_group", "factor", "action", "mechanism", "outcome")


def document(plan: Plan, at: datetime.datetime) -> dict[str, Any]:
    pilot = plan.pilot
    return {
        "schema": SCHEMA,
        "locked_at": at.isoformat(),
        "locked_by": LOCKED_BY,
        "pilot": pilot.slug,
        "territory": pilot.territory.slug,
        "study": pilot.study.slug,
        "force": pilot.force.slug,
        "simulated": pilot.simulated,
        "factor": pilot.factor_code,
        "lever": pilot.lever_code,
        "texts": {field: wordings(pilot, field) for field in THEORY},
        "hypothesis": wordings(plan, "hypothesis"),
        "exclusions": wordings(plan, "exclusions"),
        "areas": {arm.value: districts(plan, arm) for arm in Arm},
        "outcome": outcome(plan),
        "margin": plan.margin,
        "facts": plan.facts,
    }


def wordings(record: Written, field: str) -> dict[str, str]:
    """Take the newest words of a field, published or not: locking is the publication."""
    newest = {
        code: record.current(field, code, drafts=True)
        for code, _name in settings.PUBLICATION_LANGUAGES
    }
    return {code: text.body for code, text in newest.items() if text}


def districts(plan: Plan, arm: Arm) -> list[dict[str, str]]:
    areas = plan.pilot.areas.filter(arm=arm).select_related("district")
    return [{"code": a.district.code, "name": a.district.name} for a in areas]


def outcome(plan: Plan) -> dict[str, Any]:
    """Copy the index and the wording of its questions, as the study asks them."""
    construct = instruments.construct(plan.outcome)
    questionnaire = first_questionnaire(plan.pilot.study)
    return {
        "name": construct.name,
        "title": {"en": construct.title.en, "fr": construct.title.fr},
        "minimum_answered": construct.minimum_answered,
        "items": asked(questionnaire, construct.items),
        "questionnaire": {
            "name": questionnaire.name,
            "version": questionnaire.version,
            "checksum": questionnaire.checksum,
        },
    }


def first_questionnaire(study: Study) -> Questionnaire:
    found = Questionnaire.objects.filter(
        waves__study=study, side=Side.POPULATION
    ).order_by("waves__number")
    first = found.first()
    if first is None:
        raise Refused("not_asked", _("No wave of the study asks the population yet."))
    return first


def asked(questionnaire: Questionnaire, names: tuple[str, ...]) -> list[dict[str, Any]]:
    items = {item["name"]: item for item in questionnaire.items}
    if not set(names) <= set(items):
        raise Refused(
            "not_asked",
            _("The study does not ask the population the questions of this outcome."),
        )
    return [items[name] for name in names]


def canonical(content: Mapping[str, Any]) -> str:
    """Write one document in one way only, so that its hash can be checked by anybody."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()
