"""Published questionnaires and their pages, kept in memory: what is published never changes."""

from functools import lru_cache
from typing import Any

from imppulse.studies import interview
from imppulse.studies.models import Questionnaire


@lru_cache(maxsize=64)
def content(key: int, checksum: str) -> dict[str, Any]:
    """Read what a questionnaire asks, once; its checksum says that it is still the same."""
    found: dict[str, Any] = Questionnaire.objects.get(pk=key, checksum=checksum).content
    return found


def filled(found: Questionnaire) -> Questionnaire:
    """Give a questionnaire that was read without its content the one kept in memory."""
    found.content = content(found.pk, found.checksum)
    return found


@lru_cache(maxsize=64)
def pages(
    key: int, checksum: str, *, language: str, districts: tuple[tuple[str, str], ...]
) -> tuple[interview.Page, ...]:
    return tuple(interview.pages(content(key, checksum), language, districts))
