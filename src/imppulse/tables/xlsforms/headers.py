"""Names of the columns of an XLSForm, as written by hand in many ways."""

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

# How other spellings are called here; the first two lines are the specification's.
ALIASES = {
    "list name": "list_name", "value": "name", "relevance": "relevant",
    "readonly": "read_only", "calculate": "calculation", "caption": "label",
    "command": "type", "tag": "name", "skip logic": "relevant",
    "constraining_message": "constraint_message", "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message", "jr:requiredmsg": "required_message",
    "jr:count": "repeat_count", "count": "repeat_count", "big-image": "image",
}  # fmt: skip
PREFIXES = ("bind::", "control::", "media::", "bind:", "control:", "media:")
TRANSLATED = (
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
    "image", "audio", "video",
)  # fmt: skip
NAMED_BY_THEMSELVES = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "ga", "gl",
    "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "so",
    "sq", "sv", "ti", "tr", "uk", "ur",
)  # fmt: skip


@dataclass(frozen=True)
class Header:
    """A column: what it holds, in which language, and how it is written."""

    name: str
    language: str
    written: str
    letter: str

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.language


def header(written: str, letter: str) -> Header:
    """Read `label::Français (fr)` as the label in a language, still as it is called."""
    lowered = written.strip()
    for prefix in PREFIXES:
        if lowered.lower().startswith(prefix):
            lowered = lowered[len(prefix) :]
            break
    base, _, language = lowered.partition("::")
    if not language and base.partition(":")[0].strip().lower() in TRANSLATED:
        base, _, language = lowered.partition(":")
    name = base.strip().lower()
    return Header(ALIASES.get(name, name), language.strip(), written, letter)


def language_code(called: str) -> str | None:
    """Give the code of a language called “Français (fr)”, “fr” or “French”."""
    _before, opened, inside = called.strip().rpartition("(")
    if opened and inside.endswith(")"):
        return known_code(inside[:-1].strip())
    return known_code(called.strip()) or language_names().get(called.strip().casefold())


def known_code(code: str) -> str | None:
    try:
        found = Locale.parse(code.replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return None
    return str(found).replace("_", "-")


@cache
def language_names() -> dict[str, str]:
    """List languages by their English and French names, and by their own."""
    names: dict[str, str] = {}
    for reader in ("en", "fr"):
        for code, name in Locale(reader).languages.items():
            names.setdefault(name.casefold(), code)
    for code in NAMED_BY_THEMSELVES:
        names.setdefault(Locale(code).languages[code].casefold(), code)
    return names
