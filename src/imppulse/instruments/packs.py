"""Packs: the official wording of an instrument, by language, with its licence.

The bank's wordings are its own. Only answers to an instrument's own words may be set against
the levels that it publishes; a pack brings those words, and keeps their licence with them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 (zlib names its one exception so)

from imppulse.instruments import bank
from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.model import Item, Option, Side
from imppulse.instruments.records import Record
from imppulse.instruments.texts import LANGUAGES, Text, locale

HEAD = "pack.toml"
LICENCE = "LICENCE.md"
MOST_BYTES = 2_000_000
MOST_FILES = 60
UNREADABLE = (
    BadZipFile,
    ZlibError,
    NotImplementedError,  # an unknown way of packing
    RuntimeError,  # a password
    OSError,
    EOFError,
    ValueError,
)


class Comparability(StrEnum):
    """What may be set against the figures that an instrument publishes."""

    CHANGES_ONLY = "changes_only"
    LEVELS = "levels"


@dataclass(frozen=True)
class OfficialItem:
    """The words of one question in one language, and its answers by code."""

    variable: str
    wording: str
    options: Mapping[int, str]


@dataclass(frozen=True)
class Pack:
    name: str
    title: str
    instrument: str
    licence: str
    licence_address: str
    attribution: str
    source: str
    retrieved_on: str
    items: Mapping[str, Mapping[str, OfficialItem]]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.items)

    def official(self, item: Item, language: str) -> OfficialItem | None:
        return self.items.get(language, {}).get(item.ess_variable)

    def comparability(self, item: Item, side: Side, language: str) -> Comparability:
        """Levels only for the population, asked in the instrument's own words."""
        own_words = side == Side.POPULATION and self.official(item, language)
        return Comparability.LEVELS if own_words else Comparability.CHANGES_ONLY

    def worded(self, item: Item) -> Item:
        """Give the item in the pack's words where it has them; the mirror keeps ours."""
        words = {
            language: found
            for language in self.languages
            if (found := self.official(item, language))
        }
        if not words or Side.POPULATION not in item.wordings:
            return item
        ours = item.wordings[Side.POPULATION]
        text = with_words(ours, {code: each.wording for code, each in words.items()})
        return replace(
            item,
            wordings=item.wordings | {Side.POPULATION: text},
            scale=replace(
                item.scale,
                name=f"{item.name}_official",  # other items keep the shared labels
                options=labelled(item.scale.options, words),
            ),
            extra_options=labelled(item.extra_options, words),
        )


def labelled(
    options: tuple[Option, ...], words: Mapping[str, OfficialItem]
) -> tuple[Option, ...]:
    return tuple(
        replace(
            option,
            label=with_words(
                option.label,
                {
                    code: each.options[option.code]
                    for code, each in words.items()
                    if option.code in each.options
                },
            ),
        )
        for option in options
    )


def with_words(text: Text, words: Mapping[str, str]) -> Text:
    others = dict(text.others) | {
        code: said for code, said in words.items() if code not in LANGUAGES
    }
    return Text(
        words.get("en", text.en), words.get("fr", text.fr), tuple(others.items())
    )


def read_pack(content: bytes | Path) -> Pack:
    """Read a pack from a folder or the bytes of a ZIP file; all of it or nothing."""
    if isinstance(content, Path):
        files = {path.name: path.read_bytes() for path in sorted(content.iterdir())}
    else:
        files = unzipped(content)
    if HEAD not in files:
        found = ", ".join(files) or "nothing"
        raise InstrumentError(f"missing: found {found}", place=HEAD)
    if LICENCE not in files:
        raise InstrumentError("missing: put the licence's text there", place=LICENCE)
    return pack(files)


def unzipped(content: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            check_size(entries)
            return {
                each.filename: archive.read(each)
                for each in entries
                if not each.is_dir()
            }
    except InstrumentError:
        raise
    except UNREADABLE as error:
        raise InstrumentError(
            f"cannot be unpacked ({error}): write it as an ordinary ZIP without password",
            place="ZIP",
        ) from error


def check_size(entries: list[ZipInfo]) -> None:
    wrong = ""
    if len(entries) > MOST_FILES:
        wrong = (
            f"holds {len(entries)} files: a pack has one for each language and at most "
            f"{MOST_FILES}"
        )
    elif len({each.filename for each in entries}) < len(entries):
        wrong = "holds a file twice"
    elif sum(each.file_size for each in entries) > MOST_BYTES:
        wrong = f"larger than {MOST_BYTES} bytes when unpacked"
    if wrong:
        raise InstrumentError(wrong, place="ZIP")


def pack(files: Mapping[str, bytes]) -> Pack:
    head = record(files, HEAD)
    items = dict(languages(files))
    if not items:
        raise InstrumentError(
            "no language: write one file for each, such as fr.toml", place=HEAD
        )
    found = Pack(
        name=head.string("name"),
        title=head.string("title"),
        instrument=head.string("instrument"),
        licence=head.string("licence"),
        licence_address=head.string("licence_address"),
        attribution=head.string("attribution"),
        source=head.string("source"),
        retrieved_on=head.string("retrieved_on"),
        items=items,
    )
    head.finish()
    return found


def languages(
    files: Mapping[str, bytes],
) -> Iterator[tuple[str, dict[str, OfficialItem]]]:
    for file in files:
        if file in {HEAD, LICENCE}:
            continue
        language, dot, ending = file.partition(".")
        if (dot + ending) != ".toml":
            message = "unknown file: a pack holds pack.toml, LICENCE.md and fr.toml, it.toml ..."
            raise InstrumentError(message, place=file)
        try:
            locale(language)
        except InstrumentError as error:
            raise InstrumentError(str(error), place=file) from error
        yield language, dict(official_items(record(files, file)))


def record(files: Mapping[str, bytes], file: str) -> Record:
    try:
        values: dict[str, Any] = tomllib.loads(files[file].decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}: save the file as UTF-8"
        raise InstrumentError(message, place=file) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InstrumentError(f"not valid TOML: {error}", place=file) from error
    return Record(values, file=file, name="pack")


def official_items(whole: Record) -> Iterator[tuple[str, OfficialItem]]:
    adapted = {item.ess_variable: item for item in bank.items() if item.adapted}
    for variable in list(whole.values):
        table = Record(whole.read(variable, dict), file=whole.file, name=variable)
        if variable not in adapted:
            table.fail(
                "name",
                "no question of the bank is adapted from this variable; there are "
                f"{', '.join(adapted)}",
            )
        yield variable, official_item(table, adapted[variable])


def official_item(table: Record, item: Item) -> OfficialItem:
    answers = table.table("options")
    options = {code(answers, name): words(answers, name) for name in answers.values}
    found = OfficialItem(table.name, words(table, "wording"), options)
    table.finish()
    expected = {option.code for option in item.options if not option.missing}
    expected |= {option.code for option in item.extra_options}
    allowed = expected | {option.code for option in item.options}
    if not expected <= set(options) <= allowed:
        table.fail(
            "options",
            f"has the codes {listed(options)}; write those of {item.name}: "
            f"{listed(expected)}, and if it names them {listed(allowed - expected)}",
        )
    return found


def words(table: Record, field: str) -> str:
    text = table.string(field)
    if "{" in text or "}" in text:
        table.fail(field, "has a brace: official words have no blanks to fill")
    return text


def listed(codes: Iterator[int] | Mapping[int, str] | set[int]) -> str:
    return ", ".join(map(str, sorted(codes)))


def code(answers: Record, name: str) -> int:
    if not name.isascii() or not name.isdecimal():
        answers.fail(name, "is no code: write a whole number, such as 1")
    return int(name)
