"""Legal profiles: what we read of a country's rules for such surveys, and what we did not.

A profile lists sourced statements. It is no legal advice and never a claim of compliance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from imppulse.instruments import bank
from imppulse.instruments.legal_model import (
    Clearance,
    Ground,
    LegalProfile,
    LegalSource,
    Statement,
    Topic,
    Variant,
)
from imppulse.instruments.legal_parsing import read_profiles
from imppulse.instruments.model import Questionnaire, Section
from imppulse.instruments.texts import Text

__all__ = [
    "PROFILES",
    "UNSTATED",
    "Applied",
    "Clearance",
    "Ground",
    "LegalProfile",
    "LegalSource",
    "Statement",
    "Topic",
    "Variant",
    "apply_profile",
    "legal_profile",
    "legal_profiles",
    "read_profiles",
]

PROFILES = bank.DATA / "legal"
UNSTATED = Text(
    en="Left out: this question touches on origin, and no source in the legal profile says that it may be asked.",
    fr="Retirée\u00a0: cette question touche à l’origine, et aucune source du profil juridique ne dit qu’elle peut être posée.",
)


@dataclass(frozen=True)
class Applied:
    """A questionnaire as a profile leaves it, and every change with its reason."""

    questionnaire: Questionnaire
    changes: tuple[Variant, ...]

    @property
    def swaps(self) -> dict[str, str]:
        return {change.item: change.instead for change in self.changes}


def apply_profile(
    questionnaire: Questionnaire, profile: LegalProfile | None
) -> Applied:
    """Keep what the profile lets be asked; without a profile nothing sensitive is."""
    changes = {change.item: change for change in changed(questionnaire, profile)}
    sections = tuple(
        replace(section, items=tuple(kept(section, changes)))
        for section in questionnaire.sections
    )
    asked = tuple(section for section in sections if section.items)
    required = tuple(name for name in questionnaire.required if name not in changes)
    return Applied(
        replace(questionnaire, sections=asked, required=required),
        tuple(changes.values()),
    )


def kept(section: Section, changes: Mapping[str, Variant]) -> Iterator[str]:
    for name in section.items:
        asked = changes[name].instead if name in changes else name
        if asked:
            yield asked


def changed(
    questionnaire: Questionnaire, profile: LegalProfile | None
) -> Iterator[Variant]:
    variants = {each.item: each for each in profile.variants} if profile else {}
    offered = profile.offered if profile else ()
    for name in questionnaire.items:
        if bank.item(name).sensitive and name not in offered:
            change = variants.get(name, Variant(name, "", UNSTATED))
            if change.instead in questionnaire.items:  # asked already
                change = replace(change, instead="")
            yield change


@cache
def legal_profiles() -> tuple[LegalProfile, ...]:
    return read_profiles(PROFILES)


def legal_profile(country: str) -> LegalProfile | None:
    """Give the profile of a country; None where nobody has read its rules yet."""
    return next((p for p in legal_profiles() if p.country == country), None)
