"""Results for the eye: a plain-text table, and the same table for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_text(title: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return a title and aligned columns, numbers to the right."""
    names = list(rows[0]) if rows else []
    cells = [names, *([_shown(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    wordy = [any(isinstance(row[name], str) for row in rows) for name in names]
    lines = [
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, wordy, strict=True)
        ).rstrip()
        for line in cells
    ]
    return "\n".join([title, *lines])


def as_html(title: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the table as HTML, for notebooks."""
    names = list(rows[0]) if rows else []
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_shown(row[n]))}</td>" for n in names) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float):
        return "" if value is None else str(value)
    return "" if value != value else f"{value:.6g}"  # noqa: PLR0124 - NaN
