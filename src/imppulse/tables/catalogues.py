"""Message catalogues, read as people edit them: no compilation can be forgotten."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


@cache
def catalogue(package: str, language: str) -> NullTranslations:
    """Return the sentences of a package; those of an unknown language stay English."""
    source = files(package).joinpath("locale", language, "LC_MESSAGES", "imppulse.po")
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
