"""A synthesis as a picture and as sentences, from what was computed and kept."""

import math
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.core import get_global
from django.utils.translation import gettext as _

from imppulse.charts.content import Chart, Interval, Size, Words
from imppulse.charts.forest import StudyRow, forest_plot
from imppulse.evaluations.wording import phrase
from imppulse.evidence.findings.findings import Direction
from imppulse.evidence.results import Contrast
from imppulse.evidence.synthesis.synthesis import PooledEffect, TooFewStudies
from imppulse.library.models import Synthesis
from imppulse.library.telling import reader_language, told_of, words
from imppulse.pilots.models import Pilot
from imppulse.reporting.diagnosis_pictures import figure
from imppulse.reporting.findings import Outcome
from imppulse.reporting.language import Language
from imppulse.reporting.synthesis import (
    Accumulated,
    TerritoryResult,
    few,
    law,
    pooled,
    summary_row,
    synthesis_figure,
    synthesis_sentences,
)
from imppulse.typesetting.content import Figure

LIGHT = 1.0  # percent: a result that weighs less does not set the axis
PUBLISHED_DIGITS = 2
CUT = "← →"

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A synthesis in the reader's language: the answer first, then the rest."""

    answer: str
    sentences: tuple[str, ...]
    note: str
    law: str
    classical: str
    published: bool


def story(synthesis: Synthesis) -> Story | None:
    """Tell a synthesis that was computed."""
    if not synthesis.results:
        return None
    told = published_story if is_published(synthesis) else own_story
    return told(synthesis)


def picture(synthesis: Synthesis) -> Figure:
    if is_published(synthesis):
        return published_figure(synthesis)
    return synthesis_figure(accumulated(synthesis), reader_language())


def is_published(synthesis: Synthesis) -> bool:
    rows = synthesis.results.get("rows", [])
    return any(row["kind"] == "published" for row in rows)


def pooled_of(results: Row, name: str = "pooled") -> PooledEffect | None:
    kept = results.get(name)
    if not kept:
        return None
    lists = {key: tuple(kept[key]) for key in ("weights", "labels")}
    return PooledEffect(**{**kept, **lists})


def synthesis_of(results: Row) -> PooledEffect | TooFewStudies | None:
    few_only = results.get("range")
    return pooled_of(results) or (TooFewStudies(**few_only) if few_only else None)


def own_story(synthesis: Synthesis) -> Story:
    language, found = reader_language(), accumulated(synthesis)
    sentences = synthesis_sentences(found, language)
    return Story(
        answer=sentences[0],
        sentences=sentences[1:],
        note="",
        law=law(found.synthesis, language)
        if isinstance(found.synthesis, PooledEffect)
        else "",
        classical=_classical(synthesis, found.outcome, language),
        published=False,
    )


def accumulated(synthesis: Synthesis) -> Accumulated:
    pilots = {pilot.slug: pilot for pilot in synthesis.pilots.all()}
    rows = [
        row
        for row in synthesis.results["rows"]
        if row["status"] in {"result", "stopped"} and row["name"] in pilots
    ]
    return Accumulated(
        results=tuple(_territory_result(row, pilots[row["name"]]) for row in rows),
        outcome=Outcome(
            phrase(synthesis.outcome),
            words(synthesis, "unit"),
            answers=sum(row["n"] or 0 for row in rows),
        ),
        synthesis=synthesis_of(synthesis.results),
        margin=synthesis.margin,
        simulated=_("Simulated data, fictional territories")
        if synthesis.simulated
        else "",
    )


def _territory_result(row: Row, pilot: Pilot) -> TerritoryResult:
    name = words(pilot.territory, "name")
    if row["estimate"] is None:
        return TerritoryResult(name, None, None)
    told = told_of(pilot)
    direction = row["direction"]
    return TerritoryResult(
        name,
        contrast_of(row),
        Direction(direction) if direction else None,
        told.claim if told else "",
    )


def contrast_of(row: Row) -> Contrast:
    return Contrast(
        estimate=_number(row["estimate"]),
        std_error=_number(row["std_error"]),
        ci_low=_number(row["ci_low"]),
        ci_high=_number(row["ci_high"]),
        df=_number(row["df"]),
        p_value=_number(row["p_value"]),
        n=row["n"] or 0,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _classical(synthesis: Synthesis, outcome: Outcome, language: Language) -> str:
    """Give the pooled sentence under the normal law, for comparison with other work."""
    found = pooled_of(synthesis.results, "classical")
    return pooled(found, outcome, language)[0] if found else ""


def published_story(synthesis: Synthesis) -> Story:
    language = reader_language()
    results = synthesis.results
    outcome = published_outcome(synthesis)
    found = synthesis_of(results)
    return Story(
        answer=published_answer(found, len(results["rows"])),
        sentences=_numbers(found, outcome, language),
        note=_cut_note(results),
        law=law(found, language) if isinstance(found, PooledEffect) else "",
        classical=_classical(synthesis, outcome, language),
        published=True,
    )


def published_outcome(synthesis: Synthesis) -> Outcome:
    unit = words(synthesis, "unit")
    question = words(synthesis, "question")
    return Outcome(question, unit, answers=0, digits=PUBLISHED_DIGITS)


def _numbers(
    found: PooledEffect | TooFewStudies | None, outcome: Outcome, language: Language
) -> tuple[str, ...]:
    if isinstance(found, PooledEffect):
        return pooled(found, outcome, language)
    return (few(found, outcome, language),) if found else ()


def published_answer(found: PooledEffect | TooFewStudies | None, rows: int) -> str:
    """Say no more than the interval does: above zero, below zero, or neither."""
    if not isinstance(found, PooledEffect):
        return _("{k} published results: too few to give an average.").format(k=rows)
    if found.ci_low <= 0 <= found.ci_high:
        said = _(
            "On average over {k} published trials, no difference can be told from zero."
        )
    elif found.ci_low > 0:
        said = _("On average over {k} published trials, the outcome is higher.")
    else:
        said = _("On average over {k} published trials, the outcome is lower.")
    return said.format(k=found.k)


def place(site: str) -> str:
    """Name the country of a site that goes by its three-letter code."""
    codes = get_global("territory_aliases").get(site.upper(), ())
    names = Locale(reader_language().code).territories
    return next((names[code] for code in codes if code in names), site)


def published_figure(synthesis: Synthesis) -> Figure:
    results, outcome = synthesis.results, published_outcome(synthesis)
    language = reader_language()
    found = synthesis_of(results)
    limits = axis_limits(results)
    rows = tuple(published_row(row, limits, language) for row in results["rows"])
    title = published_answer(found, len(rows)).rstrip(".")
    said = " ".join((f"{title}.", *(f"{r.label}: {r.words}." for r in rows)))
    picture_words = Words(
        title=title,
        axis=_("Difference, {unit}; right of zero: higher").format(unit=outcome.unit),
        alt=said,
        columns=(_("Country of the trial"), _("Difference (95 % interval)")),
        language=language.code,
    )
    summary = summary_row(found, outcome, language)

    def draw(size: Size) -> Chart:
        return forest_plot(rows, summary, words=picture_words, size=size)

    return figure(
        draw, language, _("The numbers of this picture: difference, 95 % interval")
    )


def axis_limits(results: Row) -> tuple[float, float]:
    """Let the results that count set the axis: one huge interval would flatten all others."""
    weights = results["weights"]
    rows = [row for row in results["rows"] if row["ci_low"] is not None]
    heavy = [row for row in rows if weights.get(row["key"], 0) >= LIGHT] or rows
    found = pooled_of(results)
    ends = [0.0, *(end for row in heavy for end in (row["ci_low"], row["ci_high"]))]
    if found:
        ends += [found.pi_low, found.pi_high]
    return min(ends), max(ends)


def is_cut(row: Row, limits: tuple[float, float]) -> bool:
    low, high = limits
    return row["ci_low"] is not None and (row["ci_low"] < low or row["ci_high"] > high)


def published_row(
    row: Row, limits: tuple[float, float], language: Language
) -> StudyRow:
    """Cut an interval at the edge of the picture; its words always give it whole."""
    label, said = place(row["name"]), interval_words(row, language)
    if row["status"] == "retracted":
        return StudyRow(label, None, _("retracted, not counted"))
    low, high = limits
    if is_cut(row, limits):
        label = f"{label} {CUT}"
    if not low <= row["estimate"] <= high:
        return StudyRow(label, None, said)
    value = language.signed(row["estimate"], PUBLISHED_DIGITS)
    ends = max(row["ci_low"], low), min(row["ci_high"], high)
    return StudyRow(label, Interval(row["estimate"], *ends, value, said))


def interval_words(row: Row, language: Language) -> str:
    written = {
        key: language.signed(row[name], PUBLISHED_DIGITS)
        for key, name in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))
    }
    return _("{x} ({low} to {high})").format(**written)


def _cut_note(results: Row) -> str:
    limits = axis_limits(results)
    cut = [place(row["name"]) for row in results["rows"] if is_cut(row, limits)]
    if not cut:
        return ""
    return _(
        "{sign} Wider than the picture, and cut at its edge: {places}. Such results weigh"
        " less than 1 % in the average; the numbers give them whole."
    ).format(sign=CUT, places=", ".join(cut))
