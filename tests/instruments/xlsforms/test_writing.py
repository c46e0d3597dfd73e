import dataclasses
from io import BytesIO

import pytest
from openpyxl import load_workbook

from imppulse.instruments import ForceName, Text, questionnaire
from imppulse.instruments.xlsforms.writing import (
    Distribution,
    complete_languages,
    label_column,
    xls_form,
)

FORCE = ForceName(en="the Valmont police station", fr="le commissariat de Valmont")


def distribution(**changes):
    facts = {"complaints_contact": "dpo@valmont.example", "open_link": False}
    return Distribution(force=FORCE, **(facts | changes))


def population(**changes):
    return xls_form(questionnaire("population"), distribution(**changes))


def rows_by_name(form):
    return {row["name"]: row for row in form.survey if "name" in row}


def test_a_question_is_one_row_in_both_languages():
    assert rows_by_name(population())["fair_respect"] == {
        "type": "select_one frequency_1_4",
        "name": "fair_respect",
        "label::English (en)": "How often do police officers of the Valmont police "
        "station treat people in your district with respect?",
        "label::Français (fr)": "Les agents du commissariat de Valmont traitent-ils les "
        "gens de votre quartier avec respect\u202f?",
    }


def test_a_condition_becomes_relevant():
    row = rows_by_name(population())["contact_treatment"]
    assert row["relevant"] == "${contact_police_initiated} = '1'"


def test_an_item_with_a_code_of_its_own_has_its_own_choices():
    form = population()
    codes = [
        r["name"] for r in form.choices if r["list_name"] == "fair_explain_options"
    ]
    assert codes == ["1", "2", "3", "4", "5", "8", "7"]
    shared = [r["name"] for r in form.choices if r["list_name"] == "frequency_1_4"]
    assert shared == ["1", "2", "3", "4", "8", "7"]


def test_consent_says_where_complaints_go():
    row = rows_by_name(population())["consent_complaints"]
    assert row["label::English (en)"] == (
        "A question or a complaint about this survey? Write to dpo@valmont.example."
    )


@pytest.mark.parametrize("open_link", [True, False])
def test_an_open_link_is_told_to_be_self_selected(open_link):
    names = rows_by_name(population(open_link=open_link))
    assert ("consent_open_link" in names) == open_link


def test_one_language_can_be_asked_for():
    form = population(languages=("fr",))
    assert form.settings["default_language"] == "Français (fr)"
    assert form.settings["form_title"] == "Vous et la police dans votre quartier"
    assert all("label::English (en)" not in row for row in form.survey)


def test_a_required_item_is_marked():
    strict = dataclasses.replace(
        questionnaire("population"), required=("fair_respect",)
    )
    rows = rows_by_name(xls_form(strict, distribution()))
    assert rows["fair_respect"]["required"] == "yes"
    assert "required" not in rows["fair_decisions"]


def test_the_workbook_holds_the_three_sheets():
    form = population()
    book = load_workbook(BytesIO(form.workbook()))
    assert book.sheetnames == ["survey", "choices", "settings"]
    survey = list(book["survey"].values)
    assert survey[0] == (
        "type",
        "name",
        "required",
        "relevant",
        "label::English (en)",
        "label::Français (fr)",
    )
    assert len(survey) == 1 + len(form.survey)
    assert list(book["settings"].values)[1] == (
        "You and the police in your district",
        "population_1",
        "1",
        "English (en)",
    )


def test_a_language_is_complete_when_no_text_lacks_it():
    asked = questionnaire("population")
    assert complete_languages(asked)[:2] == ("en", "fr")
    untranslated = dataclasses.replace(asked, title=Text("Police", "Police", ()))
    assert complete_languages(untranslated) == ("en", "fr")
    titled = dataclasses.replace(
        asked, title=Text("Police", "Police", (("eo", "Polico"),))
    )
    assert complete_languages(titled) == ("en", "fr")


def test_columns_are_named_as_readers_call_their_language():
    assert [label_column(code) for code in ("en", "fr", "ar")] == [
        "label::English (en)",
        "label::Français (fr)",
        "label::العربية (ar)",
    ]
