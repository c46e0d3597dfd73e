"""Countries and languages of Europe, named by the Unicode CLDR in any language."""

from functools import cache

from babel import Locale
from django.conf import settings
from django.db import transaction

from imppulse.core.actions import add_texts
from imppulse.network.models import Country

# Members of the Council of Europe (ISO 3166-1).
MEMBERS = (
    "AL AD AM AT AZ BE BA BG HR CY CZ DK EE FI FR GE DE GR HU IS IE IT LV LI LT LU MT "
    "MC MD ME NL MK NO PL PT RO SM RS SK SI ES SE CH TR UA GB"
)
NAMED_BY = "unicode-cldr"


def country_name(code: str, language: str) -> str:
    return str(Locale.parse(language).territories[code])


def language_name(code: str, language: str) -> str:
    return str(Locale.parse(language).languages.get(code, code))


@cache
def language_codes(language: str) -> dict[str, str]:
    """Map the names of languages, as this reader writes them, to their codes."""
    names = Locale.parse(language).languages
    two_letters = {code: name for code, name in names.items() if len(code) in {2, 3}}
    return {name.casefold(): code for code, name in two_letters.items()}


def choices(language: str) -> list[tuple[str, str]]:
    """List the countries that exist here, then every other one of Europe."""
    known = list(Country.objects.with_texts())
    existing = [(country.code, _name(country, language)) for country in known]
    codes = {country.code for country in known}
    others = [(code, country_name(code, language)) for code in MEMBERS.split()]
    new = [(code, name) for code, name in others if code not in codes]
    return existing + sorted(new, key=lambda choice: choice[1].casefold())


def _name(country: Country, language: str) -> str:
    text = country.text("name", language)
    return text.body if text else country.code


def name_of(code: str, language: str) -> str:
    """Name a country that exists here, or that may be added."""
    known = Country.objects.with_texts().filter(code=code).first()
    return _name(known, language) if known else country_name(code, language)


@transaction.atomic
def country_of(code: str, *, by: str) -> Country:
    """Find a country, or add it under its names."""
    country, created = Country.objects.get_or_create(code=code)
    if created:
        names = {
            code_: country_name(code, code_)
            for code_, _n in settings.PUBLICATION_LANGUAGES
        }
        add_texts(country, {"name": names}, by=NAMED_BY, published_by=by)
    return country
