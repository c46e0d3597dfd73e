"""Further languages of the bank: read, put into its texts, kept with their state of review."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from imppulse.instruments.model import Item, Status
from imppulse.instruments.records import Record, parse
from imppulse.instruments.texts import LANGUAGES, Text, locale

SCALES, ITEMS, QUESTIONNAIRES = "scales", "items", "questionnaires"

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Translation:
    text: str
    status: Status


# What is said in English -> the same in one language.
Translated = Mapping[str, Translation]


@dataclass(frozen=True)
class TranslationFile:
    """One language: the words shared by all scales, then each record's own."""

    language: str
    file: str
    scales: Translated
    records: Mapping[tuple[str, str], Translated]

    def of(self, kind: str, name: str) -> Translated:
        return self.scales if kind == SCALES else self.records.get((kind, name), {})


Translations = Mapping[str, TranslationFile]


def read_translations(folder: Path) -> Translations:
    """Read one file for each language; a folder that is not there has none."""
    files = (translation_file(path) for path in sorted(folder.glob("*.toml")))
    return {file.language: file for file in files}


def translation_file(path: Path) -> TranslationFile:
    language, file = path.stem, f"{path.parent.name}/{path.name}"
    whole = Record(parse(path, file), file=file, name=language)
    if language in LANGUAGES:
        whole.fail("language", "the records of the bank hold this language themselves")
    locale(language)
    records: dict[tuple[str, str], Translated] = {}
    for kind in (ITEMS, QUESTIONNAIRES):
        if whole.has(kind):
            table = whole.table(kind)
            for name in list(table.values):
                records[kind, name] = translated(table, name, language)
    scales = translated(whole, SCALES, language) if whole.has(SCALES) else {}
    whole.finish()
    return TranslationFile(language, file, scales, records)


def translated(record: Record, field: str, language: str) -> Translated:
    found: dict[str, Translation] = {}
    for line in record.tables(field):
        english = line.string("en")
        found[english] = translation(line, english, language)
        line.finish()
    return found


def translation(line: Record, english: str, language: str) -> Translation:
    text = line.string(language)
    if placeholders(text) != placeholders(english):
        line.fail(
            language,
            f"the placeholders are {listed(placeholders(text))}, those of the English "
            f"{listed(placeholders(english))}: write the same",
        )
    return Translation(text, line.choice("status", Status))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def with_translations(
    record: Kind, *, kind: str, name: str, translations: Translations
) -> Kind:
    """Give a record of the bank with every language that has words for it."""
    if kind not in {SCALES, ITEMS, QUESTIONNAIRES}:
        return record
    words = {code: file.of(kind, name) for code, file in translations.items()}
    record = with_languages(record, words)
    if isinstance(record, Item):
        return replace(record, status=record.status | item_status(record, translations))
    return record


def with_languages(value: Any, words: Mapping[str, Translated]) -> Any:
    """Add languages to every text inside a record; numbers stand for themselves."""
    if isinstance(value, Text):
        return text_with_languages(value, words)
    if isinstance(value, tuple):
        return tuple(with_languages(each, words) for each in value)
    if isinstance(value, dict):
        return {key: with_languages(each, words) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: with_languages(each, words) for name, each in held.items()}
        return value if changed == held else replace(value, **changed)
    return value


def text_with_languages(text: Text, words: Mapping[str, Translated]) -> Text:
    if text.others:  # the scale of an item was translated before
        return text
    if text.en.isdigit():
        return replace(text, others=tuple((code, text.en) for code in words))
    said = {code: found[text.en] for code, found in words.items() if text.en in found}
    others = tuple((code, each.text) for code, each in said.items())
    return replace(text, others=others) if others else text


def item_status(item: Item, translations: Translations) -> dict[str, Status]:
    """Say how far the review of an item's wordings has come, by the least reviewed."""
    order = list(Status)
    found: dict[str, Status] = {}
    for language, file in translations.items():
        words = file.of(ITEMS, item.name)
        wordings = {text.en for text in item.wordings.values()}
        if done := [words[english].status for english in wordings & words.keys()]:
            found[language] = min(done, key=order.index)
    return found


def texts_in(value: Any) -> Iterator[Text]:
    """Give every text inside a record."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))
