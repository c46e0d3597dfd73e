"""Every form of the corpus is taken over as written, or refused cell by cell."""

import re

import pytest
from tests.tables.xlsforms.corpus import built, cases

from imppulse.instruments.xlsforms.form import Kind
from imppulse.tables import TableError, sentence
from imppulse.tables.xlsforms import FormRefused, read_form

TAKEN, REFUSED = cases("taken"), cases("refused")


def told(question, language):
    """One line per question, as the corpus writes what is expected."""
    parts = [question.name + "!" * question.required, question.kind.value]
    parts += [
        f"{c.code}={c.label[language]}{'*' * c.missing}" for c in question.choices
    ]
    if question.low is not None or question.high is not None:
        low, high = (("" if b is None else b) for b in (question.low, question.high))
        parts.append(f"{low}..{high}")
    if question.kind == Kind.SEVERAL:
        parts += ["->", *question.columns]
    if question.only_if:
        parts.append(f"if {question.only_if.question}={question.only_if.code}")
    return " ".join(parts)


def asked(form):
    return [
        f"{part.name}: " * bool(part.name) + told(question, form.languages[0])
        for part in form.parts
        for question in part.questions
    ]


def place(error, *, found=True):
    facts = error.facts
    where = f"{error.code} {facts.get('sheet', '')} {facts.get('row', '')} {facts.get('column', '')}"
    return f"{where}: {facts.get('found', '')}" if found else where


def test_the_corpus_is_large_enough():
    assert len(TAKEN) + len(REFUSED) >= 60


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name):
    case = TAKEN[name]
    read = read_form(built(case), "form.xlsx", language=case.get("language", ""))
    assert asked(read.form) == case["asks"]
    assert [place(n, found=False) for n in read.notices] == case.get("notices", [])
    assert list(read.form.languages) == case.get("languages", list(read.form.languages))
    for question in read.form.questions:
        assert set(question.text) == set(read.form.languages)
        assert all(question.text.values())


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(TableError) as refused:
        read_form(built(REFUSED[name]), "form.xlsx")
    error = refused.value
    problems = error.problems if isinstance(error, FormRefused) else (error,)
    assert [place(problem) for problem in problems] == REFUSED[name]["problems"]
    for problem in problems:
        for language in ("en", "fr"):
            written = sentence(problem, language)
            assert written.startswith("form.xlsx")
            assert not re.search(r"(?<!\$){|\?[”».,:]", written)


def test_a_refusal_says_where_what_and_what_to_write():
    with pytest.raises(FormRefused) as refused:
        read_form(built(REFUSED["french_cell_empty"]), "form.xlsx")
    assert sentence(refused.value, "en") == (
        "form.xlsx, sheet “survey”, row 2, column “label::Français (fr)”: the text of "
        "“met” in this language is missing. Write it, or delete the column of the language."
    )
    assert sentence(refused.value, "fr") == (
        "form.xlsx, feuille «\u202fsurvey\u202f», ligne 2, colonne «\u202flabel::Français (fr)\u202f»\u00a0: "
        "le texte de «\u202fmet\u202f» dans cette langue manque. Écrivez-le, ou supprimez la colonne de la langue."
    )
