import json

import pytest
from tests.cli.reading import refused, rows_of

from imppulse.cli import run
from imppulse.evidence.planning.power import (
    PlannedAnalysis,
    PlannedComparison,
    PlannedSample,
    design_power,
    smallest_detectable_effect,
)

AREAS = ["--design", "difference-in-differences", "--areas", "6", "--people", "40", "--sd", "22", "--icc", "0.05", "--cluster-autocorrelation", "0.8"]  # fmt: skip


def planned():
    arm = PlannedSample(
        invitations=240, response_rate=1, clusters=6, intraclass_correlation=0.05
    )
    return PlannedComparison(
        treated=arm,
        comparison=arm,
        analysis=PlannedAnalysis.CHANGE,
        cluster_autocorrelation=0.8,
    )


def test_the_digits_of_the_library(capsys):
    [row] = rows_of(capsys, ["power", *AREAS, "--format", "json"])
    expected = smallest_detectable_effect(planned(), sd=22)
    assert row["effect"] == expected.effect
    [row] = rows_of(capsys, ["power", *AREAS, "--effect", "5", "--format", "json"])
    assert row["power"] == design_power(planned(), 5, sd=22).power


def test_simulation_stands_beside_the_formula(capsys):
    options = ["--simulate", "2000", "--seed", "3", "--format", "json"]
    assert run(["power", *AREAS, *options]) == 0
    shown = json.loads(capsys.readouterr().out)
    formula, simulation = shown["rows"]
    assert (formula["by"], simulation["by"]) == ("formula", "simulation")
    assert simulation["effect"] == pytest.approx(formula["effect"], rel=0.06)
    assert "simulated 2000 times" in shown["notes"][0]


@pytest.mark.parametrize(
    "options",
    [
        "--design trial --people 60 --sd 22 --attrition 0.1",
        "--design trial-with-baseline --people 60 --share 0.4 --person-correlation 0.5",
        "--design before-after --people 30 --areas 8 --sd 22",
        "--design stepped-start --people 30 --steps 2,2,2 --sd 22 --icc 0.04",
        "--design series --people 90 --sd 22 --simulate 500",
    ],
)
def test_every_design(options, capsys):
    [row] = rows_of(capsys, ["power", *options.split(), "--format", "csv"])
    assert 0 < row["effect"] < 30


def test_one_area_a_side_finds_nothing(capsys):
    options = [
        "--design",
        "trial",
        "--areas",
        "1",
        "--people",
        "500",
        "--sd",
        "22",
        "--format",
        "json",
    ]
    [row] = rows_of(capsys, ["power", *options])
    assert row["effect"] is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--design trial --people 60", "In the plan, “sd” cannot be None."),
        ("--design trial --people 0 --sd 2", "In the plan, “invitations” cannot be 0."),
        (
            "--design stepped-start --people 9 --sd 2 --steps a",
            "In the plan, “steps” cannot be a.",
        ),
        (
            "--design trial --people 9 --areas 4 --sd 2 --icc 2",
            "In the plan, “intraclass_correlation” cannot be 2.0.",
        ),
    ],
)
def test_what_cannot_be_is_named(options, sentence, capsys):
    assert refused(capsys, ["power", *options.split()]) == f"imppulse: {sentence}\n"


def test_in_french(capsys):
    assert run(["power", *AREAS, "--lang", "fr"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == [
        "par", "effet", "puissance", "erreur", "type", "ddl", "répondants",
        "fausses", "alertes",
    ]  # fmt: skip
