"""Texts in the languages of the bank, and the name of a police force inside them."""

from dataclasses import dataclass
from typing import Literal, get_args

from imppulse.instruments.errors import InstrumentError

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# The article that opens a French name, and what "de" and "à" make of it.
FRENCH_CONTRACTIONS = (
    ("les ", "des ", "aux "),
    ("le ", "du ", "au "),
    ("la ", "de la ", "à la "),
    ("l’", "de l’", "à l’"),
)
FRENCH_VOWELS = "aàâeéèêëiîïoôuùûyœ"


@dataclass(frozen=True)
class Text:
    en: str
    fr: str

    def in_language(self, code: str) -> str:
        if code == "en":
            return self.en
        if code == "fr":
            return self.fr
        raise InstrumentError(
            f"no text in {code!r}; the bank has {', '.join(LANGUAGES)}"
        )


@dataclass(frozen=True)
class ForceName:
    """A police force as sentences name it: with its article, in both languages."""

    en: str
    fr: str

    def placeholders(self, language: str) -> dict[str, str]:
        if language == "en":
            return english_forms(self.en)
        if language == "fr":
            return french_forms(self.fr.replace("'", "’"))
        raise InstrumentError(f"no name of the force in {language!r}")


def english_forms(name: str) -> dict[str, str]:
    return {"force": name, "of_force": f"of {name}", "to_force": f"to {name}"}


def french_forms(name: str) -> dict[str, str]:
    lowered = name.lower()
    for article, of, to in FRENCH_CONTRACTIONS:
        if lowered.startswith(article):
            rest = name[len(article) :]
            return {"force": name, "of_force": of + rest, "to_force": to + rest}
    of = "d’" if lowered[:1] in FRENCH_VOWELS else "de "
    return {"force": name, "of_force": of + name, "to_force": f"à {name}"}


def fill(template: str, placeholders: dict[str, str]) -> str:
    """Fill the placeholders; a name that opens the sentence takes its capital."""
    filled = template.format_map(placeholders)
    return filled[:1].upper() + filled[1:]
