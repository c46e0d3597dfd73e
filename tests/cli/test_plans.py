"""`rehearse` and `evaluate`, which follow a plan file."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from tests.cli.reading import refused, rows_of

from imppulse.cli import run
from imppulse.evidence.planning.rehearsal import rehearse
from imppulse.tables import read_plan

FOLDER = Path(__file__).parent / "plans"
PLAN, ANSWERS = FOLDER / "plan.toml", FOLDER / "answers.csv"
PAGE = Path(__file__).parents[2] / "docs/reference/plan-file.md"


def read_json(capsys, arguments):
    assert run([*arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def plan(tmp_path):
    def write(*changes):
        text = PLAN.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def evaluated(capsys, path, answers=ANSWERS):
    return read_json(capsys, ["evaluate", path, str(answers)])


def test_the_plan_of_the_page_can_be_read():
    [text] = re.findall(r"```toml\n((?:.|\n)*?)```", PAGE.read_text("utf-8"))
    read = read_plan(text.encode())
    assert read.outcome.name == "dialogue"
    assert read.rehearsal.effect == (0, 8)
    assert read.facts.locked_in_time


def test_every_key_is_on_the_page():
    page = PAGE.read_text("utf-8")
    source = Path(read_plan.__code__.co_filename).read_text("utf-8")
    keys = set(re.findall(r'part\.\w+\(\s*"(\w+)"', source))
    assert len(keys) > 12
    assert {key for key in keys if key not in page} == set()


def test_rehearsal_has_the_chances_of_the_library(capsys):
    shown = read_json(capsys, ["rehearse", str(PLAN), "--draws", "300"])
    expected = rehearse(read_plan(PLAN).rehearsal, draws=300, seed=1)
    assert [row["chance"] for row in shown["rows"]] == [
        row["chance"] for row in expected.rows()
    ]
    assert shown["variants"][0]["clear"] == expected.variants[0].clear
    assert "with a second territory" in shown["notes"][1]


def test_rehearsal_in_french_and_alone(capsys):
    arguments = ["rehearse", str(PLAN), "--draws", "200", "--no-variants"]
    assert run([*arguments, "--lang", "fr"]) == 0
    written = capsys.readouterr()
    assert "comme prévu" in written.out
    assert "trop incertain pour conclure" in written.out
    assert "une réponse nette, comme prévu" in written.err
    rows = rows_of(capsys, [*arguments, "--format", "csv"])
    assert {row["variant"] for row in rows} == {"as_planned"}


def test_evaluation_says_what_may_be_said(capsys):
    shown = evaluated(capsys, str(PLAN))
    assert shown["finding"]["strength"] == "indicated"
    assert shown["finding"]["forbidden_by"] == "baseline_differs"
    assert shown["sentence"].startswith("Whether trust in the police developed")
    assert shown["reasons"][0] == "Both sides already differed before the start."
    assert shown["effect"]["df"] == pytest.approx(6)
    assert shown["facts"]["response_gap"] == 0.02
    assert [row["quantity"] for row in shown["rows"]][:3] == [
        "effect", "change where the pilot ran", "comparison, 1",
    ]  # fmt: skip


def test_the_table_speaks_french(capsys):
    assert run(["evaluate", str(PLAN), str(ANSWERS), "--lang", "fr"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("On ne peut pas dire si la confiance dans la police")
    assert "la phrase qu’on ne peut pas écrire" in said


def test_a_countersigned_draw_earns_more_and_is_named(plan, capsys):
    signed = 'assignment = "countersigned"\ncountersigned_by = "A. Bé, evaluator"'
    path = plan(('assignment = "not_random"', signed))
    shown = evaluated(capsys, path)
    assert shown["facts"]["assignment"] == "countersigned"
    assert shown["notes"][-1].endswith("A. Bé, evaluator")


def test_an_unlocked_plan_lowers_the_sentence(plan, capsys):
    shown = evaluated(capsys, plan(("locked_on = 2026-03-01", "")))
    assert shown["finding"]["ceilings"] == ["plan_not_locked"]


def test_before_and_after_alone_is_only_observed(plan, capsys):
    shown = evaluated(
        capsys,
        plan(("comparison = 4", "comparison = 0")),
        answers=only(pl.col("arm") == "pilot"),
    )
    assert shown["finding"]["strength"] == "observed"


def only(condition):
    path = ANSWERS.parent / "answers.csv"
    return write(pl.read_csv(path).filter(condition))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.KEPT", [tmp_path])


KEPT = []


def write(frame):
    path = KEPT[0] / "answers.csv"
    frame.write_csv(path)
    return path


def test_nothing_is_shown_of_too_few_answers(capsys):
    few = only(pl.col("district").is_in(["d1", "d5"]))
    frame = pl.read_csv(few)
    few = write(frame.group_by("district", "wave", maintain_order=True).head(4))
    shown = evaluated(capsys, str(PLAN), answers=few)
    assert shown["finding"]["suppressed"]
    assert "effect" not in shown
    assert {row["n"] for row in shown["rows"]} == {None}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("margin = 3.0", "", "the entry “outcome.margin” is missing. Write, for example: margin = 5.0."),
        ("margin = 3.0", 'margin = "3"', "the entry “outcome.margin” holds \"3\". Write, for example: margin = 5.0."),
        ("treated = 4", "treated = 0", "the entry “design.treated” holds 0. Write, for example: treated = 4."),
        ("treated = 4", "treatd = 4", "there is no entry “design.treatd” in a plan. Here the entries are: treated, comparison, unit, assignment, countersigned_by, waves_before, panel."),
        ('"not_random"', '"drawn_here"', "the entry “design.assignment” holds \"drawn_here\". Write, for example: assignment = \"not_random\", assignment = \"claimed_random\", assignment = \"countersigned\"."),
        ('"not_random"', '"countersigned"', "the entry “design.countersigned_by” is missing. Write, for example: countersigned_by = \"text\"."),
        ("effect = [0, 8]", "effect = [8, 0]", "the entry “plausible.effect” holds [8, 0]. Write, for example: effect = [0, 8]."),
        ("self_selected = false", "", "the entry “facts.self_selected” is missing. Write, for example: self_selected = false."),
        ("[columns]", "[colums]", "there is no entry “colums” in a plan. Here the entries are: outcome, design, plausible, rehearsal, columns, values, facts."),
        ('area = "district"', "", "the entry “columns.area” is missing. Write, for example: area = \"district\"."),
        ("locked_on = 2026-03-01", 'locked_on = "May"', "the entry “facts.locked_on” holds \"May\". Write, for example: locked_on = 2026-03-15."),
        ("panel = false", "panel = ", "the plan file cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_plan_is_said_by_its_entry(old, new, sentence, *, plan, capsys):
    said = refused(capsys, ["evaluate", plan((old, new)), str(ANSWERS)])
    assert said.startswith(f"imppulse: plan.toml: {sentence}")


def test_columns_and_arms_that_are_not_there(plan, capsys):
    arguments = ["evaluate", plan(('name = "trust"', 'name = "trst"')), str(ANSWERS)]
    assert "there is no column “trst”. Close to it: trust." in refused(
        capsys, arguments
    )
    other = plan(('pilot = "pilot"', 'pilot = "P"'))
    assert "found “pilot”. Write one of: P, comparison." in refused(
        capsys, ["evaluate", other, str(ANSWERS)]
    )
    later = plan(("after = 2", "after = 3"))
    assert "No answer of pilot in 3." in refused(
        capsys, ["evaluate", later, str(ANSWERS)]
    )


def test_a_single_measure_without_comparison_has_nothing_to_evaluate(plan, capsys):
    path = plan(
        ("comparison = 4", "comparison = 0"), ("waves_before = 1", "waves_before = 0")
    )
    said = refused(capsys, ["evaluate", path, str(ANSWERS)])
    assert "measures once and compares with nothing" in said


def test_a_plan_without_ranges_cannot_be_played(plan, capsys):
    text = PLAN.read_text("utf-8")
    ranges = text[text.index("[plausible]") : text.index("[rehearsal]")]
    said = refused(capsys, ["rehearse", plan((ranges, ""))])
    assert "the entry “plausible” is missing. Write, for example: [plausible]." in said
