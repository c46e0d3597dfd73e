"""Which texts are missing in a language, or were translated from an older revision."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType

from imppulse.core.models import Text

Newest = dict[tuple[int, int, str], dict[str, Text]]
TITLES = ("title", "name", "label")


@dataclass(frozen=True)
class Gap:
    """One field of one record to translate into one language."""

    kind: ContentType
    object_id: int
    field: str
    language: str
    source: Text
    title: str
    stale: bool


def gaps() -> list[Gap]:
    """Compare all texts in two queries."""
    newest = _newest(
        Text.objects.select_related("translated_from").order_by("revision")
    )
    kinds = ContentType.objects.in_bulk({kind for kind, _, _ in newest})
    return [
        gap
        for (kind, record, field), texts in newest.items()
        for gap in _gaps_of(kinds[kind], record, field, texts=texts, newest=newest)
    ]


def newest_beside(source: Text) -> dict[str, Text]:
    """Return the newest text of the same field in each language."""
    texts = Text.objects.filter(
        content_type=source.content_type_id,
        object_id=source.object_id,
        field=source.field,
    )
    return {text.language: text for text in texts.order_by("revision")}


def _newest(texts: Iterable[Text]) -> Newest:
    """Keep the newest revision in each language, drafts too: work in hand is not missing."""
    found: Newest = {}
    for text in texts:
        key = (text.content_type_id, text.object_id, text.field)
        found.setdefault(key, {})[text.language] = text
    return found


def _gaps_of(
    kind: ContentType,
    record: int,
    field: str,
    *,
    texts: dict[str, Text],
    newest: Newest,
) -> Iterable[Gap]:
    for language, _ in settings.PUBLICATION_LANGUAGES:
        source = source_for(language, texts)
        if source is None or not _needed(texts.get(language), source):
            continue
        yield Gap(
            kind=kind,
            object_id=record,
            field=field,
            language=language,
            source=source,
            title=_title(source, newest) or source.body,
            stale=language in texts,
        )


def source_for(language: str, texts: dict[str, Text]) -> Text | None:
    """Return what to translate from: what it was translated from before, else the first language."""
    own = texts.get(language)
    if own is not None:
        origin = own.translated_from
        return texts.get(origin.language) if origin else _revised_since(own, texts)
    originals = [text for text in texts.values() if text.translated_from_id is None]
    return next(iter(originals or texts.values()), None)


def _revised_since(own: Text, texts: dict[str, Text]) -> Text | None:
    """Return the text that was revised alone after one that was written beside it."""
    later = (
        text
        for text in texts.values()
        if text.translated_from_id is None
        and text.revision > 1
        and text.created_at > own.created_at
    )
    return max(later, key=lambda text: text.created_at, default=None)


def _needed(own: Text | None, source: Text) -> bool:
    return own is None or own.translated_from_id != source.pk


def _title(source: Text, newest: Newest) -> str:
    """Return the title of the record that a text belongs to, in that text's language."""
    for field in TITLES:
        key = (source.content_type_id, source.object_id, field)
        text = newest.get(key, {}).get(source.language)
        if text is not None:
            return text.body
    return ""
