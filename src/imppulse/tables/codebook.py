"""What the columns of an answer file are: written with every file that leaves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from imppulse.tables.writing import write_csv

Words = Mapping[str, str]  # language: text


@dataclass(frozen=True)
class Variable:
    """A column; `values` label its codes, `missing` are those that measure nothing."""

    name: str
    label: Words
    values: Mapping[int, Words] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    wordings: Mapping[str, Words] = field(default_factory=dict)  # side: question
    is_measure: bool = False

    def label_in(self, language: str) -> str:
        return self.label.get(language) or self.name

    def value_labels(self, language: str) -> dict[int, str]:
        """Label every code in one language; one without a label is its own label."""
        return {
            code: words.get(language) or str(code)
            for code, words in self.values.items()
        }


@dataclass(frozen=True)
class Codebook:
    """A file and its variables, in every language they are written in."""

    identifier: str
    title: Words
    variables: tuple[Variable, ...]
    languages: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def missing_labels(self, language: str) -> list[str]:
        """List what has no label in a language and falls back to its code or name."""
        return [
            where
            for variable in self.variables
            for where, words in self.labelled(variable)
            if not words.get(language)
        ]

    def labelled(self, variable: Variable) -> Iterator[tuple[str, Words]]:
        yield variable.name, variable.label
        for code, words in variable.values.items():
            yield f"{variable.name} = {code}", words


def coded(frame: pl.DataFrame, book: Codebook) -> tuple[pl.DataFrame, Codebook]:
    """Turn columns of text into codes with labels: labels of long texts get lost elsewhere."""
    known = {variable.name: variable for variable in book.variables}
    columns, variables = [], []
    for name in frame.columns:
        column, variable = frame[name], known.get(name, Variable(name, {}))
        if column.dtype == pl.String:
            column, variable = numbered(column, variable, book.languages)
        columns.append(column.cast(pl.Int8) if column.dtype == pl.Boolean else column)
        variables.append(variable)
    whole = Codebook(
        book.identifier, book.title, tuple(variables), book.languages, book.facts
    )
    return pl.DataFrame(columns), whole


def numbered(
    column: pl.Series, variable: Variable, languages: Iterable[str]
) -> tuple[pl.Series, Variable]:
    texts = sorted(column.drop_nulls().unique())
    codes = {text: code for code, text in enumerate(texts, 1)}
    named = variable.wordings  # of a column of text: its values in every language
    values = {
        code: named.get(text) or dict.fromkeys(languages, text)
        for text, code in codes.items()
    }
    numbers = column.replace_strict(codes, default=None, return_dtype=pl.Int32)
    return numbers.alias(column.name), Variable(column.name, variable.label, values)


COLUMNS = ("variable", "code", "missing", "language", "label", "side", "question")


def write_codebook(book: Codebook) -> str:
    """Return the codebook as CSV: one row for each label of each variable and code."""
    return write_csv(rows(book), COLUMNS)


def rows(book: Codebook) -> Iterator[dict[str, object]]:
    for variable in book.variables:
        for language in book.languages:
            start: dict[str, object] = {
                "variable": variable.name,
                "language": language,
            }
            yield start | {"label": variable.label_in(language)}
            for side, words in variable.wordings.items():
                yield start | {"side": side, "question": words.get(language, "")}
            for code, label in variable.value_labels(language).items():
                missing = "yes" if code in variable.missing else ""
                yield start | {"code": code, "missing": missing, "label": label}
