"""The diagnosis of a wave as a document: names of things, who was asked and how, in one language."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.core.models import Written
from imppulse.evidence.diagnosis.diagnosis import Diagnosis as Findings
from imppulse.instruments import ForceName
from imppulse.instruments.diagnosis_details import Details
from imppulse.reporting.diagnosis import diagnosis_document
from imppulse.reporting.diagnosis_first_page import first_factors
from imppulse.reporting.diagnosis_names import Names, Quote
from imppulse.reporting.language import Language
from imppulse.studies import next_steps, wordings
from imppulse.studies.choices import AgeGroup, Side
from imppulse.studies.models import Diagnosis, Study, Wave, Weighting
from imppulse.studies.outlines import outlines
from imppulse.typesetting.content import Block, Cover, Document, Folded, List, Table
from imppulse.typesetting.html import blocks
from imppulse.typesetting.pdf import to_pdf

DISTRICT_INDEX = "local_relation"
MOST_LISTED = 5
MARGIN_NAMES = {
    "age_group": gettext_lazy("age group"),
    "gender": gettext_lazy("gender"),
    "district": gettext_lazy("district"),
}


def document(diagnosis: Diagnosis, *, host: str = "") -> Document:
    """Write the report in the language that is active; on paper, links need their host."""
    further = Details.from_dict(diagnosis.details) if diagnosis.details else None
    return diagnosis_document(findings(diagnosis), names(diagnosis, host), further)


def pdf(diagnosis: Diagnosis, language: str, *, host: str = "") -> bytes:
    with override(language):
        return to_pdf(document(diagnosis, host=host), FONT_DIRECTORY)


def html(report: Document) -> tuple[str, str]:
    """Give the report as HTML for a page that has its title: what was found, how it is known."""
    found = tuple(folded(b) for b in report.blocks if not isinstance(b, Cover | Folded))
    known = tuple(b for b in report.blocks if isinstance(b, Folded))
    return blocks(found), blocks(known)


def folded(block: Block) -> Block:
    """Fold what is for the reader who wants every number."""
    if isinstance(block, Table):
        return Folded(block.caption, (block,))
    if isinstance(block, List) and len(block.items) > MOST_LISTED:
        return Folded(_("Every difference, with its interval"), (block,))
    return block


def findings(diagnosis: Diagnosis) -> Findings:
    return Findings.from_dict(diagnosis.results)


def names(diagnosis: Diagnosis, host: str = "") -> Names:
    wave = diagnosis.wave
    study, code = wave.study, active_language()
    constructs = {c.name: c.title.in_language(code) for c in instruments.constructs()}
    return Names(
        language=Language(code),
        territory=title(study.territory, "name"),
        force=title(study.force, "name"),
        indices=single_questions(study) | constructs,
        factors={f.name: f.title.in_language(code) for f in instruments.factors()},
        districts=dict(study.territory.districts.values_list("code", "name"))
        | {"elsewhere": _("elsewhere"), "merged": _("small districts together")},
        groups={value: str(label) for value, label in AgeGroup.choices},
        outlines=outlines(study.territory),
        steps=tuple(
            replace(s, link=host + s.link)
            for s in next_steps.steps(study, first_factors(findings(diagnosis)))
        ),
        quotes=tuple(quotes(study)),
        asked=tuple(asked(wave, diagnosis)),
        weighting=weighting_told(diagnosis),
        data_version=_("Data: wave %(number)s, SHA-256 %(checksum)s.")
        % {"number": wave.number, "checksum": diagnosis.data_checksum},
        district_index=DISTRICT_INDEX,
        published_on=study.published_on,
        simulated=_("Simulated data, fictional city.") if wave.simulated else "",
    )


def weighting_told(diagnosis: Diagnosis) -> str:
    """Say how answers were weighted, and what it cost."""
    used = diagnosis.weighting
    if used is None:
        return "" if diagnosis.wave.self_selected else _("Answers are weighted.")
    language = Language(active_language())
    return _(
        "The answers of residents are weighted to %(margins)s (%(source)s), version "
        "%(version)s of the weights: %(n)s answers count as %(effective)s."
    ) % {
        "margins": ", ".join(margin_names(used)),
        "source": used.source,
        "version": used.version,
        "n": language.number(used.quality["n"]),
        "effective": language.number(used.quality["effective_n"]),
    }


def margin_names(used: Weighting) -> list[str]:
    return [str(MARGIN_NAMES[column]) for column in used.margins]


def quotes(study: Study) -> Iterator[Quote]:
    """Give the released passages in the order of the factors."""
    language = active_language()
    for voice in wordings.voices(study):
        for excerpt in voice["excerpts"]:
            text = excerpt.text("quote", language)
            if text is not None:
                yield Quote(
                    factor=voice["factor"].name,
                    text=text.body,
                    source=title(excerpt.part, "title"),
                    language="" if text.language == language else text.language,
                )


def active_language() -> str:
    return get_language() or "en"


def title(record: Written, field: str) -> str:
    text = record.text(field, active_language())
    return text.body if text else ""


def single_questions(study: Study) -> dict[str, str]:
    """Name the questions that stand alone, as those asked: guesses and what they guess."""
    name = ForceName(en=subject(study, "en"), fr=subject(study, "fr"))
    guessed = {item.guesses.item for item in instruments.items() if item.guesses}
    return {
        code: instruments.item(code).wording(
            instruments.Side.POPULATION, active_language(), name
        )
        for code in guessed
    }


def subject(study: Study, language: str) -> str:
    text = study.force.text("subject", language)
    return text.body if text else ""


def asked(wave: Wave, diagnosis: Diagnosis) -> list[str]:
    """Say when and how people were asked, and how many of those invited answered."""
    language = Language(active_language())
    facts = {
        "number": wave.number,
        "opens": language.day(wave.opens_on),
        "closes": language.day(wave.closes_on),
        "mode": wave.get_mode_display(),
    }
    when = _("Wave %(number)s, from %(opens)s to %(closes)s: %(mode)s.") % facts
    counted = {each.side: each.n for each in findings(diagnosis).respondents}
    responses = [
        response(side, invited, counted.get(side))
        for side, invited in wave.invited.items()
    ]
    return [when, *filter(None, responses)]


def response(side: str, invited: int, answered: int | None) -> str:
    if not invited or answered is None:
        return ""
    language = Language(active_language())
    return _("Of %(invited)s people invited (%(side)s), %(share)s answered.") % {
        "invited": language.number(invited),
        "side": Side(side).label,
        "share": language.percent(answered / invited),
    }
