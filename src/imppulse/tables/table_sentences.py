"""What can be wrong with a file."""

from imppulse.tables.delivery_sentences import DELIVERY_SENTENCES
from imppulse.tables.form_sentences import FORM_SENTENCES
from imppulse.tables.translation_sentences import TRANSLATION_SENTENCES

FILE_SENTENCES = {
    "no_such_file": "{place}: there is no such file. Check the name and the folder.",
    "unreadable_file": "{place}: the file cannot be read ({found}).",
    "empty_file": (
        "{place}: the file is empty. "
        "Its first row must name the columns, and each further row is one answer."
    ),
    "no_rows": "{place}: there is no row below the column names. Add the answers.",
    "unsupported_format": (
        "{place}: this is {found}. "
        "Save it as CSV, Excel (.xlsx), SPSS (.sav), Stata (.dta) or Parquet."
    ),
    "broken_file": (
        "{place}: the file looks like {format} but is damaged or incomplete. "
        "Save or download it again."
    ),
    "too_large": (
        "{place}: larger than {limit} once unpacked. "
        "Delete unused rows and columns, or save it as Parquet."
    ),
    "windows_1252": (
        "{place}, line {line}, byte {offset}: 0x{byte} is not UTF-8; "
        "read as Windows-1252 it gives “{found}”. "
        "Save the file as “CSV UTF-8” and try again."
    ),
    "wrong_encoding": (
        "{place}, line {line}, byte {offset}: 0x{byte} is neither UTF-8 nor "
        "Windows-1252. Save the file as “CSV UTF-8” and try again."
    ),
    "column_without_name": (
        "{place}: column {number} has no name. Write one in the first row."
    ),
    "duplicate_column": (
        "{place}: columns {numbers} are all named “{column}”. "
        "Give each a name of its own."
    ),
    "ragged_row": (
        "{place}, row {row}: {found} cells where the first row has {expected}. "
        "Check the separators and the quotation marks of this row."
    ),
    "unreadable_line": (
        "{place}, line {line}: the row cannot be read ({found}). "
        "Close the quotation marks, and double those inside a text."
    ),
    "unknown_sheet": (
        "{place}: there is no sheet “{sheet_name}”. The sheets are: {sheets}."
    ),
    "several_sheets": (
        "{place}: several sheets hold data ({sheets}). Say which one to read."
    ),
    "formula_without_value": (
        "{place}, cell {cell}: a formula without a result. "
        "Open the file in a spreadsheet program, save it there and try again."
    ),
    "error_cell": (
        "{place}, cell {cell}: the formula gives {found}. "
        "Correct it, or empty the cell if there is no answer."
    ),
    "unknown_column": "{place}: there is no column “{column}”. Close to it: {close}.",
    "unknown_column_far": (
        "{place}: there is no column “{column}”. The columns are: {columns}."
    ),
    "text_in_number_column": (
        "{place}, row {row}, column “{column}”: found “{found}” where a number is "
        "needed. Write a number such as 3 or 3.5, or leave the cell empty if there is no answer."
    ),
    "all_missing": (
        "{place}, column “{column}”: every cell is empty. "
        "Fill the column or leave it out."
    ),
    "missing_value": (
        "{place}, row {row}, column “{column}”: the cell is empty. "
        "Write a value, or take the row out."
    ),
    "not_positive": (
        "{place}, row {row}, column “{column}”: found {found}. Write a number above 0."
    ),
    "unknown_value": (
        "{place}, row {row}, column “{column}”: found “{found}”. Write one of: {known}."
    ),
    "column_in_the_way": (
        "{place}: “{given}” is read as “{column}”, but there is a column “{column}” "
        "too. Rename one of them."
    ),
    "no_known_item": (
        "{place}: no index can be built from these columns. "
        "Name the columns like the items of the question bank, "
        "or say which is which under [items] of the study file."
    ),
    "unknown_bank_item": (
        "{place}, [items]: the question bank has no item “{item}”. Close to it: {close}."
    ),
    "study_not_utf8": (
        "{place}, byte {offset}: the study file is not UTF-8. Save it as UTF-8."
    ),
    "study_not_toml": (
        "{place}: the study file cannot be read ({found}). "
        'Write each entry as: name = "text".'
    ),
    "study_entry_missing": "{place}: the entry “{entry}” is missing. Write it.",
    "study_unknown_entry": (
        "{place}: there is no entry “{entry}”. The entries are: {known}."
    ),
    "study_entry_kind": (
        "{place}: the entry “{entry}” holds {found}. Write it like: {example}."
    ),
    "plan_not_utf8": (
        "{place}, byte {offset}: the plan file is not UTF-8. Save it as UTF-8."
    ),
    "plan_not_toml": (
        "{place}: the plan file cannot be read ({found}). "
        'Write each entry as: name = "text", name = 5 or name = [0, 8].'
    ),
    "plan_entry_missing": (
        "{place}: the entry “{entry}” is missing. Write, for example: {example}."
    ),
    "plan_unknown_entry": (
        "{place}: there is no entry “{entry}” in a plan. Here the entries are: {known}."
    ),
    "plan_entry_wrong": (
        "{place}: the entry “{entry}” holds {found}. Write, for example: {example}."
    ),
    "plan_measured_once": (
        "{place}: the plan measures once and compares with nothing, "
        "so there is no change to evaluate. "
        "Write waves_before = 1, or comparison = 4 for as many areas."
    ),
    "missing_weight": (
        "{place}, row {row}, column “{column}”: the weight is missing. "
        "Write a number, 0 to leave the person out."
    ),
    "negative_weight": (
        "{place}, row {row}, column “{column}”: found the weight {found}. "
        "Write a number of 0 or more."
    ),
    "zero_weights": (
        "{place}, column “{column}”: every weight is 0. Write the weights."
    ),
    # margins and weights
    "margins_unreadable": (
        "{place}: the margins file cannot be read ({found}). Write, for example: {example}."
    ),
    "margins_unknown_entry": (
        "{place}: a margins file has no entry “{entry}”. Its entries are: {known}."
    ),
    "margins_entry_wrong": (
        "{place}: the entry “{entry}” holds {found}. Write, for example: {example}."
    ),
    "weights_output_type": (
        "{place}: weights are not written as “{found}”. "
        "Name a file that ends in .csv or .parquet."
    ),
    "weights_bounds": (
        "The method logit needs --bounds, and no other method takes them. "
        "Write: --method logit --bounds .5,2"
    ),
    "weights_not_a_pair": (
        "{option} takes two numbers; found “{found}”. Write, for example: {option} .5,2"
    ),
    "weights_over_answers": (
        "{place}: this would replace the answers. Name another file."
    ),
    # aggregate files
    "aggregate_not_json": (
        "{place}: the manifest of an aggregate file is JSON; this is not ({found}). "
        "Name the file that ends in .json."
    ),
    "aggregate_unknown_kind": (
        "{place}: this is not the manifest of an aggregate file. "
        "Make one with “imppulse aggregate make”."
    ),
    "aggregate_unknown_schema": (
        "{place}: this aggregate file follows schema {found}; "
        "this version reads schema {known}."
    ),
    "aggregate_changed": (
        "{place}: “{part}” is not the file that the manifest vouches for "
        "(its checksum differs). Ask for both files again."
    ),
    "aggregate_incomplete": (
        "{place}: the aggregate file is damaged or incomplete ({found}). "
        "Ask for it again."
    ),
    "aggregate_too_large": (
        "{place}: too large for an aggregate file ({found}; at most {most}). "
        "It does not hold estimates alone."
    ),
    "aggregate_signature": (
        "{place}: the signature does not fit the manifest. Do not use this file."
    ),
    "signing_key": (
        "{place}: a signing key is 64 hexadecimal digits. "
        "Make one with: openssl rand -hex 32"
    ),
    # options of the command line
    "options_exclude": "Of {options}, name only one.",
    "option_needed": "{option} is missing. See “imppulse estimate --help”.",
    "one_item": "{option} takes one column. Name one after --items.",
    "not_a_ratio": "“{given}” is no ratio. Write: numerator/denominator.",
    "not_shares": "“{given}” is no list of shares. Write numbers, such as .25,.5,.75.",
    "contrast_unreadable": (
        "“{given}” cannot be read as a contrast. Write domains with signs between, "
        'such as: women - men. Put " around a domain that holds signs itself.'
    ),
    "aggregate_uncontrasted": "{option} needs --contrast.",
}

TABLE_SENTENCES = (
    FILE_SENTENCES | FORM_SENTENCES | TRANSLATION_SENTENCES | DELIVERY_SENTENCES
)
