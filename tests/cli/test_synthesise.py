"""The six countries of community policing, as published (Blair et al. 2021)."""

import csv

import pytest
from tests.cli.reading import REFERENCE, refused, rows_of

from imppulse.cli import run

FOLDER = REFERENCE / "metaketa"
COLUMNS = "group,k,estimate,std_error,ci_low,ci_high,pi_low,pi_high,tau2,i2,q,p_value"
PAIR = ("--estimate", "estimate", "--std-error", "std_error")


def published() -> list[dict[str, str]]:
    with (FOLDER / "metaketa4_pooled_published.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.reference
@pytest.mark.parametrize("format_name", ["csv", "json"])
def test_every_published_row(format_name, capsys):
    studies = FOLDER / "metaketa4_study_estimates.csv"
    options = ("--by", "label", "--method", "REML", "--test", "classical")
    rows = rows_of(
        capsys,
        ["synthesise", str(studies), *PAIR, *options, "--format", format_name],
    )
    found = {str(row["group"]): row for row in rows}
    for expected in published():
        row = found[expected["label"]]
        names = {
            "estimate": "estimate",
            "std_error": "std_error",
            "ci_low": "conf_low",
            "ci_high": "conf_high",
            "tau2": "tausq",
            "p_value": "p_value",
            "k": "N_studies",
        }
        assert [row[name] for name in names] == pytest.approx(
            [float(expected[name]) for name in names.values()], abs=1e-4
        )


@pytest.fixture
def studies(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "studies.csv"
        path.write_text(text)
        return str(path)

    return write


TWO = "outcome,estimate,std_error\nfear,0.25,0.1\ntrust,1,0.5\nfear,-0.5,0.2\n"
NOTE = (
    "fear: 2 of the 3 results that pooling needs; they go from -0.50000 to 0.25000, "
    "and no pooled number is given"
)


def test_two_studies_are_not_pooled(studies, capsys):
    arguments = ["synthesise", studies(TWO), *PAIR, "--by", "outcome"]
    fear, trust = rows_of(capsys, [*arguments, "--format", "json"])
    assert fear == dict.fromkeys(COLUMNS.split(",")) | {
        "group": "fear",
        "k": 2,
        "low": -0.5,
        "high": 0.25,
        "sentence": NOTE,
    }
    assert (trust["k"], trust["low"], trust["high"]) == (1, 1, 1)
    assert run([*arguments, "--format", "csv"]) == 0
    written = capsys.readouterr()
    assert written.out == f"{COLUMNS}\nfear,2,,,,,,,,,,\ntrust,1,,,,,,,,,,\n"
    assert written.err.splitlines()[0] == f"imppulse: {NOTE}"


def test_without_groups_everything_is_pooled(studies, capsys):
    rows = rows_of(capsys, ["synthesise", studies(TWO), *PAIR, "--format", "csv"])
    assert [(row["group"], row["k"]) for row in rows] == [("all", 3)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "estimate,std_error\n1,1\n2,0\n3,1\n",
            "row 3, column “std_error”: found 0. Write a number above 0.",
        ),
        (
            "estimate,std_error\n1,1\n,1\n3,1\n",
            (
                "row 3, column “estimate”: the cell is empty. "
                "Write a value, or take the row out."
            ),
        ),
    ],
)
def test_rows_that_cannot_be_pooled_are_named(text, sentence, *, studies, capsys):
    arguments = ["synthesise", studies(text), *PAIR]
    assert refused(capsys, arguments) == f"imppulse: studies.csv, {sentence}\n"


def test_own_degrees_of_freedom_of_each_result(studies, capsys):
    path = studies("estimate,std_error,f\n1,0.5,3\n2,0.6,4\n2.5,0.7,5\n")
    options = ("--test", "classical", "--format", "json")
    known = rows_of(capsys, ["synthesise", path, *PAIR, *options])[0]
    own = rows_of(capsys, ["synthesise", path, *PAIR, *options, "--df", "f"])[0]
    assert own["estimate"] == known["estimate"]
    assert own["std_error"] > known["std_error"]


@pytest.mark.parametrize(
    ("method", "std_error"), [("FE", 1 / 3**0.5), ("ML", 1 / 3**0.5)]
)
def test_further_estimators(studies, capsys, method, std_error):
    path = studies("estimate,std_error\n1,1\n1.5,1\n2,1\n")
    options = ("--method", method, "--test", "classical", "--format", "json")
    row = rows_of(capsys, ["synthesise", path, *PAIR, *options])[0]
    assert row["std_error"] == pytest.approx(std_error)
    assert (row["pi_low"] is None) == (method == "FE")


def test_degrees_of_freedom_below_one(studies, capsys):
    path = studies("estimate,std_error,f\n1,0.5,3\n2,0.6,0.5\n2.5,0.7,5\n")
    line = refused(capsys, ["synthesise", path, *PAIR, "--df", "f"])
    assert "at least 1 degree of freedom" in line
