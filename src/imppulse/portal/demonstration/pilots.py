from datetime import UTC, date, datetime, timedelta
from typing import Any

from imppulse.evaluations.actions import evaluate, lock
from imppulse.evaluations.models import Plan
from imppulse.network.models import District
from imppulse.pilots.choices import Arm
from imppulse.pilots.models import (
    Action,
    BudgetLine,
    Indicator,
    Pilot,
    PilotArea,
    Session,
)
from imppulse.portal.demonstration import generator
from imppulse.portal.demonstration.network import PACKAGE
from imppulse.portal.demonstration.studies import BY, SECOND, deliver
from imppulse.portal.loading import create, read
from imppulse.studies.models import Study

SESSIONS = 32
PLANNED = {"assignment": "not_random", "sessions": SESSIONS}
LOCKED_AT = datetime(
    2025, 3, 31, 10, 0, tzinfo=UTC
)  # after wave one, before the pilots


def load() -> None:
    data = read(PACKAGE, "pilots")
    for row in data["pilot"]:
        pilot = load_pilot(row, data)
        plan = load_plan(pilot, data)
        lock(plan, by=BY, at=LOCKED_AT)
        if pilot.stopped_on is None:
            deliver(pilot.study, 2)
            evaluate(plan, by=BY)
        Pilot.objects.filter(pk=pilot.pk).update(stage=row["stage"])


def load_pilot(row: dict[str, Any], data: dict[str, Any]) -> Pilot:
    study = Study.objects.get(territory__slug=row["territory"])
    pilot = create(
        Pilot,
        _fields(row) | data["theory"] | {"target_group": data["texts"]["target_group"]},
        by=BY,
        published_by=SECOND,
        territory=study.territory,
        study=study,
        force=study.force,
        factor_code=data["factor_code"],
        lever_code=data["lever_code"],
        stage="draft",
        starts_on=data["action"][0]["starts_on"],
        ends_on=data["action"][-1]["ends_on"],
    )
    load_areas(pilot)
    load_blocks(pilot, row, data)
    return pilot


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    counted = {"budget", "sessions", "people", "police_officers", "territory", "stage"}
    return {key: value for key, value in row.items() if key not in counted}


def load_areas(pilot: Pilot) -> None:
    treated = generator.truth()["territory"][pilot.territory.slug]["pilot"]
    PilotArea.objects.bulk_create(
        PilotArea(
            pilot=pilot,
            district=district,
            arm=Arm.PILOT if district.code in treated else Arm.COMPARISON,
        )
        for district in District.objects.filter(territory=pilot.territory)
    )


def load_blocks(pilot: Pilot, row: dict[str, Any], data: dict[str, Any]) -> None:
    """Write the four blocks: actions with their timetable, budget, indicators, and what was delivered."""
    for action in data["action"]:
        _add(Action, action, pilot)
    for line in data["budget"]:
        _add(BudgetLine, {"label": line["label"]}, pilot, euros=round(row["budget"] * line["share"]))  # fmt: skip
    sessions = load_sessions(pilot, row, first=data["action"][1]["starts_on"])
    achieved = {
        "meetings": len(sessions),
        "people": sum(one.population for one in sessions),
        "police_officers": sum(one.police_officers for one in sessions),
    }
    per_session = {"meetings": 1, "people": 20, "police_officers": 4}
    for code, name in data["indicators"].items():
        target = SESSIONS * per_session[code]
        _add(Indicator, {"name": name}, pilot, target=target, achieved=achieved[code])


def load_sessions(pilot: Pilot, row: dict[str, Any], *, first: date) -> list[Session]:
    return Session.objects.bulk_create(
        Session(
            pilot=pilot,
            held_on=first + timedelta(days=7 * week),
            population=row["people"] + (week * 5) % 7 - 3,
            police_officers=row["police_officers"],
        )
        for week in range(row["sessions"])
    )


def _add(model: Any, row: dict[str, Any], pilot: Pilot, **links: Any) -> None:
    create(model, row, by=BY, published_by=SECOND, pilot=pilot, **links)


def load_plan(pilot: Pilot, data: dict[str, Any]) -> Plan:
    texts = {key: data["texts"][key] for key in ("hypothesis", "exclusions")}
    return create(
        Plan,
        texts,
        by=BY,
        published_by=SECOND,
        pilot=pilot,
        outcome=data["outcome"],
        facts=PLANNED,
        margin=data["margin"],
    )
