"""What can be wrong with a sheet of translations."""

TRANSLATION_SENTENCES = {
    "translation_not_xlsx": (
        "{place}: this is {format}. Translations come back as the Excel "
        "workbook (.xlsx) that was given out."
    ),
    "translation_no_sheet": (
        "{place}: there is no sheet “texts” with rows. The sheets are: "
        "{sheets}. Work on the file as it was given out."
    ),
    "translation_column_absent": "{place}: this column is missing. Work on the file as it was given out.",
    "translation_column_unknown": (
        "{place}: this column is not expected. Delete it; the languages are: {known}."
    ),
    "translation_row_unknown": (
        "{place}: found “{found}”, which is no text of this questionnaire. "
        "Delete the row."
    ),
    "translation_row_twice": "{place}: the text “{found}” has two rows. Delete one.",
    "translation_row_lost": "{place}: the row of the text “{key}” is missing. Put it back.",
    "translation_original": (
        "{place}: the original is no longer “{original}”. Put it back, or ask "
        "for a new file if the original was changed since."
    ),
    "translation_cell_empty": "{place}: the translation of “{key}” is missing. Write it.",
    "translation_braces": (
        "{place}: the braces in “{found}” do not match. Copy {{force}} and the "
        "like from the original."
    ),
    "translation_placeholders": (
        "{place}: found {found} where the original has {wanted}. Keep what "
        "stands in braces as it is."
    ),
}
