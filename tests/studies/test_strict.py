"""Strict waves: the key is made and used elsewhere; only ciphertexts leave, only rows come back."""

import polars as pl
import pytest
from tests.studies.survey import (
    HOLDERS,
    TODAY,
    answered,
    make_study,
    plan_wave,
    reviewed,
    send,
)
from tests.studies.test_closing import refused

from imppulse.cli import run
from imppulse.studies import actions, queries, sealed_files, storage
from imppulse.studies.models import Answer, Comment, Wave


@pytest.fixture
def holder(tmp_path, capsys, monkeypatch, settings):
    """Runs the command on a computer of their own, of which the server knows nothing."""
    monkeypatch.setattr("imppulse.config.wave_keys.without_installation", lambda: None)

    def ran(*arguments):
        code = run(["wave-key", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


@pytest.fixture
def key(holder, tmp_path):
    code, said, _ = holder("make", "--out", tmp_path / "key")
    assert code == 0
    public_key = said.splitlines()[0].split()[-1]
    paths = sorted((tmp_path / "key").iterdir())
    return public_key, [path.read_text().splitlines()[1] for path in paths]


@pytest.fixture
def wave(db, key):
    wave = reviewed(plan_wave(make_study(simulated=False)))
    Wave.objects.update(key_kept="strict")
    wave.refresh_from_db()
    actions.name_key_holders(wave, HOLDERS, by="lead")
    actions.set_public_key(wave, key[0].upper(), by="lead")
    actions.start_rehearsal(wave, by="lead")
    wave.refresh_from_db()
    return wave


@pytest.fixture
def rehearsed(wave, key, holder, tmp_path):
    send(wave, answered(1), comment="a test")
    sealed = tmp_path / "test.sealed.parquet"
    sealed.write_bytes(actions.export_sealed(wave, by="lead"))
    shares = ("--share", key[1][0], "--share", key[1][2])
    code, said, _ = holder("open", sealed, *shares, "--out", tmp_path)
    assert code == 0
    proof = said.splitlines()[-1].split()[-1]
    actions.end_strict_rehearsal(wave, proof=proof, on=TODAY, by="lead")
    actions.open_wave(wave, by="lead")
    wave.refresh_from_db()
    return wave


@pytest.fixture
def frozen(rehearsed):
    for number in range(12):
        send(rehearsed, answered(number), comment=f"word {number}")
    actions.freeze_wave(rehearsed, by="lead")
    rehearsed.refresh_from_db()
    return rehearsed


@pytest.fixture
def brought_back(frozen, key, holder, tmp_path):
    """What a holder writes on their own computer."""
    sealed = tmp_path / "city.sealed.parquet"
    sealed.write_bytes(actions.export_sealed(frozen, by="lead"))
    code, said, _ = holder(
        "open", sealed, "--share", key[1][1], "--share", key[1][0], "--out", tmp_path
    )
    assert (code, "answers opened: 12" in said) == (0, True)
    names = ("city.answers.parquet", "city.comments.parquet")
    answers, comments = ((tmp_path / name).read_bytes() for name in names)
    return {"answers": answers, "comments": comments}


def test_a_strict_wave_closes_with_what_its_holders_open(frozen, brought_back):
    closed = actions.take_back_opened(frozen, **brought_back, by="lead")
    frame = queries.closed_answers(closed)
    assert sorted(frame["local_trust"]) == sorted(n % 11 for n in range(12))
    said = set(storage.read_comments(closed)["comment"])
    assert said == {f"word {number}" for number in range(12)}
    assert not Answer.objects.exists()
    assert not Comment.objects.exists()


def test_what_leaves_names_no_day_and_no_identifier(frozen):
    identifiers = list(Answer.objects.values_list("identifier", flat=True))
    sealed = actions.export_sealed(frozen, by="lead")
    read = sealed_files.read(sealed)
    assert not any(identifier.encode() in sealed for identifier in identifiers)
    assert TODAY.isoformat().encode() not in sealed
    assert read.answers == sorted(read.answers)


def test_the_server_cannot_close_a_strict_wave(rehearsed, key):
    joined = actions.key_to_close(rehearsed, key[1][:2])
    assert refused(actions.close_wave, rehearsed, key=joined, by="lead") == "strict"


def test_a_frozen_wave_takes_nothing_and_gives_nothing_back(frozen):
    assert refused(send, frozen, answered(1)) == "wrong_state"
    assert Answer.objects.count() == 12


def test_a_row_too_few_is_refused(frozen, brought_back):
    frame = pl.read_parquet(brought_back["answers"])
    fewer = sealed_files.parquet(frame[1:])
    asked = brought_back | {"answers": fewer}
    assert refused(actions.take_back_opened, frozen, **asked, by="x") == "other_number"
    assert Answer.objects.count() == 12


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.with_columns(local_trust=pl.lit(99, pl.Int16)), "unknown_code"),
        (lambda f: f.with_columns(side=pl.lit("elsewhere")), "another_wave"),
        (lambda f: f.with_columns(day=pl.lit("2026-04-15")), "another_wave"),
    ],
)
def test_rows_of_another_wave_are_refused(frozen, brought_back, change, code):
    changed = sealed_files.parquet(change(pl.read_parquet(brought_back["answers"])))
    asked = brought_back | {"answers": changed}
    assert refused(actions.take_back_opened, frozen, **asked, by="x") == code
    asked = brought_back | {"answers": b"nonsense"}
    assert refused(actions.take_back_opened, frozen, **asked, by="x") == (
        "no_opened_file"
    )


def test_a_rehearsal_ends_with_the_proof_alone(wave):
    send(wave, answered(1))
    facts = {"on": TODAY, "by": "lead"}
    wrong = {"proof": "000000-000000-000001"} | facts
    assert refused(actions.end_strict_rehearsal, wave, **wrong) == "wrong_proof"
    actions.export_sealed(wave, by="lead")
    assert refused(actions.end_strict_rehearsal, wave, **wrong) == "wrong_proof"


def test_wrong_shares_and_files_are_said_on_one_line(holder, key, frozen, tmp_path):
    sealed = tmp_path / "city.sealed.parquet"
    sealed.write_bytes(actions.export_sealed(frozen, by="lead"))
    twice = ("--share", key[1][0], "--share", key[1][0])
    code, _, error = holder("open", sealed, *twice)
    assert (code, "do not make the key" in error) == (2, True)
    code, _, error = holder("open", tmp_path / "key" / "share-1.txt", *twice)
    assert (code, "not a file of sealed answers" in error) == (2, True)
    code, _, error = holder("make", "--out", tmp_path / "key")
    assert (code, "exists already" in error) == (2, True)
    code, _, error = holder("open", tmp_path / "none", *twice)
    assert (code, error.count("\n")) == (2, 1)
