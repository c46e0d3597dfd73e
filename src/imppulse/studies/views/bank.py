"""The question bank: wording of all sides about a force, in every language it has."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.instruments import ForceName, State
from imppulse.network.models import Force
from imppulse.network.permissions import visible_forces
from imppulse.studies import actions, wordings
from imppulse.studies.choices import Side
from imppulse.studies.views.legal import countries

THE_POLICE = ForceName.of(
    {
        "en": "the police",
        "fr": "la police",
        "it": "la polizia",
        "es": "la policía",
        "pt": "a polícia",
        "nl": "de politie",
        "de": "die Polizei",
        "ar": "الشرطة",
    }
)
SEARCHED = ("q", "construct", "side", "factor", "language", "state")


def bank(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    wanted = {name: request.GET.get(name, "").strip() for name in SEARCHED}
    constructs: list[dict[str, Any]] = [
        {"construct": construct, "items": rows}
        for construct, items in wordings.bank()
        if (rows := [row(item, language) for item in items if fits(item, wanted)])
    ]
    context = {
        "constructs": constructs,
        "wanted": wanted,
        "searching": any(wanted.values()),
        "found": sum(len(each["items"]) for each in constructs),
        "all": len(instruments.items()),
        "choices": choices(language),
        "countries": countries(),
    }
    return render(request, "studies/bank.html", context)


def choices(language: str) -> dict[str, list[tuple[str, str]]]:
    """Give what each field of the search offers, in the reader's language."""
    return {
        "construct": [
            (each.name, each.title.in_language(language))
            for each in instruments.constructs()
        ],
        "side": [(side.value, str(side.label)) for side in Side],
        "factor": [
            (each.name, each.title.in_language(language))
            for each in instruments.factors()
        ],
        "language": [
            (code, instruments.name_of_language(code, language))
            for code in instruments.languages()
        ],
        "state": [(state.value, status(state.value)) for state in State],
    }


def fits(item: instruments.Item, wanted: dict[str, str]) -> bool:
    return (
        says(item, wanted["q"])
        and wanted["construct"] in {"", item.construct}
        and wanted["side"] in {"", *(side.value for side in item.sides)}
        and wanted["factor"] in {"", *item.factors}
        and is_in_state(item, wanted["language"], wanted["state"])
    )


def says(item: instruments.Item, words: str) -> bool:
    """Whether every word stands in the name or in a wording, whatever the language."""
    text = " ".join(
        [
            item.name,
            *(w.in_language(c) for w in item.wordings.values() for c in w.languages),
        ]
    ).casefold()
    return all(word in text for word in words.casefold().split())


def is_in_state(item: instruments.Item, language: str, state: str) -> bool:
    """Whether a language is there, or in the state asked; a state alone means any language."""
    if not language and not state:
        return True
    codes = [language] if language else list(instruments.languages())
    found = {
        item.status[code].value if code in item.status else State.MISSING.value
        for code in codes
    }
    return state in found if state else State.MISSING.value not in found


def row(item: instruments.Item, language: str) -> dict[str, Any]:
    return {
        "item": item,
        "wording": item.wording(item.sides[0], language, THE_POLICE),
        "sides": [Side(side.value).label for side in item.sides],
        "languages": " ".join(item.status),
    }


def item(request: HttpRequest, item: str) -> HttpResponse:
    found = next((each for each in instruments.items() if each.name == item), None)
    if found is None:
        raise Http404
    forces = list(visible_forces(request.user).with_texts())
    force = next((f for f in forces if f.slug == request.GET.get("force")), None)
    language = get_language() or "en"
    asked_in = [q for q in instruments.questionnaires() if item in q.items]
    context = {
        "item": found,
        "force": force,
        "forces": forces,
        "sides": [
            {
                "side": Side(side.value).label,
                "wording": found.wording(side, language, named(force)),
            }
            for side in found.sides
        ],
        "source": None if found.source == "own" else instruments.source(found.source),
        "status": status(found.status[language].value),
        "translations": list(translations(found)),
        "asked_in": [q.title.in_language(language) for q in asked_in if q.title],
        "outcomes": [
            o for o in instruments.outcomes() if found.construct in o.constructs
        ],
    }
    return render(request, "studies/item.html", context | wordings.place_of(item))


def translations(item: instruments.Item) -> Iterator[dict[str, Any]]:
    """Give every wording in the languages beyond those of the site."""
    for code in instruments.languages()[2:]:
        for side, text in item.wordings.items():
            if code in text.languages:
                yield {
                    "code": code,
                    "language": instruments.name_of_language(
                        code, get_language() or "en"
                    ),
                    "direction": instruments.text_direction(code),
                    "side": Side(side.value).label,
                    "wording": item.wording(side, code, THE_POLICE),
                    "status": status(item.status[code].value),
                }


def named(force: Force | None) -> ForceName:
    try:
        return actions.force_name(force) if force else THE_POLICE
    except Refused:  # a force whose name is not written yet in every language
        return THE_POLICE


def status(code: str) -> str:
    return {
        "missing": _("not translated yet"),
        "drafted": _("drafted, not reviewed yet"),
        "reviewed": _("reviewed"),
        "tested": _("tested with respondents"),
    }[code]
