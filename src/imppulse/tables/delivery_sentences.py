"""What can be wrong with answers that somebody delivers."""

DELIVERY_SENTENCES = {
    "upload_too_large": (
        "{place}: the file is larger than {limit}. Delete columns that are not "
        "needed, or save it as Parquet."
    ),
    "upload_unreadable": (
        "{place}: the file is damaged, or too large once unpacked. Save it "
        "again, with fewer rows or columns."
    ),
    "delivery_item_twice": (
        "{place}, column “{column}”: “{target}” is read from “{other}” already."
        " Choose one of the two columns."
    ),
    "delivery_target_unknown": (
        "{place}, column “{column}”: no questionnaire of this wave asks "
        "“{target}”. Choose another question or leave the column out."
    ),
    "delivery_column_unknown": (
        "{place}: there is no column “{column}”. Take the file that the mapping"
        " was made for, or take the line out of the mapping."
    ),
    "delivery_value_unknown": (
        "{place}, row {row}, column “{column}”: found “{found}”. Say which "
        "answer to “{target}” it is: {known}."
    ),
    "delivery_code_unknown": (
        "{place}: “{found}” is to become {code_given}, which is no answer to "
        "“{target}”. Its answers: {known}."
    ),
    "delivery_no_side": (
        "{place}: nothing says on which side people answered. Choose the "
        "column, or the side of the whole file."
    ),
    "delivery_side_missing": "{place}, row {row}: the side is missing. Write one of: {known}.",
    "delivery_no_item": "{place}: no column is read as an answer. Choose at least one question.",
    "delivery_weight": (
        "{place}, row {row}, column “{column}”: found “{found}”. A weight is a "
        "number of 0 or more, and not every weight is 0."
    ),
    "mapping_not_toml": (
        "{place}: the mapping cannot be read ({found}). Write under [columns]: "
        '"column of the file" = "question".'
    ),
    "mapping_entry_wrong": (
        "{place}: the entry “{entry}” holds {found}. Write, for example: {example}."
    ),
    "too_many_columns": (
        "{place}: {found} columns; the most is {most}. Delete columns that are "
        "not needed."
    ),
    "too_many_cells": (
        "{place}: more than {most} cells. Delete unused rows and columns, or "
        "save it as Parquet."
    ),
    "too_many_rows": (
        "{place}: a cell below row {most}, the last that is read. Delete what "
        "stands below the form."
    ),
}
