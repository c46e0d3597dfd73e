"""The command line against R's survey package, and against bad input."""

import json

import pytest
from tests.cli.reading import ORACLE, refused, rows_of

from imppulse.cli import run

R = json.loads((ORACLE / "expected" / "survey.json").read_text())
COLUMNS = "item,domain,mean,std_error,ci_low,ci_high,n,df,deff"
DESIGNS = {
    "strat": ["apistrat.csv", "--weight", "pw", "--strata", "stype", "--fpc", "fpc"],
    "clus1": ["apiclus1.csv", "--weight", "pw", "--cluster", "dnum", "--fpc", "fpc"],
}


def estimate(name: str, *options: str) -> list[str]:
    return ["estimate", str(ORACLE / "data" / name), *options]


@pytest.mark.reference
@pytest.mark.parametrize("name", DESIGNS)
def test_means_equal_r(name, capsys):
    expected = R[name]["mean"]
    rows = rows_of(
        capsys, estimate(*DESIGNS[name], "--items", "api00,api99", "--format", "json")
    )
    assert [row["mean"] for row in rows] == pytest.approx(expected["est"], rel=1e-9)
    assert [row["std_error"] for row in rows] == pytest.approx(expected["se"], rel=1e-9)
    assert [row["deff"] for row in rows] == pytest.approx(
        R[name]["mean_deff"], rel=1e-9
    )
    assert {row["df"] for row in rows} == {R[name]["degf"]}
    assert {row["domain"] for row in rows} == {"all"}


@pytest.mark.reference
@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("format_name", ["json", "csv"])
def test_domains_equal_r(name, format_name, capsys):
    expected = R[name]["by_stype"]
    options = ("--items", "api00", "--by", "stype", "--format", format_name)
    rows = rows_of(capsys, estimate(*DESIGNS[name], *options))
    assert [row["domain"] for row in rows] == expected["groups"]
    assert [row["mean"] for row in rows] == pytest.approx(expected["est"], rel=1e-9)
    assert [row["std_error"] for row in rows] == pytest.approx(expected["se"], rel=1e-9)


@pytest.mark.reference
def test_crossed_domains_equal_r(capsys):
    design = ("--strata", "SDMVSTRA", "--cluster", "SDMVPSU", "--weight", "WTMEC2YR")
    options = ("--items", "HI_CHOL", "--by", "race,RIAGENDR", "--format", "json")
    rows = rows_of(capsys, estimate("nhanes.csv", *design, *options))
    found = {row["domain"]: (row["mean"], row["std_error"]) for row in rows}
    expected = R["nhanes"]["by"]
    assert len(found) == len(expected["est"])
    cells = zip(*(expected[key] for key in ("race", "sex", "est", "se")), strict=True)
    for race, sex, mean, std_error in cells:
        assert found[f"{race} / {sex}"] == pytest.approx((mean, std_error), rel=1e-9)


def test_csv_columns(capsys):
    run(estimate(*DESIGNS["clus1"], "--items", "api00", "--format", "csv"))
    assert capsys.readouterr().out.splitlines()[0] == COLUMNS


def test_table_is_aligned_and_speaks_french(capsys):
    arguments = estimate(*DESIGNS["clus1"], "--items", "api00", "--lang", "fr")
    assert run(arguments) == 0
    assert capsys.readouterr().out == (
        "variable  domaine  moyenne  erreur type  IC bas  IC haut    n  ddl  effet de plan\n"
        "api00     all       644,17       23,542  593,68   694,66  183   14         9,3459\n"
    )


def test_rows_without_a_domain_are_counted(tmp_path, capsys):
    path = tmp_path / "answers.csv"
    path.write_text("D3,age\n1,a\n2,a\n3,\n4,b\n5,b\n")
    assert run(["estimate", str(path), "--items", "D3", "--by", "age"]) == 0
    assert capsys.readouterr().err == (
        "imppulse: rows without a value in “age”, in no domain but in the design: 1\n"
    )


def test_choice_about_lonely_strata_is_recorded(tmp_path, capsys):
    path = tmp_path / "answers.csv"
    path.write_text("D3,s\n1,a\n2,a\n3,b\n")
    arguments = ["estimate", str(path), "--items", "D3", "--strata", "s"]
    assert refused(capsys, [*arguments, "--format", "csv"]).endswith("remove.\n")
    assert run([*arguments, "--lonely", "adjust"]) == 0
    assert capsys.readouterr().err == (
        "imppulse: strata with one cluster (b) were treated by the choice “adjust”\n"
    )


BAD = {
    "unknown column": (
        b"D3,weight\n1,1\n2,1\n",
        ["--items", "d3"],
        "answers.csv: there is no column “d3”. Close to it: D3.",
        "answers.csv\u00a0: la colonne «\u202fd3\u202f» n’existe pas. Noms proches\u00a0: D3.",
    ),
    "text in a number column": (
        b"D3\n1\ntwo\n",
        ["--items", "D3"],
        (
            "answers.csv, row 3, column “D3”: found “two” where a number is needed. "
            "Write a number such as 3 or 3.5, or leave the cell empty if there is no answer."
        ),
        (
            "answers.csv, ligne 3, colonne «\u202fD3\u202f»\u00a0: «\u202ftwo\u202f» au lieu d’un nombre. "
            "Écrivez un nombre, par exemple 3 ou 3,5, ou laissez la cellule vide en l’absence de réponse."
        ),
    ),
    "negative weight": (
        b"D3,weight\n1,1\n2,-1\n",
        ["--items", "D3", "--weight", "weight"],
        (
            "answers.csv, row 3, column “weight”: found the weight -1. "
            "Write a number of 0 or more."
        ),
        (
            "answers.csv, ligne 3, colonne «\u202fweight\u202f»\u00a0: la pondération vaut -1. "
            "Écrivez un nombre positif ou nul."
        ),
    ),
    "empty file": (
        b"",
        ["--items", "D3"],
        (
            "answers.csv: the file is empty. Its first row must name the columns, "
            "and each further row is one answer."
        ),
        (
            "answers.csv\u00a0: le fichier est vide. Sa première ligne doit nommer les colonnes\u202f; "
            "chaque ligne suivante est une réponse."
        ),
    ),
    "wrong encoding": (
        "D3,ville\n1,Liège\n".encode("cp1252"),
        ["--items", "D3"],
        (
            "answers.csv, line 2, byte 13: 0xE8 is not UTF-8; read as Windows-1252 it gives "
            "“Liège”. Save the file as “CSV UTF-8” and try again."
        ),
        (
            "answers.csv, ligne 2, octet 13\u00a0: 0xE8 n’est pas de l’UTF-8\u202f; lu en Windows-1252, "
            "il donne «\u202fLiège\u202f». Enregistrez le fichier au format «\u202fCSV UTF-8\u202f» puis recommencez."
        ),
    ),
    "one respondent": (
        b"D3\n1\n",
        ["--items", "D3"],
        (
            "One cluster alone gives no variance: at least two are needed. "
            "Add answers, or check the column of clusters."
        ),
        (
            "Une seule grappe ne permet pas d’estimer la variance\u00a0: il en faut au moins deux. "
            "Ajoutez des réponses ou vérifiez la colonne des grappes."
        ),
    ),
    "all missing": (
        b"D3,n\n,1\n,2\n",
        ["--items", "D3"],
        "answers.csv, column “D3”: every cell is empty. Fill the column or leave it out.",
        (
            "answers.csv, colonne «\u202fD3\u202f»\u00a0: toutes les cellules sont vides. "
            "Remplissez la colonne ou ne la demandez pas."
        ),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_on_one_line(case, tmp_path, capsys):
    content, options, english, french = BAD[case]
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    arguments = ["estimate", str(path), *options]
    assert refused(capsys, arguments) == f"imppulse: {english}\n"
    assert refused(capsys, [*arguments, "--lang=fr"]) == f"imppulse\u00a0: {french}\n"
