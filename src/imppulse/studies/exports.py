"""A closed wave as files: answers for the evaluator alone, the codebook for everybody."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from imppulse.core.errors import Refused
from imppulse.core.models import Written
from imppulse.studies import queries
from imppulse.studies.choices import AgeGroup, Side
from imppulse.studies.mapping import facts as fact_names
from imppulse.studies.models import Wave
from imppulse.studies.storage import DamagedFile
from imppulse.tables.codebook import Codebook, Variable, write_codebook
from imppulse.tables.ddi import write_ddi
from imppulse.tables.statistical import write_dta, write_sav

LANGUAGES = tuple(code for code, _name in settings.PUBLICATION_LANGUAGES)
FORMATS: Final = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
}
CODEBOOKS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}
Words = Mapping[str, str]


def in_every_language(written: Any) -> dict[str, str]:
    """Say one thing, given as a function, in each language of publication."""
    found = {}
    for code in LANGUAGES:
        with override(code):
            found[code] = str(written())
    return found


def texts(record: Written, field: str) -> dict[str, str]:
    every = {code: record.current(field, code) for code in LANGUAGES}
    return {code: text.body for code, text in every.items() if text}


def codebook(wave: Wave) -> Codebook:
    """Describe a closed wave; nothing here comes from an answer."""
    study = wave.study
    labels = {code: dict(names) for code, names in column_names().items()}
    return Codebook(
        identifier=f"{study.slug}-wave-{wave.number}",
        title=texts(study, "title"),
        variables=(
            *(fact(name, labels, wave) for name, _label in fact_names()),
            *asked(wave),
        ),
        languages=LANGUAGES,
        facts=study_facts(wave),
    )


def column_names() -> dict[str, list[tuple[str, str]]]:
    found = {}
    for code in LANGUAGES:
        with override(code):
            found[code] = [
                *fact_names(),
                ("force", _("force")),
                ("wave", _("wave")),
                ("simulated", _("simulated")),
            ]
    return found


def fact(name: str, labels: Mapping[str, Mapping[str, str]], wave: Wave) -> Variable:
    values: dict[str, Words] = {}
    if name == "side":
        values = {s.value: in_every_language(lambda s=s: s.label) for s in Side}
    elif name == "age_group":
        values = {a.value: in_every_language(lambda a=a: a.label) for a in AgeGroup}
    elif name == "district":
        districts = wave.study.territory.districts.values_list("code", "name")
        values = {code: dict.fromkeys(LANGUAGES, name) for code, name in districts}
    label = {code: names[name] for code, names in labels.items()}
    return Variable(name, label, wordings=values)


def asked(wave: Wave) -> list[Variable]:
    """Describe each question with its wording on every side, and its codes."""
    found: dict[str, Variable] = {}
    for questionnaire in wave.questionnaires.order_by("-side"):
        for item in questionnaire.items:
            before = found.get(item["name"])
            wordings = {
                **(before.wordings if before else {}),
                questionnaire.side: item["wording"],
            }
            found[item["name"]] = Variable(
                name=item["name"],
                label=before.label if before else item["wording"],
                values={o["code"]: o["label"] for o in item["options"]},
                missing=tuple(o["code"] for o in item["options"] if o["missing"]),
                wordings=wordings,
                is_measure=True,
            )
    return list(found.values())


def study_facts(wave: Wave) -> dict[str, Any]:
    territory = wave.study.territory
    simulated = in_every_language(lambda: _("Simulated data, fictional city."))
    return {
        "abstract": simulated if wave.simulated else texts(wave.study, "summary"),
        "country": texts(territory.country, "name"),
        "territory": texts(territory, "name"),
        "mode": in_every_language(wave.get_mode_display),
        "opened": wave.opens_on,
        "closed": wave.closes_on,
        "checksum": wave.checksum,
        "file": f"{wave.study.slug}-wave-{wave.number}",
        "access": in_every_language(
            lambda: _(
                "The answers row by row go to the evaluator of the territory only."
            )
        ),
    }


def access() -> str:
    return _("The answers row by row go to the evaluator of the territory only.")


def rows(wave: Wave) -> pl.DataFrame:
    """Read answers and weights in the shuffled order they were closed in."""
    try:
        answers = queries.closed_answers(wave)
    except (DamagedFile, OSError) as damage:
        sentence = _("The file of wave %(number)s is not the one that was closed.")
        raise Refused("damaged_file", sentence % {"number": wave.number}) from damage
    return answers.with_columns(simulated=pl.lit(wave.simulated))


def encoded(wave: Wave, kind: str, language: str) -> bytes:
    """Write the answers in a format; labels, where it has any, in the language asked for."""
    frame, buffer = rows(wave), BytesIO()
    if kind == "csv":
        frame.write_csv(buffer)
    elif kind == "parquet":
        frame.write_parquet(buffer, metadata={"answers": wave.checksum})
    else:
        write = write_sav if kind == "sav" else write_dta
        return write(frame, codebook(wave), language)
    return buffer.getvalue()


def written_codebook(wave: Wave, kind: str) -> str:
    book = codebook(wave)
    return write_ddi(book) if kind == "xml" else write_codebook(book)


def filename(wave: Wave, kind: str) -> str:
    simulated = "-simulated" if wave.simulated else ""
    return f"{wave.study.slug}-wave-{wave.number}{simulated}.{kind}"
