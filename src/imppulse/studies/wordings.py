"""A question as it was asked, what it measures, and what people answered."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.instruments import Construct
from imppulse.studies.choices import Side
from imppulse.studies.convergence import is_published
from imppulse.studies.models import Diagnosis, Excerpt, Questionnaire, Study

LANGUAGES = settings.PUBLICATION_LANGUAGES
Asked = Iterable[tuple[Questionnaire, dict[str, Any]]]


def sides(asked: Asked, language: str) -> list[dict[str, Any]]:
    """Give the wording of each side in one language, with the answers offered."""
    return [
        {
            "side": Side(questionnaire.side).label,
            "code": questionnaire.side,
            "wording": item["wording"][language],
            "options": [offered(option, language) for option in item["options"]],
            "questionnaire": questionnaire,
        }
        for questionnaire, item in asked
    ]


def offered(option: dict[str, Any], language: str) -> dict[str, Any]:
    """Give an answer with its code, unless its label opens with it."""
    label, code = option["label"][language], str(option["code"])
    shown = label if label.startswith(code) else f"{code} – {label}"
    return {"label": shown, "missing": option["missing"]}


def estimates(diagnoses: Iterable[Diagnosis], item: str) -> list[dict[str, Any]]:
    """List what was answered to an item, wave by wave and side by side."""
    return [
        row
        | {
            "wave": diagnosis.wave,
            "side": Side(row["side"]).label,
            "suppressed": row["n"] is None,
        }
        for diagnosis in diagnoses
        for row in diagnosis.items
        if row["item"] == item
    ]


def place_of(item: str) -> dict[str, Any]:
    """Say what a question measures: its construct, its scale, its factors."""
    found = instruments.item(item)
    return {
        "construct": instruments.construct(found.construct),
        "factors": [instruments.factor(name) for name in found.factors],
        "direction": direction(found),
    }


def direction(item: instruments.Item) -> str:
    if item.scale.nominal:
        return _("The answers have no order: shares are read, never a mean.")
    facts = {"low": item.scale.low, "high": item.scale.high}
    if item.reversed:
        return _("From %(low)s to %(high)s; a low answer is good.") % facts
    return _("From %(low)s to %(high)s; a high answer is good.") % facts


def asked_items(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """List the questions behind a diagnosis by construct."""
    names = dict.fromkeys(row["item"] for row in diagnosis.items)
    constructs: dict[str, list[str]] = {}
    for name in names:
        constructs.setdefault(instruments.item(name).construct, []).append(name)
    wordings = worded(diagnosis)
    return [
        {
            "construct": instruments.construct(construct),
            "items": [{"name": n, "wording": wordings.get(n, {})} for n in items],
        }
        for construct, items in constructs.items()
    ]


def worded(diagnosis: Diagnosis) -> dict[str, dict[str, str]]:
    """Give each item's wording by language, the population's where there are two."""
    found: dict[str, dict[str, str]] = {}
    asked = diagnosis.wave.questionnaires.order_by("-side")
    for questionnaire in asked:
        for item in questionnaire.items:
            found.setdefault(item["name"], item["wording"])
    return found


def voices(study: Study) -> list[dict[str, Any]]:
    """Group what was said in interviews and groups by the factor it speaks of."""
    grouped: dict[str, list[Excerpt]] = {}
    for part in study.parts.all():
        for excerpt in filter(is_published, part.excerpts.all()):
            grouped.setdefault(excerpt.factor, []).append(excerpt)
    order = [factor.name for factor in instruments.factors()]
    return [
        {"factor": instruments.factor(code), "excerpts": grouped[code]}
        for code in sorted(grouped, key=order.index)
    ]


def bank() -> list[tuple[Construct, list[instruments.Item]]]:
    """List the question bank by construct."""
    return [
        (construct, [i for i in instruments.items() if i.construct == construct.name])
        for construct in instruments.constructs()
    ]
