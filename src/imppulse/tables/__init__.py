"""Files in and out: what is wrong with them, where, and what to write instead."""

from imppulse.tables.errors import TableError
from imppulse.tables.plan_file import PlanFile, read_plan
from imppulse.tables.reading import read
from imppulse.tables.requirements import (
    require_columns,
    require_complete,
    require_numbers,
    require_positive,
    require_values,
    require_weights,
)
from imppulse.tables.sentences import sentence
from imppulse.tables.study_file import StudyFile, read_study
from imppulse.tables.table import Source, Table
from imppulse.tables.writing import write_csv, write_json

__all__ = [
    "PlanFile",
    "Source",
    "StudyFile",
    "Table",
    "TableError",
    "read",
    "read_plan",
    "read_study",
    "require_columns",
    "require_complete",
    "require_numbers",
    "require_positive",
    "require_values",
    "require_weights",
    "sentence",
    "write_csv",
    "write_json",
]
