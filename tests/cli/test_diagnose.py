"""Answers and a study file in; reports in two languages and the results out."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.reading import refused

from imppulse import instruments
from imppulse.cli import run
from imppulse.evidence.diagnosis.diagnosis import Diagnosis

STUDY = """
territory = "Aubeval"
wave = 2026-03-15
simulated = true
title = { en = "Aubeval, spring survey", fr = "Aubeval, enquête de printemps" }
force = { en = "the Municipal Police", fr = "la Police municipale" }
design = { weight = "w", strata = "strate", lonely = "adjust" }
columns = { side = "cote", district = "quartier" }
sides = { population = "P", police_officers = "1" }
items = { fair_respect = "Q12" }
"""
FILES = ("report.en.html", "report.fr.html", "report.en.pdf", "report.fr.pdf")


def answers(rows: int = 240) -> pl.DataFrame:
    """Answers of a population more critical than its police officers."""
    chance = np.random.default_rng(20260315)
    officers = np.arange(rows) % 3 == 0
    columns: dict[str, object] = {
        "cote": np.where(officers, "1", "P"),
        "quartier": chance.choice(["North", "South"], rows),
        "strate": np.where(officers, "force", "town"),
        "w": chance.uniform(0.5, 2, rows).round(3),
    }
    for item in instruments.items():
        low, high = item.scale.low, item.scale.high
        drawn = chance.integers(low, high + 1, rows)
        good = low if item.reversed else high
        columns[item.name] = np.where(
            officers & (chance.random(rows) < 0.5), good, drawn
        )
    return pl.DataFrame(columns).rename({"fair_respect": "Q12"})


@pytest.fixture
def folder(tmp_path) -> Path:
    answers().write_csv(tmp_path / "answers.csv")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def arguments(folder: Path) -> list[str]:
    study, out = str(folder / "study.toml"), str(folder / "out")
    return ["diagnose", str(folder / "answers.csv"), "--study", study, "--out", out]


@pytest.mark.slow
def test_reports_and_results(folder, capsys):
    assert run(arguments(folder)) == 0
    out = folder / "out"
    assert capsys.readouterr().err == ""
    assert sorted(p.name for p in out.iterdir()) == sorted([*FILES, "results.json"])
    english, french = ((out / name).read_text("utf-8") for name in FILES[:2])
    assert '<html lang="en">' in english
    assert '<html lang="fr">' in french
    assert "Aubeval" in english
    assert "Données simulées" in french
    assert all((out / name).read_bytes().startswith(b"%PDF-") for name in FILES[2:])
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert results.pop("study")["simulated"] is True
    diagnosis = Diagnosis.from_dict(results)
    [fairness] = [gap for gap in diagnosis.gaps if gap.index == "fairness"]
    assert fairness.contrast.ci_high < 0
    guessed = {m.actual for m in diagnosis.misperceptions}
    assert guessed == {"fair_respect", "local_trust", "role_known"}
    assert {d.district for d in diagnosis.districts} == {"North", "South"}


@pytest.mark.slow
def test_indices_left_out_are_named(folder, capsys):
    answers().drop("feel_secure").write_csv(folder / "answers.csv")
    assert run([*arguments(folder), "--lang", "fr"]) == 0
    assert capsys.readouterr().err == (
        "imppulse\u00a0: indices laissés de côté, car le fichier ne contient pas toutes "
        "les réponses qu’il leur faut\u00a0: security\n"
    )


def broken(**changes: str) -> str:
    text = STUDY
    for old, new in changes.items():
        text = text.replace(f"{old} = ", f"{new} = " if new else "# ", 1)
    return text


@pytest.mark.parametrize(
    ("study", "sentence"),
    [
        (
            broken(territory=""),
            "study.toml: the entry “territory” is missing. Write it.",
        ),
        (
            broken(wave="waves"),
            (
                "study.toml: there is no entry “waves”. The entries are: territory, wave, "
                "simulated, self_selected, title, force, design, columns, sides, items."
            ),
        ),
        (
            STUDY.replace("2026-03-15", "'March'"),
            "study.toml: the entry “wave” holds 'March'. Write it like: 2026-03-15.",
        ),
        (
            STUDY.replace("fair_respect", "fair_respct"),
            (
                "study.toml, [items]: the question bank has no item “fair_respct”. "
                "Close to it: fair_respect, contact_respect, fair_explain."
            ),
        ),
        (
            STUDY.replace('"P"', '"p"'),
            "answers.csv, row 3, column “cote”: found “P”. Write one of: p, 1.",
        ),
        (
            STUDY.replace('"quartier"', '"quarter"'),
            "answers.csv: there is no column “quarter”. Close to it: quartier.",
        ),
        (
            STUDY.replace("wave = 2026-03-15", "wave = 2026-03-15\nself_selected = 1"),
            "study.toml: the entry “self_selected” holds 1. Write it like: true.",
        ),
        (
            STUDY.replace("title = {", 'title = { code = "x",'),
            "study.toml: there is no entry “title.code”. The entries are: en, fr.",
        ),
        (
            STUDY.replace('Police municipale" }', 'Police municipale", code = "pm" }'),
            "answers.csv: there is no column “force”. The columns are: cote, quartier,",
        ),
    ],
)
def test_wrong_study_file_writes_nothing(study, sentence, *, folder, capsys):
    (folder / "study.toml").write_text(study, encoding="utf-8")
    said = refused(capsys, arguments(folder))
    assert said.startswith(f"imppulse: {sentence}")
    assert not (folder / "out").exists()


def test_unreadable_study_file(folder, capsys):
    (folder / "study.toml").write_bytes(b"territory = Aubeval")
    assert "the study file cannot be read" in refused(capsys, arguments(folder))
    (folder / "study.toml").write_bytes(b"territory = '\xe9'")
    assert "byte 13: the study file is not UTF-8" in refused(capsys, arguments(folder))


def test_answers_that_name_nothing_of_the_bank(folder, capsys):
    (folder / "study.toml").write_text(STUDY.replace("fair_respect", "fair_explain"))
    answers().select("cote", "quartier", "strate", "w", "Q12").write_csv(
        folder / "answers.csv"
    )
    said = refused(capsys, arguments(folder))
    assert said.startswith("imppulse: answers.csv: no index can be built from these")


def test_two_columns_for_one_use(folder, capsys):
    frame = answers().with_columns(side=1)
    frame.write_csv(folder / "answers.csv")
    assert refused(capsys, arguments(folder)) == (
        "imppulse: answers.csv: “cote” is read as “side”, but there is a column “side” "
        "too. Rename one of them.\n"
    )
