"""The wording as it will be asked of one side about one force, copied out of the question bank."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from imppulse import instruments
from imppulse.instruments import (
    ForceName,
    InstrumentError,
    Item,
    Option,
    Questionnaire,
    Side,
)
from imppulse.instruments.force_names import ForceForms, force_forms
from imppulse.instruments.model import OWN, Status
from imppulse.instruments.texts import LANGUAGES, Language, Text, fill
from imppulse.studies.composition import (
    CONTACT,
    FORCE,
    OWN_SECTION,
    Composition,
    OwnQuestion,
    option_key,
)

SCHEMA = 1
Wording = dict[str, str]


def every_language(
    text: Text, placeholders: Mapping[Language, dict[str, str]]
) -> Wording:
    return {
        language: fill(text.in_language(language), placeholders[language])
        for language in LANGUAGES
    }


def snapshot(
    questionnaire: Questionnaire, force: ForceName, complaints: Mapping[str, str]
) -> dict[str, Any]:
    """Copy a questionnaire with every word in place; what is returned stands alone."""
    placeholders = {
        language: force.placeholders(language)
        | {"complaints_contact": complaints[language]}
        for language in LANGUAGES
    }

    def words(text: Text) -> Wording:
        return every_language(text, placeholders)

    asked = [instruments.item(name) for name in questionnaire.items]
    return {
        "schema": SCHEMA,
        "name": questionnaire.name,
        "version": questionnaire.version,
        "side": questionnaire.side.value,
        "title": words(questionnaire.title),
        "introduction": words(questionnaire.introduction),
        "consent": {
            part: words(text) for part, text in vars(questionnaire.consent).items()
        },
        "required": list(questionnaire.required),
        "reviewed": reviewed_languages(asked),
        "sections": [
            {
                "title": words(section.title),
                "items": [
                    item_snapshot(instruments.item(name), questionnaire.side, words)
                    for name in section.items
                ],
            }
            for section in questionnaire.sections
        ],
    }


def item_snapshot(
    item: Item, side: Side, words: Callable[[Text], Wording]
) -> dict[str, Any]:
    return facts_of(item) | {
        "wording": words(item.wordings[side]),
        "options": [option_snapshot(option, words) for option in item.options],
    }


def option_snapshot(option: Option, words: Callable[[Text], Wording]) -> dict[str, Any]:
    return {
        "code": option.code,
        "label": words(option.label),
        "missing": option.missing,
    }


def composed(asked: Composition, force: ForceName) -> dict[str, Any]:
    """Copy a composed questionnaire with every word in place, in the languages it has."""
    force = with_names_of(asked, force)

    def words(key: str) -> Wording:
        return {
            language: worded(asked, key, language=language, force=force)
            for language in asked.languages
        }

    sections = [
        {
            "title": words(f"section.{number}"),
            "items": [composed_item(item, asked, words) for item in items],
        }
        for number, items in asked.sections
    ]
    own = [composed_item(question, asked, words) for question in asked.own]
    return {
        "schema": SCHEMA,
        "name": asked.name,
        "side": asked.side,
        "languages": list(asked.languages),
        "title": words("title"),
        "introduction": words("introduction"),
        "consent": {
            part: words(f"consent.{part}") for part in vars(asked.questionnaire.consent)
        },
        "required": [n for n in asked.questionnaire.required if n in asked.kept],
        "sections": [*sections, *own_section(own, words)],
    }


def with_names_of(asked: Composition, force: ForceName) -> ForceName:
    """Name the force in the further languages as the composition does."""
    others = tuple(
        forms_in(code, asked.text(FORCE, code))
        for code in asked.languages
        if code not in LANGUAGES
    )
    return replace(force, others=others)


def forms_in(language: str, name: str) -> ForceForms:
    try:
        return force_forms(language, name)
    except InstrumentError:  # a language without a rule: its words name the force alone
        return ForceForms(language, name, name, name)


def own_section(
    own: list[dict[str, Any]], words: Callable[[str], Wording]
) -> list[dict[str, Any]]:
    return [{"title": words(OWN_SECTION), "items": own}] if own else []


def worded(asked: Composition, key: str, *, language: str, force: ForceName) -> str:
    """Give a text as it is read: the bank's with force and contact, the territory's as written."""
    if asked.is_written_here(key, language):
        return asked.text(key, language)
    contact = {"complaints_contact": asked.text(CONTACT, language)}
    placeholders = force.placeholders(language) | contact
    return fill(asked.text(key, language), placeholders)


def composed_item(
    item: Item | OwnQuestion, asked: Composition, words: Callable[[str], Wording]
) -> dict[str, Any]:
    return facts_of(item) | {
        "wording": words(f"item.{item.name}"),
        "options": [
            {
                "code": option.code,
                "label": words(option_key(item, option)),
                "missing": option.missing,
            }
            for option in item.options
        ],
    }


def facts_of(item: Item | OwnQuestion) -> dict[str, Any]:
    """Say what an item measures and how, apart from its words."""
    if isinstance(item, OwnQuestion):
        return {
            "name": item.name,
            "construct": "",
            "scale": item.scale,
            "reversed": item.reversed,
            "ess_variable": OWN,
            "factors": [item.factor] if item.factor else [],
            "asked_if": None,
            "guesses": None,
        }
    return {
        "name": item.name,
        "construct": item.construct,
        "scale": item.scale.name,
        "reversed": item.reversed,
        "ess_variable": item.ess_variable,
        "factors": list(item.factors),
        "asked_if": item.asked_if and vars(item.asked_if),
        "guesses": item.guesses
        and {"item": item.guesses.item, "side": item.guesses.side.value},
    }


def reviewed_languages(asked: list[Item]) -> list[str]:
    return [
        language
        for language in LANGUAGES
        if all(item.status[language] != Status.DRAFTED for item in asked)
    ]


def checksum(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
