"""Records from TOML: `{language: words}` tables become texts, the rest become fields."""

import tomllib
from importlib.resources import files
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone

from imppulse.core.actions import add_texts
from imppulse.core.models import Publishable, Written

Record = TypeVar("Record", bound=Written)
LANGUAGES = {code for code, _ in settings.PUBLICATION_LANGUAGES}


def read(package: str, name: str) -> dict[str, Any]:
    return tomllib.loads((files(package) / "data" / f"{name}.toml").read_text("utf-8"))


def is_wording(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= LANGUAGES


def create(
    model: type[Record],
    row: dict[str, Any],
    *,
    by: str,
    published_by: str,
    **links: Any,
) -> Record:
    """Create one record with its texts; `links` replace the row's own values of that name."""
    wordings = {key: value for key, value in row.items() if is_wording(value)}
    fields = {
        key: value
        for key, value in row.items()
        if not isinstance(value, dict | list) and key not in links
    }
    if issubclass(model, Publishable):
        links |= {
            "written_by": by,
            "published_by": published_by,
            "published_on": timezone.localdate(),
        }
    record: Record = model._default_manager.create(**fields, **links)  # type: ignore[assignment] # the manager of an abstract base
    add_texts(record, wordings, by=by, published_by=published_by)
    return record
