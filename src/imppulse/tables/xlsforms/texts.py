"""Texts of a form: every cell in every language, or the empty ones are named."""

from collections.abc import Mapping
from dataclasses import dataclass

from imppulse.tables.xlsforms.headers import language_code
from imppulse.tables.xlsforms.sheets import Row, Sheet

EMPTY = ("", "-")  # pyxform writes "-" where a translation is missing, and says nothing
REFERENCE = "${"


@dataclass(frozen=True)
class Languages:
    """Codes of the languages of a form, and how its default is called."""

    codes: tuple[str, ...]
    default: str  # code of columns without a language

    def of(self, called: str) -> str | None:
        return language_code(called) if called else self.default


def languages(survey: Sheet, default: str) -> Languages | None:
    """Tell the languages of a form by the label columns of the survey."""
    called = survey.languages("label")
    if not called:
        survey.refuse("form_no_label", 1, "label")
        return None
    codes: dict[str, str] = {}
    for name in called:
        code = language_code(name) if name else (language_code(default) or default)
        if not code:
            refuse_language(survey, name)
        elif code in codes:
            facts = {"other": codes[code] or "label", "language": name}
            survey.refuse("form_language_twice", 1, "label", **facts)
        else:
            codes[code] = name
    fallback = language_code(default) or next(iter(codes), "")
    return None if survey.problems and not codes else Languages(tuple(codes), fallback)


def refuse_language(survey: Sheet, called: str) -> None:
    if called:
        survey.refuse("form_language_unknown", 1, "label", language=called)
    else:
        survey.refuse("form_language_unnamed", 1, "label")


def words(row: Row, known: Languages, *, column: str = "label") -> Mapping[str, str]:
    """Give a text in every language; empty cells and references are refused."""
    found = {
        known.of(called): row.get(column, called)
        for called in row.sheet.languages(column)
    }
    for called in row.sheet.languages(column):
        check_cell(row, column, called)
    for code in known.codes:
        if code not in found:
            row.refuse("form_language_absent", column, wanted=code)
    return {code: found.get(code, "") for code in known.codes}


def check_cell(row: Row, column: str, called: str) -> None:
    text = row.get(column, called)
    if text in EMPTY:
        row.refuse("form_text_missing", column, language=called, item=row.get("name"))
    elif REFERENCE in text:
        row.refuse("form_text_reference", column, language=called)


def joined(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {code: f"{text} {second[code]}".strip() for code, text in first.items()}
