"""Apart because importing pyxform takes seconds: what we take over, pyxform takes too."""

import pytest
from pyxform.xls2xform import convert
from tests.tables.xlsforms.corpus import built, cases

from imppulse.instruments import ForceName, questionnaires
from imppulse.instruments.xlsforms.writing import Distribution, label_column, xls_form
from imppulse.tables.xlsforms import read_form

FORCE = ForceName(en="the Valmont police station", fr="le commissariat de Valmont")
TAKEN = cases("taken")
# pyxform wants straight quotation marks, and two colons before a language.
OURS_ALONE = {"relevant_with_printed_quotes", "old_spelling_of_columns"}


@pytest.mark.parametrize("name", sorted(set(TAKEN) - OURS_ALONE))
def test_a_form_that_is_taken_over_is_valid(name):
    assert convert(built(TAKEN[name]), file_type=".xlsx").xform


@pytest.mark.parametrize("asked", questionnaires(), ids=lambda each: each.name)
def test_a_questionnaire_of_the_bank_comes_back_as_it_was(asked):
    written = xls_form(
        asked, Distribution(FORCE, "dpo@valmont.example", open_link=True)
    )
    read = read_form(written.workbook(), f"{asked.name}.xlsx")
    assert read.form.columns == asked.items
    assert read.form.name == f"{asked.name}_{asked.version}"
    asked_rows = [row for row in written.survey if "group" not in row["type"]]
    for language in written.languages:
        texts = [question.text[language] for question in read.form.questions]
        assert texts == [row[label_column(language)] for row in asked_rows]
