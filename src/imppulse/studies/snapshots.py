"""The wording as it will be asked of one side about one force, copied out of the question bank."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from imppulse import instruments
from imppulse.instruments import ForceName, Item, Option, Questionnaire, Side
from imppulse.instruments.model import Status
from imppulse.instruments.texts import LANGUAGES, Language, Text, fill

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
    return {
        "name": item.name,
        "construct": item.construct,
        "scale": item.scale.name,
        "reversed": item.reversed,
        "ess_variable": item.ess_variable,
        "factors": list(item.factors),
        "wording": words(item.wordings[side]),
        "options": [option_snapshot(option, words) for option in item.options],
        "asked_if": item.asked_if and vars(item.asked_if),
        "guesses": item.guesses
        and {"item": item.guesses.item, "side": item.guesses.side.value},
    }


def option_snapshot(option: Option, words: Callable[[Text], Wording]) -> dict[str, Any]:
    return {
        "code": option.code,
        "label": words(option.label),
        "missing": option.missing,
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
