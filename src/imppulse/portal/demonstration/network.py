from datetime import date
from functools import partial
from typing import Any

from imppulse.network.choices import ResponsibilityKind
from imppulse.network.models import (
    Country,
    District,
    Force,
    Organisation,
    Responsibility,
    Series,
    SeriesValue,
    Situation,
    Territory,
)
from imppulse.portal.loading import create, read

PACKAGE = "imppulse.portal.demonstration"
SOURCE = "Fictional country of the demonstration / pays fictif de la démonstration"


def load() -> None:
    data = read(PACKAGE, "network")
    add = partial(create, by="prevention-lead", published_by="coordinator")
    country = add(Country, data["country"])
    forces = {row["slug"]: add(Force, row, country=country) for row in data["force"]}
    load_responsibilities(data, forces)
    for row in data["territory"]:
        territory = add(Territory, row, country=country)
        territory.forces.set(forces.values())
        District.objects.bulk_create(
            District(territory=territory, code=code, name=name)
            for code, name in row["districts"].items()
        )
    for row in data["organisation"]:
        add(Organisation, row, country=country)
    load_counts(data)


def load_counts(data: dict[str, Any]) -> None:
    """Load what the fictional administrations count, and what shook the city meanwhile."""
    for row in data["series"]:
        territory = Territory.objects.get(slug=row["territory"])
        worded = {k: v for k, v in row.items() if k not in {"values", "breaks"}}
        series = create(
            Series,
            worded,
            by="prevention-lead",
            published_by="coordinator",
            territory=territory,
        )
        SeriesValue.objects.bulk_create(
            SeriesValue(series=series, begins_on=date(int(year), 1, 1), value=value)
            for year, value in row["values"].items()
        )
        for year, kind in row.get("breaks", {}).items():
            series.breaks.create(begins_on=date(int(year), 1, 1), kind=kind)
    for row in data["incident"]:
        Territory.objects.get(slug=row["territory"]).incidents.create(
            happened_on=row["happened_on"], kind=row["kind"], written_by="coordinator"
        )


def load_responsibilities(data: dict[str, Any], forces: dict[str, Force]) -> None:
    for row in data["part"]:
        situation = Situation.objects.get(slug=row["situation"])
        for slug, force in forces.items():
            kind = _kind(row, slug)
            create(
                Responsibility,
                {"explanation": data["explanations"][kind.value]},
                by="prevention-lead",
                published_by="coordinator",
                force=force,
                situation=situation,
                kind=kind,
                source_title=SOURCE,
            )


def _kind(row: dict[str, Any], slug: str) -> ResponsibilityKind:
    if row["first"] == slug:
        return ResponsibilityKind.FIRST
    return (
        ResponsibilityKind.ALSO if row.get("also") == slug else ResponsibilityKind.NOT
    )
