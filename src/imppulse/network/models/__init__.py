"""Territories, forces, people and what is counted: one file per group of records."""

from imppulse.network.models.countries import Country, Sheet
from imppulse.network.models.forces import Force, ForceFact, Responsibility, Situation
from imppulse.network.models.people import Invitation, Organisation, Role
from imppulse.network.models.series import Incident, Series, SeriesBreak, SeriesValue
from imppulse.network.models.territories import (
    District,
    Territory,
    TerritoryQuerySet,
)

__all__ = [
    "Country",
    "District",
    "Force",
    "ForceFact",
    "Incident",
    "Invitation",
    "Organisation",
    "Responsibility",
    "Role",
    "Series",
    "SeriesBreak",
    "SeriesValue",
    "Sheet",
    "Situation",
    "Territory",
    "TerritoryQuerySet",
]
