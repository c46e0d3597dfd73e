import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence

# A spreadsheet would run a text cell that starts like this as a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return the rows as CSV, numbers with all their digits, missing as nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def write_json(content: object) -> str:
    """Return the content as JSON; what is not a finite number becomes null."""
    ready = _ready(content)
    return json.dumps(ready, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _cell(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _ready(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _ready(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_ready(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
