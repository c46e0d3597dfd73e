"""The question bank: read once, checked whole, then looked up by name."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from imppulse.instruments import parsing
from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.model import (
    Bank,
    Construct,
    Factor,
    Item,
    Lever,
    Outcome,
    Questionnaire,
    Scale,
    Source,
)
from imppulse.instruments.records import Record, read_records
from imppulse.instruments.references import Places, check_references
from imppulse.instruments.translations import (
    Translations,
    read_translations,
    with_translations,
)

DATA = Path(__file__).parent / "data"

Kind = TypeVar("Kind")


def read_bank(folder: Path) -> Bank:
    """Read a folder of TOML files; the first thing wrong in it is named."""
    files: Places = {}
    translations = read_translations(folder / "translations")

    def read(kind: str, parse: Callable[[Record], Kind]) -> dict[str, Kind]:
        parsed = {}
        for record in read_records(folder / kind):
            parsed[record.name] = with_translations(
                parse(record), kind=kind, name=record.name, translations=translations
            )
            record.finish()
            files[kind, record.name] = record.file
        return parsed

    scales = read("scales", parsing.scale)
    bank = Bank(
        sources=read("sources", parsing.source),
        scales=scales,
        items=read("items", lambda record: parsing.item(record, scales)),
        constructs=read("constructs", parsing.construct),
        factors=read("factors", parsing.factor),
        levers=read("levers", parsing.lever),
        outcomes=read("outcomes", parsing.outcome),
        questionnaires=read("questionnaires", parsing.questionnaire),
    )
    check_references(bank, files)
    check_translations(bank, translations)
    return bank


def check_translations(bank: Bank, translations: Translations) -> None:
    """Refuse words for a record that is not there; changed English is no mistake."""
    known = {"items": bank.items, "questionnaires": bank.questionnaires}
    for file in translations.values():
        for kind, name in file.records:
            if name not in known[kind]:
                raise InstrumentError(
                    f"the bank has no such record in {kind}",
                    place=f"{file.file}, {kind}, {name}",
                )


@cache
def bank() -> Bank:
    return read_bank(DATA)


@cache
def translations() -> Translations:
    return read_translations(DATA / "translations")


def look_up(records: Mapping[str, Kind], kind: str, name: str) -> Kind:
    if name not in records:
        raise InstrumentError(
            f"no {kind} named {name!r}; there are {', '.join(records)}"
        )
    return records[name]


def items() -> tuple[Item, ...]:
    return tuple(bank().items.values())


def item(name: str) -> Item:
    return look_up(bank().items, "item", name)


def scales() -> tuple[Scale, ...]:
    return tuple(bank().scales.values())


def scale(name: str) -> Scale:
    return look_up(bank().scales, "scale", name)


def constructs() -> tuple[Construct, ...]:
    return tuple(bank().constructs.values())


def construct(name: str) -> Construct:
    return look_up(bank().constructs, "construct", name)


def factors() -> tuple[Factor, ...]:
    """Give the factors of estrangement, the article's four first."""
    return tuple(sorted(bank().factors.values(), key=lambda each: not each.article))


def factor(name: str) -> Factor:
    return look_up(bank().factors, "factor", name)


def levers() -> tuple[Lever, ...]:
    return tuple(bank().levers.values())


def lever(name: str) -> Lever:
    return look_up(bank().levers, "lever", name)


def outcomes() -> tuple[Outcome, ...]:
    return tuple(bank().outcomes.values())


def outcome(name: str) -> Outcome:
    return look_up(bank().outcomes, "outcome", name)


def sources() -> tuple[Source, ...]:
    return tuple(bank().sources.values())


def source(name: str) -> Source:
    return look_up(bank().sources, "source", name)


def questionnaires() -> tuple[Questionnaire, ...]:
    return tuple(bank().questionnaires.values())


def questionnaire(name: str) -> Questionnaire:
    return look_up(bank().questionnaires, "questionnaire", name)
