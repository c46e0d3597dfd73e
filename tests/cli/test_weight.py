import json

import numpy as np
import polars as pl
import pytest
from tests.cli.reading import ORACLE, refused, rows_of

from imppulse.cli import run

SAMPLE = str(ORACLE / "data" / "apistrat.csv")
SCHOOLS = """
[margins.stype]
E = 4421
H = 755
M = 1018

[margins."sch.wide"]
No = 1072
Yes = 5122

[margins."comp.imp"]
No = 1712
Yes = 4482
"""


@pytest.fixture
def margins(tmp_path):
    def write(text=SCHOOLS):
        path = tmp_path / "margins.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def out(tmp_path):
    return tmp_path / "made" / "weighted.parquet"


def arguments(margins, out, *more, sample=SAMPLE):
    return ["weight", sample, "--margins", margins, "--out", str(out), *more]


@pytest.mark.reference
def test_raked_weights_are_those_of_the_oracle(capsys, margins, out, in_r_weights):
    command = arguments(margins(), out, "--weight", "pw", "--format", "json")
    rows = rows_of(capsys, command)
    frame = pl.read_parquet(out)
    assert frame["calibrated_weight"].to_list()[:8] == pytest.approx(
        in_r_weights, rel=1e-8
    )
    assert [row["level"] for row in rows] == ["E", "H", "M", "No", "Yes", "No", "Yes"]
    for row in rows:
        assert row["share_after"] == pytest.approx(row["share_population"], rel=1e-9)
    assert frame.width == pl.read_csv(SAMPLE).width + 1


@pytest.fixture
def in_r_weights():
    answers = json.loads((ORACLE / "expected" / "survey.json").read_text())
    return answers["calib_strat"]["rake"]["weights_head"]


def test_bounds_and_trimming_are_reported(capsys, margins, out):
    options = ("--method", "logit", "--bounds", ".5,2", "--trim", ".4,1.4")
    command = arguments(margins(), out, "--weight", "pw", *options, "--format", "json")
    assert run(command) == 0
    told = json.loads(capsys.readouterr().out)
    frame = pl.read_parquet(out)
    w, base = frame["calibrated_weight"], frame["pw"]
    g = (w / base / (w.sum() / base.sum())).to_numpy()
    assert (told["smallest_g"], told["largest_g"]) == pytest.approx((g.min(), g.max()))
    assert np.all((g > 0.5) & (g < 2))
    trimmed = frame["trimmed_weight"]
    assert trimmed.max() <= 1.4 * w.mean() * (1 + 1e-9)
    assert told["trimming"]["effective_n"] == pytest.approx(
        trimmed.sum() ** 2 / (trimmed**2).sum()
    )
    shares = frame.group_by("stype").agg(pl.col("trimmed_weight").sum())
    after = {row["level"]: row["share_after"] for row in told["rows"][:3]}
    assert after == pytest.approx(
        {level: sum_ / trimmed.sum() for level, sum_ in shares.iter_rows()}
    )


def test_crossed_margins_shares_totals_and_numbers_as_levels(capsys, margins, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("age,sex,hours\n1,f,2\n1,m,3\n2,f,5\n2,m,7\n2,m,9\n")
    crossed = """
    [[crossed]]
    columns = ["age", "sex"]
    cells = [["1", "f", 10], ["1", "m", 20], ["2", "f", 30], ["2", "m", 40]]
    """
    weighted = tmp_path / "weighted.csv"
    command = arguments(
        margins(crossed), weighted, "--method", "post-stratify", sample=str(answers)
    )
    assert run([*command, "--lang", "fr"]) == 0
    written = capsys.readouterr()
    assert written.out.startswith("marge      modalité")
    assert written.err.startswith("imppulse\u00a0: 5 réponses équivalent à")
    found = pl.read_csv(weighted)["calibrated_weight"].to_list()
    assert found == pytest.approx([10, 20, 30, 20, 20])
    shares = "size = 10\n[margins.sex]\nf = 0.4\nm = 0.6\n[totals]\nhours = 50"
    command = arguments(
        margins(shares), weighted, "--method", "greg", sample=str(answers)
    )
    assert run(command) == 0
    frame = pl.read_csv(weighted)
    assert (frame["hours"] * frame["calibrated_weight"]).sum() == pytest.approx(50)
    assert frame["calibrated_weight"].sum() == pytest.approx(10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[margins.stype", "cannot be read"),
        ("[margin.stype]\nE = 1", "has no entry “margin”"),
        ('[margins.stype]\nE = "many"', "“margins.stype.E” holds many"),
        ("margins = 3", "“margins” holds 3"),
        ("size = true", "“size” holds True"),
        ("crossed = 3", "“crossed” holds 3"),
        ("[[crossed]]\ncolumns = []\ncells = []", "“crossed” holds"),
        ('[[crossed]]\ncolumns = ["stype"]\ncells = [["E"]]', "“crossed.cells” holds"),
        ('[[crossed]]\ncolumns = ["stype"]\ncells = 3', "“crossed.cells” holds 3"),
        ('[[crossed]]\ncolumns = ["stype"]\ncells = [["E", "x"]]', "holds ['E', 'x']"),
        ("[totals]\napi99 = []", "“totals.api99” holds []"),
        ("", "Nothing is known of the population"),
        ("[margins.stypes]\nE = 1\nH = 2", "there is no column “stypes”"),
        ("[margins.stype]\nE = 1\nH = 2", "Levels of “stype” in the sample"),
        ("[margins.stype]\nE = 1\nH = 2\nM = 3\nX = 4", "nobody in the sample has: X"),
    ],
)
def test_margins_that_do_not_fit_are_refused_and_nothing_is_written(
    text, said, capsys, margins, out
):
    assert said in refused(capsys, arguments(margins(text), out))
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "logit"), "La méthode logit demande --bounds"),
        (("--bounds", ".5,2"), "aucune autre ne les admet"),
        (("--method", "logit", "--bounds", "2"), "--bounds demande deux nombres"),
        (("--method", "logit", "--bounds", "2,3"), "Les bornes doivent encadrer 1"),
        (("--trim", "2,3"), "Les poids se bornent à des multiples"),
        (("--minimum-effective-n", "199"), "n’en valent plus que"),
        (("--method", "post-stratify"), "demande une seule marge"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, said, capsys, margins, out):
    command = arguments(margins(), out, "--weight", "pw", *options, "--lang", "fr")
    assert said in refused(capsys, command)
    assert not out.exists()


def test_the_answers_are_never_replaced(capsys, margins, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("stype\nE\nH\nM\n")
    here = str(answers)
    assert "would replace the answers" in refused(
        capsys, arguments(margins(), here, sample=here)
    )
    assert "as “.xlsx”" in refused(
        capsys, arguments(margins(), tmp_path / "w.xlsx", sample=here)
    )
    assert answers.read_text() == "stype\nE\nH\nM\n"
