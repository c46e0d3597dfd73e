"""Small forms written as text, each with what is to come of it, built into workbooks."""

import tomllib
from pathlib import Path

from tests.tables.files import workbook

FOLDER = Path(__file__).parent / "corpus"
SHEETS = ("problems", "notices", "asks", "languages", "language")  # what is no sheet
ALSO = {"en": ("label::en", ["Yes", "No"], ["Fight", "Theft", "Noise"])}
LABELS = {
    "1": ("Yes", "Oui"),
    "2": ("No", "Non"),
    "a": ("Fight", "Bagarre"),
    "b": ("Theft", "Vol"),
    "c": ("Noise", "Bruit"),
}


def cases(name: str) -> dict[str, dict]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def built(case: dict) -> bytes:
    sheets = {name: rows(text) for name, text in case.items() if name not in SHEETS}
    sheets.setdefault("choices", answers(sheets["survey"]))
    return workbook(
        *(
            (name, filled)
            for name, filled in sheets.items()
            if filled or name == "survey"
        )
    )


def rows(text: str) -> list[list[object]]:
    return [[cell(part) for part in line.split(" | ")] for line in padded(text)]


def padded(text: str) -> list[str]:
    lines = text.strip("\n").split("\n") if text else []
    return [f" {line.replace('|', ' | ')} " for line in lines]


def cell(part: str) -> object:
    """Numbers are numbers, as a spreadsheet makes them of what is typed."""
    text = part.strip()
    if text.lstrip("-").isdigit():
        return int(text)
    return text or None


def answers(survey: list[list[object]]) -> list[list[object]]:
    """The lists yn and abc, in the languages that the questions have."""
    written = survey[0] if survey else []
    labels = [str(each) for each in written if str(each).startswith("label")]
    columns = [name for name in labels if "anguage" not in name] or ["label::en"]
    french = [("fr" in name.lower()) for name in columns]
    keys = [("yn", 1, "1"), ("yn", 2, "2"), ("abc", 1, "a"), ("abc", 2, "b"), ("abc", 3, "c")]  # fmt: skip
    body = [[name, code, *(LABELS[key][each] for each in french)] for name, code, key in keys]  # fmt: skip
    return [["list_name", "name", *columns], *body]
