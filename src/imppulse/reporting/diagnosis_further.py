"""What a diagnosis says beyond sides and gaps: groups, drivers, voices, limits."""

from imppulse.charts.content import Interval, Words
from imppulse.charts.districts import DistrictRow, district_chart
from imppulse.charts.palette import POPULATION as POPULATION_COLOUR
from imppulse.evidence.diagnosis.diagnosis import Diagnosis
from imppulse.instruments.diagnosis_details import (
    Compared,
    Details,
    Driver,
    IndexOfGroup,
    Priority,
)
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.diagnosis_pictures import SCALE, TOO_FEW, compared, figure
from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import (
    Block,
    Figure,
    Folded,
    Heading,
    List,
    Paragraph,
    Run,
    Table,
    plain,
)

UNTESTED = N_(
    "Not tested: this needs three questions or more on one subject and a hundred "
    "complete answers on each side. A difference may therefore also come from the two "
    "sides reading the questions differently."
)
VERDICTS = {
    "levels_comparable": N_("Levels may be compared between the two sides: {scales}."),
    "only_changes_comparable": N_(
        "Only changes over time may be compared, not levels: {scales}. The questions "
        "measure the same thing, but the two sides do not start from the same point."
    ),
    "neither": N_(
        "Neither levels nor changes may be compared: {scales}. The questions do not "
        "hang together in the same way on the two sides."
    ),
}


def age_groups(details: Details, names: Names, index: str) -> list[Block]:
    rows = [each for each in details.groups if each.index == index]
    picture = group_figure(rows, index, names)
    if picture is None:
        return []
    language = names.language
    told = tuple((Run(text),) for each in rows if (text := group_told(each, names)))
    said: list[Block] = [List(told)] if told else []
    none = plain(
        language.text("No age group differs from the others by more than chance.")
    )
    return [
        Heading(language.text("From one age group to another")),
        picture,
        *(said or [none]),
    ]


def group_figure(rows: list[IndexOfGroup], index: str, names: Names) -> Figure | None:
    language = names.language
    drawn = tuple(
        DistrictRow(names.group(each.group), group_interval(each, language))
        for each in rows
    )
    if not any(row.interval for row in drawn):
        return None
    title = language.text("{index}, by age group", index=names.index(index))
    too_few = language.text(TOO_FEW)
    alt = " ".join(
        f"{row.label}: {row.interval.value if row.interval else too_few}."
        for row in drawn
    )
    words = Words(
        title=title,
        axis=language.text(SCALE),
        alt=f"{title}. {alt}",
        columns=(language.text("Age group"), names.index(index)),
        language=language.code,
        simulated=names.simulated,
    )
    return figure(
        lambda size: district_chart(
            drawn, too_few, words=words, size=size, colour=POPULATION_COLOUR
        ),
        language,
    )


def group_interval(each: IndexOfGroup, language: Language) -> Interval | None:
    if each.estimate is None or each.ci_low is None or each.ci_high is None:
        return None
    value = language.number(each.estimate)
    words = language.text(
        "{score} ({low} to {high}), n = {n}",
        score=value,
        low=language.number(each.ci_low),
        high=language.number(each.ci_high),
        n=language.number(each.n or 0),
    )
    return Interval(each.estimate, each.ci_low, each.ci_high, value, words)


def group_told(each: IndexOfGroup, names: Names) -> str:
    """Tell a difference that is certain although several groups were looked at."""
    low, high = each.difference_low, each.difference_high
    if low is None or high is None or each.difference is None or low <= 0 <= high:
        return ""
    language = names.language
    return language.text(
        "{group} minus the other age groups: {points} points (interval {low} to "
        "{high}, wide enough for all groups together).",
        group=names.group(each.group),
        points=language.signed(each.difference),
        low=language.signed(low),
        high=language.signed(high),
    )


def drivers(details: Details, names: Names, index: str) -> list[Block]:
    language = names.language
    if not details.drivers or details.drivers_explain is None:
        return []
    rows = tuple(driver_row(each, names) for each in details.drivers)
    together = language.text(
        "Taken together, these explain {share} of what varies from one resident to "
        "another ({n} residents answered them all). What goes together need not be a "
        "cause: acting on the first of the list need not change the relation.",
        share=language.percent(details.drivers_explain),
        n=language.number(details.drivers_n or 0),
    )
    header = (
        language.text("Question"),
        language.text("Share of what varies"),
        language.text("95 % interval"),
    )
    caption = language.text(
        "What goes together with “{index}” among residents", index=names.index(index)
    )
    return [
        Heading(language.text("What goes together with the local relation")),
        plain(together),
        Table(caption, header, rows, numeric=(1, 2)),
    ]


def driver_row(each: Driver, names: Names) -> tuple[str, str, str]:
    language = names.language
    interval = "–"
    if each.ci_low is not None and each.ci_high is not None:
        interval = language.text(
            "{low} to {high}",
            low=language.percent(each.ci_low),
            high=language.percent(each.ci_high),
        )
    return names.index(each.index), language.percent(each.share), interval


def priorities(details: Details, diagnosis: Diagnosis, names: Names) -> list[Block]:
    """Give the other way to order factors, for who wants to check the first."""
    if not details.priorities or not diagnosis.interval_valid:
        return []
    language = names.language
    header = (
        language.text("Factor"),
        language.text("Side"),
        language.text("Points missing to 100"),
        language.text("Under the middle"),
        language.text("Rank on this side, 95 % interval"),
    )
    rows = tuple(priority_row(each, names) for each in details.priorities)
    explained = plain(
        language.text(
            "Here a factor comes first when much is missing, for many people, and "
            "surely: points missing, times the share of people under the middle of the "
            "scale, times how often it stays in the upper half when the sample is "
            "drawn again. The order is a convention; the interval shows how far chance "
            "could move it."
        )
    )
    table = Table(language.text("Factors by size, spread and certainty"), header, rows)
    return [Folded(language.text("The same factors, ordered in another way"), (explained, table))]  # fmt: skip


def priority_row(each: Priority, names: Names) -> tuple[str, ...]:
    language = names.language
    return (
        names.factor(each.factor),
        names.start(each.side),
        language.number(each.size),
        language.percent(each.spread),
        language.text(
            "{rank} ({low} to {high})",
            rank=language.number(each.rank),
            low=language.number(each.rank_low),
            high=language.number(each.rank_high),
        ),
    )


def voices(names: Names) -> list[Block]:
    """Let people speak, factor by factor."""
    if not names.quotes:
        return []
    language = names.language
    blocks: list[Block] = [Heading(language.text("What people said"))]
    for code in dict.fromkeys(quote.factor for quote in names.quotes):
        blocks.append(Heading(names.factor(code), level=2))
        blocks += [
            Paragraph(
                (
                    Run(
                        language.text("“{name}”", name=quote.text),
                        "emphasis",
                        language=quote.language,
                    ),
                    Run(f" – {quote.source}"),
                )
            )
            for quote in names.quotes
            if quote.factor == code
        ]
    return blocks


def comparability(details: Details, diagnosis: Diagnosis, names: Names) -> list[Block]:
    """Say which scales mean the same to both sides, and which were not tested."""
    language, tested = names.language, details.comparability
    gaps = dict.fromkeys(gap.index for gap in compared(diagnosis))
    if not gaps:
        return []
    lines = [
        language.text(message, scales=listed(verdict, tested, names))
        for verdict, message in VERDICTS.items()
        if any(each.verdict == verdict for each in tested)
    ]
    untested = [name for name in gaps if name not in judged(tested)]
    if not lines:
        lines.append(language.text(UNTESTED))
    elif untested:
        named = ", ".join(map(names.index, untested))
        lines.append(
            language.text(
                "Not tested: {scales}. The test needs three questions or more and a "
                "hundred complete answers on each side; without it, a difference may "
                "also come from the two sides reading the questions differently.",
                scales=named,
            )
        )
    return [
        Heading(language.text("May the two sides be compared?")),
        List(tuple((Run(line),) for line in lines)),
    ]


def judged(tested: tuple[Compared, ...]) -> set[str]:
    return {each.index for each in tested if each.verdict is not None}


def listed(verdict: str, tested: tuple[Compared, ...], names: Names) -> str:
    return ", ".join(
        names.index(each.index) for each in tested if each.verdict == verdict
    )


def limits(diagnosis: Diagnosis, names: Names, self_selected: str) -> list[Block]:
    language = names.language
    lines = [
        language.text(
            "This is a picture of one moment. It does not prove what causes what, nor "
            "that acting on a factor will change the relation: that is what a pilot "
            "with a comparison is for."
        ),
        language.text(
            "Who did not answer may think otherwise; intervals speak of chance alone, "
            "not of them."
        ),
        language.text(
            "No number rests on fewer than {n} answers; what is hatched is too small "
            "to be shown, and nothing can be concluded from it.",
            n=language.number(diagnosis.threshold),
        ),
    ]
    if not diagnosis.interval_valid:
        lines[1] = language.text(self_selected)
    return [
        Heading(language.text("What this cannot say")),
        List(tuple((Run(line),) for line in lines)),
    ]
