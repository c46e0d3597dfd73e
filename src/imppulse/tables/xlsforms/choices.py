"""The choices sheet: lists of answers with their codes."""

import re
from collections.abc import Sequence

from imppulse.instruments.xlsforms.form import Choice
from imppulse.tables.xlsforms.columns import CHOICES, check_columns
from imppulse.tables.xlsforms.sheets import Row, Sheet
from imppulse.tables.xlsforms.texts import Languages, words

WHOLE = re.compile(r"-?\d{1,5}")
HIGHEST = 32_767  # a column of codes takes two bytes an answer
COLUMN_PART = re.compile(r"[A-Za-z0-9_-]+")
# Answers that measure nothing: counted as points they would be the best marks.
NO_ANSWER = re.compile(
    r"(?:i )?(?:do not|don['’]t) (?:know|want to (?:say|answer))|(?:i )?prefer not to .*"
    r"|no answer|refus(?:ed|al|e de répondre)|not applicable"
    r"|(?:je )?ne sa(?:is|it) pas|(?:je )?(?:préfère|préfère) ne pas .*|sans réponse"
    r"|ne se prononce pas|nsp|non concerné(?:·?e)?",
    re.IGNORECASE,
)
Lists = dict[str, tuple[Choice, ...]]


def lists(sheet: Sheet, known: Languages) -> Lists:
    check_columns(sheet, "choices", CHOICES)
    by_list: dict[str, list[Row]] = {}
    for row in sheet.rows:
        if not row.get("list_name"):
            row.refuse("form_choice_without_list", "list_name")
            continue
        by_list.setdefault(row.get("list_name"), []).append(row)
    return {name: answers(rows, known) for name, rows in by_list.items()}


def answers(rows: Sequence[Row], known: Languages) -> tuple[Choice, ...]:
    check_names(rows)
    numbered = not any(WHOLE.fullmatch(row.get("name")) for row in rows)
    if numbered:
        facts = {"list": rows[0].get("list_name"), "count": len(rows)}
        rows[0].notice("form_choices_numbered", "name", **facts)
    return tuple(
        answer(row, known, position if numbered else None)
        for position, row in enumerate(rows, 1)
    )


def check_names(rows: Sequence[Row]) -> None:
    whole = [row for row in rows if WHOLE.fullmatch(row.get("name"))]
    seen: set[str] = set()
    for row in rows:
        name = row.get("name")
        if not name:
            row.refuse("form_choice_without_name", "name")
        elif name in seen:
            row.refuse("form_choice_twice", "name", list=row.get("list_name"))
        elif whole and row not in whole:
            row.refuse("form_choice_mixed", "name", list=row.get("list_name"))
        elif row in whole and abs(int(name)) > HIGHEST:
            row.refuse("form_choice_too_large", "name", most=HIGHEST)
        elif not COLUMN_PART.fullmatch(name):
            row.refuse("form_choice_name", "name")
        seen.add(name)


def answer(row: Row, known: Languages, number: int | None) -> Choice:
    label, name = words(row, known), row.get("name")
    missing = any(NO_ANSWER.fullmatch(text.rstrip(".")) for text in label.values())
    if missing:
        row.notice("form_choice_no_answer", "name", label=next(iter(label.values())))
    code = number if number is not None else int(name) if WHOLE.fullmatch(name) else 0
    return Choice(name, code, label, missing)
