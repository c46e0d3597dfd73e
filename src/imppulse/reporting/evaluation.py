"""The report of a two-wave evaluation: the finding first, then how it is known."""

from dataclasses import dataclass

from imppulse.charts.changes import Course, change_chart
from imppulse.charts.content import Chart, Size, Words
from imppulse.evidence.findings.findings import Finding
from imppulse.evidence.results import Estimate
from imppulse.reporting.diagnosis_pictures import SCALE, figure
from imppulse.reporting.figures import drawn, has_interval
from imppulse.reporting.findings import Outcome, claim, forbidden_sentence, sentence
from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import (
    Block,
    Callout,
    Cover,
    Document,
    Figure,
    Folded,
    Heading,
    List,
    Run,
    plain,
)

MARYLAND = N_("Maryland scale: level {level} of 5 (beside the sentence, not instead).")


@dataclass(frozen=True)
class Arm:
    """One side of the comparison in both waves: a 0-100 index each time."""

    before: Estimate
    after: Estimate

    @property
    def drawable(self) -> bool:
        return has_interval(self.before) and has_interval(self.after)


@dataclass(frozen=True)
class OutcomeResult:
    """A finding with what was measured; `dissent` is the evaluator's, in words."""

    finding: Finding
    outcome: Outcome
    pilot: Arm | None = None
    comparison: Arm | None = None
    dissent: str = ""


@dataclass(frozen=True, kw_only=True)
class EvaluationNames:
    """Names and circumstances of one evaluation, in the reader's language."""

    pilot: str
    territory: str
    waves: tuple[str, str]
    design: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    data_version: str = ""
    publisher: str = ""
    simulated: str = ""


def evaluation_document(
    results: tuple[OutcomeResult, ...], names: EvaluationNames, language: Language
) -> Document:
    """Write the report; the first result is that of the main outcome."""
    title = claim(results[0].finding, results[0].outcome, language).rstrip(".")
    parts: tuple[tuple[str, tuple[str, ...]], ...] = (
        (language.text("What was delivered"), names.delivery),
        (language.text("What was not wanted and happened"), names.unwanted),
        (language.text("Where the evaluation left its plan"), names.deviations),
    )
    blocks: list[Block] = [
        Cover(title, names.pilot, (names.territory,)),
        Heading(language.text("What was found")),
        *(block for each in results for block in result(each, names, language)),
        *(block for heading, lines in parts for block in section(heading, lines)),
        how_we_know(results, names, language),
    ]
    return Document(
        title, language.code, tuple(blocks), names.simulated, names.publisher
    )


def result(
    each: OutcomeResult, names: EvaluationNames, language: Language
) -> list[Block]:
    """Give the sentence, the dissent beside it, the picture and what may not be said."""
    said: tuple[Block, ...] = (
        plain(sentence(each.finding, each.outcome, language, level="full")),
    )
    if each.dissent:
        dissent = language.text("The evaluator disagrees: {words}", words=each.dissent)
        said = (*said, plain(dissent))
    picture = change_figure(each, names, language)
    forbidden = forbidden_sentence(each.finding, each.outcome, language)
    return [
        Callout("", said, "result"),
        *([picture] if picture else []),
        *([forbidden.block(language)] if forbidden else []),
    ]


def change_figure(
    each: OutcomeResult, names: EvaluationNames, language: Language
) -> Figure | None:
    """Draw both waves; nothing of a suppressed finding reaches a picture."""
    if each.finding.suppressed or each.pilot is None or not each.pilot.drawable:
        return None
    pilot = course(each.pilot, language.text("where the pilot ran"), language)
    other = None
    if each.comparison is not None and each.comparison.drawable:
        other = course(each.comparison, language.text("elsewhere"), language)
    title = claim(each.finding, each.outcome, language).rstrip(".")
    words = Words(
        title=title,
        axis=language.text(SCALE),
        alt=f"{title}. " + " ".join(told(c, names) for c in (pilot, other) if c),
        columns=("", *names.waves),
        language=language.code,
        simulated=names.simulated,
    )

    def draw(size: Size) -> Chart:
        return change_chart((pilot, other), names.waves, words=words, size=size)

    return figure(draw, language)


def course(arm: Arm, name: str, language: Language) -> Course:
    return Course(name, drawn(arm.before, language), drawn(arm.after, language))


def told(each: Course, names: EvaluationNames) -> str:
    before, after = names.waves
    return f"{each.name}: {before} {each.before.words}, {after} {each.after.words}."


def section(heading: str, lines: tuple[str, ...]) -> list[Block]:
    if not lines:
        return []
    return [Heading(heading), List(tuple((Run(line),) for line in lines))]


def how_we_know(
    results: tuple[OutcomeResult, ...], names: EvaluationNames, language: Language
) -> Folded:
    lines = [*names.design]
    level = results[0].finding.maryland_level
    if level is not None:
        lines.append(language.text(MARYLAND, level=language.number(level)))
    if names.data_version:
        lines.append(names.data_version)
    return Folded(
        language.text("How we know, and what this cannot say"),
        (List(tuple((Run(line),) for line in lines)),) if lines else (),
    )
