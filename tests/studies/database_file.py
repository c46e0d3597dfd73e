"""A database as a file, in place of the one in memory: what an administrator would hold."""

from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper


def use_database(path: Path) -> object:
    default = connections["default"]
    named = default.settings_dict | {"NAME": str(path)}
    connections["default"] = DatabaseWrapper(named, alias="default")
    ContentType.objects.clear_cache()
    return default


def release(default: object) -> None:
    connections["default"].close()
    connections["default"] = default
    ContentType.objects.clear_cache()
