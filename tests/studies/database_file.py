"""Another database in place of the one in memory: what an administrator would hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from imppulse.core.errors import Refused

Use = Callable[[], object]  # puts a database in place, gives back the one it replaces


def use_database(path: Path) -> object:
    named = connections["default"].settings_dict | {"NAME": str(path)}
    return use(DatabaseWrapper(named, alias="default"))


def use(database: BaseDatabaseWrapper) -> object:
    default = connections["default"]
    connections["default"] = database
    ContentType.objects.clear_cache()
    return default


def release(default: object) -> None:
    connections["default"].close()
    connections["default"] = default
    ContentType.objects.clear_cache()


def use_storage(folder: Path) -> None:
    default_storage._wrapped = FileSystemStorage(location=folder)


def outcome(use: Use, step: Callable[[], object]) -> str:
    """Take a step with a connection of its own, as a server's worker does."""
    default = use()
    try:
        step()
    except Refused as refused:
        return refused.code
    finally:
        release(default)
    return "done"


def at_once(use: Use, steps: list[Callable[[], object]]) -> list[str]:
    with ThreadPoolExecutor(len(steps)) as workers:
        return sorted(workers.map(lambda step: outcome(use, step), steps))
