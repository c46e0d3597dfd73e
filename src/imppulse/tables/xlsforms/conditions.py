"""The part of the form language that this software asks by: one earlier answer."""

import re
from collections.abc import Mapping

from imppulse.instruments.xlsforms.form import Kind, OnlyIf, Question
from imppulse.tables.xlsforms.sheets import Row

NAME = r"\$\{\s*(?P<question>[\w.-]+)\s*\}"
MARK = "['\"\u2018\u2019\u201c\u201d]?"
VALUE = rf"{MARK}(?P<value>[\w .+-]*){MARK}"
EQUALS = re.compile(rf"{NAME}\s*=\s*{VALUE}")
SELECTED = re.compile(rf"selected\s*\(\s*{NAME}\s*,\s*{VALUE}\s*\)")
BOUND = re.compile(r"\.\s*(?P<sign><=|>=|<|>)\s*(?P<number>-?\d+)")
AROUND = re.compile(r"\((?P<inside>.*)\)")
YES = ("yes", "true", "true()", "1")
NO = ("", "no", "false", "false()", "0")
Asked = Mapping[str, Question]


def only_if(row: Row, asked: Asked) -> OnlyIf | None:
    """Read `relevant`; what is more than one earlier answer is refused."""
    written = row.get("relevant")
    if not written:
        return None
    bare = unwrapped(written)
    found = EQUALS.fullmatch(bare) or SELECTED.fullmatch(bare)
    if found is None:
        row.refuse("form_condition_unknown", "relevant")
        return None
    return named_answer(row, asked, found)


def unwrapped(written: str) -> str:
    """Take off brackets that stand around the whole."""
    bare = written.strip()
    while (found := AROUND.fullmatch(bare)) and "(" not in found["inside"].replace(
        "selected(", ""
    ):
        bare = found["inside"].strip()
    return bare


def named_answer(row: Row, asked: Asked, found: re.Match[str]) -> OnlyIf | None:
    question = asked.get(found["question"])
    if question is None or question.kind == Kind.NOTE:
        facts = {"question": found["question"], "known": list(asked) or ["–"]}
        row.refuse("form_condition_question", "relevant", **facts)
        return None
    return answer_of(row, question, found)


def answer_of(row: Row, question: Question, found: re.Match[str]) -> OnlyIf | None:
    several = question.kind == Kind.SEVERAL
    if several and found.re is EQUALS:
        facts = {"question": question.name, "value": found["value"]}
        row.refuse("form_condition_several", "relevant", **facts)
        return None
    codes = {choice.name: choice for choice in question.choices}
    choice = codes.get(found["value"].strip())
    if choice is None and codes:
        facts = {
            "value": found["value"],
            "question": question.name,
            "known": list(codes),
        }
        row.refuse("form_condition_answer", "relevant", **facts)
        return None
    if choice is None:
        return number_of(row, question, found["value"])
    if several:
        return OnlyIf(question.column_of(choice), 1)
    return OnlyIf(question.name, choice.code)


def number_of(row: Row, question: Question, value: str) -> OnlyIf | None:
    low = question.low if question.low is not None else -32_768
    high = question.high if question.high is not None else 32_767
    if re.fullmatch(r"-?\d+", value.strip()) and low <= int(value) <= high:
        return OnlyIf(question.name, int(value))
    facts = {"value": value, "question": question.name, "known": [f"{low}–{high}"]}
    row.refuse("form_condition_answer", "relevant", **facts)
    return None


def bounds(row: Row) -> tuple[int | None, int | None]:
    """Read `constraint`: lowest and highest whole number that may be given."""
    low, high = None, None
    written = row.get("constraint")
    for part in re.split(r"\band\b", unwrapped(written)) if written else ():
        found = BOUND.fullmatch(unwrapped(part))
        if found is None:
            row.refuse("form_constraint_unknown", "constraint")
            return None, None
        number = int(found["number"])
        if found["sign"].startswith(">"):
            low = number + (found["sign"] == ">")
        else:
            high = number - (found["sign"] == "<")
    if low is not None and high is not None and low > high:
        row.refuse("form_constraint_impossible", "constraint")
    return low, high


def is_required(row: Row) -> bool:
    written = row.get("required").lower()
    if written not in (*YES, *NO):
        row.refuse("form_required_unknown", "required")
    return written in YES


def points(row: Row) -> tuple[int, int, int]:
    """Read the parameters of a range: from, to, step, as pyxform understands them."""
    given = {"start": "1", "end": "10", "step": "1"}
    for name, value in re.findall(r"([\w-]+)\s*=\s*([^\s,;]+)", row.get("parameters")):
        if name not in given or not re.fullmatch(r"-?\d+", value):
            row.refuse("form_range_unknown", "parameters")
            return 0, 0, 1
        given[name] = value
    low, high, step = (int(given[name]) for name in ("start", "end", "step"))
    if step < 1 or (high - low) % step or not 1 <= (high - low) // step <= MOST_POINTS:
        row.refuse("form_range_steps", "parameters", most=MOST_POINTS + 1)
        return 0, 0, 1
    return low, high, step


MOST_POINTS = 20  # steps of a range that still is a question, not a slider
