"""What several territories found: told one by one, pooled only when that is earned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from imppulse.charts.content import Chart, Interval, Size, Words
from imppulse.charts.forest import (
    Margin,
    Pooled,
    RangeOnly,
    StudyRow,
    Summary,
    forest_plot,
)
from imppulse.evidence.findings.findings import Direction
from imppulse.evidence.results import Contrast
from imppulse.evidence.synthesis.synthesis import PooledEffect, TooFewStudies
from imppulse.reporting.diagnosis_pictures import figure
from imppulse.reporting.figures import drawn_difference, has_interval
from imppulse.reporting.findings import Outcome
from imppulse.reporting.language import N_, Language, capital
from imppulse.typesetting.content import (
    Block,
    Document,
    Figure,
    Folded,
    Heading,
    List,
    Run,
    plain,
)

POOLED = N_(
    "On average over {k} results: {estimate} {unit} (95 % interval {low} to {high})."
)
PREDICTED = N_(
    "In one more territory like these, {low} to {high} {unit} is to be expected."
)
TOO_FEW = N_(
    "{k} results, from {low} to {high} {unit}: no pooled number under three results."
)
ONE = N_("One result, {low} {unit}: no pooled number under three results.")
NONE = N_("Not tested yet.")
DIFFERENCES = N_("The numbers of this picture: difference, 95 % interval, answers (n)")
LAW_T = N_(
    "Intervals: {method} with the Knapp-Hartung correction; the prediction interval "
    "uses Student’s t with {df} degrees of freedom (results minus one)."
)
LAW_NORMAL = N_(
    "Intervals: {method} with the normal law, also for the prediction interval."
)
COUNTED = {
    Direction.BETTER: N_("better in {n}"),
    Direction.WORSE: N_("worse in {n}"),
    Direction.NO_EFFECT_THAT_MATTERS: N_("no difference that matters in {n}"),
    Direction.TOO_UNCERTAIN: N_("too uncertain to say in {n}"),
}


@dataclass(frozen=True)
class TerritoryResult:
    """One territory's result; without a contrast the pilot was stopped."""

    label: str
    contrast: Contrast | None
    direction: Direction | None
    claim: str = ""


@dataclass(frozen=True, kw_only=True)
class Accumulated:
    """One outcome over territories; `synthesis` is None while there is no result."""

    results: tuple[TerritoryResult, ...]
    outcome: Outcome
    synthesis: PooledEffect | TooFewStudies | None = None
    margin: float | None = None
    simulated: str = ""


def synthesis_sentences(found: Accumulated, language: Language) -> tuple[str, ...]:
    """Tell the results by direction first; a pooled number only comes after."""
    synthesis, outcome = found.synthesis, found.outcome
    told = tuple(narrative(found.results, outcome, language))
    if synthesis is None:
        return told or (language.text(NONE),)
    if isinstance(synthesis, TooFewStudies):
        return (*told, few(synthesis, outcome, language))
    return (*told, *pooled(synthesis, outcome, language))


def narrative(
    results: tuple[TerritoryResult, ...], outcome: Outcome, language: Language
) -> Iterator[str]:
    totals = Counter(each.direction for each in results)
    counts = [
        language.text(message, n=language.number(totals[direction]))
        for direction, message in COUNTED.items()
        if totals[direction]
    ]
    if counts:
        yield language.text(
            "{X}, by territory: {counts}.",
            X=capital(outcome.phrase),
            counts="; ".join(counts),
        )
    stopped = [r.label for r in results if r.contrast is None]
    if stopped:
        yield language.text("Stopped: {territories}.", territories=", ".join(stopped))


def few(synthesis: TooFewStudies, outcome: Outcome, language: Language) -> str:
    message = ONE if synthesis.k == 1 else TOO_FEW
    return language.text(
        message,
        k=language.number(synthesis.k),
        low=language.signed(synthesis.low, outcome.digits),
        high=language.signed(synthesis.high, outcome.digits),
        unit=outcome.unit,
    )


def pooled(
    synthesis: PooledEffect, outcome: Outcome, language: Language
) -> tuple[str, str]:
    def written(value: float) -> str:
        return language.signed(value, outcome.digits)

    return (
        language.text(
            POOLED,
            k=language.number(synthesis.k),
            estimate=written(synthesis.estimate),
            low=written(synthesis.ci_low),
            high=written(synthesis.ci_high),
            unit=outcome.unit,
        ),
        language.text(
            PREDICTED,
            low=written(synthesis.pi_low),
            high=written(synthesis.pi_high),
            unit=outcome.unit,
        ),
    )


def law(synthesis: PooledEffect, language: Language) -> str:
    """Say which law the intervals rest on, the prediction interval included."""
    if synthesis.test == "classical":
        return language.text(LAW_NORMAL, method=synthesis.method)
    return language.text(
        LAW_T, method=synthesis.method, df=language.number(synthesis.k - 1)
    )


def synthesis_figure(found: Accumulated, language: Language) -> Figure:
    outcome = found.outcome
    rows = tuple(study_row(each, language) for each in found.results)
    sentences = synthesis_sentences(found, language)
    words = Words(
        title=sentences[0].rstrip("."),
        axis=language.text(
            "Difference in change, {unit}; right of zero: higher", unit=outcome.unit
        ),
        alt=" ".join(sentences),
        columns=(language.text("Territory"), language.text("Difference")),
        language=language.code,
        simulated=found.simulated,
    )
    summary = summary_row(found.synthesis, outcome, language)
    shaded = shade(found.margin, outcome, language)

    def draw(size: Size) -> Chart:
        return forest_plot(rows, summary, words=words, margin=shaded, size=size)

    return figure(draw, language, DIFFERENCES)


def study_row(result: TerritoryResult, language: Language) -> StudyRow:
    if result.contrast is None:
        return StudyRow(result.label, None, language.text("stopped"))
    if not has_interval(result.contrast):
        return StudyRow(result.label, None, language.text("no interval"))
    return StudyRow(result.label, drawn_difference(result.contrast, language))


def shade(margin: float | None, outcome: Outcome, language: Language) -> Margin | None:
    if margin is None:
        return None
    said = language.text(
        "Shaded: below {margin} {unit}, a change does not matter",
        margin=language.number(margin, outcome.digits),
        unit=outcome.unit,
    )
    return Margin(margin, said)


def summary_row(
    synthesis: PooledEffect | TooFewStudies | None, outcome: Outcome, language: Language
) -> Summary:
    def ends(low: float, high: float) -> str:
        return language.text(
            "{low} to {high}",
            low=language.signed(low, outcome.digits),
            high=language.signed(high, outcome.digits),
        )

    if isinstance(synthesis, TooFewStudies):
        label = language.text("Lowest to highest, not pooled")
        words = ends(synthesis.low, synthesis.high)
        return RangeOnly(label, synthesis.low, synthesis.high, words)
    if synthesis is None:
        return None
    value = language.signed(synthesis.estimate, outcome.digits)
    inside = ends(synthesis.ci_low, synthesis.ci_high)
    return Pooled(
        language.text("Average of {k} results", k=language.number(synthesis.k)),
        Interval(
            synthesis.estimate,
            synthesis.ci_low,
            synthesis.ci_high,
            value,
            f"{value} ({inside})",
        ),
        language.text("One more territory"),
        synthesis.pi_low,
        synthesis.pi_high,
        ends(synthesis.pi_low, synthesis.pi_high),
    )


def synthesis_document(found: Accumulated, language: Language) -> Document:
    sentences = synthesis_sentences(found, language)
    claims = tuple((Run(f"{r.label}: {r.claim}"),) for r in found.results if r.claim)
    blocks: list[Block] = [
        Heading(language.text("What the territories found")),
        *(plain(text) for text in sentences),
        synthesis_figure(found, language),
    ]
    if claims:
        blocks += [Heading(language.text("Territory by territory")), List(claims)]
    if isinstance(found.synthesis, PooledEffect):
        known = language.text("How we know, and what this cannot say")
        blocks.append(Folded(known, (plain(law(found.synthesis, language)),)))
    title = sentences[0].rstrip(".")
    return Document(title, language.code, tuple(blocks), found.simulated)
