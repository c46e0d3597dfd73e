"""The language of headings, help and errors: --lang, or IMPPULSE_LANG, or English."""

import os
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any

from imppulse.tables.catalogues import catalogue

OPTION = "--lang"
VARIABLE = "IMPPULSE_LANG"
DIGITS = 5


class Language(StrEnum):
    en = "en"
    fr = "fr"


def chosen(arguments: Sequence[str]) -> Language:
    """Find the language before the arguments are parsed: parsing errors need it too."""
    asked = os.environ.get(VARIABLE, "")
    for argument, following in pairwise([*arguments, ""]):
        if argument == OPTION:
            asked = following
        elif argument.startswith(f"{OPTION}="):
            asked = argument.removeprefix(f"{OPTION}=")
    return Language(asked) if asked in set(Language) else Language.en


def word(text: str, language: str) -> str:
    return catalogue("imppulse.cli", language).gettext(text)


def say(language: str, text: str, **facts: object) -> str:
    shown = {name: number(value, language) for name, value in facts.items()}
    return word(text, language).format(**shown)


def line(sentence: str, language: str) -> str:
    return say(language, "imppulse: {sentence}", sentence=sentence) + "\n"


def number(value: object, language: str) -> str:
    """Return a float with five digits, as the language writes it; the rest as it is."""
    if value is None or value != value:  # noqa: PLR0124 (only NaN differs from itself)
        return "–"
    if not isinstance(value, float):
        return str(value)
    text = f"{value:#.{DIGITS}g}".rstrip(".")
    return text.replace(".", ",") if language == "fr" else text


def translated(command: Any, language: str) -> Any:
    """Translate the help of a command, of its options and of its verbs."""
    for part in (command, *command.params):
        if text := getattr(part, "help", None):
            part.help = word(" ".join(text.split()), language)
    for verb in getattr(command, "commands", {}).values():
        translated(verb, language)
    return command
