"""What "of" and "to" make of the article that opens the name of a police force."""

from dataclasses import dataclass

from imppulse.instruments.errors import InstrumentError

# For each language: how the name opens, and what "of" and "to" make of that.
CONTRACTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "fr": (
        ("les ", "des ", "aux "),
        ("le ", "du ", "au "),
        ("la ", "de la ", "à la "),
        ("l’", "de l’", "à l’"),
    ),
    "it": (
        ("gli ", "degli ", "agli "),
        ("il ", "del ", "al "),
        ("lo ", "dello ", "allo "),
        ("la ", "della ", "alla "),
        ("le ", "delle ", "alle "),
        ("i ", "dei ", "ai "),
        ("l’", "dell’", "all’"),
    ),
    "es": (("el ", "del ", "al "),),
    "pt": (
        ("os ", "dos ", "aos "),
        ("as ", "das ", "às "),
        ("o ", "do ", "ao "),
        ("a ", "da ", "à "),
    ),
    # Plural names need an ending that the article does not tell: give all forms.
    "de": (
        ("die ", "der ", "der "),
        ("der ", "vom ", "dem "),
        ("das ", "vom ", "dem "),
    ),
}
# What stands before a name without article, or with one that does not contract.
PREPOSITIONS = {
    "en": ("of ", "to "),
    "fr": ("de ", "à "),
    "it": ("di ", "a "),
    "es": ("de ", "a "),
    "pt": ("de ", "a "),
    "nl": ("van ", "aan "),
    "de": ("von ", ""),
    "ar": ("", "إلى "),  # the noun before it is in the construct state
}
FRENCH_VOWELS = "aàâeéèêëiîïoôuùûyœ"


@dataclass(frozen=True)
class ForceForms:
    """A force as it stands in a sentence of one language."""

    language: str
    force: str
    of_force: str
    to_force: str

    @property
    def placeholders(self) -> dict[str, str]:
        return {
            "force": self.force,
            "of_force": self.of_force,
            "to_force": self.to_force,
        }


def force_forms(language: str, name: str) -> ForceForms:
    """Derive the forms from the name with its article in lower case."""
    if language not in PREPOSITIONS:
        raise InstrumentError(
            f"the forms of the force are not derived in {language!r}: "
            "give force, of_force and to_force"
        )
    if language in CONTRACTIONS:
        name = name.replace("'", "’")
    lowered = name.lower()
    for article, of, to in CONTRACTIONS.get(language, ()):
        if lowered.startswith(article):
            rest = name[len(article) :]
            return ForceForms(language, name, of + rest, to + rest)
    of, to = PREPOSITIONS[language]
    if language == "fr" and lowered[:1] in FRENCH_VOWELS:
        of = "d’"
    return ForceForms(language, name, of + name, to + name)
