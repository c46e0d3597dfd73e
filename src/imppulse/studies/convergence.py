"""What stands behind each factor of a study: its kinds of source, and whether they agree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from imppulse import instruments
from imppulse.core.choices import TextStatus
from imppulse.core.models import Written
from imppulse.instruments import Factor
from imppulse.studies.choices import PartKind
from imppulse.studies.models import Appraisal, Excerpt, Study

Record = TypeVar("Record", bound=Written)


@dataclass
class Sources:
    """A factor with the excerpts that speak of it, by kind of source."""

    factor: Factor
    excerpts: list[Excerpt] = field(default_factory=list)
    measured: bool = False
    appraisal: Appraisal | None = None

    @property
    def kinds(self) -> list[PartKind]:
        heard = {excerpt.part.kind for excerpt in self.excerpts}
        if self.measured:
            heard.add(PartKind.SURVEY)
        return [kind for kind in PartKind if kind.value in heard]


def sources(study: Study, *, drafts: bool) -> list[Sources]:
    """List the factors that something speaks of; readers see what is published."""
    found: dict[str, Sources] = {
        factor.name: Sources(factor) for factor in instruments.factors()
    }
    for excerpt in shown(excerpts_of(study), drafts=drafts):
        if excerpt.factor in found:
            found[excerpt.factor].excerpts.append(excerpt)
    for name in measured_factors(study):
        if name in found:
            found[name].measured = True
    for appraisal in shown(study.appraisals.prefetch_related("texts"), drafts=drafts):
        if appraisal.factor in found:
            found[appraisal.factor].appraisal = appraisal
    spoken = (each for each in found.values() if each.kinds)
    return sorted(spoken, key=lambda each: -len(each.kinds))


def excerpts_of(study: Study) -> Iterable[Excerpt]:
    every = Excerpt.objects.filter(part__study=study).select_related("part")
    return every.prefetch_related("texts", "part__texts")


def shown(records: Iterable[Record], *, drafts: bool) -> list[Record]:
    return [each for each in records if drafts or is_published(each)]


def is_published(record: Written) -> bool:
    return any(text.status == TextStatus.PUBLISHED for text in record.texts.all())


def measured_factors(study: Study) -> set[str]:
    """Name the factors that questions of a closed wave speak of."""
    return {
        factor
        for wave in study.waves.prefetch_related("questionnaires")
        if wave.is_closed
        for questionnaire in wave.questionnaires.all()
        for item in questionnaire.items
        for factor in item["factors"]
    }
