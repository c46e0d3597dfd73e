"""Words, numbers and dates in the reader's language, without Django."""

import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

MINUS = "−"


@dataclass(frozen=True)
class Language:
    """One language: `text` translates, the others write numbers and dates."""

    code: str

    def text(self, message: str, **facts: object) -> str:
        """Translate, then fill the named places."""
        return catalogue(self.code).gettext(message).format(**facts)

    def plural(self, one: str, many: str, count: int) -> str:
        """Translate by count; `{n}` is the count as the reader writes it."""
        chosen = catalogue(self.code).ngettext(one, many, count)
        return chosen.format(n=self.number(count))

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with exactly `digits` decimals and a true minus."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(value, digits) or 0.0  # no "−0"
        return format_decimal(rounded, pattern, self.locale).replace("-", MINUS)

    def signed(self, value: float, digits: int = 0) -> str:
        """Write a change: its sign is always said."""
        written = self.number(value, digits)
        return f"+{written}" if round(value, digits) > 0 else written

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share of 0 to 1 as a percentage."""
        pattern = format_percent(0, locale=self.locale).replace(
            "0", "#,##0" + ("." + "0" * digits if digits else "")
        )
        written = format_percent(share, pattern, self.locale).replace("-", MINUS)
        return written.replace("\u00a0%", "\u202f%")

    def day(self, when: date) -> str:
        return format_date(when, "long", self.locale)

    @property
    def locale(self) -> str:
        """Use British habits for English: a European reads 22 November 2026."""
        return {"en": "en_GB"}.get(self.code, self.code)


def known(value: float | None) -> bool:
    """Tell whether there is a number to write."""
    return value is not None and math.isfinite(value)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def catalogue(code: str) -> NullTranslations:
    """Read the catalogue as people edit it: no compilation can be forgotten."""
    source = files("imppulse.reporting").joinpath(
        "locale", code, "LC_MESSAGES", "imppulse.po"
    )
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def N_(message: str) -> str:  # noqa: N802 (the gettext name, known to extractors)
    """Mark a message for translation where it is written, not where it is used."""
    return message
