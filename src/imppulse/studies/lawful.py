"""What the legal profile of a country changes in a questionnaire and asks for before it is fielded."""

from typing import Any

from django.utils.translation import get_language

from imppulse.instruments import Text
from imppulse.instruments.legal import (
    LegalProfile,
    Variant,
    apply_profile,
    legal_profile,
)
from imppulse.studies.choices import ClearanceKind
from imppulse.studies.composition import Composition
from imppulse.studies.models import Study


def profile_of(study: Study) -> LegalProfile | None:
    return legal_profile(study.territory.country.code)


def changes(study: Study, asked: Composition) -> tuple[Variant, ...]:
    """List what is not asked in a country, or asked in other words, with the reasons."""
    return apply_profile(asked.questionnaire, profile_of(study)).changes


def swaps(study: Study, asked: Composition) -> dict[str, str]:
    return {change.item: change.instead for change in changes(study, asked)}


def clearances(study: Study) -> dict[str, tuple[str, str]]:
    """Name the steps before police officers are asked, each with what it consists of."""
    profile = profile_of(study)
    if profile is None or not profile.clearances:
        return {kind.value: (str(kind.label), "") for kind in ClearanceKind}
    language = get_language() or "en"
    return {
        each.kind: (
            each.title.in_language(language),
            each.explanation.in_language(language),
        )
        for each in profile.clearances
    }


def recorded(study: Study, asked: Composition) -> dict[str, Any]:
    """Keep with a published questionnaire which profile was applied, and what it changed."""
    profile = profile_of(study)
    return {
        "country": study.territory.country.code,
        "profile": profile.version if profile else "",
        "changes": [
            {"item": each.item, "instead": each.instead, "reason": every(each.reason)}
            for each in changes(study, asked)
        ],
    }


def every(text: Text) -> dict[str, str]:
    return {code: text.in_language(code) for code in text.languages}
