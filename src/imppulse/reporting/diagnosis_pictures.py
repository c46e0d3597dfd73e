"""The pictures of a diagnosis, each with its numbers beneath."""

from collections.abc import Callable

from imppulse.charts.content import Chart, Size, Words
from imppulse.charts.gaps import GapRow, Sides, gap_chart
from imppulse.charts.ranking import FactorRow, factor_ranking
from imppulse.evidence.diagnosis.diagnosis import Diagnosis
from imppulse.evidence.diagnosis.diagnosis_plan import POLICE_OFFICERS, POPULATION
from imppulse.evidence.diagnosis.diagnosis_results import FactorOfSide, Gap
from imppulse.evidence.results import Estimate
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.figures import drawn, has_interval, short_score
from imppulse.reporting.language import N_, Language, capital
from imppulse.typesetting.content import Figure, Table

SCALE = N_("Index from 0 to 100; 100 is the best possible answer")
SHORTFALL = N_("Points missing to 100: the further right, the more is to be done")
NUMBERS = N_("The numbers of this picture: index of 100, 95 % interval, answers (n)")
TOO_FEW = N_("too few answers")
DRAWN = 10  # the largest factors; the table beneath has them all


def figure(
    draw: Callable[[Size], Chart], language: Language, numbers: str = NUMBERS
) -> Figure:
    """Draw the picture for paper and for a telephone, with its numbers."""
    chart = draw("wide")
    table = Table(
        language.text(numbers),
        chart.table.columns,
        chart.table.rows,
        numeric=tuple(range(1, len(chart.table.columns))),
    )
    return Figure(chart.svg, chart.alt, "", table, narrow=draw("narrow").svg)


def compared(diagnosis: Diagnosis) -> list[Gap]:
    """Give the gaps between what the sides say; a question that is guessed is told apart."""
    guessed = {m.actual for m in diagnosis.misperceptions}
    return [gap for gap in diagnosis.gaps if gap.index not in guessed]


def paired(diagnosis: Diagnosis) -> list[tuple[str, Estimate, Estimate]]:
    """Give the indices that both sides may be shown with."""
    shown = {
        (each.index, each.side): each.estimate
        for each in diagnosis.indices
        if each.estimate is not None
    }
    return [
        (name, shown[name, POPULATION], shown[name, POLICE_OFFICERS])
        for name in dict.fromkeys(gap.index for gap in compared(diagnosis))
        if (name, POPULATION) in shown and (name, POLICE_OFFICERS) in shown
    ]


def gap_figure(
    diagnosis: Diagnosis, title: str, names: Names, *, most: int | None = None
) -> Figure | None:
    """Draw both sides on each question; with `most`, only the widest gaps, in their order."""
    language = names.language
    pairs = [p for p in paired(diagnosis) if has_interval(p[1]) and has_interval(p[2])]
    if not pairs:
        return None
    widest = sorted(pairs, key=lambda p: -abs(p[1].estimate - p[2].estimate))[:most]
    pairs = [pair for pair in pairs if pair in widest]
    rows = tuple(
        GapRow(names.index(name), drawn(first, language), drawn(second, language))
        for name, first, second in pairs
    )
    sides = Sides(names.side(POPULATION), names.side(POLICE_OFFICERS))
    alt = " ".join(
        f"{row.label}: {sides.population} {row.population.value}, "
        f"{sides.police_officers} {row.police_officers.value}."
        for row in rows
    )
    words = Words(
        title=title,
        axis=language.text(SCALE),
        alt=f"{title}. {alt}",
        columns=(
            language.text("Question"),
            capital(sides.population),
            capital(sides.police_officers),
        ),
        language=language.code,
        simulated=names.simulated,
    )
    return figure(lambda size: gap_chart(rows, sides, words=words, size=size), language)


def factor_figure(diagnosis: Diagnosis, title: str, names: Names) -> Figure | None:
    language = names.language
    rows = tuple(
        FactorRow(
            factor_label(factor, diagnosis, names),
            drawn(factor.shortfall, language),
            sources(len(factor.source_kinds), language),
        )
        for factor in diagnosis.factors
        if factor.shortfall is not None and has_interval(factor.shortfall)
    )[:DRAWN]
    if not rows:
        return None
    alt = " ".join(f"{row.label}: {row.shortfall.value}." for row in rows)
    words = Words(
        title=title,
        axis=language.text(SHORTFALL),
        alt=f"{title}. {alt}",
        columns=(
            language.text("Factor"),
            language.text("Points missing to 100"),
            language.text("Rests on"),
        ),
        language=language.code,
        simulated=names.simulated,
    )
    return figure(lambda size: factor_ranking(rows, words=words, size=size), language)


def factor_label(factor: FactorOfSide, diagnosis: Diagnosis, names: Names) -> str:
    """Name a factor, and its side where both sides measure it."""
    name = names.factor(factor.code)
    if len({each.side for each in diagnosis.factors if each.code == factor.code}) == 1:
        return name
    return names.language.text(
        "{factor} ({side})", factor=name, side=names.side(factor.side)
    )


def sources(kinds: int, language: Language) -> str:
    return language.plural(N_("{n} kind of source"), N_("{n} kinds of source"), kinds)


def index_table(diagnosis: Diagnosis, names: Names, language: Language) -> Table:
    """List every index of every side; what is suppressed says so."""
    rows = tuple(
        (
            names.index(each.index),
            capital(names.side(each.side)),
            short_score(each.estimate, language)
            if each.estimate is not None
            else language.text(TOO_FEW),
        )
        for each in diagnosis.indices
    )
    return Table(
        language.text("What each side says: index of 100, 95 % interval, answers (n)"),
        (language.text("Question"), language.text("Side"), language.text("Answer")),
        rows,
    )
