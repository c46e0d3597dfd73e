"""The demonstration on PostgreSQL says what it says on SQLite."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.postgres.demonstrated import facts
from tests.studies.database_file import use_storage

from imppulse.portal import demonstration

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.slow]

SCRIPT = Path(__file__).with_name("demonstrated.py")


def loaded(home: Path, **variables: str) -> dict[str, Any]:
    """Prepare a database from nothing as an administrator does, and load it."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    settings = {"DJANGO_SETTINGS_MODULE": "imppulse.config.settings"}
    environment = kept | settings | {"IMPPULSE_HOME": str(home)} | variables
    for line in (["-m", "imppulse", "manage", "migrate"], [SCRIPT]):
        done = subprocess.run(
            [sys.executable, *line],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both(server, tmp_path_factory, django_db_setup, django_db_blocker):
    homes = [tmp_path_factory.mktemp(name) for name in ("postgres", "sqlite")]
    with ThreadPoolExecutor() as pool, django_db_blocker.unblock():
        on_postgres = pool.submit(loaded, homes[0], DATABASE_URL=server.get_uri())
        use_storage(homes[1])
        with transaction.atomic():
            demonstration.load(say=lambda line: None)
            on_sqlite = json.loads(json.dumps(facts()))
            transaction.set_rollback(True)
        return on_postgres.result(), on_sqlite


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """List every leaf of a result under its path."""
    pairs = enumerate(value) if isinstance(value, list) else value.items()
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from leaves(inner, f"{path}/{key}")
        else:
            yield f"{path}/{key}", inner


def test_each_ran_on_its_own_database(both):
    assert [found["vendor"] for found in both] == ["postgresql", "sqlite"]


def test_five_pilots_four_results_and_no_answer_left(both):
    on_postgres, _ = both
    assert len(on_postgres["pilots"]) == 5
    assert len(on_postgres["evaluations"]) == 4
    assert len(on_postgres["diagnoses"]) == 9
    assert on_postgres["answers"] == 0


@pytest.mark.parametrize("kind", ["evaluations", "diagnoses", "syntheses"])
def test_every_word_and_number_is_the_same(both, kind):
    on_postgres, on_sqlite = (dict(leaves(found[kind])) for found in both)
    assert len(on_postgres) > 50
    known = {path for path, value in on_sqlite.items() if type(value) is float}
    for found in (on_postgres, on_sqlite):
        assert {path for path, value in found.items() if type(value) is float} == known
    measured = {path: on_sqlite.pop(path) for path in known}
    again = {path: on_postgres.pop(path) for path in known}
    assert again == pytest.approx(measured, rel=1e-9, abs=1e-9)
    assert on_postgres == on_sqlite
