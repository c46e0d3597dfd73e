"""A composed questionnaire as a file (JSON, or TOML on the way in): read strictly, written whole."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.instruments import Side
from imppulse.studies.composition import Composition, OwnQuestion

FORMAT, SCHEMA = "questionnaire", 1
MOST_BYTES = 512 * 1024
FIELDS = {
    "imppulse",
    "schema",
    "name",
    "side",
    "base",
    "languages",
    "left_out",
    "added",
    "own_questions",
    "words",
    "translated_from",
    "item_map",
}
QUESTION_FIELDS = {"name", "scale", "factor", "reversed"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
Value = TypeVar("Value")


def written(asked: Composition) -> dict[str, Any]:
    """Give a composition as plain values, as drafts and files hold it."""
    return {
        "imppulse": FORMAT,
        "schema": SCHEMA,
        "name": asked.name,
        "side": asked.side,
        "base": asked.base,
        "languages": list(asked.languages),
        "left_out": list(asked.left_out),
        "added": list(asked.added),
        "own_questions": [dict(vars(question)) for question in asked.own],
        "words": {code: dict(texts) for code, texts in asked.words.items()},
        "translated_from": {
            code: dict(texts) for code, texts in asked.translated_from.items()
        },
        "item_map": dict(asked.item_map),
    }


def to_file(asked: Composition) -> bytes:
    return json.dumps(written(asked), ensure_ascii=False, indent=2).encode() + b"\n"


def from_file(content: bytes, name: str) -> Composition:
    """Read an uploaded file; whatever is wrong in it is refused with its place."""
    if len(content) > MOST_BYTES:
        raise refused("", _("the file is larger than 512 kB"))
    try:
        text = content.decode("utf-8-sig")
        values = tomllib.loads(text) if name.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused("", _("neither JSON nor TOML can be read")) from error
    return read(values)


def read(values: object) -> Composition:
    table = checked(values, dict, "")
    refuse_unknown(table, FIELDS, "")
    if (table.get("imppulse"), table.get("schema")) != (FORMAT, SCHEMA):
        raise refused("imppulse", _("this is no questionnaire of IMPPULSE"))
    return Composition(
        name=text(table, "name"),
        side=one_of(table, "side", known=[side.value for side in Side]),
        base=one_of(
            table, "base", known=[q.name for q in instruments.questionnaires()]
        ),
        languages=languages(table),
        left_out=texts(table, "left_out"),
        added=further(table),
        own=tuple(
            question(each, f"own_questions {number}")
            for number, each in enumerate(
                checked(table.get("own_questions", []), list, "own_questions"), start=1
            )
        ),
        words=by_language(table, "words"),
        translated_from=by_language(table, "translated_from"),
        item_map=named_texts(table.get("item_map", {}), "item_map"),
    )


def further(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the bank's questions that are added: asked of this side, and not twice."""
    base = instruments.questionnaire(text(table, "base"))
    known = {i.name for i in instruments.items() if base.side in i.sides}
    found = texts(table, "added")
    for name in found:
        if name not in known or name in base.items:
            raise refused("added", _("“%s” is no further question of the bank") % name)
    return found


def question(value: object, place: str) -> OwnQuestion:
    table = checked(value, dict, place)
    refuse_unknown(table, QUESTION_FIELDS, place)
    factors = ["", *(factor.name for factor in instruments.factors())]
    table.setdefault("factor", "")
    return OwnQuestion(
        name=text(table, "name", place),
        scale=one_of(
            table,
            "scale",
            known=[scale.name for scale in instruments.scales()],
            place=place,
        ),
        factor=one_of(table, "factor", known=factors, place=place),
        reversed=checked(table.get("reversed", False), bool, f"{place}, reversed"),
    )


def languages(table: Mapping[str, Any]) -> tuple[str, ...]:
    found = texts(table, "languages")
    if not found:
        raise refused("languages", _("at least one language is needed"))
    for code in found:
        if not LANGUAGE.fullmatch(code):
            raise refused("languages", _("“%s” is no language code") % code)
    return found


def by_language(table: Mapping[str, Any], field: str) -> dict[str, dict[str, str]]:
    found = checked(table.get(field, {}), dict, field)
    return {code: named_texts(each, f"{field}, {code}") for code, each in found.items()}


def named_texts(value: object, place: str) -> dict[str, str]:
    found = checked(value, dict, place)
    return {key: checked(each, str, f"{place}, {key}") for key, each in found.items()}


def text(table: Mapping[str, Any], field: str, place: str = "") -> str:
    where = f"{place}, {field}" if place else field
    if field not in table:
        raise refused(where, _("it is missing"))
    return checked(table[field], str, where).strip()


def one_of(
    table: Mapping[str, Any], field: str, *, known: Sequence[str], place: str = ""
) -> str:
    value = text(table, field, place)
    if value not in known:
        where = f"{place}, {field}" if place else field
        facts = {"value": value, "known": ", ".join(filter(None, known))}
        raise refused(where, _("“%(value)s” is none of %(known)s") % facts)
    return value


def texts(table: Mapping[str, Any], field: str) -> tuple[str, ...]:
    found = checked(table.get(field, []), list, field)
    values = [checked(each, str, field) for each in found]
    return tuple(dict.fromkeys(values))


def checked(value: object, kind: type[Value], place: str) -> Value:
    if not isinstance(value, kind):
        raise refused(place, _("it must be %s") % kinds()[kind])
    return value


def kinds() -> dict[type, str]:
    return {
        str: _("text"),
        bool: _("true or false"),
        list: _("a list"),
        dict: _("a table"),
    }


def refuse_unknown(table: Mapping[str, Any], known: set[str], place: str) -> None:
    for field in table:
        if field not in known:
            where = f"{place}, {field}" if place else str(field)
            raise refused(where, _("this field is unknown"))


def refused(place: str, what: str) -> Refused:
    if not place:
        return Refused("unreadable_file", _("The file: %s.") % what)
    sentence = _("In the file, at “%(place)s”: %(what)s.")
    return Refused("unreadable_file", sentence % {"place": place, "what": what})
