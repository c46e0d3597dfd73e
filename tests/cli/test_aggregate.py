"""Aggregate files on the command line, each city of the simulation a territory."""

import json

import polars as pl
import pytest
from tests.cli.reading import ORACLE, refused, rows_of

from imppulse.cli import run
from imppulse.evidence.effects.comparisons import change
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.synthesis.synthesis import synthesise

CITYSIM = pl.read_csv(
    ORACLE / "data" / "citysim.csv", null_values="NA", infer_schema_length=None
)
CITIES = ("C1", "C2", "C3")
DESIGN = SampleDesign(weight="w", strata="stratum", cluster="psu")
DRAWN = ("--weight", "w", "--strata", "stratum", "--cluster", "psu")
JSON = ("--format", "json")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One answer file per city and the aggregate file made from it."""
    folder = tmp_path_factory.mktemp("cities")
    for city in CITIES:
        CITYSIM.filter(pl.col("city") == city).write_parquet(folder / f"{city}.answers")
        assert run(make(folder, city)) == 0
    return folder


def make(folder, city, *options):
    return [
        *("aggregate", "make", str(folder / f"{city}.answers"), "--territory", city),
        *("--items", "trust1,trust2", "--by", "wave,sex", *DRAWN),
        *("--out", str(folder / f"{city}.json"), *options),
    ]


def manifests(folder):
    return [str(folder / f"{city}.json") for city in CITIES]


def test_a_file_passes_its_check(files, capsys):
    [row] = rows_of(capsys, ["aggregate", "check", manifests(files)[0], *JSON])
    manifest = json.loads((files / "C1.json").read_text())
    assert row["territory"] == "C1"
    assert (row["threshold"], row["released"], row["hidden"]) == (10, 4, 0)
    assert row["signature"] == "none"
    assert manifest["signature"] is None
    assert set(manifest["lost"]) == {"answers", "other_domains", "cluster_totals"}
    assert manifest["provenance"]["data"] is not None


def test_cities_together_give_the_contrast_of_the_answers(files, capsys):
    text = "C1 / 1 / 2 - C1 / 0 / 2"
    arguments = ["aggregate", "pool", *manifests(files), "--contrast", text, *JSON]
    first = rows_of(capsys, arguments)[0]
    women = CITYSIM.filter(pl.col("city") == "C1").with_columns(
        trust1=pl.when(pl.col("sex") == 2).then("trust1")
    )
    theirs = change(women, "trust1", DESIGN, wave="wave", before=0, after=1)
    for name in ("estimate", "std_error", "ci_low", "df", "p_value"):
        assert first[name] == pytest.approx(getattr(theirs, name), rel=1e-11)


def test_the_contrast_in_each_city_is_synthesised(files, capsys):
    arguments = ["aggregate", "pool", *manifests(files), "--each"]
    assert run([*arguments, "--contrast", "1 / 2 - 0 / 2", *JSON]) == 0
    written = json.loads(capsys.readouterr().out)
    rows = [row for row in written["rows"] if row["item"] == "trust1"]
    assert [row["territory"] for row in rows] == list(CITIES)
    theirs = synthesise(
        [row["estimate"] for row in rows], [row["std_error"] for row in rows]
    )
    assert written["syntheses"]["trust1"]["estimate"] == theirs.estimate


def test_without_a_contrast_the_cells_are_shown(files, capsys):
    arguments = ["aggregate", "pool", *manifests(files), "--format", "csv"]
    rows = rows_of(capsys, arguments)
    assert len(rows) == 2 * 4 * len(CITIES)
    assert rows[0]["domain"] == "C1 / 0 / 1"


def test_two_cities_are_not_pooled(files, capsys):
    arguments = ["aggregate", "pool", *manifests(files)[:2], "--each"]
    assert run([*arguments, "--contrast", "1 / 2 - 0 / 2"]) == 0
    assert "three territories are needed" in capsys.readouterr().err


def test_hidden_domains_are_named_in_both_languages(files, tmp_path, capsys):
    groups = CITYSIM.filter(pl.col("city") == "C1").drop_nulls("trust1")
    fewest = groups.group_by("age").len()["len"].min()
    arguments = make(files, "C1", "--threshold", str(fewest + 1))
    arguments[arguments.index("--by") + 1] = "age"
    arguments[arguments.index("--out") + 1] = str(tmp_path / "C1.json")
    assert run(arguments) == 0
    english = capsys.readouterr().err
    assert "hidden domains: " in english
    assert "not in the file: the domains listed as hidden" in english
    assert run([*arguments, "--lang", "fr"]) == 0
    assert "domaines masqués\u00a0: " in capsys.readouterr().err


def test_a_changed_file_is_refused(files, tmp_path, capsys):
    for name in ("C1.json", "C1.parquet"):
        (tmp_path / name).write_bytes((files / name).read_bytes())
    frame = pl.read_parquet(tmp_path / "C1.parquet")
    frame.with_columns(pl.col("n") + 1).write_parquet(tmp_path / "C1.parquet")
    check = ["aggregate", "check", str(tmp_path / "C1.json")]
    assert "is not the file that the manifest vouches for" in refused(capsys, check)


BAD = {
    "each without a contrast": (["--each"], "--each needs --contrast."),
    "unknown domain": (["--contrast", "C1 / 9"], "There is no domain “C1 / 9”."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_options_are_said_on_one_line(case, files, capsys):
    options, start = BAD[case]
    said = refused(capsys, ["aggregate", "pool", *manifests(files), *options])
    assert said.startswith(f"imppulse: {start}")


def test_sums_by_cluster_of_few_people_are_refused(files, capsys):
    said = refused(capsys, make(files, "C1", "--clusters"))
    assert said.startswith("imppulse: Cells of clusters with fewer than 10 respondents")


def test_a_threshold_nobody_reaches(files, capsys):
    said = refused(capsys, make(files, "C1", "--threshold", "5000"))
    assert said.startswith("imppulse: With a threshold of 5000, no domain may be")


def test_the_same_territory_twice(files, capsys):
    twice = [manifests(files)[0]] * 2
    said = refused(capsys, ["aggregate", "pool", *twice])
    assert said.endswith("files are of the same territory: C1.\n")
