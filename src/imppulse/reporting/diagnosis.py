"""The report of a diagnosis: a first page that stands alone, then how it is known."""

from dataclasses import replace

from imppulse.evidence.diagnosis.diagnosis import Diagnosis
from imppulse.instruments.diagnosis_details import Details
from imppulse.reporting.diagnosis_first_page import (
    incomparable,
    next_steps,
    three_sentences,
    widest_gap,
)
from imppulse.reporting.diagnosis_further import (
    age_groups,
    comparability,
    drivers,
    limits,
    priorities,
    voices,
)
from imppulse.reporting.diagnosis_map import map_figure
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.diagnosis_pictures import (
    TOO_FEW,
    compared,
    factor_figure,
    factor_label,
    gap_figure,
    index_table,
    sources,
)
from imppulse.reporting.diagnosis_sentences import (
    doubt,
    gap_sentence,
    guess_sentence,
    respondents,
)
from imppulse.reporting.figures import difference, short_score
from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import (
    Block,
    Callout,
    Document,
    Folded,
    Heading,
    Inline,
    List,
    PageBreak,
    Paragraph,
    Run,
    Table,
    plain,
)

FIRST_PAGE = 3  # gaps in the picture of the first page
SELF_SELECTED = N_(
    "People chose themselves to answer (open link): the numbers describe those who "
    "answered and nobody else, so there is no interval."
)
METHOD = (
    N_(
        "Answers are turned into indices from 0 to 100; 100 is the best possible answer."
    ),
    N_("Intervals take the way the sample was drawn into account, at 95 %."),
    N_("The interval of a difference is computed from both sides together."),
)
LIMITS = N_(
    "No number rests on fewer than {n} answers. Where one could be deduced from its "
    "neighbours, those are hidden too."
)


def diagnosis_document(
    diagnosis: Diagnosis, names: Names, details: Details | None = None
) -> Document:
    """Write the whole report; every block is left out that has nothing to say.

    The first page stands by itself; the others say how each of its sentences is known.
    """
    language = names.language
    title = title_sentence(diagnosis, names, details)
    blocks: list[Block] = [
        *first_page(diagnosis, names, details, title=title),
        PageBreak(),
        *who_was_asked(diagnosis, names, language),
        *both_sides(diagnosis, names, details),
        *believed(diagnosis, names, language),
        *image_and_relation(diagnosis, language),
        *factors(diagnosis, names, details),
        *districts(diagnosis, names, language),
        *further(diagnosis, names, details),
        *voices(names),
        *limits(diagnosis, names, SELF_SELECTED),
        how_we_know(diagnosis, names, language),
    ]
    return Document(
        title, language.code, tuple(blocks), names.simulated, names.publisher
    )


def title_sentence(
    diagnosis: Diagnosis, names: Names, details: Details | None = None
) -> str:
    """Say the widest gap that is certain, or that none is."""
    language, widest = names.language, widest_gap(diagnosis, details)
    if widest is not None:
        gap, contrast = widest
        return language.text(
            "{territory}: {points} points between {first} and {second} on “{index}”",
            territory=names.territory,
            points=language.number(abs(contrast.estimate)),
            first=names.side(gap.first),
            second=names.side(gap.second),
            index=names.index(gap.index),
        )
    return language.text(
        "{territory}: what population and police officers say about each other",
        territory=names.territory,
    )


def first_page(
    diagnosis: Diagnosis, names: Names, details: Details | None, *, title: str
) -> list[Block]:
    """Give the mayor three sentences, one picture, and what can be done next."""
    language = names.language
    published = language.day(names.published_on) if names.published_on else ""
    about = language.text("Diagnosis")
    place = " · ".join(t for t in (about, names.force, published) if t)
    lines = [bullet(text) for text in three_sentences(diagnosis, names, details)]
    if not diagnosis.interval_valid:
        lines.append(bullet(language.text(SELF_SELECTED)))
    summary = Callout(language.text("In short"), (List(tuple(lines)),), "result")
    heading = language.text("Where the two sides lie furthest apart")
    picture = gap_figure(diagnosis, heading, names, most=FIRST_PAGE)
    return [
        Paragraph((Run(place, "emphasis"),)),
        *([summary] if lines else []),
        # The numbers of the picture stand in the table of the second page.
        *([replace(picture, table=None)] if picture else []),
        *next_steps(names),
    ]


def further(diagnosis: Diagnosis, names: Names, details: Details | None) -> list[Block]:
    if details is None:
        return []
    index = names.district_index
    return [
        *age_groups(details, names, index),
        *drivers(details, names, index),
        *comparability(details, diagnosis, names),
    ]


def bullet(text: str) -> Inline:
    return (Run(text),)


def who_was_asked(
    diagnosis: Diagnosis, names: Names, language: Language
) -> list[Block]:
    counted = [bullet(respondents(each, names)) for each in diagnosis.respondents]
    return [
        Heading(language.text("Who was asked, and how")),
        *(plain(text) for text in names.asked),
        List(tuple(counted)),
    ]


def both_sides(
    diagnosis: Diagnosis, names: Names, details: Details | None
) -> list[Block]:
    if not diagnosis.indices:
        return []
    language, apart = names.language, incomparable(details)
    said = [
        bullet(gap_sentence(gap, names, language, comparable=gap.index not in apart))
        for gap in compared(diagnosis)
    ]
    gaps: list[Block] = [List(tuple(said))] if said else []
    return [
        Heading(language.text("What the sides say")),
        *gaps,
        index_table(diagnosis, names, language),
    ]


def believed(diagnosis: Diagnosis, names: Names, language: Language) -> list[Block]:
    if not diagnosis.misperceptions:
        return []
    said = [
        bullet(guess_sentence(m, names, language)) for m in diagnosis.misperceptions
    ]
    return [
        Heading(language.text("What each side believes the other says")),
        List(tuple(said)),
    ]


def image_and_relation(diagnosis: Diagnosis, language: Language) -> list[Block]:
    contrast = diagnosis.image_minus_local
    if contrast is None:
        return []
    said = language.text(
        "Within the population, the image of the police in general minus the local "
        "relation: {difference}.",
        difference=difference(contrast, language),
    )
    return [
        Heading(language.text("The police in general, and the police here")),
        plain(f"{said}{doubt(contrast, language)}"),
    ]


def factors(diagnosis: Diagnosis, names: Names, details: Details | None) -> list[Block]:
    if not diagnosis.factors:
        return []
    language = names.language
    title = factor_title(diagnosis, names, language)
    picture = factor_figure(diagnosis, title, names)
    return [
        Heading(language.text("What keeps police and population apart")),
        *([replace(picture, table=None)] if picture else []),
        rank_table(diagnosis, names, language),
        *(priorities(details, diagnosis, names) if details else []),
    ]


def factor_title(diagnosis: Diagnosis, names: Names, language: Language) -> str:
    """Name the first factor only where its rank is certain."""
    first = diagnosis.factors[0]
    if first.rank_low == first.rank_high == 1:
        return language.text(
            "Most is missing on “{factor}”",
            factor=factor_label(first, diagnosis, names),
        )
    return language.text("Which factor comes first is too uncertain to say")


def rank_table(diagnosis: Diagnosis, names: Names, language: Language) -> Table:
    rows = []
    for each in diagnosis.factors:
        missing = (
            language.text(TOO_FEW)
            if each.shortfall is None
            else short_score(each.shortfall, language)
        )
        rank = "–"
        if each.rank_low is not None and each.rank_high is not None:
            rank = language.text(
                "{low} to {high}",
                low=language.number(each.rank_low),
                high=language.number(each.rank_high),
            )
        side = names.start(each.side)
        rests = sources(len(each.source_kinds), language)
        rows.append((names.factor(each.code), side, missing, rank, rests))
    header = (
        language.text("Factor"),
        language.text("Side"),
        language.text("Points missing to 100"),
        language.text("Rank, 95 % interval"),
        language.text("Rests on"),
    )
    return Table(
        language.text("Factors, the largest first: points, 95 % interval, answers (n)"),
        header,
        tuple(rows),
    )


def districts(diagnosis: Diagnosis, names: Names, language: Language) -> list[Block]:
    if not diagnosis.districts:
        return []
    index = names.district_index or diagnosis.districts[0].index
    chart = map_figure(diagnosis, index, names)
    if chart is None:
        return []
    return [
        Heading(language.text("From district to district")),
        chart,
        plain(language.text("Districts are listed by name, not ranked.")),
    ]


def how_we_know(diagnosis: Diagnosis, names: Names, language: Language) -> Folded:
    known = [bullet(language.text(text)) for text in METHOD]
    if not diagnosis.interval_valid:
        known = [known[0], bullet(language.text(SELF_SELECTED))]
    known.append(bullet(language.text(LIMITS, n=language.number(diagnosis.threshold))))
    known += [bullet(text) for text in (names.weighting, names.data_version) if text]
    return Folded(
        language.text("How we know, and what this cannot say"), (List(tuple(known)),)
    )
