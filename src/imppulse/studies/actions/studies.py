"""Starting a study, writing it, clearing it for police officers, publishing it."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from imppulse.core.actions import note, publish, publish_text, write
from imppulse.core.choices import TextStatus
from imppulse.core.errors import Refused
from imppulse.core.models import Text, Written
from imppulse.network.models import Force, Territory
from imppulse.studies import lawful
from imppulse.studies.choices import Side
from imppulse.studies.models import Clearance, Study, Wave

Bodies = Mapping[str, Mapping[str, str]]  # field: language: what is written
LONGEST_SLUG = 50


@dataclass(frozen=True)
class StudyFacts:
    """What a study is about, apart from its words."""

    territory: Territory
    force: Force
    sides: Collection[str]
    started_on: datetime.date
    partners: Collection[Territory] = ()


@transaction.atomic
def start_study(facts: StudyFacts, *, texts: Bodies, by: str) -> Study:
    """Start a study; one language is enough to begin with."""
    refuse_facts(facts)
    title = next((t.strip() for t in texts["title"].values() if t.strip()), "")
    if not title:
        raise Refused(
            "no_title", _("Give the study a title, in one language at least.")
        )
    study = Study.objects.create(
        slug=free_slug(title, facts),
        territory=facts.territory,
        force=facts.force,
        sides=ordered(facts.sides),
        started_on=facts.started_on,
        written_by=by,
    )
    study.partners.set(facts.partners)
    note("start", study, by=by)
    write_texts(study, texts, by=by)
    return study


@transaction.atomic
def change_study(study: Study, facts: StudyFacts, *, texts: Bodies, by: str) -> None:
    """Change what a study is about; its force and its place stay once a wave is planned."""
    refuse_facts(facts)
    before = (study.territory_id, study.force_id)
    moved = before != (facts.territory.pk, facts.force.pk)
    if moved and (study.waves.exists() or study.drafts.exists()):
        raise Refused(
            "study_under_way",
            _("Its questionnaires name the force and the territory: both stay."),
        )
    study.territory, study.force = facts.territory, facts.force
    study.sides, study.started_on = ordered(facts.sides), facts.started_on
    study.save()
    study.partners.set(facts.partners)
    note("change", study, by=by)
    write_texts(study, texts, by=by)


def refuse_facts(facts: StudyFacts) -> None:
    if not facts.sides:
        raise Refused("no_side", _("Choose at least one side to hear."))
    if facts.force.country_id != facts.territory.country_id:
        raise Refused("foreign_force", _("This force is of another country."))
    for partner in facts.partners:
        if partner == facts.territory:
            raise Refused(
                "own_partner", _("The territory that leads is no partner of its own.")
            )
        if partner.country_id != facts.territory.country_id:
            raise Refused(
                "foreign_partner",
                _("Territories that share a study speak of one force, in one country."),
            )


def ordered(sides: Collection[str]) -> list[str]:
    return [side.value for side in Side if side in sides]


def free_slug(title: str, facts: StudyFacts) -> str:
    """Make an address from the title and the year that no other study has."""
    year = str(facts.started_on.year)
    stem = slugify(title) or facts.territory.slug
    stem = stem[: LONGEST_SLUG - len(year) - 5].strip("-")
    wanted = stem if stem.endswith(year) else f"{stem}-{year}"
    taken = set(
        Study.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    candidates = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    free = (slug for slug in (wanted, *candidates) if slug not in taken | {"new"})
    return next(free)


def write_texts(record: Written, texts: Bodies, *, by: str) -> int:
    """Save a draft of each text that changed; languages changed together say the same."""
    count = 0
    for field, bodies in texts.items():
        written: list[Text] = []
        for language, body in bodies.items():
            newest = record.current(field, language, drafts=True)
            if not body.strip():
                take_back(record, field, language)
            if body.strip() in {"", newest.body if newest else ""}:
                continue
            beside = written[0] if written else None
            words = {"language": language, "body": body.strip(), "by": by}
            written.append(write(record, field, **words, translated_from=beside))
        count += len(written)
    return count


def take_back(record: Written, field: str, language: str) -> None:
    """Drop the drafts of a text that its writer emptied; what is published stays."""
    drafts = record.texts.filter(
        field=field, language=language, status=TextStatus.DRAFT
    )
    forget(drafts)


def forget(texts: QuerySet[Text]) -> None:
    """Delete texts; those translated from them keep standing."""
    Text.objects.filter(translated_from__in=texts).update(translated_from=None)
    texts.delete()


def remove(record: Written) -> None:
    """Delete a record with its texts."""
    forget(record.texts.all())
    record.delete()


def records_of(study: Study) -> list[Written]:
    """List what a study publishes with itself: its parts, excerpts and appraisals."""
    parts = list(study.parts.prefetch_related("texts", "excerpts__texts"))
    excerpts = [excerpt for part in parts for excerpt in part.excerpts.all()]
    return [*parts, *excerpts, *study.appraisals.prefetch_related("texts")]


def drafts_of(study: Study) -> list[Text]:
    return [
        text
        for record in (study, *records_of(study))
        for text in record.texts.all()
        if text.status == TextStatus.DRAFT
    ]


@transaction.atomic
def publish_study(study: Study, *, by: str) -> None:
    """Publish a study with its parts and excerpts; whoever wrote any of it may not."""
    if any(text.written_by == by for text in drafts_of(study)):
        raise Refused(
            "second_person",
            _(
                "A study is published by a person who wrote nothing of what is new in it."
            ),
        )
    for record in records_of(study):
        for text in record.texts.filter(status=TextStatus.DRAFT):
            publish_text(text, by=by)
    publish(study, by=by)


@transaction.atomic
def record_clearance(
    study: Study,
    kind: str,
    *,
    given_on: datetime.date,
    body: str,
    reference: str = "",
    by: str,
) -> Clearance:
    """Record that a step before surveying police officers was taken, when and by which authority."""
    if given_on > timezone.localdate():
        raise Refused("not_given_yet", _("This day is still to come."))
    if not body.strip():
        raise Refused("no_body", _("Name the authority, never a person."))
    given = {"given_on": given_on, "body": body.strip(), "reference": reference.strip()}
    clearance, _new = study.clearances.update_or_create(kind=kind, defaults=given)
    note("clear", clearance, by=by, kind=kind, given_on=given_on.isoformat())
    return clearance


@transaction.atomic
def remove_clearance(study: Study, kind: str, *, by: str) -> None:
    """Take back what was recorded by mistake."""
    for clearance in study.clearances.filter(kind=kind):
        note("remove", clearance, by=by, kind=kind)
        clearance.delete()


def needed_clearances(study: Study) -> dict[str, str]:
    """Name the steps needed before police officers are surveyed, by kind."""
    return {kind: title for kind, (title, _what) in lawful.clearances(study).items()}


def missing_clearances(study: Study) -> dict[str, str]:
    given = set(study.clearances.values_list("kind", flat=True))
    needed = needed_clearances(study)
    return {kind: label for kind, label in needed.items() if kind not in given}


def refuse_unauthorised(wave: Wave) -> None:
    """Keep real police officers from being asked before their force and staff were."""
    asked = wave.questionnaires.filter(side=Side.POLICE_OFFICERS).exists()
    if wave.simulated or not asked:
        return
    if missing := missing_clearances(wave.study):
        sentence = _("Before police officers are asked, record: %(missing)s.")
        raise Refused(
            "unauthorised", sentence % {"missing": ", ".join(missing.values())}
        )
