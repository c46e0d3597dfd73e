"""What can be wrong with an XLSForm, or is taken over in another way."""

FORM_SENTENCES = {
    "form_not_xlsx": (
        "{place}: this is {format}. An XLSForm is an Excel workbook: save it as .xlsx."
    ),
    "form_no_survey": (
        "{place}: there is no sheet “survey” with rows. The sheets are: "
        "{sheets}. Name the sheet with the questions “survey”."
    ),
    "form_sheet_unsupported": (
        "{place}: this sheet changes what is asked in a way that cannot be "
        "taken over. Delete it and write the questions in “survey”."
    ),
    "form_sheet_left_out": (
        "{place}: this sheet is left out; an XLSForm has the sheets survey, "
        "choices and settings."
    ),
    "form_settings_rows": "{place}: a second row of settings. Keep one row.",
    "form_column_twice": "{place}: two columns are both “{column}”. Delete one or rename it.",
    "form_cell_without_column": (
        "{place}, cell {cell}: found “{found}” in a column without a name. Name"
        " the column in the first row, or empty the cell."
    ),
    "form_column_left_out": (
        "{place}: this column is left out; it changes how a form looks or is "
        "sent, not what is asked."
    ),
    "form_column_unknown": (
        "{place}: this column is not known and holds “{found}”. Rename it "
        "(known: {known}) or delete it."
    ),
    "form_column_calculation": (
        "{place}: found “{found}”. Nothing is computed while people answer. "
        "Empty the cell; compute it later from the closed file."
    ),
    "form_column_default": (
        "{place}: found “{found}”. No answer is filled in beforehand, for it "
        "would sway people. Empty the cell."
    ),
    "form_column_choice_filter": (
        "{place}: found “{found}”. Everybody is offered the same answers. Empty"
        " the cell, or ask one question per list with “relevant”."
    ),
    "form_column_repeat": (
        "{place}: found “{found}”. Questions are not repeated. Empty the cell "
        "and write each question once."
    ),
    "form_column_read_only": (
        "{place}: found “{found}”. A question can be answered; for a text that "
        "is only shown write the type “note”. Empty the cell."
    ),
    "form_column_media": (
        "{place}: found “{found}”. Pictures and sounds are not shown. Empty the"
        " cell and say it in words."
    ),
    "form_column_entity": (
        "{place}: found “{found}”. Answers are not saved to a list of persons "
        "or things. Empty the cell."
    ),
    "form_type_missing": "{place}: the type of this row is missing. Write one of: {known}.",
    "form_type_unknown": "{place}: found “{found}”, which is no type. Write: {known}.",
    "form_type_repeat": (
        "{place}: found “{found}”. One person answers once; groups are not "
        "repeated. Write begin_group and end_group, each question once."
    ),
    "form_type_computed": (
        "{place}: found “{found}”. Nothing is computed or hidden while people "
        "answer. Delete the row; compute it later from the closed file."
    ),
    "form_type_trace": (
        "{place}: found “{found}”. It would tell who answered, on which device "
        "or when. Delete the row: nothing of the kind is stored."
    ),
    "form_type_media": (
        "{place}: found “{found}”. Pictures, sounds and files could show a "
        "person and are not taken. Delete the row, or ask in words with "
        "select_one."
    ),
    "form_type_place": (
        "{place}: found “{found}”. Where a person is, is not recorded. Ask for "
        "the district with select_one."
    ),
    "form_type_text": (
        "{place}: found “{found}”. Free text could name a person. Offer answers"
        " with select_one or select_multiple, or delete the row."
    ),
    "form_type_number": (
        "{place}: found “{found}”. Ask for a whole number (integer), or offer "
        "classes with select_one."
    ),
    "form_type_other": (
        "{place}: found “{found}”, which cannot be asked here. Write "
        "select_one, select_multiple, integer, range or note."
    ),
    "form_type_or_other": (
        "{place}: found “{found}”. “or_other” asks for free text, in English "
        "only. Leave it out and add the answer “Other” to the list."
    ),
    "form_list_not_named": (
        "{place}: found “{found}” without a list. Write the name of a list of "
        "the sheet “choices” behind it: {found} yes_no."
    ),
    "form_list_unknown": (
        "{place}: found “{found}”, but the sheet “choices” has no list "
        "“{list}”. Its lists are: {known}."
    ),
    "form_list_of_one": "{place}: the list “{list}” has one answer only. Write two or more.",
    "form_name_missing": "{place}: this row has no name. Write one, such as trust_police.",
    "form_name_wrong": (
        "{place}: found “{found}”. A name holds letters without accents, digits"
        " and _, opens with a letter and has {most} signs at most. Write, for "
        "example: trust_police."
    ),
    "form_name_twice": (
        "{place}: the name “{found}” is taken by row {first}; capitals make no "
        "difference. Write another."
    ),
    "form_no_question": "{place}: the form asks nothing. Write at least one question.",
    "form_group_nested": (
        "{place}: this group begins inside the group “{group}”. End that one "
        "first: groups are not put inside groups."
    ),
    "form_group_not_begun": "{place}: found “{found}”, but no group is open. Delete the row.",
    "form_group_not_ended": (
        "{place}: this group is not ended. Write end_group in a row behind its "
        "last question."
    ),
    "form_group_empty": "{place}: the group “{found}” asks nothing. Delete it.",
    "form_group_condition": "{place}: this question takes the condition of its group.",
    "form_condition_unknown": (
        "{place}: found “{found}”. A question depends on one earlier answer: "
        "write ${{q1}} = '1', or selected(${{q1}}, 'a')."
    ),
    "form_condition_question": (
        "{place}: found “{found}”, but “{question}” is no question that comes "
        "earlier. Earlier ones: {known}."
    ),
    "form_condition_several": (
        "{place}: found “{found}”, but “{question}” takes several answers. "
        "Write: selected(${{{question}}}, '{value}')."
    ),
    "form_condition_answer": (
        "{place}: found “{found}”, but “{value}” is no answer to “{question}”. "
        "Its answers: {known}."
    ),
    "form_condition_two": (
        "{place}: found “{found}” inside a group that has a condition of its "
        "own. Keep one of the two."
    ),
    "form_constraint_unknown": (
        "{place}: found “{found}”. Of a whole number only the lowest and the "
        "highest are checked: write . >= 0 and . <= 120."
    ),
    "form_constraint_impossible": "{place}: found “{found}”, which no number meets. Swap the two.",
    "form_constraint_out_of_place": (
        "{place}: found “{found}”. Only a question of type integer has a "
        "constraint. Empty the cell."
    ),
    "form_required_unknown": "{place}: found “{found}”. Write yes or leave the cell empty.",
    "form_note_required": "{place}: found “{found}”, but a note is not answered. Empty the cell.",
    "form_range_unknown": "{place}: found “{found}”. Write whole numbers: start=0 end=10 step=1.",
    "form_range_steps": (
        "{place}: found “{found}”. A range goes up from start to end in equal "
        "steps, {most} points at most: start=0 end=10 step=1."
    ),
    "form_order_kept": "{place}: “{found}” is left out; answers keep the order of the list.",
    "form_parameters_out_of_place": (
        "{place}: found “{found}”. Only a question of type range has "
        "parameters. Empty the cell."
    ),
    "form_hint_joined": "{place}: the hint is put behind the question, in the same paragraph.",
    "form_no_label": (
        "{place}: there is no column of labels. Write one for each language, "
        "such as label::English (en)."
    ),
    "form_language_unknown": (
        "{place}: “{language}” is no language we know. Write its code in "
        "brackets: label::Français (fr)."
    ),
    "form_language_unnamed": (
        "{place}: this column does not say its language. Write label::English "
        "(en), or default_language in the sheet “settings”."
    ),
    "form_language_twice": (
        "{place}: this language has another column already (“{other}”). Delete one."
    ),
    "form_language_absent": (
        "{place}: there is no column for the language {wanted}, which the "
        "questions have. Add it: {column}::{wanted}."
    ),
    "form_text_missing": (
        "{place}: the text of “{item}” in this language is missing. Write it, "
        "or delete the column of the language."
    ),
    "form_text_reference": (
        "{place}: found “{found}”. An earlier answer is not repeated inside a "
        "text. Write the text without ${{…}}."
    ),
    "form_choice_without_list": "{place}: this answer belongs to no list. Write the name of its list.",
    "form_choice_without_name": "{place}: this answer has no code. Write a whole number.",
    "form_choice_twice": "{place}: the list “{list}” has “{found}” twice. Write another code.",
    "form_choice_mixed": (
        "{place}: found “{found}” in the list “{list}”, whose other codes are "
        "whole numbers. Write a whole number."
    ),
    "form_choice_too_large": "{place}: found {found}. A code is {most} at most. Write a smaller one.",
    "form_choice_name": (
        "{place}: found “{found}”. A code holds letters without accents, "
        "digits, _ and -. Write, for example: 1."
    ),
    "form_choices_numbered": (
        "{place}: the answers of the list “{list}” are stored as 1 to {count}, "
        "in the order written."
    ),
    "form_choice_no_answer": "{place}: “{label}” is kept apart as no answer and enters no mean.",
}
