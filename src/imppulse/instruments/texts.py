"""Texts in the languages of the bank, and the name of a police force inside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, get_args

from babel import Locale, UnknownLocaleError

from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.force_names import ForceForms, force_forms

Language = Literal["en", "fr"]
# Every text of the bank exists in these; further languages stand in translations/.
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    en: str
    fr: str
    others: tuple[tuple[str, str], ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        return (*LANGUAGES, *(code for code, _text in self.others))

    def in_language(self, code: str) -> str:
        texts = {"en": self.en, "fr": self.fr, **dict(self.others)}
        if code not in texts:
            raise InstrumentError(
                f"no text in {code!r}; there is {', '.join(texts)}: {self.en!r}"
            )
        return texts[code]


@dataclass(frozen=True)
class ForceName:
    """A police force as sentences name it: with its article, in every language asked."""

    en: str
    fr: str
    others: tuple[ForceForms, ...] = ()

    @classmethod
    def of(cls, names: Mapping[str, str | ForceForms]) -> Self:
        """Take names by language; forms are derived where the grammar allows it."""
        others = tuple(
            name if isinstance(name, ForceForms) else force_forms(code, name)
            for code, name in names.items()
            if code not in LANGUAGES
        )
        return cls(str(names["en"]), str(names["fr"]), others)

    def placeholders(self, language: str) -> dict[str, str]:
        if language == "en":
            return force_forms("en", self.en).placeholders
        if language == "fr":
            return force_forms("fr", self.fr).placeholders
        for forms in self.others:
            if forms.language == language:
                return forms.placeholders
        raise InstrumentError(f"no name of the force in {language!r}")


def fill(template: str, placeholders: dict[str, str]) -> str:
    """Fill the placeholders; a name that opens the sentence takes its capital."""
    filled = template.format_map(placeholders)
    return filled[:1].upper() + filled[1:]


def locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError) as error:
        message = f"{language!r} is no language code: write it as in it, pt or ar"
        raise InstrumentError(message) from error


def text_direction(language: str) -> Literal["ltr", "rtl"]:
    """Give the direction that the Unicode CLDR says the language is written in."""
    return "rtl" if locale(language).text_direction == "rtl" else "ltr"


def name_of_language(language: str, reader: str) -> str:
    """Name a language in the language of the reader."""
    return locale(language).get_display_name(reader) or language
