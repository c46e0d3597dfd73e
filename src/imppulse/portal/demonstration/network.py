from functools import partial
from typing import Any

from imppulse.network.choices import ResponsibilityKind
from imppulse.network.models import (
    Country,
    District,
    Force,
    Organisation,
    Responsibility,
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
