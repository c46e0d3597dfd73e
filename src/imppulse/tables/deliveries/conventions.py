"""How other survey programs name their columns and write their answers.

LimeSurvey: `G01Q02`, `G01Q02[SQ001]` (CSV) or `G01Q02_SQ001` (SPSS), answers `A1`, `AO01`, `Y`.
Kobo and ODK: `group/question` or `group-question`, of several answers `question/answer` as 0 or 1
beside one column with all of them between spaces.
"""

import re
from collections.abc import Iterable

import polars as pl

from imppulse.tables.table import Table

BRACKETED = re.compile(r"(?P<question>.+?)\[(?P<part>[^\]]+)\]$")
TEXT_BEHIND = re.compile(r"^(?P<code>[A-Za-z]\w*)[.:]\s.*$", re.DOTALL)
CODED = re.compile(r"^(?:A|AO|SQ|L)0*(?P<number>\d{1,3})$")
# Columns that would tell who answered, from where or when: never taken, never kept.
TRACES = {
    "id", "_id", "_uuid", "_index", "key", "instanceid", "meta-instanceid", "rootuuid",
    "instancename", "token", "ipaddr", "ip", "refurl", "seed", "submitdate",
    "startdate", "datestamp", "start", "end", "today", "starttime", "endtime",
    "submissiondate", "_submission_time", "_submitted_by", "submitterid",
    "submittername", "deviceid", "imei", "phonenumber", "phone", "simserial",
    "subscriberid", "username", "email", "mail", "firstname", "lastname", "name",
    "surname", "nom", "prenom", "prénom", "telephone", "téléphone", "address",
    "adresse", "latitude", "longitude", "_geolocation", "_notes", "_tags",
    "participant", "useragent", "audit", "lastpage", "_attachments",
}  # fmt: skip
TRACE_ENDINGS = ("time", "_latitude", "_longitude", "_altitude", "_precision")
# Columns that say how a record was handled, and nothing about an answer.
HANDLING = {
    "startlanguage", "status", "_status", "_validation_status", "reviewstate",
    "formversion", "__version__", "_version_", "edits", "attachmentspresent",
    "attachmentsexpected", "_xform_id_string", "meta/rootuuid", "formhub/uuid",
}  # fmt: skip


def last_part(column: str) -> str:
    """Name a column without the group it stands in, nor the wording behind its code."""
    found = TEXT_BEHIND.match(column)
    bare = found["code"] if found else column
    return re.split(r"[/]|(?<=\w)-(?=\w)", bare)[-1].strip()


def names(column: str) -> tuple[str, ...]:
    """List what a column may be called in the bank, the likeliest first."""
    bracketed = BRACKETED.match(column)
    if bracketed:
        question, part = last_part(bracketed["question"]), bracketed["part"]
        return (column, f"{question}_{part}", part)
    parts = re.split(r"[/]", column)
    joined = (f"{last_part(parts[-2])}_{parts[-1]}",) if len(parts) > 1 else ()
    return tuple(dict.fromkeys((column, *joined, last_part(column))))


def is_trace(column: str) -> bool:
    bare = last_part(column).casefold()
    whole = column.casefold()
    return bool({bare, whole} & TRACES) or whole.endswith(TRACE_ENDINGS)


def is_handling(column: str) -> bool:
    return column.casefold() in HANDLING or last_part(column).casefold() in HANDLING


def number_in(value: str) -> int | None:
    """Read the number in a code such as A1, AO02 or SQ003."""
    found = CODED.match(value)
    return int(found["number"]) if found else None


def expanded(table: Table, items: Iterable[str]) -> Table:
    """Give every answer of a question with several a column, where one column holds all."""
    wanted = set(items)
    columns = table.frame.columns
    made: list[pl.Expr] = []
    for column in columns:
        ticks = [
            name.removeprefix(f"{last_part(column)}_")
            for name in wanted
            if name.startswith(f"{last_part(column)}_")
        ]
        for tick in sorted(ticks):
            name = f"{column}/{tick}"
            if name not in columns and table.frame[column].dtype == pl.String:
                held = pl.col(column).str.split(" ").list.contains(tick)
                made.append(held.cast(pl.Int64).alias(name))
    return table.with_frame(table.frame.with_columns(made)) if made else table
