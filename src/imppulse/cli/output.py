"""Results on standard output, notes on standard error."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from imppulse.cli.language import line, number, word
from imppulse.cli.options import Format
from imppulse.tables import write_csv, write_json

Row = dict[str, object]


@dataclass(frozen=True)
class Result:
    """Rows to show; `document` is what JSON says beside them."""

    columns: Sequence[str]
    rows: Sequence[Row]
    document: Row = field(default_factory=dict)
    notes: Sequence[str] = ()


def show(result: Result, shown: Format, language: str) -> None:
    if shown is Format.json:
        text = write_json(
            {**result.document, "rows": result.rows, "notes": result.notes}
        )
    elif shown is Format.csv:
        text = write_csv(result.rows, result.columns)
    else:
        text = aligned(result.columns, result.rows, language)
    sys.stdout.write(text)
    if shown is not Format.json:  # JSON carries its notes
        sys.stderr.writelines(line(note, language) for note in result.notes)


def aligned(columns: Sequence[str], rows: Sequence[Row], language: str) -> str:
    """Return plain text: words to the left, numbers to the right."""
    headings = [word(column, language) for column in columns]
    cells = [[number(row[column], language) for column in columns] for row in rows]
    lines = [headings, *cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    wordy = [any(isinstance(row[column], str) for row in rows) for column in columns]
    return "".join(
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, wordy, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )
