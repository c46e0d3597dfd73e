"""The command line and the platform say the same of the same answers."""

import json

import pytest
from tests.studies.survey import make_study, plan_wave
from tests.studies.test_pages import delivered

from imppulse.cli import run
from imppulse.studies import actions, queries
from imppulse.studies.choices import CollectionMode

STUDY = """
territory = "Port-Lumen"
wave = 2026-05-31
simulated = true
title = {{ en = "Spring survey", fr = "Enquête de printemps" }}
force = {{ en = "the National Guard", fr = "la Garde nationale", code = "{force}" }}
design = {{ weight = "weight", strata = "stratum", lonely = "adjust" }}
columns = {{ side = "side", district = "district", force = "force" }}
sides = {{ police_officers = "police_officers", population = "population" }}
"""


@pytest.mark.slow
def test_one_file_one_diagnosis(db, tmp_path):
    study = make_study()
    plan_wave(study, mode=CollectionMode.ACCESS_CODES)
    closed = actions.import_closed_wave(study, 1, delivered(), by="lead")
    stored = actions.diagnose_wave(closed, by="lead")
    on_platform = stored.results | {"details": stored.details}

    answers, described = tmp_path / "answers.csv", tmp_path / "study.toml"
    queries.closed_answers(closed).drop("cluster", "arm").write_csv(answers)
    described.write_text(STUDY.format(force=study.force.slug), encoding="utf-8")
    out = tmp_path / "out"
    line = ["diagnose", str(answers), "--study", str(described), "--out", str(out)]
    assert run(line) == 0
    on_command_line = json.loads((out / "results.json").read_text("utf-8"))
    del on_command_line["study"]
    assert len(on_platform["factors"]) > 4
    assert len(on_platform["details"]["priorities"]) > 4
    assert on_command_line == json.loads(json.dumps(on_platform))
