"""Answers as SPSS and Stata files: numeric codes with labels, in the language asked for."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from imppulse.tables.codebook import Codebook, Variable, coded

LABEL_BYTES = {"sav": (255, 120), "dta": (80, 32_000)}  # of a variable, of a value
NAME_LENGTH = {"sav": 64, "dta": 32}


def write_sav(frame: pl.DataFrame, book: Codebook, language: str) -> bytes:
    """Write SPSS; codes that measure nothing are declared missing."""
    numbers, whole = coded(frame, book)
    names = short_names(numbers.columns, NAME_LENGTH["sav"])
    options = {
        "missing_ranges": {
            names[v.name]: list(v.missing) for v in whole.variables if v.missing
        },
        "variable_measure": {
            names[v.name]: "scale"
            if not v.values
            else "ordinal"
            if v.is_measure
            else "nominal"
            for v in whole.variables
        },
    }
    return written("sav", numbers, whole, language=language, options=options)


def write_dta(frame: pl.DataFrame, book: Codebook, language: str) -> bytes:
    """Write Stata; codes that measure nothing keep their number, their label says so."""
    numbers, whole = coded(frame, book)
    return written("dta", numbers, whole, language=language, options={})


def written(
    kind: str,
    frame: pl.DataFrame,
    book: Codebook,
    *,
    language: str,
    options: dict[str, Any],
) -> bytes:
    import pyreadstat  # noqa: PLC0415 (only who writes such a file loads it)

    names = short_names(frame.columns, NAME_LENGTH[kind])
    variable_bytes, value_bytes = LABEL_BYTES[kind]
    labels = {
        names[v.name]: shortened(v.label_in(language), variable_bytes)
        for v in book.variables
    }
    values = {
        names[v.name]: value_labels(v, language, value_bytes)
        for v in book.variables
        if v.values
    }
    write: Callable[..., None] = getattr(pyreadstat, f"write_{kind}")
    with tempfile.TemporaryDirectory(prefix="imppulse-") as folder:
        path = Path(folder) / f"answers.{kind}"
        write(
            frame.rename(names),
            path,
            file_label=shortened(book.title.get(language, book.identifier), 64),
            column_labels=labels,
            variable_value_labels=values,
            **options,
        )
        return path.read_bytes()


def value_labels(
    variable: Variable, language: str, most: int
) -> dict[int | float, str]:
    return {
        code: shortened(label, most)
        for code, label in variable.value_labels(language).items()
    }


def shortened(text: str, most: int) -> str:
    """Cut a label to the bytes that a format has, between letters."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    return encoded[: most - 3].decode(errors="ignore").rstrip() + "…"


def short_names(columns: Iterable[str], most: int) -> dict[str, str]:
    """Give each column a name that fits; two never get the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        name, number = column[:most], 1
        while name.casefold() in taken:
            number += 1
            ending = f"_{number}"
            name = column[: most - len(ending)] + ending
        taken.add(name.casefold())
        names[column] = name
    return names
