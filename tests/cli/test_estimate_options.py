"""Totals, ratios, quantiles and contrasts on the command line, against R."""

import json

import pytest
from tests.cli.reading import ORACLE, refused, rows_of

from imppulse.cli import run

R = json.loads((ORACLE / "expected" / "survey.json").read_text())["strat"]
STRAT = [
    "estimate",
    str(ORACLE / "data" / "apistrat.csv"),
    *("--weight", "pw", "--strata", "stype", "--fpc", "fpc"),
]
JSON = ("--format", "json")


@pytest.mark.reference
def test_total_equals_r(capsys):
    [row] = rows_of(capsys, [*STRAT, "--items", "enroll", "--total", *JSON])
    assert row["total"] == pytest.approx(R["total_enroll"]["est"], rel=1e-12)
    assert row["df"] == R["degf"]


@pytest.mark.reference
def test_ratio_equals_r(capsys):
    [row] = rows_of(capsys, [*STRAT, "--ratio", "api.stu/enroll", *JSON])
    assert row["item"] == "api.stu/enroll"
    assert row["ratio"] == pytest.approx(R["ratio"]["est"], rel=1e-12)
    assert row["std_error"] == pytest.approx(R["ratio"]["se"], rel=1e-12)


@pytest.mark.reference
def test_quantiles_equal_r(capsys):
    rows = rows_of(
        capsys, [*STRAT, "--items", "api00", "--quantile", ".1,.25,.5,.75,.9", *JSON]
    )
    names = ("quantile", "ci_low", "ci_high", "std_error")
    found = [[row[name] for name in names] for row in rows]
    assert [pytest.approx(line, rel=1e-12) for line in R["quantile_math"]] == found
    assert {row["domain"] for row in rows} == {"all"}


@pytest.mark.reference
@pytest.mark.parametrize("text", ["Yes - No", '1 * "Yes" - 1.0 * "No"', " - No + Yes"])
def test_contrast_equals_r(text, capsys):
    options = ("--items", "api00", "--by", "awards", "--contrast", text)
    [row] = rows_of(capsys, [*STRAT, *options, *JSON])
    expected = R["diff_awards"]
    assert row["estimate"] == pytest.approx(expected["est"], rel=1e-12)
    assert row["std_error"] == pytest.approx(expected["se"], rel=1e-12)
    assert row["contrast"] == text


def test_a_contrast_of_crossed_domains(capsys):
    options = ("--items", "api00", "--by", "awards,comp.imp", "--format", "csv")
    cells = {row["domain"]: row["mean"] for row in rows_of(capsys, [*STRAT, *options])}
    first, second = sorted(cells)[:2]
    [row] = rows_of(capsys, [*STRAT, *options, "--contrast", f"2 * {first} - {second}"])
    assert row["estimate"] == pytest.approx(2 * cells[first] - cells[second])


def test_table_of_totals_in_french(capsys):
    assert run([*STRAT, "--items", "enroll", "--total", "--lang", "fr"]) == 0
    assert capsys.readouterr().out.startswith("variable  domaine       total  erreur")


BAD = {
    "two kinds": (
        ["--items", "api00", "--total", "--quantile", ".5"],
        "Of --total, --quantile, name only one.",
        "N’indiquez qu’une seule des options suivantes\u00a0: --total, --quantile.",
    ),
    "items and ratio": (
        ["--items", "api00", "--ratio", "api00/api99"],
        "Of --items, --ratio, name only one.",
        "N’indiquez qu’une seule des options suivantes\u00a0: --items, --ratio.",
    ),
    "no items": (
        ["--total"],
        "--items is missing. See “imppulse estimate --help”.",
        "Il manque --items. Voir «\u202fimppulse estimate --help\u202f».",
    ),
    "half a ratio": (
        ["--ratio", "api00"],
        "“api00” is no ratio. Write: numerator/denominator.",
        "«\u202fapi00\u202f» n’est pas un rapport. Écrivez\u00a0: numérateur/dénominateur.",
    ),
    "no share": (
        ["--items", "api00", "--quantile", "half"],
        "“half” is no list of shares. Write numbers, such as .25,.5,.75.",
        (
            "«\u202fhalf\u202f» n’est pas une liste de proportions. "
            "Écrivez des nombres, par exemple .25,.5,.75."
        ),
    ),
    "share of 100": (
        ["--items", "api00", "--quantile", "50"],
        (
            "The shares below a quantile must lie between 0 and 1, not 50.0. "
            "Write 0.5 for the median."
        ),
        (
            "Les proportions qui définissent un quantile doivent être comprises entre "
            "0 et 1, et non 50.0. Écrivez 0.5 pour la médiane."
        ),
    ),
    "unknown domain": (
        ["--items", "api00", "--by", "awards", "--contrast", "Yes - Maybe"],
        "There is no domain “Maybe”. The domains are: No, Yes.",
        "Le domaine «\u202fMaybe\u202f» n’existe pas. Domaines disponibles\u00a0: No, Yes.",
    ),
    "contrast without domains": (
        ["--items", "api00", "--contrast", "Yes - No"],
        "--by is missing. See “imppulse estimate --help”.",
        "Il manque --by. Voir «\u202fimppulse estimate --help\u202f».",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_options_are_said_on_one_line(case, capsys):
    options, english, french = BAD[case]
    assert refused(capsys, [*STRAT, *options]) == f"imppulse: {english}\n"
    french_line = refused(capsys, [*STRAT, *options, "--lang", "fr"])
    assert french_line == f"imppulse\u00a0: {french}\n"


def test_a_contrast_that_cannot_be_read(capsys):
    options = ["--items", "api00", "--by", "awards", "--contrast", '"Yes - No']
    assert refused(capsys, [*STRAT, *options]).startswith(
        'imppulse: “"Yes - No” cannot'
    )
