"""Exports of survey programs, by their conventions: taken, or refused with row and column."""

import polars as pl
import pytest

from imppulse.tables import TableError, read, sentence
from imppulse.tables.deliveries import (
    AskedItem,
    Mapping,
    check,
    expanded,
    guess,
    is_trace,
    read_mapping,
    write_mapping,
)
from imppulse.tables.table import Table

SIDES = ("population", "police_officers")


def item(name, **options):
    return name, AskedItem(name, {int(c[1:]): labels for c, labels in options.items()})


FREQUENCY = {"c1": ("Never", "Jamais"), "c2": ("Often", "Souvent"), "c8": ("Don’t know", "Je ne sais pas")}  # fmt: skip
YES_NO = {"c1": ("Yes", "Oui"), "c2": ("No", "Non")}
TICK = {"c1": ("Yes", "Oui"), "c0": ("No", "Non")}
ITEMS = dict(
    [
        item("fair_respect", **FREQUENCY),
        item("met", **YES_NO),
        item("seen_1", **TICK),
        item("seen_2", **TICK),
    ]
)


def table(**columns):
    return Table(pl.DataFrame(columns), "answers.csv", "csv", rows=())


def checked(given, mapping=None, **constants):
    mapping = mapping or guess(given, ITEMS)
    constants = constants or {"side": "population"}
    whole = Mapping(mapping.columns, mapping.values, {**mapping.constants, **constants})
    return check(given, whole, items=ITEMS, sides=SIDES)


def taken(result):
    return {each.name: each.to_list() for each in result.frame if each.name != "side"}


def codes(result):
    return [problem.code for problem in result.problems]


def test_a_limesurvey_export_is_taken_and_its_traces_are_not():
    given = read(
        b'"id","submitdate","startlanguage","token","fair_respect","met","seen[1]","seen[2]"\n'
        b'"1","2026-04-01","fr","abc","A2","Y","Y",""\n'
        b'"2","2026-04-01","fr","def","A08","N","","Y"\n'
    )
    result = checked(given)
    assert codes(result) == []
    assert taken(result) == {
        "fair_respect": [2, 8],
        "met": [1, 2],
        "seen_1": [1, None],
        "seen_2": [None, 1],
    }
    assert result.summary.left_out == ("id", "submitdate", "startlanguage", "token")
    assert ("fair_respect", "A08", "8") in result.summary.changed


def test_names_of_limesurvey_in_spss_and_with_their_wording():
    given = table(**{"seen_2": [1], "met. Did you meet?": ["Oui"]})
    assert guess(given, ITEMS).by_target == {
        "seen_2": "seen_2",
        "met": "met. Did you meet?",
    }


def test_an_odk_export_is_taken():
    given = table(**{"SubmissionDate": ["x"], "about-met": [1], "about-seen": ["1 2"], "about-seen/1": [1], "about-seen/2": [0], "KEY": ["uuid:1"]})  # fmt: skip
    result = checked(given)
    assert taken(result) == {"met": [1], "seen_1": [1], "seen_2": [0]}
    assert result.summary.left_out == ("SubmissionDate", "about-seen", "KEY")


def test_a_kobo_export_with_all_answers_in_one_column_is_expanded():
    given = expanded(table(**{"g/seen": ["1", "1 2", None], "_id": [1, 2, 3]}), ITEMS)
    assert taken(checked(given)) == {"seen_1": [1, 1, None], "seen_2": [0, 1, None]}


@pytest.mark.parametrize(
    "column",
    [
        "token",
        "ipaddr",
        "meta/instanceID",
        "_submission_time",
        "g/deviceid",
        "Email",
        "interviewtime",
    ],
)
def test_columns_that_tell_who_or_when_are_traces(column):
    assert is_trace(column)


@pytest.mark.parametrize("column", ["trust", "district", "met", "age_group"])
def test_answers_are_no_traces(column):
    assert not is_trace(column)


def test_labels_are_trusted_over_numbers():
    given = Table(
        pl.DataFrame({"fair_respect": [1, 2, 3]}),
        "answers.sav",
        "spss",
        labels={"fair_respect": {1.0: "Often", 2.0: "Never", 3.0: "Je ne sais pas"}},
    )
    assert taken(checked(given)) == {"fair_respect": [2, 1, 8]}


def test_a_label_that_is_no_answer_is_asked_about():
    given = Table(
        pl.DataFrame({"fair_respect": [1, 2]}),
        "answers.sav",
        "spss",
        labels={"fair_respect": {1.0: "Always", 2.0: "Often"}},
    )
    result = checked(given)
    assert result.unknown == {"fair_respect": {"1": 1}}
    said = Mapping({"fair_respect": "fair_respect"}, {"fair_respect": {"1": 1}})
    assert taken(checked(given, said)) == {"fair_respect": [1, 2]}


def test_a_value_that_is_no_answer_is_named_with_its_row():
    result = checked(table(fair_respect=["1", "9", "9"], met=["Yes", "No", "no idea"]))
    assert [str(problem) for problem in result.problems] == [
        "answers.csv, row 2, column “fair_respect”: found “9”. Say which answer to “fair_respect” it is: 1 (Never), 2 (Often), 8 (Don’t know).",
        "answers.csv, row 3, column “met”: found “no idea”. Say which answer to “met” it is: 1 (Yes), 2 (No).",
    ]
    assert sentence(result.problems[1], "fr").startswith(
        "answers.csv, ligne 3, colonne «\u202fmet\u202f»"
    )


def test_a_value_can_be_said_to_be_no_answer():
    said = Mapping({"met": "met"}, {"met": {"no idea": ""}})
    assert taken(checked(table(met=["Yes", "no idea"]), said)) == {"met": [1, None]}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        (Mapping({"met": "nothing"}), "delivery_target_unknown"),
        (Mapping({"gone": "met"}), "delivery_column_unknown"),
        (Mapping({"met": "met", "again": "met"}), "delivery_item_twice"),
        (Mapping({"met": "met"}, {"met": {"1": 9}}), "delivery_code_unknown"),
        (Mapping({"met": ""}), "delivery_no_item"),
        (Mapping({"met": "met", "again": "weight"}), "delivery_weight"),
        (Mapping({"met": "met", "again": "side"}), "delivery_side_missing"),
    ],
)
def test_a_wrong_mapping_is_refused(mapping, code):
    assert code in codes(checked(table(met=[1], again=[-1]), mapping))


def test_the_side_must_be_known():
    given = table(met=[1])
    result = check(given, guess(given, ITEMS), items=ITEMS, sides=SIDES)
    assert codes(result) == ["delivery_no_side"]


def test_a_row_without_a_side_is_named():
    given = table(met=[1, 1], side=["population", None])
    (problem,) = checked(given, guess(given, ITEMS)).problems
    assert (problem.code, problem.facts["row"]) == ("delivery_side_missing", 2)


def test_weights_with_a_decimal_comma_are_numbers():
    result = checked(table(met=[1, 1], weight=["1,5", "0"]))
    assert taken(result)["weight"] == [1.5, 0.0]


def test_the_summary_says_what_no_column_answers():
    assert checked(table(met=[1], remark=["x"])).summary.unasked == (
        "fair_respect",
        "seen_1",
        "seen_2",
    )


def test_a_mapping_is_written_and_read():
    mapping = Mapping(
        {'Q"1"': "met", "Ünïcode\x7f\n": ""},
        {"met": {"A1": 1, "x": ""}},
        {"side": "population"},
    )
    assert read_mapping(write_mapping(mapping).encode(), "m.toml") == mapping


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff", "mapping_not_toml"),
        (b"[columns", "mapping_not_toml"),
        (b"columns = 1", "mapping_entry_wrong"),
        (b"[columns]\na = 1", "mapping_entry_wrong"),
        (b"[values]\nmet = 1", "mapping_entry_wrong"),
        (b"[values.met]\nx = true", "mapping_entry_wrong"),
        (b"[other]", "mapping_entry_wrong"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(content, code):
    with pytest.raises(TableError) as refused:
        read_mapping(content, "m.toml")
    assert refused.value.code == code
    assert "?" not in sentence(refused.value, "fr")
