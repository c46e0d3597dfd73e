from dataclasses import replace

import pytest

from imppulse.instruments import InstrumentError, Side
from imppulse.instruments.xlsforms.form import (
    Choice,
    Form,
    Kind,
    OnlyIf,
    Part,
    Question,
)
from imppulse.instruments.xlsforms.questionnaire import records


def both(en, fr):
    return {"en": en, "fr": fr}


SEEN = Question(
    "seen",
    Kind.SEVERAL,
    both("What did you see?", "Qu’avez-vous vu ?"),
    (Choice("1", 1, both("Fight", "Bagarre")), Choice("b", 2, both("Theft", "Vol"))),
)
AGE = Question(
    "age", Kind.NUMBER, both("Age?", "Âge ?"), required=True, low=18, high=20
)
TRUST = Question(
    "trust",
    Kind.ONE,
    both("Trust {them}?", "Confiance ?"),
    (
        Choice("1", 1, both("Yes", "Oui")),
        Choice("8", 8, both("Don’t know", "NSP"), missing=True),
    ),
    only_if=OnlyIf("seen_1", 1),
)
NOTE = Question("hello", Kind.NOTE, both("Thank you.", "Merci."))
FORM = Form("Police", "police", "1", ("en", "fr"), (Part("", {}, (NOTE, SEEN, AGE)), Part("g", both("Trust", "Confiance"), (TRUST,))))  # fmt: skip


def test_of_several_answers_each_is_an_item_of_yes_and_no():
    found = records(FORM, Side.POPULATION).items["seen_b"]
    assert found.wordings[Side.POPULATION].en == "What did you see? – Theft"
    assert [(o.code, o.label.fr) for o in found.options] == [(1, "Oui"), (0, "Non")]


def test_a_number_offers_what_lies_between_its_bounds():
    assert records(FORM, Side.POPULATION).items["age"].scale.codes == (18, 19, 20)


def test_a_number_without_bounds_is_refused():
    open_ended = replace(FORM, parts=(Part("", {}, (replace(AGE, high=None),)),))
    with pytest.raises(InstrumentError, match=r"^age: a number needs a lowest"):
        records(open_ended, Side.POPULATION)


def test_conditions_missing_codes_and_braces_are_kept():
    found = records(FORM, Side.POPULATION).items["trust"]
    assert (found.asked_if.item, found.asked_if.code) == ("seen_1", 1)
    assert found.missing == (8,)
    assert found.wordings[Side.POPULATION].en == "Trust {{them}}?"


def test_groups_are_sections_and_notes_are_kept():
    found = records(FORM, Side.POPULATION)
    assert [(s.title.fr, s.items) for s in found.sections] == [
        ("Police", ("seen_1", "seen_b", "age")),
        ("Confiance", ("trust",)),
    ]
    assert found.required == ("age",)
    assert [note.en for note in found.notes] == ["Thank you."]


def test_the_bank_has_every_text_in_english_and_french():
    with pytest.raises(InstrumentError, match="also needs: fr"):
        records(replace(FORM, languages=("en",)), Side.POPULATION)
