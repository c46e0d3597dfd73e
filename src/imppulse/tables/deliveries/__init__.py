"""Answers that others collected: from their columns and values to those of the bank."""

from imppulse.tables.deliveries.asked import AskedItem
from imppulse.tables.deliveries.conventions import expanded, is_trace
from imppulse.tables.deliveries.guessing import guess
from imppulse.tables.deliveries.mapping import Mapping, read_mapping, write_mapping
from imppulse.tables.deliveries.taking import Checked, Summary, check

__all__ = [
    "AskedItem",
    "Checked",
    "Mapping",
    "Summary",
    "check",
    "expanded",
    "guess",
    "is_trace",
    "read_mapping",
    "write_mapping",
]
