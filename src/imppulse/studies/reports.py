"""The diagnosis of a wave as a document: names of things, who was asked and how, in one language."""

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.core.models import Written
from imppulse.evidence.diagnosis.diagnosis import Diagnosis as Findings
from imppulse.evidence.diagnosis.diagnosis_results import FactorOfSide
from imppulse.instruments import ForceName
from imppulse.reporting.diagnosis import diagnosis_document
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.language import Language
from imppulse.studies.choices import Side
from imppulse.studies.models import Diagnosis, Study, Wave
from imppulse.typesetting.content import Block, Cover, Document, Folded, List, Table
from imppulse.typesetting.html import blocks
from imppulse.typesetting.pdf import to_pdf

DISTRICT_INDEX = "local_relation"
TOP_FACTORS = 3
MOST_LISTED = 5


def document(diagnosis: Diagnosis) -> Document:
    """Write the report in the language that is active."""
    return diagnosis_document(findings(diagnosis), names(diagnosis))


def pdf(diagnosis: Diagnosis, language: str) -> bytes:
    with override(language):
        return to_pdf(document(diagnosis), FONT_DIRECTORY)


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


def top_factors(diagnosis: Diagnosis) -> list[FactorOfSide]:
    """List the factors with the largest shortfall, each once."""
    shown = {f.code: f for f in reversed(findings(diagnosis).factors) if f.shortfall}
    return sorted(shown.values(), key=lambda f: f.rank or 0)[:TOP_FACTORS]


def names(diagnosis: Diagnosis) -> Names:
    wave = diagnosis.wave
    study, code = wave.study, active_language()
    constructs = {c.name: c.title.in_language(code) for c in instruments.constructs()}
    weighted = _("Answers are weighted.") if not wave.self_selected else ""
    return Names(
        language=Language(code),
        territory=title(study.territory, "name"),
        force=title(study.force, "name"),
        indices=single_questions(study) | constructs,
        factors={f.name: f.title.in_language(code) for f in instruments.factors()},
        districts=dict(study.territory.districts.values_list("code", "name"))
        | {"elsewhere": _("elsewhere"), "merged": _("small districts together")},
        asked=tuple(asked(wave, diagnosis)),
        weighting=weighted,
        data_version=_("Data: wave %(number)s, SHA-256 %(checksum)s.")
        % {"number": wave.number, "checksum": diagnosis.data_checksum},
        district_index=DISTRICT_INDEX,
        published_on=study.published_on,
        simulated=_("Simulated data, fictional city.") if wave.simulated else "",
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
