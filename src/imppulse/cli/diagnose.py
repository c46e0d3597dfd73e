import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from imppulse import instruments
from imppulse.cli.diagnosis_plan import plan, prepared
from imppulse.cli.language import Language, line, say, word
from imppulse.cli.options import File, Lang, Sheet
from imppulse.evidence.diagnosis.diagnosis import Diagnosis
from imppulse.evidence.diagnosis.diagnosis import diagnose as computed
from imppulse.instruments.diagnosis_details import Details, details
from imppulse.instruments.diagnosis_plan import left_out
from imppulse.instruments.texts import ForceName
from imppulse.tables import StudyFile, Table, read, read_study, write_json

SIMULATED = "Simulated data"
WEIGHTED = "Answers are weighted (column “{column}”)."
UNWEIGHTED = "Answers are not weighted."
FIELD_WORK = "{title}. The field work ended on {day}."
DATA = "Data: {file}, SHA-256 {checksum}."
LEFT_OUT = (
    "indices left out, since the file does not hold all the answers they need: {names}"
)
WRITTEN = "written: {files}"


def diagnose(
    file: File,
    *,
    study: Annotated[
        Path, typer.Option(help="Study file (TOML): title, territory, force, columns.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the reports and results.")],
    sheet: Sheet = None,
    lang: Lang = Language.en,
) -> None:
    """Diagnose the relation from answers: a report per language, and the results."""
    described = read_study(study)
    table = prepared(read(file, sheet=sheet), described)
    asked = plan(table, described)
    diagnosis = computed(table.frame, asked)
    further = details(table.frame, asked, diagnosis)
    files = _reports(diagnosis, further, study=described, table=table) | {
        "results.json": _results(diagnosis, further, study=described, table=table)
    }
    write_together(out, files)
    if missing := left_out(asked):
        sys.stderr.write(line(say(lang, LEFT_OUT, names=", ".join(missing)), lang))
    paths = ", ".join(str(out / name) for name in files)
    sys.stdout.write(say(lang, WRITTEN, files=paths) + "\n")


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files beside the folder first, so that none is ever half-written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as waiting:
        for name, content in files.items():
            (Path(waiting) / name).write_bytes(content)
        for name in files:
            (Path(waiting) / name).replace(folder / name)


def _results(
    diagnosis: Diagnosis, further: Details, *, study: StudyFile, table: Table
) -> bytes:
    described: dict[str, object] = {
        "title": study.title,
        "territory": study.territory,
        "force": study.force,
        "wave": study.wave.isoformat(),
        "simulated": study.simulated,
        "file": table.name,
        "sha256": table.checksum,
    }
    found = {**diagnosis.to_dict(), "details": further.to_dict(), "study": described}
    return write_json(found).encode()


def _reports(
    diagnosis: Diagnosis, further: Details, *, study: StudyFile, table: Table
) -> dict[str, bytes]:
    # The library without its reports extra has none of these
    from imppulse.charts.rendering import FONT_DIRECTORY  # noqa: PLC0415 (as above)
    from imppulse.reporting.diagnosis import diagnosis_document  # noqa: PLC0415 (as above)
    from imppulse.typesetting.html import to_page  # noqa: PLC0415 (as above)
    from imppulse.typesetting.pdf import to_pdf  # noqa: PLC0415 (as above)

    documents = {
        code: diagnosis_document(diagnosis, _names(code, study, table), further)
        for code in study.title
    }
    pages = {
        f"report.{code}.html": to_page(d).encode() for code, d in documents.items()
    }
    prints = {
        f"report.{code}.pdf": to_pdf(d, FONT_DIRECTORY) for code, d in documents.items()
    }
    return pages | prints


def _names(code: str, study: StudyFile, table: Table) -> Any:
    from imppulse.reporting.diagnosis_names import Names  # noqa: PLC0415 (as above)
    from imppulse.reporting.language import Language as Wording  # noqa: PLC0415 (as above)

    wording = Wording(code)
    weight = study.design.get("weight")
    return Names(
        language=wording,
        territory=study.territory,
        force=study.force[code],
        indices=_index_names(code, ForceName.of(study.force)),
        factors={
            each.name: each.title.in_language(code) for each in instruments.factors()
        },
        asked=(
            say(code, FIELD_WORK, title=study.title[code], day=wording.day(study.wave)),
        ),
        weighting=say(code, WEIGHTED, column=weight)
        if weight
        else word(UNWEIGHTED, code),
        data_version=say(code, DATA, file=table.name, checksum=table.checksum),
        published_on=study.wave,
        simulated=word(SIMULATED, code) if study.simulated else "",
    )


def _index_names(code: str, force: ForceName) -> dict[str, str]:
    """Name each index by its construct, and a single question by its wording."""
    wordings = {
        item.name: item.wording(item.sides[0], code, force)
        for item in instruments.items()
    }
    titles = {
        each.name: each.title.in_language(code) for each in instruments.constructs()
    }
    return wordings | titles
