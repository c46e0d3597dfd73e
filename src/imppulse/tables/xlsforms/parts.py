"""The survey sheet: groups as parts, rows as questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from imppulse.instruments.xlsforms.form import Choice, Kind, OnlyIf, Part, Question
from imppulse.tables.xlsforms.choices import Lists
from imppulse.tables.xlsforms.conditions import bounds, is_required, only_if, points
from imppulse.tables.xlsforms.sheets import Row, Sheet
from imppulse.tables.xlsforms.texts import EMPTY, Languages, joined, words
from imppulse.tables.xlsforms.types import BEGIN, END, RowType, row_type

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LONGEST_NAME = 64  # of a variable in SPSS


@dataclass
class Reader:
    """Goes down the rows of the survey; groups hold questions, never groups."""

    sheet: Sheet
    lists: Lists
    known: Languages
    parts: list[Part] = field(default_factory=list)
    asked: dict[str, Question] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    group: Row | None = None
    nested: int = 0
    group_only_if: OnlyIf | None = None

    def read(self, row: Row) -> None:
        written = " ".join(row.get("type").lower().split())
        if written in BEGIN:
            self.begin(row)
        elif written in END:
            self.end(row)
        elif kind := row_type(row):
            self.add(row, kind)

    def begin(self, row: Row) -> None:
        if self.group is not None:
            facts = {"group": self.group.get("name")}
            row.refuse("form_group_nested", "type", **facts)
            self.nested += 1
            return
        self.take_name(row)
        self.group = row
        self.group_only_if = only_if(row, self.asked)
        title = words(row, self.known)
        self.parts.append(Part(row.get("name"), title, ()))

    def end(self, row: Row) -> None:
        if self.nested:
            self.nested -= 1
            return
        if self.group is None:
            row.refuse("form_group_not_begun", "type")
        self.group, self.group_only_if = None, None

    def add(self, row: Row, found: RowType) -> None:
        self.take_name(row)
        question = self.question(row, found)
        if self.group_only_if and not question.only_if:
            row.notice("form_group_condition", "relevant")
            question = replace(question, only_if=self.group_only_if)
        elif self.group_only_if and question.only_if != self.group_only_if:
            row.refuse("form_condition_two", "relevant")
        for column in question.columns[1:] if found.list_name else ():
            self.take_column(row, column)
        self.asked[question.name] = question
        if not self.parts or (self.group is None and self.parts[-1].name):
            self.parts.append(Part("", {}, ()))
        last = self.parts[-1]
        self.parts[-1] = replace(last, questions=(*last.questions, question))

    def take_name(self, row: Row) -> None:
        name = row.get("name")
        if not name:
            row.refuse("form_name_missing", "name")
        elif not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            row.refuse("form_name_wrong", "name", most=LONGEST_NAME)
        else:
            self.take_column(row, name)

    def take_column(self, row: Row, column: str) -> None:
        """Hold names apart as answer files do: without regard to capitals."""
        first = self.names.setdefault(column.lower(), row.number)
        if first != row.number:
            row.refuse("form_name_twice", "name", found=column, first=first)

    def question(self, row: Row, found: RowType) -> Question:
        refuse_out_of_place(row, found)
        low, high = bounds(row) if found.kind == Kind.NUMBER else (None, None)
        return Question(
            name=row.get("name"),
            kind=found.kind,
            text=text(row, self.known),
            choices=self.choices(row, found),
            required=is_required(row),
            only_if=only_if(row, self.asked),
            low=low,
            high=high,
        )

    def choices(self, row: Row, found: RowType) -> tuple[Choice, ...]:
        if found.kind == Kind.POINTS:
            return marks(points(row), self.known)
        if not found.list_name:
            return ()
        known = self.lists.get(found.list_name, ())
        if not known:
            facts = {"list": found.list_name, "known": list(self.lists) or ["–"]}
            row.refuse("form_list_unknown", "type", **facts)
        elif len(known) == 1 and found.kind == Kind.ONE:
            row.refuse("form_list_of_one", "type", list=found.list_name)
        return known


def parts(sheet: Sheet, lists: Lists, known: Languages) -> tuple[Part, ...]:
    reader = Reader(sheet, lists, known)
    for row in sheet.rows:
        reader.read(row)
    if reader.group is not None:
        reader.group.refuse("form_group_not_ended", "type")
    if not sheet.problems:
        refuse_empty(reader)
    return tuple(reader.parts)


def refuse_empty(reader: Reader) -> None:
    """Refuse groups that ask nothing, and a form of such groups or notes alone."""
    if not any(question.columns for question in reader.asked.values()):
        reader.sheet.refuse("form_no_question", 1, "type")
    for part in reader.parts:
        if part.name and not part.questions:
            number = reader.names[part.name.lower()]
            reader.sheet.refuse("form_group_empty", number, "type", found=part.name)


def text(row: Row, known: Languages) -> Mapping[str, str]:
    label = words(row, known)
    hints = [row.get("hint", called) for called in row.sheet.languages("hint")]
    if all(hint in EMPTY for hint in hints):
        return label
    row.notice("form_hint_joined", "hint", language=row.sheet.languages("hint")[0])
    return joined(label, words(row, known, column="hint"))


def marks(found: tuple[int, int, int], known: Languages) -> tuple[Choice, ...]:
    low, high, step = found
    return tuple(
        Choice(str(point), point, dict.fromkeys(known.codes, str(point)))
        for point in range(low, high + 1, step)
    )


def refuse_out_of_place(row: Row, found: RowType) -> None:
    """Refuse what stands in a column that this kind of row does not read."""
    if found.kind != Kind.NUMBER and row.get("constraint"):
        row.refuse("form_constraint_out_of_place", "constraint")
    if found.list_name and row.get("parameters"):
        row.notice("form_order_kept", "parameters")
    elif found.kind != Kind.POINTS and row.get("parameters"):
        row.refuse("form_parameters_out_of_place", "parameters")
    if found.kind == Kind.NOTE and row.get("required").lower() in {"yes", "true", "1"}:
        row.refuse("form_note_required", "required")
