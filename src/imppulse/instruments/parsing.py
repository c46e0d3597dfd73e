"""Records of the bank -> what the bank holds."""

from collections.abc import Mapping
from string import Formatter

from imppulse.instruments.model import (
    OWN,
    AskedIf,
    Consent,
    Construct,
    Factor,
    Guess,
    Holder,
    Item,
    LegalBasis,
    Level,
    Lever,
    Option,
    Outcome,
    Questionnaire,
    Scale,
    Seat,
    Section,
    Side,
    Source,
    Status,
)
from imppulse.instruments.records import Record
from imppulse.instruments.texts import LANGUAGES, Text

FORCE_PLACEHOLDERS = frozenset({"force", "of_force", "to_force"})
COMPLAINTS_PLACEHOLDER = frozenset({"complaints_contact"})


def source(record: Record) -> Source:
    return Source(record.name, record.string("title"), record.string("address"))


def option(record: Record) -> Option:
    label = Text(record.string("en"), record.string("fr"))
    parsed = Option(record.read("code", int), label, record.flag("missing"))
    record.finish()
    return parsed


def options(record: Record, field: str) -> tuple[Option, ...]:
    parsed = tuple(option(inner) for inner in record.tables(field))
    codes = [each.code for each in parsed]
    if len(set(codes)) != len(codes):
        record.fail(field, "uses a code twice")
    return parsed


def scale(record: Record) -> Scale:
    parsed = Scale(record.name, options(record, "options"), record.flag("nominal"))
    if len(parsed.codes) < 2:
        record.fail("options", "needs two codes that measure something")
    return parsed


def template(record: Record, field: str, allowed: frozenset[str]) -> Text:
    text = record.text(field)
    for language in LANGUAGES:
        used = placeholders(record, field, text.in_language(language))
        if used - allowed:
            record.fail(
                field,
                f"unknown placeholder {{{min(used - allowed)}}} in {language}; "
                f"known: {', '.join(sorted(allowed))}",
            )
    return text


def placeholders(record: Record, field: str, wording: str) -> set[str]:
    try:
        return {
            name for _, name, _, _ in Formatter().parse(wording) if name is not None
        }
    except ValueError as error:
        record.fail(field, f"braces that do not match in {wording!r} ({error})")


def item(record: Record, scales: Mapping[str, Scale]) -> Item:
    scale_name = record.string("scale")
    if scale_name not in scales:
        record.fail("scale", f"no scale named {scale_name!r}")
    parsed = Item(
        name=record.name,
        construct=record.string("construct"),
        scale=scales[scale_name],
        reversed=record.read("reversed", bool),
        ess_variable=record.string("ess_variable"),
        source=record.string("source"),
        factors=record.names("factors"),
        wordings=wordings(record),
        status=statuses(record),
        sensitive=record.flag("sensitive"),
        extra_options=options(record, "extra") if record.has("extra") else (),
        asked_if=asked_if(record),
        guesses=guess(record),
    )
    check_item(record, parsed)
    return parsed


def check_item(record: Record, parsed: Item) -> None:
    codes = [each.code for each in parsed.options]
    if len(set(codes)) != len(codes):
        record.fail("extra", "uses a code of the scale")
    if any(not each.missing for each in parsed.extra_options):
        record.fail(
            "extra", "an extra code always counts as missing: say missing = true"
        )
    if parsed.scale.nominal and parsed.reversed:
        record.fail("reversed", f"{parsed.scale.name} has no order to reverse")
    if parsed.adapted and parsed.source == OWN:
        record.fail("source", f"say where {parsed.ess_variable} comes from")


def wordings(record: Record) -> dict[Side, Text]:
    table = record.table("wording")
    parsed = {
        side: template(table, side.value, FORCE_PLACEHOLDERS)
        for side in Side
        if table.has(side.value)
    }
    table.finish()
    if not parsed:
        record.fail("wording", f"asked of nobody; sides: {', '.join(Side)}")
    return parsed


def statuses(record: Record) -> dict[str, Status]:
    table = record.table("status")
    parsed = {language: table.choice(language, Status) for language in LANGUAGES}
    table.finish()
    return {str(language): status for language, status in parsed.items()}


def asked_if(record: Record) -> AskedIf | None:
    if not record.has("asked_if"):
        return None
    table = record.table("asked_if")
    parsed = AskedIf(table.string("item"), table.read("code", int))
    table.finish()
    return parsed


def guess(record: Record) -> Guess | None:
    if not record.has("guesses"):
        return None
    table = record.table("guesses")
    parsed = Guess(table.string("item"), table.choice("side", Side))
    table.finish()
    return parsed


def construct(record: Record) -> Construct:
    parsed = Construct(
        name=record.name,
        title=record.text("title"),
        description=record.text("description"),
        level=record.choice("level", Level),
        items=record.names("items"),
        minimum_answered=record.read("minimum_answered", int),
    )
    least = 1 if parsed.items else 0
    if not least <= parsed.minimum_answered <= len(parsed.items):
        record.fail(
            "minimum_answered", f"must lie between {least} and {len(parsed.items)}"
        )
    return parsed


def factor(record: Record) -> Factor:
    table = record.table("measured_by")
    measured_by = {side: table.names(side.value) for side in Side}
    table.finish()
    return Factor(
        name=record.name,
        title=record.text("title"),
        explanation=record.text("explanation"),
        seats=record.choices("seats", Seat),
        article=record.flag("article"),
        measured_by=measured_by,
        also_measured_by=record.text("also_measured_by"),
        sources=record.names("sources"),
    )


def lever(record: Record) -> Lever:
    return Lever(
        name=record.name,
        title=record.text("title"),
        explanation=record.text("explanation"),
        example=record.text("example"),
        holders=record.choices("holders", Holder),
        reaches=record.names("reaches"),
        law=tuple(map(legal_basis, record.tables("law"))) if record.has("law") else (),
    )


def legal_basis(record: Record) -> LegalBasis:
    parsed = LegalBasis(
        country=record.string("country"),
        holder=record.choice("holder", Holder),
        statement=record.text("statement"),
        reference=record.string("reference"),
        version=record.string("version") if record.has("version") else "",
        address=record.string("address"),
    )
    record.finish()
    return parsed


def outcome(record: Record) -> Outcome:
    return Outcome(
        name=record.name,
        title=record.text("title"),
        explanation=record.text("explanation"),
        constructs=record.names("constructs"),
    )


def questionnaire(record: Record) -> Questionnaire:
    return Questionnaire(
        name=record.name,
        version=record.read("version", int),
        side=record.choice("side", Side),
        title=template(record, "title", FORCE_PLACEHOLDERS),
        introduction=template(record, "introduction", FORCE_PLACEHOLDERS),
        consent=consent(record.table("consent")),
        sections=tuple(section(inner) for inner in record.tables("sections")),
        required=record.names("required"),
    )


def consent(record: Record) -> Consent:
    parsed = Consent(
        voluntary=record.text("voluntary"),
        anonymous=record.text("anonymous"),
        withdrawal=record.text("withdrawal"),
        open_link=record.text("open_link"),
        complaints=template(record, "complaints", COMPLAINTS_PLACEHOLDER),
    )
    record.finish()
    return parsed


def section(record: Record) -> Section:
    parsed = Section(
        template(record, "title", FORCE_PLACEHOLDERS), record.names("items")
    )
    record.finish()
    return parsed
