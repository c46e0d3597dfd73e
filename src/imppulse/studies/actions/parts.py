"""Kinds of source beside the survey: their guide, what was said in them, and what it is worth."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.actions import note
from imppulse.core.choices import TextStatus
from imppulse.core.errors import Refused
from imppulse.core.models import Written
from imppulse.network.models import Territory
from imppulse.studies.actions.studies import Bodies, remove, write_texts
from imppulse.studies.choices import Convergence, PartKind
from imppulse.studies.identifying import Sign, signs
from imppulse.studies.models import Appraisal, Excerpt, Part, Study


@transaction.atomic
def add_part(study: Study, *, kind: str, side: str, texts: Bodies, by: str) -> Part:
    refuse_side(study, side)
    part = Part.objects.create(
        study=study, kind=kind, side=side, position=study.parts.count()
    )
    note("add", part, by=by, kind=kind)
    write_texts(part, texts, by=by)
    return part


@transaction.atomic
def change_part(part: Part, *, kind: str, side: str, texts: Bodies, by: str) -> None:
    """Change a part; what it is stays once something was coded in it."""
    refuse_side(part.study, side)
    if (part.kind, part.side) != (kind, side):
        if part.excerpts.exists():
            raise Refused(
                "coded_part",
                _("Excerpts were coded in this part: its kind and its side stay."),
            )
        part.kind, part.side = kind, side
        part.save()
    note("change", part, by=by)
    write_texts(part, texts, by=by)


def refuse_side(study: Study, side: str) -> None:
    if side not in study.sides:
        raise Refused("unheard_side", _("This study does not hear that side."))


@transaction.atomic
def remove_part(part: Part, *, by: str) -> None:
    """Remove a part with all that was coded in it, as long as none of it is published."""
    excerpts = list(part.excerpts.all())
    for record in (part, *excerpts):
        refuse_published(record)
    note("remove", part, by=by)
    for record in (*excerpts, part):
        remove(record)


def refuse_published(record: Written) -> None:
    if record.texts.filter(status=TextStatus.PUBLISHED).exists():
        raise Refused(
            "published_part",
            _("This is published: write to the coordinator to have it withdrawn."),
        )


@transaction.atomic
def code_excerpt(
    part: Part, *, factor: str, quotes: Mapping[str, str], read_again: bool, by: str
) -> Excerpt:
    """Tie a passage to the factor it speaks of; nobody may be recognised in it."""
    refuse_survey(part)
    refuse_quotes(part, factor, quotes, read_again=read_again)
    place = part.excerpts.count()
    excerpt = Excerpt.objects.create(part=part, factor=factor, position=place)
    note("code", excerpt, by=by, factor=factor)
    write_texts(excerpt, {"quote": quotes}, by=by)
    return excerpt


@transaction.atomic
def change_excerpt(
    excerpt: Excerpt,
    *,
    factor: str,
    quotes: Mapping[str, str],
    read_again: bool,
    by: str,
) -> None:
    refuse_published(excerpt)
    refuse_quotes(excerpt.part, factor, quotes, read_again=read_again)
    excerpt.factor = factor
    excerpt.save(update_fields=["factor"])
    note("change", excerpt, by=by, factor=factor)
    write_texts(excerpt, {"quote": quotes}, by=by)


@transaction.atomic
def remove_excerpt(excerpt: Excerpt, *, by: str) -> None:
    refuse_published(excerpt)
    note("remove", excerpt, by=by)
    remove(excerpt)


def refuse_survey(part: Part) -> None:
    if part.kind == PartKind.SURVEY:
        raise Refused("survey_part", _("What people answer in a survey is not coded."))


def refuse_quotes(
    part: Part, factor: str, quotes: Mapping[str, str], *, read_again: bool
) -> None:
    refuse_factor(factor)
    if not any(quote.strip() for quote in quotes.values()):
        raise Refused("no_quote", _("Write what was said, in one language at least."))
    if not read_again and signs_in(part.study, quotes):
        raise Refused(
            "may_identify",
            _("Someone might be recognised: read it again, change it or confirm."),
        )


def refuse_factor(factor: str) -> None:
    if factor not in {each.name for each in instruments.factors()}:
        raise Refused("unknown_factor", _("Choose the factor it speaks of."))


def signs_in(study: Study, quotes: Mapping[str, str]) -> list[Sign]:
    """Find what might name someone; names of the study's places and force are none."""
    known = [name for place in study.territories for name in place_names(place)]
    known += [text.body for text in study.force.texts.all()]
    return [sign for quote in quotes.values() for sign in signs(quote, known=known)]


def place_names(place: Territory) -> list[str]:
    districts = place.districts.values_list("name", flat=True)
    return [*(text.body for text in place.texts.filter(field="name")), *districts]


@transaction.atomic
def appraise(
    study: Study, factor: str, *, verdict: str, reasons: Mapping[str, str], by: str
) -> Appraisal:
    """Say whether what was heard about a factor agrees with the other sources, and why."""
    refuse_factor(factor)
    if not any(reason.strip() for reason in reasons.values()):
        raise Refused("no_reason", _("Say why, in one language at least."))
    appraisal, _new = study.appraisals.update_or_create(
        factor=factor, defaults={"verdict": Convergence(verdict)}
    )
    note("appraise", appraisal, by=by, factor=factor, verdict=verdict)
    write_texts(appraisal, {"reason": reasons}, by=by)
    return appraisal


@transaction.atomic
def remove_appraisal(appraisal: Appraisal, *, by: str) -> None:
    refuse_published(appraisal)
    note("remove", appraisal, by=by)
    remove(appraisal)
