"""Run a verb and read what it wrote."""

import csv
import io
import json
from pathlib import Path

from imppulse.cli import run

REFERENCE = Path(__file__).parents[1] / "evidence" / "reference"
ORACLE = Path(__file__).parents[2] / "validation" / "oracle"


def rows_of(capsys, arguments: list[str]) -> list[dict[str, object]]:
    assert run(arguments) == 0
    text = capsys.readouterr().out
    if "json" in arguments:
        return json.loads(text)["rows"]
    return [_numbers(row) for row in csv.DictReader(io.StringIO(text))]


def _numbers(row: dict[str, str]) -> dict[str, object]:
    return {name: _number(text) for name, text in row.items()}


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def refused(capsys, arguments: list[str]) -> str:
    assert run(arguments) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.count("\n") == 1
    return written.err
