"""What each column of a sheet is to this software: read, of no meaning, or refused."""

from collections.abc import Sequence
from difflib import get_close_matches

from imppulse.tables.xlsforms.headers import TRANSLATED
from imppulse.tables.xlsforms.sheets import Key, Row, Sheet

SURVEY = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "parameters",
)  # fmt: skip
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")
# Looks, help for programs, sentences that our pages say in their own words.
LEFT_OUT = {
    "survey": (
        "appearance", "guidance_hint", "constraint_message", "required_message",
        "autoplay", "rows", "body", "hxl",
    ),
    "choices": ("hxl", "order"),
    "settings": (
        "style", "instance_name", "public_key", "submission_url", "auto_send",
        "auto_delete", "id_string", "name", "title", "prefix", "namespaces",
    ),
}  # fmt: skip
# What would change what people are asked, and can therefore not be left out.
REFUSED = {
    "calculation": "form_column_calculation",
    "default": "form_column_default",
    "choice_filter": "form_column_choice_filter",
    "repeat_count": "form_column_repeat",
    "read_only": "form_column_read_only",
    "trigger": "form_column_calculation",
    "image": "form_column_media",
    "audio": "form_column_media",
    "video": "form_column_media",
    "save_to": "form_column_entity",
}
HARMLESS = {"read_only": ("no", "false", "false()")}
MACHINE = ("$", "_", "kobo--")  # columns that other software writes for itself


def check_columns(sheet: Sheet, kind: str, read: tuple[str, ...]) -> None:
    """Refuse or name every filled column that is not read."""
    for key in sheet.headers:
        rows = [row for row in sheet.rows if row.get(*key)]
        if rows and key[0] not in read:
            check_column(kind, key, rows)
        elif rows and key[1] and key[0] not in TRANSLATED:
            refuse_unknown(key, rows[0], (*read, *LEFT_OUT[kind]))


def check_column(kind: str, key: Key, rows: Sequence[Row]) -> None:
    name, language = key
    if name in LEFT_OUT[kind] or name.startswith(MACHINE):
        rows[0].notice("form_column_left_out", name, language=language)
    elif name in REFUSED:
        for row in rows:
            if row.get(*key).lower() not in HARMLESS.get(name, ()):
                row.refuse(REFUSED[name], name, language=language)
    else:
        known = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}[kind]
        refuse_unknown(key, rows[0], (*known, *LEFT_OUT[kind]))


def refuse_unknown(key: Key, row: Row, known: Sequence[str]) -> None:
    close = get_close_matches(key[0], known, n=1)
    facts = {"known": close or known, "language": key[1]}
    row.refuse("form_column_unknown", key[0], **facts)
