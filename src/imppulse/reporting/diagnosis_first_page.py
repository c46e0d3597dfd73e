"""The first page of a diagnosis, for who has one minute: three sentences, what next."""

from imppulse.evidence.diagnosis.diagnosis_plan import POLICE_OFFICERS, POPULATION
from imppulse.evidence.diagnosis.diagnosis_results import (
    Diagnosis,
    FactorOfSide,
    Gap,
    Misperception,
)
from imppulse.evidence.results import Contrast
from imppulse.instruments.diagnosis_details import Details
from imppulse.reporting.diagnosis_names import Names, Step
from imppulse.reporting.diagnosis_pictures import compared
from imppulse.reporting.figures import (
    difference,
    excludes_zero,
    has_interval,
    score,
)
from imppulse.reporting.language import N_
from imppulse.typesetting.content import Block, Callout, Inline, List, Run

COMPARABLE = "levels_comparable"
TOP = 3
GUESSES = {
    (POLICE_OFFICERS, True): N_(
        "Police officers overestimate what residents answer to “{index}”: "
        "{difference} between what they believe and what residents say."
    ),
    (POLICE_OFFICERS, False): N_(
        "Police officers underestimate what residents answer to “{index}”: "
        "{difference} between what they believe and what residents say."
    ),
    (POPULATION, True): N_(
        "Residents overestimate what police officers answer to “{index}”: "
        "{difference} between what they believe and what police officers say."
    ),
    (POPULATION, False): N_(
        "Residents underestimate what police officers answer to “{index}”: "
        "{difference} between what they believe and what police officers say."
    ),
}


def incomparable(details: Details | None) -> set[str]:
    """Name the scales whose levels do not mean the same on both sides."""
    tested = details.comparability if details else ()
    return {each.index for each in tested if each.verdict not in (None, COMPARABLE)}


def widest_gap(
    diagnosis: Diagnosis, details: Details | None
) -> tuple[Gap, Contrast] | None:
    """Find the widest difference that is certain, on a scale that means the same to both."""
    certain = [
        (gap, gap.contrast)
        for gap in compared(diagnosis)
        if gap.contrast is not None
        and excludes_zero(gap.contrast)
        and gap.index not in incomparable(details)
    ]
    return max(certain, key=lambda pair: abs(pair[1].estimate), default=None)


def three_sentences(
    diagnosis: Diagnosis, names: Names, details: Details | None
) -> list[str]:
    """Say where the sides differ, what one wrongly believes, and what is missing most."""
    found = (
        gap_told(diagnosis, names, details),
        belief_told(diagnosis, names),
        factors_told(diagnosis, names),
    )
    return [sentence for sentence in found if sentence]


def gap_told(diagnosis: Diagnosis, names: Names, details: Details | None) -> str:
    language, widest = names.language, widest_gap(diagnosis, details)
    if widest is not None:
        gap, contrast = widest
        return language.text(
            "The two sides lie furthest apart on “{index}”: {first} minus {second}, "
            "{difference}.",
            index=names.index(gap.index),
            first=names.side(gap.first),
            second=names.side(gap.second),
            difference=difference(contrast, language),
        )
    if any(gap.contrast for gap in compared(diagnosis)) and diagnosis.interval_valid:
        return language.text(
            "On no question do the two sides differ by more than chance can explain."
        )
    return lowest_told(diagnosis, names)


def lowest_told(diagnosis: Diagnosis, names: Names) -> str:
    """Tell the lowest index: what is left when there is no other side to compare with."""
    shown = [(e, e.estimate) for e in diagnosis.indices if e.estimate is not None]
    if not shown:
        return ""
    lowest, estimate = min(shown, key=lambda pair: pair[1].estimate)
    return names.language.text(
        "The lowest mark is given to “{index}” ({side}): {score}.",
        index=names.index(lowest.index),
        side=names.side(lowest.side),
        score=score(estimate, names.language),
    )


def belief_told(diagnosis: Diagnosis, names: Names) -> str:
    wrong = [m for m in diagnosis.misperceptions if certain(m)]
    if not wrong:
        return image_told(diagnosis, names)
    worst = max(wrong, key=width)
    message = GUESSES.get((worst.guesser, above(worst)))
    if message is None or worst.contrast is None:
        return ""
    return names.language.text(
        message,
        index=names.index(worst.actual),
        difference=difference(worst.contrast, names.language),
    )


def certain(guess: Misperception) -> bool:
    return guess.contrast is not None and excludes_zero(guess.contrast)


def above(guess: Misperception) -> bool:
    return guess.contrast is not None and guess.contrast.estimate > 0


def width(guess: Misperception) -> float:
    return abs(guess.contrast.estimate) if guess.contrast else -1.0


def image_told(diagnosis: Diagnosis, names: Names) -> str:
    contrast = diagnosis.image_minus_local
    if contrast is None or not has_interval(contrast) or not excludes_zero(contrast):
        return ""
    message = (
        N_("Residents think better of the police in general than of those here: {d}.")
        if contrast.estimate > 0
        else N_("Residents think better of the police here than in general: {d}.")
    )
    return names.language.text(message, d=difference(contrast, names.language))


def factors_told(diagnosis: Diagnosis, names: Names) -> str:
    first = first_factors(diagnosis)
    if not first:
        return ""
    listed = ", ".join(
        names.language.text("“{name}”", name=names.factor(each.code)) for each in first
    )
    if not diagnosis.interval_valid:
        message = N_("Among those who answered, most is missing on {factors}.")
    elif len(first) == 1:
        message = N_("What keeps the two apart most is {factors}.")
    else:
        message = N_(
            "What keeps the two apart most is among {factors}; their order is too "
            "uncertain to say."
        )
    return names.language.text(message, factors=listed)


def first_factors(diagnosis: Diagnosis) -> list[FactorOfSide]:
    """Keep the factors that may rank first, each once, three at most, the largest first."""
    shown = [each for each in diagnosis.factors if each.shortfall is not None]
    if diagnosis.interval_valid:
        shown = [each for each in shown if each.rank_low == 1]
    once = {each.code: each for each in reversed(shown)}
    return [each for each in shown if once[each.code] is each][:TOP]


def next_steps(names: Names) -> list[Block]:
    """List by factor what a local authority can do, and what is known of it."""
    if not names.steps:
        return []
    factors = dict.fromkeys(step.factor for step in names.steps)
    items = tuple(
        of_factor(code, [s for s in names.steps if s.factor == code], names)
        for code in factors
    )
    language = names.language
    title = language.text("What next: levers of one’s own, and practices of others")
    return [Callout(title, (List(items),))]


def of_factor(code: str, steps: list[Step], names: Names) -> Inline:
    runs = [
        Run(names.language.text("{factor}:", factor=names.factor(code)), "strong"),
        Run(" "),
    ]
    for place, step in enumerate(steps):
        if place:
            runs.append(Run(" · "))
        runs.append(Run(step.title, link=step.link))
        if step.known:
            runs.append(Run(f" ({step.known})"))
    return tuple(runs)
