"""The delivery file: columns and codes exactly as the import of deliveries takes them."""

from collections.abc import Mapping

from imppulse import instruments
from imppulse.instruments import Item, Questionnaire
from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import Block, Folded, Heading, Table, plain

FORMAT = N_(
    "One file per survey, one row per person who answered, CSV in UTF-8 with a header, or XLSX, SPSS "
    "or Stata. The columns bear exactly these names. A question that was not answered or "
    "not asked is an empty cell, never a code of your own."
)
ITEMS = N_(
    "Then one column per question, named as below; the same name on both sides where the "
    "question mirrors the other. Cells hold the code, not the words."
)
MISSING = N_("{code} = {label} (counts as no answer)")
CODE = N_("{code} = {label}")
WHOLE = N_("{low} ({first}) to {high} ({last})")
MOST_LISTED = 8
# Columns of the design: name, what it is, what may stand in it where that is not a code.
COLUMNS = (
    ("side", N_("who answered"), ""),
    ("district", N_("district of residence; empty for police officers"), ""),
    ("stratum", N_("stratum the address was drawn from"), N_("code of the district, or your own, described in the letter of delivery")),
    ("cluster", N_("sampling unit within the stratum, if streets or buildings were drawn first"), N_("a label without meaning; empty otherwise")),
    ("weight", N_("1 divided by the chance of being drawn, before any correction for response"), N_("a number above 0")),
    ("age_group", N_("age"), "15_29, 30_49, 50_64, 65_plus"),
)  # fmt: skip


def delivery(
    questionnaires: tuple[Questionnaire, ...],
    codes: Mapping[str, tuple[str, ...]],
    *,
    language: Language,
) -> list[Block]:
    """Describe the file; items stand once, whatever the sides they are asked of."""
    return [
        Heading(language.text(N_("Delivery file"))),
        plain(language.text(FORMAT)),
        design_table(codes, language),
        plain(language.text(ITEMS)),
        Folded(
            language.text(N_("Columns of the questions, with their codes")),
            (item_table(questionnaires, language),),
        ),
    ]


def design_table(codes: Mapping[str, tuple[str, ...]], language: Language) -> Table:
    header = (N_("Column"), N_("What it is"), N_("What may stand in it"))
    rows = tuple(
        (
            name,
            language.text(what),
            ", ".join(codes[name])
            if name in codes
            else (language.text(values) if values else ""),
        )
        for name, what, values in COLUMNS
    )
    caption = language.text(N_("Columns of the design"))
    return Table(caption, tuple(map(language.text, header)), rows)


def item_table(questionnaires: tuple[Questionnaire, ...], language: Language) -> Table:
    header = (N_("Column"), N_("Asked of"), N_("Codes"))
    asked: dict[str, list[str]] = {}
    for each in questionnaires:
        for name in each.items:
            asked.setdefault(name, []).append(each.side.value)
    rows = tuple(
        (name, ", ".join(sides), item_codes(instruments.item(name), language))
        for name, sides in asked.items()
    )
    caption = language.text(N_("Columns of the questions"))
    return Table(caption, tuple(map(language.text, header)), rows)


def item_codes(item: Item, language: Language) -> str:
    """List every code; of a long scale without words, its two ends."""
    words = [(o.code, o.label.in_language(language.code)) for o in item.options if not o.missing]  # fmt: skip
    if len(words) > MOST_LISTED:
        (low, first), (high, last) = words[0], words[-1]
        listed = [language.text(WHOLE, low=low, first=first, high=high, last=last)]
    else:
        listed = [language.text(CODE, code=c, label=label) for c, label in words]
    listed += [
        language.text(MISSING, code=o.code, label=o.label.in_language(language.code))
        for o in item.options
        if o.missing
    ]
    return "; ".join(listed)
