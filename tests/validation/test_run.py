"""Every simulation runs from beginning to end, and R's numbers are compared as numbers."""

import importlib
import json
from pathlib import Path

import pytest

from validation import run

FOLDER = Path(run.__file__).parent
SCRIPTS = [str(path.relative_to(FOLDER)) for path in run.simulations()]


def module_of(script):
    return importlib.import_module(f"validation.{script.removesuffix('.py').replace('/', '.')}")  # fmt: skip


def written():
    kinds = (".md", ".json", ".csv")
    return {
        path: path.stat().st_mtime_ns
        for path in FOLDER.rglob("*")
        if path.suffix in kinds
    }


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_simulation_runs_with_a_few_draws_and_writes_nothing(script):
    before = written()
    assert not module_of(script).main(quick=True)
    assert written() == before


def test_every_simulation_whose_figures_are_published_is_run():
    assert {
        "calibration/simulate.py",
        "factor/alpha_coverage.py",
        "factor/coverage.py",
        "simulation/coverage.py",
        "simulation/few_clusters.py",
        "simulation/power.py",
        "simulation/ranks.py",
        "simulation/regression_coverage.py",
        "simulation/shares_and_quantiles.py",
        "synthesis/coverage.py",
    } <= set(SCRIPTS)
    assert "simulation/draws.py" not in SCRIPTS


def test_the_readme_lists_every_folder_with_r_scripts_and_every_simulation():
    page = (FOLDER / "README.md").read_text("utf-8")
    listed = [path.parent.name for path in run.r_scripts()] + SCRIPTS
    assert {name for name in listed if f"| [{name}](" not in page} == set()


def test_the_hint_names_every_package_that_r_scripts_load():
    packages = run.debian_packages()
    assert packages[0] == "r-base-core"
    loaded = ("survey", "metafor", "metadat", "clubsandwich", "sandwich", "lmtest")
    loaded += ("lavaan", "psych", "semtools", "ordinal", "estimatr", "robumeta")
    loaded += ("jsonlite", "nlme", "mass", "gparotation")
    assert packages[1:] == sorted(f"r-cran-{name}" for name in loaded)


def test_scripts_run_where_their_paths_start():
    homes = {path.name: run.home(path) for path in run.r_scripts()}
    assert homes["two_stage.R"] == homes["lavaan.R"] == FOLDER.parent
    assert homes["01_survey.R"] == FOLDER / "oracle"


def test_last_digits_are_no_difference_and_other_numbers_are():
    old = {"a": [1.0, "x", None], "b": {"c": 2e-5}}
    assert list(run.differences(old, {"a": [1 + 1e-12, "x", None], "b": {"c": 2e-5}})) == []  # fmt: skip
    changed = {"a": [1 + 1e-6, "y", 3], "b": {}}
    places = [found.partition(":")[0] for found in run.differences(old, changed)]
    assert sorted(places) == ["/a[0]", "/a[1]", "/a[2]", "/b/c"]


def test_a_file_written_otherwise_is_put_back_and_one_that_says_otherwise_is_kept(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(run, "HERE", tmp_path)
    same, other = tmp_path / "same.json", tmp_path / "other.csv"
    same.write_text('{"b": 1.0}')
    other.write_text("x,y\n1,2\n")
    before = run.references()
    same.write_text(json.dumps({"b": 1.0000000000001}, indent=1))
    assert not run.changed_references(before)
    assert same.read_text() == '{"b": 1.0}'
    other.write_text("x,y\n1,3\n")
    assert run.changed_references(before)
    assert other.read_text() == "x,y\n1,3\n"
    assert "[1][1]: 2 → 3" in capsys.readouterr().out
