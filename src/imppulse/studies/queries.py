"""What is read from several tables. Outcomes exist only once a wave is closed."""

import datetime
from typing import Any

import polars as pl
from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.core.models import PublishableQuerySet
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.network.permissions import Reader, visible
from imppulse.studies import layouts, storage, weight_files, weighting
from imppulse.studies.choices import Side
from imppulse.studies.models import (
    AnswerLink,
    Diagnosis,
    Excerpt,
    Questionnaire,
    Study,
    Wave,
    Weighting,
)

Item = dict[str, Any]
YOUTH = "youth"


def answers_as_closed(wave: Wave) -> pl.DataFrame:
    """Read the answers of a closed wave; an open wave has no outcomes, for anybody."""
    if not wave.is_closed:
        raise Refused(
            "sealed", _("The answers of this wave are sealed until it is closed.")
        )
    if not wave.respondents and not storage.location(wave.file).exists():
        raise Refused("erased", _("The answers of this wave are erased."))
    return storage.read(wave)


def answers_to_diagnose(wave: Wave) -> pl.DataFrame:
    """Read the answers with all columns of the weights in use."""
    answers, used = answers_as_closed(wave), weighting_in_use(wave)
    if used is None:
        return answers
    columns = weight_files.read(used)
    return pl.concat([answers.drop("weight"), columns], how="horizontal")


def closed_answers(wave: Wave) -> pl.DataFrame:
    """Read the answers of a closed wave with the weights in use."""
    found = answers_to_diagnose(wave)
    return found.drop(column for column in found.columns if weighting.internal(column))


def weighting_in_use(wave: Wave) -> Weighting | None:
    return wave.weightings.filter(in_use=True).first()


def answers_received(wave: Wave, today: datetime.date) -> int | None:
    """Count the answers received before today; None under the published threshold."""
    return shown_count(wave.answers.filter(day__lt=today).count())


def shown_count(count: int) -> int | None:
    return count if count >= PUBLISHED_THRESHOLD else None


def waves_with_counts(today: datetime.date) -> QuerySet[Wave]:
    """List waves with the answers received before today, as one query."""
    before_today = Count("answers", filter=Q(answers__day__lt=today))
    return Wave.objects.annotate(
        received=before_today,
        by_side=KeyTransform("respondents", "diagnosis__results"),
    ).order_by("number")


def shown_total(wave: Wave, by_side: list[dict[str, Any]] | None) -> int | None:
    """Count the answers of a closed wave; not where the total would give away a side under the threshold."""
    if by_side is None or any(side["suppressed"] for side in by_side):
        return None
    return wave.respondents


def visible_studies(reader: Reader) -> PublishableQuerySet:
    """Keep published studies and those of one's territories, led or shared."""
    led = visible(Study.objects.all(), reader)
    shared = visible(Study.objects.all(), reader, territory="partners")
    return (led | shared).distinct()


def listed_studies(reader: Reader, today: datetime.date) -> QuerySet[Study]:
    waves = waves_with_counts(today)
    return (
        visible_studies(reader)
        .select_related("territory__country", "force__country")
        .prefetch_related(
            "texts", "territory__texts", "force__texts", Prefetch("waves", waves)
        )
    )


def whole_study(reader: Reader, today: datetime.date) -> QuerySet[Study]:
    excerpts = Excerpt.objects.prefetch_related("texts").select_related("part")
    return listed_studies(reader, today).prefetch_related(
        "parts__texts",
        Prefetch("parts__excerpts", excerpts),
        Prefetch("waves__links", AnswerLink.objects.order_by("side")),
    )


def diagnoses(study: Study) -> list[Diagnosis]:
    """List the diagnoses of a study's closed waves, first wave first."""
    found = Diagnosis.objects.filter(wave__study=study).select_related("wave")
    return list(found.order_by("wave__number"))


def kinds_of_source(study: Study) -> dict[str, tuple[str, ...]]:
    """List, by factor, the kind of each part of a study where it was heard."""
    heard: dict[str, tuple[str, ...]] = {}
    excerpts = Excerpt.objects.filter(part__study=study).order_by("part__position")
    parts = excerpts.values_list("factor", "part__kind", "part").distinct()
    for factor, kind, _part in parts:
        heard[factor] = (*heard.get(factor, ()), kind)
    return heard


def questionnaires_with(study: Study, item: str) -> list[tuple[Questionnaire, Item]]:
    """Find where a study asked an item: each questionnaire once, with the item."""
    # The population's wording first, as on every page.
    asked = Questionnaire.objects.filter(waves__study=study).defer("content")
    asked = asked.distinct().order_by("-side", "version")
    return [
        (questionnaire, asked_item)
        for questionnaire in map(layouts.filled, asked)
        for asked_item in questionnaire.items
        if asked_item["name"] == item
    ]


def answer_links() -> QuerySet[AnswerLink]:
    return AnswerLink.objects.select_related("wave__study__territory")


def questionnaire_of(link: AnswerLink) -> Questionnaire:
    """Find what a link asks, without reading its content again for every page."""
    return layouts.filled(link.wave.questionnaires.defer("content").get(side=link.side))


def fielded_languages(wave: Wave, questionnaire: Questionnaire) -> list[str]:
    """List the languages a respondent may choose: those whose wording was reviewed."""
    if wave.simulated:
        return list(questionnaire.content["title"])
    return list(questionnaire.content["reviewed"])


def takes_comments(link: AnswerLink, questionnaire: Questionnaire) -> bool:
    """Free text is off for police officers and in questionnaires for young people."""
    young = questionnaire.content["name"] == YOUTH
    return link.wave.comments and link.side != Side.POLICE_OFFICERS and not young


def takes_answers(wave: Wave, today: datetime.date) -> bool:
    if wave.is_rehearsal:
        return True
    return wave.is_open and wave.opens_on <= today <= wave.closes_on
