"""Legal profiles: what we read of a country's rules for such surveys, and what we did not.

A profile lists sourced statements. It is no legal advice and never a claim of compliance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from imppulse.instruments import bank
from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.model import Questionnaire, Section
from imppulse.instruments.records import Record, parse
from imppulse.instruments.texts import Text

PROFILES = bank.DATA / "legal"
SHARED = "shared"


class Topic(StrEnum):
    LEGAL_BASIS = "legal_basis"
    SENSITIVE_QUESTIONS = "sensitive_questions"
    MINORS = "minors"
    POLICE_OFFICERS = "police_officers"
    DUTY_TO_REPORT = "duty_to_report"
    THRESHOLD = "threshold"


class Ground(StrEnum):
    """What a statement rests on: law, authorities, what others do, or our own caution."""

    LAW = "law"
    GUIDANCE = "guidance"
    PRACTICE = "practice"
    RULE = "rule"


@dataclass(frozen=True)
class LegalSource:
    """`as_of` is the date of the text or page read, as far as it says one."""

    title: str
    language: str
    address: str
    as_of: str


@dataclass(frozen=True)
class Statement:
    topic: Topic
    ground: Ground
    text: Text
    source: LegalSource | None


@dataclass(frozen=True)
class Variant:
    """What is asked instead of a question; nothing when `instead` is empty."""

    item: str
    instead: str
    reason: Text


@dataclass(frozen=True)
class Clearance:
    """A step to record, with its date, before police officers are surveyed."""

    kind: str
    title: Text
    explanation: Text


@dataclass(frozen=True)
class LegalProfile:
    country: str
    version: str
    simulated: bool
    age_of_consent: int | None
    published_threshold: int
    statements: tuple[Statement, ...]
    variants: tuple[Variant, ...]
    offered: tuple[str, ...]
    clearances: tuple[Clearance, ...]
    first_page: tuple[Text, ...]

    def on(self, topic: Topic) -> tuple[Statement, ...]:
        return tuple(each for each in self.statements if each.topic == topic)

    @property
    def unknown(self) -> tuple[Topic, ...]:
        """Name the topics on which no text of law was read."""
        known = {each.topic for each in self.statements if each.ground == Ground.LAW}
        return tuple(topic for topic in Topic if topic not in known)


UNSTATED = Text(
    en="Left out: this question touches on origin, and no source in the legal profile says that it may be asked.",
    fr="Retirée\u00a0: cette question touche à l’origine, et aucune source du profil juridique ne dit qu’elle peut être posée.",
)


@dataclass(frozen=True)
class Applied:
    """A questionnaire as a profile leaves it, and every change with its reason."""

    questionnaire: Questionnaire
    changes: tuple[Variant, ...]

    @property
    def swaps(self) -> dict[str, str]:
        return {change.item: change.instead for change in self.changes}


def apply_profile(
    questionnaire: Questionnaire, profile: LegalProfile | None
) -> Applied:
    """Keep what the profile lets be asked; without a profile nothing sensitive is."""
    changes = {change.item: change for change in changed(questionnaire, profile)}
    sections = tuple(
        replace(section, items=tuple(kept(section, changes)))
        for section in questionnaire.sections
    )
    asked = tuple(section for section in sections if section.items)
    required = tuple(name for name in questionnaire.required if name not in changes)
    return Applied(
        replace(questionnaire, sections=asked, required=required),
        tuple(changes.values()),
    )


def kept(section: Section, changes: Mapping[str, Variant]) -> Iterator[str]:
    for name in section.items:
        asked = changes[name].instead if name in changes else name
        if asked:
            yield asked


def changed(
    questionnaire: Questionnaire, profile: LegalProfile | None
) -> Iterator[Variant]:
    variants = {each.item: each for each in profile.variants} if profile else {}
    offered = profile.offered if profile else ()
    for name in questionnaire.items:
        if bank.item(name).sensitive and name not in offered:
            change = variants.get(name, Variant(name, "", UNSTATED))
            if change.instead in questionnaire.items:  # asked already
                change = replace(change, instead="")
            yield change


@cache
def legal_profiles() -> tuple[LegalProfile, ...]:
    return read_profiles(PROFILES)


def legal_profile(country: str) -> LegalProfile | None:
    """Give the profile of a country; None where nobody has read its rules yet."""
    return next((p for p in legal_profiles() if p.country == country), None)


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
