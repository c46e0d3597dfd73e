"""Files of legal profiles -> legal profiles; every statement on the law names its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from imppulse.instruments import bank
from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.legal_model import (
    Clearance,
    Ground,
    LegalProfile,
    LegalSource,
    Statement,
    Topic,
    Variant,
)
from imppulse.instruments.records import Record, parse
from imppulse.instruments.texts import Text

SHARED = "shared"


def read_profiles(folder: Path) -> tuple[LegalProfile, ...]:
    shared = {path.stem: whole(path) for path in sorted((folder / SHARED).glob("*"))}
    parts = {name: read_part(record) for name, record in shared.items()}
    return tuple(profile(whole(path), parts) for path in sorted(folder.glob("*.toml")))


def whole(path: Path) -> Record:
    file = f"{path.parent.name}/{path.name}"
    return Record(parse(path, file), file=file, name=path.stem)


@dataclass(frozen=True)
class Part:
    """What a profile holds itself, or takes from rules that several countries share."""

    statements: tuple[Statement, ...]
    clearances: tuple[Clearance, ...]
    first_page: tuple[Text, ...]

    def with_own(self, own: "Part") -> "Part":
        return Part(
            self.statements + own.statements,
            self.clearances + own.clearances,
            self.first_page + own.first_page,
        )


def profile(record: Record, shared: Mapping[str, Part]) -> LegalProfile:
    part = Part((), (), ())
    for name in record.names("includes"):
        if name not in shared:
            record.fail("includes", f"no file {SHARED}/{name}.toml")
        part = part.with_own(shared[name])
    part = part.with_own(read_part(record, finish=False))
    found = LegalProfile(
        country=record.string("country"),
        version=record.string("version"),
        simulated=record.flag("simulated"),
        age_of_consent=age(record),
        published_threshold=record.read("published_threshold", int),
        statements=part.statements,
        variants=tuple(variants(record)),
        offered=sensitive_names(record, "offered"),
        clearances=part.clearances,
        first_page=part.first_page,
    )
    record.finish()
    return found


def age(record: Record) -> int | None:
    has_age = record.has("age_of_consent")
    return record.read("age_of_consent", int) if has_age else None


def read_part(record: Record, *, finish: bool = True) -> Part:
    sources = dict(read_sources(record)) if record.has("sources") else {}
    part = Part(
        tuple(statement(each, sources) for each in optional(record, "statement")),
        tuple(clearance(each) for each in optional(record, "clearance")),
        tuple(block(each) for each in optional(record, "first_page")),
    )
    if finish:
        record.finish()
    return part


def optional(record: Record, field: str) -> Iterator[Record]:
    if record.has(field):
        yield from record.tables(field)


def read_sources(record: Record) -> Iterator[tuple[str, LegalSource]]:
    table = record.table("sources")
    for name in list(table.values):
        source = table.table(name)
        yield (
            name,
            LegalSource(
                source.string("title"),
                source.string("language"),
                source.string("address"),
                source.string("as_of"),
            ),
        )
        source.finish()


def statement(record: Record, sources: Mapping[str, LegalSource]) -> Statement:
    ground = record.choice("ground", Ground)
    name = record.string("source") if record.has("source") else ""
    if name and name not in sources:
        record.fail("source", f"no source named {name!r} in this file")
    if not name and ground != Ground.RULE:
        record.fail(
            "source", "missing: what is said of the law names where it was read"
        )
    found = Statement(
        record.choice("topic", Topic), ground, record.text("text"), sources.get(name)
    )
    record.finish()
    return found


def clearance(record: Record) -> Clearance:
    found = Clearance(
        record.string("kind"), record.text("title"), record.text("explanation")
    )
    record.finish()
    return found


def block(record: Record) -> Text:
    text = record.text("text")
    record.finish()
    return text


def variants(record: Record) -> Iterator[Variant]:
    for each in optional(record, "variant"):
        found = Variant(
            sensitive(each, "item"),
            each.string("instead") if each.has("instead") else "",
            each.text("reason"),
        )
        each.finish()
        if found.instead and bank.item(found.instead).name == found.item:
            each.fail("instead", "is the question itself")
        yield found


def sensitive(record: Record, field: str) -> str:
    name = record.string(field)
    check_sensitive(record, field, name)
    return name


def sensitive_names(record: Record, field: str) -> tuple[str, ...]:
    names = record.names(field)
    for name in names:
        check_sensitive(record, field, name)
    return names


def check_sensitive(record: Record, field: str, name: str) -> None:
    try:
        found = bank.item(name)
    except InstrumentError:
        record.fail(field, f"no item named {name!r}")
    if not found.sensitive:
        record.fail(field, f"{name} is not marked sensitive in the bank")
