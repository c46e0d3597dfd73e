"""What is done to a pilot, one verb each."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.actions import note, publish_text, write
from imppulse.core.choices import TextStatus
from imppulse.core.errors import Refused
from imppulse.core.models import Text
from imppulse.network.models import District
from imppulse.pilots.choices import Arm, Stage
from imppulse.pilots.models import Indicator, Pilot, PilotArea, Session

# The other steps are made by what they stand for: locking the plan, evaluating it.
NEXT = {
    Stage.DRAFT: Stage.PLANNED,
    Stage.LOCKED: Stage.RUNNING,
    Stage.RUNNING: Stage.FOLLOW_UP,
    Stage.EVALUATED: Stage.CLOSED,
}
ORDER: list[str] = [stage.value for stage in Stage if stage != Stage.STOPPED]
DELIVERING = (Stage.PLANNED, Stage.LOCKED, Stage.RUNNING, Stage.FOLLOW_UP)


@transaction.atomic
def advance(pilot: Pilot, *, by: str) -> Pilot:
    """Take the next stage, where no other act does it."""
    stage = following(pilot)
    if stage is None:
        sentence = _("From “%(stage)s” a pilot does not move on by hand.")
        facts = {"stage": Stage(pilot.stage).label}
        raise Refused("stage_order", sentence % facts)
    return reach(pilot, stage, by=by)


def following(pilot: Pilot) -> Stage | None:
    """Give the stage that comes next by hand, where one does."""
    return NEXT.get(Stage(pilot.stage))


@transaction.atomic
def reach(pilot: Pilot, stage: Stage, *, by: str) -> Pilot:
    """Move forward to a stage; a pilot that is there or further stays where it is."""
    refuse_stopped(pilot)
    if ORDER.index(pilot.stage) < ORDER.index(stage):
        note("advance", pilot, by=by, before=pilot.stage, after=stage)
        pilot.stage = stage
        pilot.save(update_fields=["stage"])
    return pilot


@transaction.atomic
def stop(pilot: Pilot, *, on: datetime.date, by: str) -> Pilot:
    """Stop for good. What was learned is written first: a stopped pilot has no outcome."""
    refuse_stopped(pilot)
    if pilot.stage in {Stage.EVALUATED, Stage.CLOSED}:
        raise Refused("stage_order", _("An evaluated pilot can no longer be stopped."))
    if not pilot.texts.filter(field="learned").exists():
        raise Refused("nothing_learned", _("First write what was learned, and why."))
    pilot.stage, pilot.stopped_on = Stage.STOPPED, on
    pilot.save(update_fields=["stage", "stopped_on"])
    note("stop", pilot, by=by, on=on.isoformat())
    return pilot


def refuse_stopped(pilot: Pilot) -> None:
    if pilot.stage == Stage.STOPPED:
        raise Refused("stopped", _("This pilot was stopped."))


@transaction.atomic
def set_areas(
    pilot: Pilot,
    *,
    treated: Iterable[District],
    comparison: Iterable[District],
    by: str,
) -> None:
    """Name where the pilot runs and what it is compared with, before the plan is locked."""
    if pilot.stage not in {Stage.DRAFT, Stage.PLANNED}:
        raise Refused("areas_locked", _("Once the plan is locked, areas never change."))
    chosen = [
        *((district, Arm.PILOT) for district in treated),
        *((district, Arm.COMPARISON) for district in comparison),
    ]
    refuse_areas(pilot, [district for district, _arm in chosen])
    pilot.areas.all().delete()
    PilotArea.objects.bulk_create(
        PilotArea(pilot=pilot, district=district, arm=arm) for district, arm in chosen
    )
    note("set_areas", pilot, by=by, areas={d.code: str(arm) for d, arm in chosen})


def refuse_areas(pilot: Pilot, districts: list[District]) -> None:
    if any(district.territory_id != pilot.territory_id for district in districts):
        raise Refused("other_territory", _("Each area is a district of the territory."))
    if len({district.pk for district in districts}) < len(districts):
        raise Refused(
            "district_twice",
            _("A district is either where the pilot runs or a comparison, and once."),
        )


@transaction.atomic
def log_session(
    pilot: Pilot,
    *,
    held_on: datetime.date,
    population: int,
    police_officers: int,
    by: str,
) -> Session:
    """Log a delivered session: counts, never names."""
    if pilot.stage not in DELIVERING:
        raise Refused(
            "not_delivering",
            _("Sessions are logged from planning to the end of the follow-up."),
        )
    if held_on > timezone.localdate():
        raise Refused("not_held_yet", _("This day is still to come."))
    if population + police_officers == 0:
        raise Refused("nobody_came", _("A session to which nobody came is no session."))
    session = Session.objects.create(
        pilot=pilot,
        held_on=held_on,
        population=population,
        police_officers=police_officers,
    )
    note("log_session", session, by=by)
    return session


@transaction.atomic
def record_indicator(indicator: Indicator, *, achieved: int, by: str) -> None:
    indicator.achieved = achieved
    indicator.save(update_fields=["achieved"])
    note("record", indicator, by=by, achieved=achieved)


@transaction.atomic
def edit_text(pilot: Pilot, field: str, *, bodies: dict[str, str], by: str) -> int:
    """Save a draft of every language that changed; what is published stays until a second person publishes."""
    written: list[Text] = []
    for language, body in bodies.items():
        newest = pilot.current(field, language, drafts=True)
        if body.strip() and (newest is None or newest.body != body.strip()):
            # Languages changed together say the same: neither is older than the other.
            beside = written[0] if written else None
            words = {"language": language, "body": body.strip(), "by": by}
            written.append(write(pilot, field, **words, translated_from=beside))
    return len(written)


@transaction.atomic
def publish_field(pilot: Pilot, field: str, *, by: str) -> int:
    """Publish the newest draft of one field in each language."""
    drafts = newest_drafts(pilot, field)
    for text in drafts:
        publish_text(text, by=by)
        note("publish_text", pilot, by=by, field=field, language=text.language)
    return len(drafts)


def newest_drafts(pilot: Pilot, field: str) -> list[Text]:
    newest: dict[str, Text] = {}
    for text in pilot.texts.filter(field=field).order_by("revision"):
        newest[text.language] = text
    return [text for text in newest.values() if text.status == TextStatus.DRAFT]
