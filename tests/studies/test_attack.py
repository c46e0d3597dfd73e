"""The attack on anonymity, on a database file as a city runs it.

Broken on purpose in one place, the program that names nobody must succeed.
"""

import datetime
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from django.db import connections
from tests.studies.attack import (
    TABLES,
    Snapshot,
    World,
    answered_and_closed,
    best_rate,
    better_than_chance,
    most_by_chance,
)
from tests.studies.database_file import release, use_database

from imppulse.studies import actions, closing, sealing
from imppulse.studies.actions import answers as actions_answers

RUNS = 8


@pytest.fixture
def survey(template, tmp_path, django_db_blocker) -> Callable[..., World]:
    def run(seed: int, *, strict: bool = False) -> World:
        path = tmp_path / f"run-{seed}.sqlite3"
        shutil.copy(template, path)
        default = use_database(path)
        try:
            chance = random.Random(seed)  # noqa: S311 (a seeded world)
            return answered_and_closed(partial(copied, path), chance, strict=strict)
        finally:
            release(default)
            path.unlink()

    with django_db_blocker.unblock():
        yield run


def copied(path: Path) -> Snapshot:
    """Copy the database and its log as they lie on disk, and read the copy."""
    copy = path.with_suffix(".copy")
    log, log_copy = (p.with_name(p.name + "-wal") for p in (path, copy))
    shutil.copy(path, copy)
    shutil.copy(log, log_copy)
    size = log.stat().st_size
    with sqlite3.connect(copy) as connection:
        connection.row_factory = sqlite3.Row
        tables = {name: rows(connection, name) for name in TABLES}
    connection.close()
    for left in path.parent.glob(copy.name + "*"):
        left.unlink()
    return read(tables, size)


def rows(connection: sqlite3.Connection, table: str) -> list[dict]:
    """Every column of a table, as it lies; of what is sealed its start and its length."""
    found = connection.execute(f"SELECT * FROM studies_{table} ORDER BY rowid")  # noqa: S608 (own names)
    return [{name: shown(row[name]) for name in row.keys()} for row in found]  # noqa: SIM118 (a row's columns)


def shown(value: object) -> object:
    sealed = isinstance(value, bytes | memoryview)
    return (bytes(value)[:16].hex(), len(bytes(value))) if sealed else value


def read(tables: dict[str, list[dict]], log_bytes: int) -> Snapshot:
    answers = tuple(
        (row["identifier"], str(row["day"]), *reversed(row["ciphertext"]))
        for row in tables["answer"]
    )
    spent = tuple(sorted(row["id"] for row in tables["pass"] if row["spent"]))
    return Snapshot(answers, spent, log_bytes, tables)


@pytest.mark.slow
@pytest.mark.parametrize(("strict", "runs"), [(False, RUNS), (True, 4)])
def test_nobody_is_named_better_than_by_chance(survey, strict, runs):
    worlds = [survey(seed, strict=strict) for seed in range(runs)]
    assert better_than_chance(worlds) == {}


@pytest.mark.slow
def test_an_unshuffled_file_names_everybody(survey, monkeypatch):
    monkeypatch.setattr(closing, "shuffled", lambda frame: frame)
    rate, _ = best_rate(survey)
    assert rate == 1


@pytest.mark.slow
def test_a_length_per_answer_gives_people_away(survey, monkeypatch):
    monkeypatch.setattr(sealing, "padded", lambda plain, size: plain)
    monkeypatch.setattr(
        sealing,
        "unseal",
        lambda text, key, size: json.loads(sealing.SealedBox(key).decrypt(text)),
    )
    rate, way = best_rate(survey)
    assert rate > 0.5 > most_by_chance(3)
    assert way == "by_length"


def carrying(monkeypatch, column, value_of):
    """Let the closed file carry one more column, read from the stored answers."""
    opened, rows = closing.opened, closing.rows

    def carried(wave, key):
        answers = list(wave.answers.all())
        return [
            record | {column: value_of(answer, place)}
            for place, (record, answer) in enumerate(
                zip(opened(wave, key), answers, strict=True)
            )
        ]

    def with_column(layout, records):
        records = list(records)
        return rows(layout, records).with_columns(
            pl.Series(column, [record[column] for record in records])
        )

    monkeypatch.setattr(closing, "opened", carried)
    monkeypatch.setattr(closing, "rows", with_column)


@pytest.mark.slow
def test_the_day_in_the_file_gives_people_away(survey, monkeypatch):
    carrying(monkeypatch, "day", lambda answer, place: answer.day.isoformat())
    rate, way = best_rate(survey)
    assert rate > 0.5 > most_by_chance(3)
    assert way in {"by_day", "by_other_column"}


@pytest.mark.slow
def test_an_answered_at_in_the_file_names_everybody(survey, monkeypatch):
    def answered_at(answer, place):
        noon = datetime.datetime.combine(answer.day, datetime.time(12))
        return (noon + datetime.timedelta(minutes=place)).isoformat()

    carrying(monkeypatch, "answered_at", answered_at)
    rate, way = best_rate(survey)
    assert rate == 1
    assert way == "by_other_column"


@pytest.mark.slow
def test_an_unshuffled_file_of_a_strict_wave_names_everybody(survey, monkeypatch):
    monkeypatch.setattr(closing, "shuffled", lambda frame: frame)
    rate, way = best_rate(partial(survey, strict=True))
    assert rate == 1
    assert way == "by_ciphertext"


@pytest.mark.slow
def test_a_comment_joined_to_the_answer_gives_people_away(survey, monkeypatch):
    def comment_of(answer, place):
        said = sealing.unseal
        return said(*opened_beside[place])["comment"]

    opened_beside = []
    kept = closing.opened

    def noted(wave, key):
        remarks = {row.pk: bytes(row.ciphertext) for row in wave.remarks.all()}
        stored = [remarks[pk] for pk in in_order]
        opened_beside[:] = [(text, key, wave.comment_bytes) for text in stored]
        return kept(wave, key)

    in_order = []
    submit = actions_answers.store_comment

    def in_turn(wave, secret, **said):
        in_order.append(sealing.comment_identifier(secret))
        return submit(wave, secret, **said)

    monkeypatch.setattr(actions_answers, "store_comment", in_turn)
    monkeypatch.setattr(closing, "opened", noted)
    carrying(monkeypatch, "comment", comment_of)
    rate, way = best_rate(survey, runs=1)
    assert rate > 0.6 > most_by_chance(1)
    assert way == "by_comment_in_the_row"


@pytest.mark.slow
def test_comments_in_the_order_of_the_answers_give_people_away(survey, monkeypatch):
    shuffled, orders = closing.shuffled, []

    def alike(frame):
        order = shuffled(frame.with_row_index("place").select("place"))["place"]
        orders.append(
            order if not orders or len(orders[-1]) != len(order) else orders[-1]
        )
        return frame[orders[-1].to_list()]

    def with_empty_ones(records):
        said = [{"side": "population", "comment": each["comment"]} for each in records]
        return pl.DataFrame(said, schema=closing.COMMENT_COLUMNS)

    monkeypatch.setattr(closing, "shuffled", alike)
    monkeypatch.setattr(closing, "comments", with_empty_ones)
    rate, way = best_rate(survey, runs=1)
    assert rate > 0.6 > most_by_chance(1)
    assert way == "by_place_of_the_comment"


@pytest.mark.slow
def test_a_length_per_comment_gives_writers_away(survey, monkeypatch):
    seal = sealing.seal
    monkeypatch.setattr(
        sealing,
        "seal",
        lambda record, key, size: (
            unpadded(record, key) if "comment" in record else seal(record, key, size)
        ),
    )
    unseal = sealing.unseal
    monkeypatch.setattr(
        sealing,
        "unseal",
        lambda text, key, size: (
            json.loads(sealing.SealedBox(key).decrypt(text))
            if len(text) < size
            else unseal(text, key, size)
        ),
    )
    found = better_than_chance([survey(0)])
    assert found["comment_by_length"] == 1


def unpadded(record, key):
    public = sealing.PublicKey(key.encode(), sealing.HexEncoder)
    return bytes(sealing.SealedBox(public).encrypt(sealing.packed(record)))


@pytest.mark.slow
def test_a_code_kept_on_the_pass_is_followed(survey, monkeypatch):
    """One more column on the pass: the letter it was exchanged for."""

    def kept(code, *, on):
        pass_ = exchange(code, on=on)
        found = actions.find_code(code)
        with connections["default"].cursor() as cursor:
            columns = [c.name for c in introspected(cursor)]
            if "code_id" not in columns:
                cursor.execute("ALTER TABLE studies_pass ADD COLUMN code_id integer")
            cursor.execute(
                "UPDATE studies_pass SET code_id = %s WHERE hash = %s",
                [found.pk, sealing.pass_hash(pass_)],
            )
        return pass_

    def introspected(cursor):
        return connections["default"].introspection.get_table_description(
            cursor, "studies_pass"
        )

    exchange = actions.exchange_code
    monkeypatch.setattr(actions, "exchange_code", kept)
    found = better_than_chance([survey(0)])
    assert found["accesscode.id = pass.code_id"] == 1
