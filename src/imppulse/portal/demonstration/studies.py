from datetime import timedelta
from typing import Any

import polars as pl
from django.utils import timezone

from imppulse.network.models import Force, Territory
from imppulse.portal.demonstration import generator
from imppulse.portal.demonstration.network import PACKAGE
from imppulse.portal.loading import create, read
from imppulse.studies.actions import (
    diagnose_wave,
    import_closed_wave,
    open_wave,
    plan_wave,
    publish_questionnaire,
)
from imppulse.studies.choices import CollectionMode, PartKind, Side
from imppulse.studies.models import Excerpt, Part, Questionnaire, Study, Wave

BY, SECOND = "prevention-lead", "coordinator"
OPEN_STUDY = "port-lumen-2025"
INVITED_PER_ANSWER = 4
COMPLAINTS = {
    "en": "the data-protection officer of the territory (fictional)",
    "fr": "la personne déléguée à la protection des données du territoire (fictive)",
}


def load() -> None:
    data = read(PACKAGE, "studies")
    force = Force.objects.get(slug="orv-municipal")
    questionnaires = [
        publish_questionnaire(name, force=force, complaints=COMPLAINTS, by=BY)
        for name in ("population", "police_officers")
    ]
    for row in data["study"]:
        study = load_study(row, data["shared"], force)
        plan_waves(study, data["waves"], questionnaires)
        deliver(study, 1)
    open_third_wave(Study.objects.get(slug=OPEN_STUDY), questionnaires)


def load_study(row: dict[str, Any], shared: dict[str, Any], force: Force) -> Study:
    study = create(
        Study,
        row,
        by=BY,
        published_by=SECOND,
        territory=Territory.objects.get(slug=row["territory"]),
        force=force,
    )
    for side in (Side.POPULATION, Side.POLICE_OFFICERS):
        texts = {key: shared[f"{side.value}_{key}"] for key in ("title", "method")}
        _add(Part, texts, study=study, kind=PartKind.SURVEY, side=side)
    for position, part in enumerate(row.get("part", []), start=2):
        created = _add(Part, part, study=study, position=position)
        for place, excerpt in enumerate(part["excerpt"]):
            _add(Excerpt, excerpt, part=created, position=place)
    return study


def _add(model: Any, row: dict[str, Any], **links: Any) -> Any:
    return create(model, row, by=BY, published_by=SECOND, **links)


def plan_waves(study: Study, rows: list[dict[str, Any]], questionnaires: list[Questionnaire]) -> None:  # fmt: skip
    stopped = study.territory.slug == "ostrelle"
    for row in rows[:1] if stopped else rows:
        plan_wave(
            study,
            row["number"],
            questionnaires=questionnaires,
            mode=CollectionMode.ACCESS_CODES,
            dates=(row["opens_on"], row["closes_on"]),
            by=BY,
        )


def deliver(study: Study, number: int) -> Wave:
    """Take in what the fictional survey institute delivers, and diagnose."""
    frame = generator.answers(study.territory.slug, number)
    wave = study.waves.get(number=number)
    counts = frame.group_by("side").len()
    wave.invited = {
        side: count * (INVITED_PER_ANSWER if side == Side.POPULATION else 2)
        for side, count in counts.iter_rows()
    }
    wave.save()
    stratum = pl.when(pl.col("side") == "population").then("district")
    closed = import_closed_wave(
        study, number, frame.with_columns(stratum=stratum), by=BY
    )
    diagnose_wave(closed, by=BY)
    return closed


def open_third_wave(study: Study, questionnaires: list[Questionnaire]) -> None:
    """Open a wave to everybody, so that a visitor can answer."""
    today = timezone.localdate()
    wave = plan_wave(
        study,
        3,
        questionnaires=questionnaires,
        mode=CollectionMode.OPEN_LINK,
        dates=(today - timedelta(days=7), today + timedelta(days=365)),
        by=BY,
    )
    open_wave(wave, by=BY)
