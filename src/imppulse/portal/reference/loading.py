import csv
from functools import partial
from importlib.resources import files
from typing import Any

from django.db import transaction

from imppulse.library.actions import compute_synthesis
from imppulse.library.models import (
    Practice,
    PracticeSource,
    Principle,
    PublishedEstimate,
    PublishedStudy,
    Synthesis,
)
from imppulse.meetings.models import Meeting
from imppulse.network.models import (
    Country,
    Force,
    ForceFact,
    Organisation,
    Responsibility,
    Situation,
    Territory,
)
from imppulse.portal.loading import create, read

PACKAGE = "imppulse.portal.reference"
SECOND_PERSON = "reference-review"


@transaction.atomic
def load(by: str) -> None:
    """Load everything once; a second call changes nothing."""
    if Country.objects.filter(code="FR").exists():
        return
    load_network(by)
    load_forces(by)
    load_other_forces(by)
    load_meetings(by)
    load_practices(by)
    load_principles(by)
    load_trials(by)


def load_network(by: str) -> None:
    data = read(PACKAGE, "network")
    add = partial(create, by=by, published_by=SECOND_PERSON)
    countries = {row["code"]: add(Country, row) for row in data["country"]}
    territories = {
        row["slug"]: add(Territory, row, country=countries[row["country"]])
        for row in data["territory"]
    }
    for row in data["organisation"]:
        country, territory = row.get("country"), row.get("territory")
        add(
            Organisation,
            row,
            country=countries[country] if country else None,
            territory=territories[territory] if territory else None,
        )


def load_forces(by: str) -> None:
    data = read(PACKAGE, "forces")
    add = partial(create, by=by, published_by=SECOND_PERSON)
    forces = {row["slug"]: load_force(data, row, by=by) for row in data["force"]}
    for position, row in enumerate(data["situation"]):
        situation = add(Situation, row, position=position)
        for slug, force in forces.items():
            links = _source(data, row[slug]) | {"force": force, "situation": situation}
            add(Responsibility, _without_source(row[slug]), **links)
    for row in read(PACKAGE, "network")["territory"]:
        Territory.objects.get(slug=row["slug"]).forces.set(
            forces[slug] for slug in row.get("forces", [])
        )


def load_force(data: dict[str, Any], row: dict[str, Any], *, by: str) -> Force:
    add = partial(create, by=by, published_by=SECOND_PERSON)
    own = {key: value for key, value in row.items() if key != "territories"}
    force = add(Force, own, country=Country.objects.get(code=row["country"]))
    for position, fact in enumerate(row["fact"]):
        links = _source(data, fact) | {"force": force, "position": position}
        add(ForceFact, _without_source(fact), **links)
    return force


def load_other_forces(by: str) -> None:
    """Load forces of which some facts are sourced, but not yet who does what."""
    data = read(PACKAGE, "forces_other_countries")
    for row in data["force"]:
        force = load_force(data, row, by=by)
        force.territories.set(Territory.objects.filter(slug__in=row["territories"]))


def _source(data: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    source = data["sources"][row["source"]]
    return {"source_title": source["title"], "source_url": source["url"]}


def _without_source(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "source"}


def load_meetings(by: str) -> None:
    data = read(PACKAGE, "meetings")
    for row in data["meeting"]:
        create(
            Meeting,
            row,
            by=by,
            published_by=SECOND_PERSON,
            country=Country.objects.get(code=row["country"]),
            source_title=data["source_title"],
            source_url=data["source_url"],
        )


def load_practices(by: str) -> None:
    for row in read(PACKAGE, "practices")["practice"]:
        practice = create(
            Practice,
            row,
            by=by,
            published_by=SECOND_PERSON,
            territory=Territory.objects.get(slug=row["territory"]),
            factor_codes=row["factor_codes"],
        )
        for source in row["source"]:
            PracticeSource.objects.create(practice=practice, **source)


def load_principles(by: str) -> None:
    data = read(PACKAGE, "principles")
    for position, row in enumerate(data["principle"]):
        create(
            Principle,
            row,
            by=by,
            published_by=SECOND_PERSON,
            position=position,
            source_title=data["source_title"],
            source_url=data["source_url"],
        )


def load_trials(by: str) -> None:
    data = read(PACKAGE, "trials")
    for row in data["study"]:
        study = PublishedStudy.objects.create(
            **{key: value for key, value in row.items() if key != "file"}
        )
        PublishedEstimate.objects.bulk_create(_estimates(study, row["file"]))
    for row in data["synthesis"]:
        estimates = PublishedEstimate.objects.filter(
            study__slug=row["study"], outcome=row["outcome"]
        )
        synthesis = create(
            Synthesis,
            {key: value for key, value in row.items() if key != "study"},
            by=by,
            published_by=SECOND_PERSON,
        )
        synthesis.published_estimates.set(estimates)
        compute_synthesis(synthesis, by=by)


def _estimates(study: PublishedStudy, file: str) -> list[PublishedEstimate]:
    text = (files(PACKAGE) / "data" / file).read_text("utf-8")
    return [
        PublishedEstimate(
            study=study,
            outcome=row["outcome"],
            site=row["study"],
            estimate=float(row["estimate"]),
            std_error=float(row["std_error"]),
            df=float(row["df"]) if row["df"] not in {"", "NA"} else None,
        )
        for row in csv.DictReader(text.splitlines())
    ]
