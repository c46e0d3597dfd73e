"""A first mapping, where names and labels leave no doubt; the rest is left to people."""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence

from imppulse.tables.deliveries.asked import FACTS, AskedItem
from imppulse.tables.deliveries.conventions import is_handling, is_trace, names
from imppulse.tables.deliveries.mapping import Mapping
from imppulse.tables.table import Table


def guess(table: Table, items: AnyMapping[str, AskedItem]) -> Mapping:
    """Map the columns whose names are those of questions; all others are left out."""
    targets = {name.casefold(): name for name in (*items, *FACTS)}
    taken: set[str] = set()
    columns = dict.fromkeys(table.frame.columns, "")
    for place in range(3):  # exact names before shortened ones
        for column in columns:
            target = target_at(column, place, targets)
            if target and target not in taken and not columns[column]:
                columns[column] = target
                taken.add(target)
    return Mapping(columns=columns)


def target_at(column: str, place: int, targets: AnyMapping[str, str]) -> str:
    possible: Sequence[str] = names(column)
    if place >= len(possible):
        return ""
    target = targets.get(possible[place].casefold(), "")
    # Even "name" may be a question's name: then people say so themselves.
    return "" if is_trace(column) or is_handling(column) else target
