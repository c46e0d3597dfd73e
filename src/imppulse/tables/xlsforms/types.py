"""The first column of the survey sheet: which kind of row this is."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from imppulse.instruments.xlsforms.form import Kind
from imppulse.tables.xlsforms.sheets import Row

SELECT = re.compile(
    r"(?P<how>select[_ ]one|select1|select one from|select[_ ]multiple"
    r"|select all that apply(?: from)?)\s+(?P<list>\S+)(?P<other>\s+or[_ ](?:specify[_ ])?other)?",
    re.IGNORECASE,
)
PLAIN = {
    "integer": Kind.NUMBER,
    "int": Kind.NUMBER,
    "range": Kind.POINTS,
    "note": Kind.NOTE,
}
BEGIN = ("begin group", "begin_group")
END = ("end group", "end_group")
REFUSED_TYPES = {
    "form_type_repeat": (
        "begin repeat", "begin_repeat", "end repeat", "end_repeat", "begin loop",
        "begin_loop", "end loop", "end_loop",
    ),
    "form_type_computed": ("calculate", "calculated field", "hidden", "q calculate"),
    "form_type_trace": (
        "start", "end", "today", "deviceid", "imei", "phonenumber", "simserial",
        "subscriberid", "username", "email", "audit", "start-geopoint",
        "background-geopoint",
    ),
    "form_type_media": (
        "image", "photo", "audio", "video", "file", "draw", "signature",
        "background-audio",
    ),
    "form_type_place": ("geopoint", "gps", "location", "geotrace", "geoshape"),
    "form_type_text": ("text", "string"),
    "form_type_number": ("decimal", "date", "time", "datetime", "datetime"),
    "form_type_other": (
        "rank", "barcode", "acknowledge", "trigger", "csv-external", "xml-external",
        "osm", "select_one_from_file", "select_multiple_from_file",
        "select_one_external", "rating", "score", "matrix", "begin_matrix",
        "begin_kobomatrix", "begin_score", "begin_rank",
    ),
}  # fmt: skip
CODE_OF = {name: code for code, names in REFUSED_TYPES.items() for name in names}
SUPPORTED = (
    "select_one", "select_multiple", "integer", "range", "note", "begin_group",
    "end_group",
)  # fmt: skip


@dataclass(frozen=True)
class RowType:
    kind: Kind
    list_name: str = ""


def row_type(row: Row) -> RowType | None:
    """Tell the kind of a question; None when the sheet now holds why it is refused."""
    written = " ".join(row.get("type").split())
    if found := SELECT.fullmatch(written):
        return select_type(row, found)
    if kind := PLAIN.get(written.lower()):
        return RowType(kind)
    refuse_type(row, written.lower())
    return None


def select_type(row: Row, found: re.Match[str]) -> RowType | None:
    if found["other"]:
        row.refuse("form_type_or_other", "type")
        return None
    several = found["how"].lower().replace("_", " ")
    kind = Kind.SEVERAL if "multiple" in several or "all" in several else Kind.ONE
    return RowType(kind, found["list"])


def refuse_type(row: Row, written: str) -> None:
    code = CODE_OF.get(written) or CODE_OF.get(written.partition(" ")[0])
    if not written:
        row.refuse("form_type_missing", "type", known=SUPPORTED)
    elif written in {"select_one", "select_multiple", "select one", "select multiple"}:
        row.refuse("form_list_not_named", "type")
    elif code:
        row.refuse(code, "type")
    else:
        close = get_close_matches(written, SUPPORTED, n=1) or SUPPORTED
        row.refuse("form_type_unknown", "type", known=close)
