"""The legal profile of a country: what was read, and what nobody has read yet."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from imppulse import instruments
from imppulse.instruments.legal import Ground, LegalProfile, Statement, Topic
from imppulse.network.models import Country

TOPICS = {
    Topic.LEGAL_BASIS: _("On which basis may one ask?"),
    Topic.SENSITIVE_QUESTIONS: _("May one ask about origin?"),
    Topic.MINORS: _("From what age may young people answer?"),
    Topic.POLICE_OFFICERS: _("Who authorises a survey of police officers?"),
    Topic.DUTY_TO_REPORT: _("Who must report an offence they read of?"),
    Topic.THRESHOLD: _("How many answers must stand behind a published number?"),
}
GROUNDS = {
    Ground.LAW: _("text of law"),
    Ground.GUIDANCE: _("guidance of authorities"),
    Ground.PRACTICE: _("practice of others"),
    Ground.RULE: _("our own rule"),
}


def legal(request: HttpRequest, country: str) -> HttpResponse:
    profile = instruments.legal_profile(country.upper())
    if profile is None:
        raise Http404
    context = {
        "profile": profile,
        "name": name_of(profile.country),
        "topics": [topic_rows(profile, topic) for topic in Topic],
        "read_on": date.fromisoformat(profile.version),
        "variants": [replaced(each) for each in profile.variants],
        "simulated": profile.simulated,
    }
    return render(request, "studies/legal.html", context)


def name_of(code: str) -> str:
    """Name a country of the network in the reader's language, another by its code."""
    found = Country.objects.with_texts().filter(code=code).first()
    text = found.text("name", get_language() or "en") if found else None
    return text.body if text else code


def topic_rows(profile: LegalProfile, topic: Topic) -> dict[str, Any]:
    return {
        "title": TOPICS[topic],
        "statements": [row(each) for each in profile.on(topic)],
        "is_unknown": topic in profile.unknown,
    }


def row(statement: Statement) -> dict[str, Any]:
    source = statement.source
    return {
        "text": statement.text,
        "ground": GROUNDS[statement.ground],
        "source": source,
        "day": date.fromisoformat(source.as_of)
        if source and len(source.as_of) > len("2021")
        else None,
    }


def replaced(variant: instruments.Variant) -> dict[str, Any]:
    return {
        "item": variant.item,
        "wording": first_wording(variant.item),
        "instead": variant.instead,
        "instead_wording": first_wording(variant.instead) if variant.instead else None,
        "reason": variant.reason,
    }


def first_wording(name: str) -> instruments.Text:
    return next(iter(instruments.item(name).wordings.values()))


def countries() -> list[tuple[str, str]]:
    """List code and name of the countries whose profile was written."""
    profiles = instruments.legal_profiles()
    return [(p.country.lower(), name_of(p.country)) for p in profiles]
