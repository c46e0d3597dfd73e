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
from tests.studies.attack import (
    Snapshot,
    World,
    answered_and_closed,
    best_rate,
    hit_rates,
    most_by_chance,
)
from tests.studies.database_file import release, use_database

from imppulse.studies import closing, sealing

RUNS = 25


@pytest.fixture
def survey(template, tmp_path, django_db_blocker) -> Callable[[int], World]:
    def run(seed: int) -> World:
        path = tmp_path / f"run-{seed}.sqlite3"
        shutil.copy(template, path)
        default = use_database(path)
        try:
            return answered_and_closed(partial(copied, path), random.Random(seed))  # noqa: S311 (a seeded world)
        finally:
            release(default)

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
        answers = connection.execute(
            "SELECT identifier, day, length(ciphertext) FROM studies_answer ORDER BY rowid"
        ).fetchall()
        spent = connection.execute(
            "SELECT id FROM studies_pass WHERE spent ORDER BY id"
        ).fetchall()
    connection.close()
    for left in path.parent.glob(copy.name + "*"):
        left.unlink()
    return Snapshot(tuple(answers), tuple(key for (key,) in spent), size)


@pytest.mark.slow
def test_nobody_is_named_better_than_by_chance(survey):
    rates = hit_rates([survey(seed) for seed in range(RUNS)])
    assert {n: r for n, r in rates.items() if r > most_by_chance(RUNS)} == {}


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

    def with_column(wave, records):
        return rows(wave, records).with_columns(
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
