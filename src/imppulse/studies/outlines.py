"""Outlines of districts, for maps."""

from imppulse.charts.maps import Ring
from imppulse.network.models import Territory


def outlines(territory: Territory) -> dict[str, tuple[Ring, ...]]:
    """Give the outlines of a territory's districts by their code; none: a schematic map."""
    return {}
