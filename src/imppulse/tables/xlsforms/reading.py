"""From the bytes of a workbook to a form, whole or not at all."""

from dataclasses import dataclass

from imppulse.instruments.xlsforms.form import Form
from imppulse.tables.errors import TableError
from imppulse.tables.formats import recognise
from imppulse.tables.table import Source
from imppulse.tables.xlsforms.choices import lists
from imppulse.tables.xlsforms.columns import SETTINGS, SURVEY, check_columns
from imppulse.tables.xlsforms.parts import parts
from imppulse.tables.xlsforms.sheets import FormRefused, Row, Sheet, read_sheets
from imppulse.tables.xlsforms.texts import languages

SHEETS = ("survey", "choices", "settings")
OTHER_FORMS = ("entities", "external_choices", "osm", "cascades")


@dataclass(frozen=True)
class ReadForm:
    """A form that was taken over, and what was taken otherwise or left out."""

    form: Form
    notices: tuple[TableError, ...]


def read_form(content: bytes, name: str, *, language: str = "") -> ReadForm:
    """Read an XLSForm; `language` is that of a form which does not say its own.

    Raises
    ------
    FormRefused
        With every problem: sheet, row, column, what was found, what to write.
    TableError
        Where the file is no workbook.
    """
    source = Source(name, content)
    if (found := recognise(source)) != "xlsx":
        raise source.error("form_not_xlsx", format=found)
    try:
        sheets = read_sheets(source)
    except TableError:
        raise
    except Exception as reason:  # openpyxl fails on damaged files in any way
        raise source.error("broken_file", format="xlsx") from reason
    return form_of(source, sheets, language)


def form_of(source: Source, sheets: dict[str, Sheet], language: str) -> ReadForm:
    survey = sheets.get("survey")
    if survey is None or not survey.rows:
        raise source.error("form_no_survey", sheets=list(sheets))
    empty = Sheet(source, "", {})
    choices, settings = (sheets.get(n, empty) for n in ("choices", "settings"))
    refuse_sheets(sheets)
    check_columns(survey, "survey", SURVEY)
    check_columns(settings, "settings", SETTINGS)
    given = settings.rows[0] if settings.rows else Row(settings, 2, {})
    known = languages(survey, given.get("default_language") or language)
    asked = parts(survey, lists(choices, known), known) if known else ()
    problems = [problem for each in sheets.values() for problem in each.problems]
    if problems or known is None:
        raise FormRefused(problems)
    form = Form(
        title=given.get("form_title") or source.name,
        name=given.get("form_id") or source.name,
        version=given.get("version"),
        languages=known.codes,
        parts=asked,
    )
    notices = (notice for each in sheets.values() for notice in each.notices)
    return ReadForm(form, tuple(notices))


def refuse_sheets(sheets: dict[str, Sheet]) -> None:
    """Name the sheets that are not read; those that would change the form stop it."""
    for name, sheet in sheets.items():
        if name in OTHER_FORMS and sheet.rows:
            sheet.refuse("form_sheet_unsupported", 1, "")
        elif name not in SHEETS and sheet.rows:
            sheet.notice("form_sheet_left_out", 1, "")
    settings = sheets.get("settings")
    if settings and len(settings.rows) > 1:
        settings.rows[1].refuse("form_settings_rows", "form_title")
