"""What a stored evaluation says in the reader's language: sentence, picture, numbers."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imppulse.charts.changes import Course, change_chart
from imppulse.charts.content import Chart, Interval, Size, Words
from imppulse.evaluations.models import Evaluation
from imppulse.evaluations.wording import STRENGTHS, phrase, told_facts
from imppulse.evidence.findings.findings import (
    Ceiling,
    Design,
    DesignFacts,
    Direction,
    Finding,
    Obstacle,
    Remedy,
    Strength,
)
from imppulse.evidence.results import Estimate
from imppulse.pilots.choices import Arm
from imppulse.reporting.figures import drawn, score
from imppulse.reporting.findings import Outcome, claim, forbidden_sentence, sentence
from imppulse.reporting.language import Language
from imppulse.reporting.reasons import REASONS

ARM_NAMES = {
    Arm.PILOT: gettext_lazy("where the pilot ran"),
    Arm.COMPARISON: gettext_lazy("elsewhere"),
}
SCALE = gettext_lazy("Index from 0 to 100; 100 is the best possible answer")


def one_of(value: str | None, *kinds: type[StrEnum]) -> Any:
    """Read a code back as the first kind that has it; None stays None."""
    return next((kind(value) for kind in kinds if value in set(kind)), None)


def finding_of(evaluation: Evaluation) -> Finding:
    """Read a finding back as it was computed; a later version of the rules changes nothing."""
    stored = evaluation.finding
    values = {field.name: stored[field.name] for field in fields(Finding)}
    values["strength"] = Strength(stored["strength"])
    values["direction"] = stored["direction"] and Direction(stored["direction"])
    values["design"] = one_of(stored["design"], Design)
    values["ceilings"] = tuple(Ceiling(code) for code in stored["ceilings"])
    values["next_stronger"] = stored["next_stronger"] and Strength(
        stored["next_stronger"]
    )
    values["earned_by"] = one_of(stored["earned_by"], Design, Remedy)
    obstacles = [one_of(code, Obstacle, Ceiling) for code in stored["obstacles"]]
    values["obstacles"] = tuple(code for code in obstacles if code)
    values["forbidden_by"] = one_of(stored["forbidden_by"], Obstacle, Ceiling)
    return Finding(**values)


def outcome_of(evaluation: Evaluation) -> Outcome:
    return Outcome(
        phrase(evaluation.plan.document["outcome"]["name"]),
        _("points"),
        answers=evaluation.effect.get("n") or 0,
    )


def title(evaluation: Evaluation, language: Language) -> str:
    """Say the finding in one sentence, without numbers."""
    return claim(finding_of(evaluation), outcome_of(evaluation), language)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a page shows it."""

    title: str
    sentence: str
    label: str
    level: int
    direction: str
    caps: tuple[str, ...]
    forbidden: Any
    facts: tuple[tuple[str, str], ...]
    maryland_level: int | None


def told(evaluation: Evaluation, language: Language) -> Told:
    finding, outcome = finding_of(evaluation), outcome_of(evaluation)
    facts = DesignFacts.from_dict(evaluation.facts)
    said = claim(finding, outcome, language)
    full = sentence(finding, outcome, language, level="full")
    return Told(
        title=said,
        # The claim is the heading of the page: beneath it stand its numbers.
        sentence=full.removeprefix(said).strip() or said,
        label=str(STRENGTHS[finding.strength]),
        level=finding.strength.rank,
        direction=finding.direction or "",
        caps=tuple(language.text(REASONS[code]) for code in finding.ceilings),
        forbidden=forbidden_sentence(finding, outcome, language),
        facts=tuple(told_facts(facts, language)),
        maryland_level=finding.maryland_level,
    )


# Numbers


@dataclass(frozen=True, slots=True)
class Cell:
    arm: str
    wave: int
    estimate: Estimate | None
    words: str


def cells(evaluation: Evaluation, language: Language) -> list[Cell]:
    """Give the four means in words, the pilot's side first, each with n and interval."""
    order = {arm.value: place for place, arm in enumerate(Arm)}
    ordered = sorted(evaluation.cells, key=lambda c: (order[c["arm"]], c["wave"]))
    found = []
    for cell in ordered:
        estimate = estimate_of(cell)
        words = score(estimate, language) if estimate else _("too few answers")
        found.append(
            Cell(str(ARM_NAMES[Arm(cell["arm"])]), cell["wave"], estimate, words)
        )
    return found


def estimate_of(cell: Mapping[str, Any]) -> Estimate | None:
    if cell["mean"] is None:
        return None
    ends = [
        math.nan if cell[end] is None else cell[end] for end in ("ci_low", "ci_high")
    ]
    return Estimate(
        estimate=cell["mean"],
        std_error=math.nan,
        ci_low=ends[0],
        ci_high=ends[1],
        n=cell["n"],
        df=math.nan,
        deff=math.nan,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One difference: what it compares, its value, its interval, its answers."""

    name: str
    estimate: str
    interval: str
    n: str


def differences(evaluation: Evaluation, language: Language) -> list[Row]:
    """Set the comparison beside the change that one would have reported without it."""
    if not evaluation.effect:
        return []
    alone = row(
        _("Change where the pilot ran, alone"), evaluation.before_after, language
    )
    if not evaluation.facts["comparison"]:
        return [alone]
    compared = _("Change where the pilot ran, minus change elsewhere")
    return [row(compared, evaluation.effect, language), alone]


def row(name: str, effect: Mapping[str, Any], language: Language) -> Row:
    low, high = effect["ci_low"], effect["ci_high"]
    ends = {"low": low, "high": high}
    interval = (
        _("no interval")
        if low is None or high is None
        else _("%(low)s to %(high)s")
        % {name: language.signed(end, 1) for name, end in ends.items()}
    )
    return Row(
        name,
        language.signed(effect["estimate"], 1),
        interval,
        language.number(effect["n"]),
    )


def differs(evaluation: Evaluation) -> bool:
    """Tell whether the comparison says something else than the change alone."""
    if not evaluation.effect or not evaluation.facts["comparison"]:
        return False
    apart = evaluation.effect["estimate"] - evaluation.before_after["estimate"]
    return bool(abs(apart) >= 0.5)


# The picture


def wave_names(evaluation: Evaluation, language: Language) -> tuple[str, str]:
    waves = evaluation.plan.pilot.study.waves.filter(number__lte=2)
    days: list[datetime.date] = [wave.closes_on for wave in waves]
    return (
        _("Before (%(day)s)") % {"day": language.day(days[0])},
        _("After (%(day)s)") % {"day": language.day(days[1])},
    )


def picture(evaluation: Evaluation, language: Language, *, size: Size) -> Chart | None:
    """Draw both waves of both sides; None where there is no interval to draw."""
    found = [course(evaluation, arm, language) for arm in Arm]
    pilot, comparison = found
    if pilot is None or finding_of(evaluation).suppressed:
        return None
    waves = wave_names(evaluation, language)
    said = title(evaluation, language).rstrip(".")
    words = Words(
        title=said,
        axis=str(SCALE),
        alt=f"{said}. {alternative([c for c in found if c], waves)}",
        columns=(_("Side"), *waves),
        language=language.code,
        simulated=_("Simulated data, fictional city") if evaluation.simulated else "",
    )
    chart = change_chart((pilot, comparison), waves, words=words, size=size)
    return replace(
        chart, title=_("Before and after, where the pilot ran and elsewhere")
    )


def course(evaluation: Evaluation, arm: Arm, language: Language) -> Course | None:
    cells_of_arm = sorted(
        (cell for cell in evaluation.cells if cell["arm"] == arm),
        key=lambda cell: int(cell["wave"]),
    )
    drawable = [
        drawn(estimate, language)
        for cell in cells_of_arm
        if (estimate := estimate_of(cell)) and not math.isnan(estimate.ci_low)
    ]
    if len(drawable) < 2:
        return None
    return Course(str(ARM_NAMES[arm]), drawable[0], drawable[1])


def alternative(courses: list[Course], waves: tuple[str, str]) -> str:
    def said(each: Course) -> str:
        ends: tuple[tuple[str, Interval], ...] = tuple(
            zip(waves, each.ends, strict=True)
        )
        return f"{each.name}: " + ", ".join(f"{w} {end.words}" for w, end in ends)

    return ". ".join(map(said, courses)) + "."
