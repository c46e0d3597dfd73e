"""Constructs of the bank as indices from 0 to 100."""

from imppulse.evidence.scales.scales import Index, IndexItem
from imppulse.instruments import bank
from imppulse.instruments.model import Construct, Side


def indices(side: Side | None = None) -> tuple[Index, ...]:
    """Give the index of every construct, or of those that one side answers."""
    return tuple(
        index(construct)
        for construct in bank.constructs()
        if construct.items and (side is None or side in sides(construct))
    )


def sides(construct: Construct) -> tuple[Side, ...]:
    return bank.item(construct.items[0]).sides if construct.items else ()


def index(construct: Construct) -> Index:
    return Index(
        name=construct.name,
        items=tuple(map(index_item, construct.items)),
        minimum_answered=construct.minimum_answered,
    )


def index_item(name: str) -> IndexItem:
    item = bank.item(name)
    return IndexItem(
        name=name,
        low=item.scale.low,
        high=item.scale.high,
        reversed=item.reversed,
        missing=item.missing,
    )
