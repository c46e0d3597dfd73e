"""What a survey of a given size could see, and how strong its sentence could be."""

import math
from dataclasses import dataclass, replace

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.findings.findings import (
    Assignment,
    DesignFacts,
    Finding,
    Inference,
    Unit,
    find,
)
from imppulse.evidence.planning.power import (
    DetectableChange,
    PlannedSample,
    precision,
    sd_of_share,
    smallest_detectable_change,
    smallest_detectable_difference_in_differences,
)
from imppulse.evidence.results import t_quantile
from imppulse.portal.choices import SidesAsked, WavesPlanned

# Trust in the police (0 to 10) has a standard deviation of 2.1 in the European Social
# Survey, round 5, in Belgium; rounded up, in points of 100.
SD = 22.0
# Cautious working values, told to the reader: how alike people of one district are,
# and how steady the districts' distances stay between two waves.
INTRACLASS_CORRELATION = 0.02
CLUSTER_AUTOCORRELATION = 0.8
MARGIN = 5.0
COMPANIONS = (3, 6, 10)


@dataclass(frozen=True, kw_only=True)
class Intention:
    """What a territory thinks of doing."""

    letters: int
    response: int
    sides: str
    police_officers: int
    waves: str
    districts: int
    comparison: int
    drawn: bool

    @property
    def before_and_after(self) -> bool:
        return self.waves == WavesPlanned.BEFORE_AFTER

    @property
    def both_sides(self) -> bool:
        return self.sides == SidesAsked.BOTH

    @property
    def areas(self) -> int:
        return self.districts + self.comparison

    def together_with(self, territories: int) -> "Intention":
        """Return the same plan carried by so many territories at once."""
        return replace(
            self,
            letters=self.letters * territories,
            districts=self.districts * territories,
            comparison=self.comparison * territories,
        )


@dataclass(frozen=True)
class JointDesign:
    territories: int
    smallest_change: float
    finding: Finding


@dataclass(frozen=True)
class Prospect:
    """In points of 100; None where the design cannot say it."""

    answers: float
    answers_of_police_officers: float | None
    index_half_width: float
    share_half_width: float
    gap_half_width: float | None
    smallest_change: float | None
    finding: Finding
    joint: tuple[JointDesign, ...]

    @property
    def enough_answers(self) -> bool:
        return self.answers >= PUBLISHED_THRESHOLD

    @property
    def change_out_of_reach(self) -> bool:
        """Whether no change, however large, could be told from chance."""
        return self.smallest_change is not None and math.isinf(self.smallest_change)

    @property
    def change_too_coarse(self) -> bool:
        return self.smallest_change is not None and self.smallest_change > 2 * MARGIN


@dataclass(frozen=True)
class _Imagined:
    """An effect as it would look if it were just large enough to be seen."""

    estimate: float
    ci_low: float
    ci_high: float


def prospect(intention: Intention) -> Prospect:
    everyone = _sample(intention.letters, intention)
    index, share = precision(everyone, sd=SD), precision(everyone, sd=sd_of_share(0.5))
    change = _change(intention)
    return Prospect(
        answers=everyone.respondents,
        answers_of_police_officers=_police_sample(intention).respondents
        if intention.both_sides
        else None,
        index_half_width=index.half_width,
        share_half_width=share.half_width,
        gap_half_width=_gap_half_width(intention, index.half_width),
        smallest_change=change.smallest if change else None,
        finding=_finding(intention, change),
        joint=tuple(_joint(intention)),
    )


def _sample(
    letters: float, intention: Intention, clusters: int | None = None
) -> PlannedSample:
    return PlannedSample(
        invitations=round(letters),
        response_rate=intention.response / 100,
        clusters=clusters,
        intraclass_correlation=INTRACLASS_CORRELATION if clusters else 0.0,
    )


def _police_sample(intention: Intention) -> PlannedSample:
    return _sample(intention.police_officers, intention)


def _gap_half_width(intention: Intention, population: float) -> float | None:
    if not intention.both_sides:
        return None
    return math.hypot(
        population, precision(_police_sample(intention), sd=SD).half_width
    )


def _change(intention: Intention) -> DetectableChange | None:
    """Return what could be seen of a change; the pilot's districts alone are all its districts."""
    if not intention.before_and_after:
        return None
    if intention.comparison == 0:
        wave = _sample(intention.letters, intention)
        return smallest_detectable_change(wave, wave, sd=SD)
    treated, comparison = (
        _sample(intention.letters * arm / intention.areas, intention, arm)
        for arm in (intention.districts, intention.comparison)
    )
    return smallest_detectable_difference_in_differences(
        treated, comparison, sd=SD, cluster_autocorrelation=CLUSTER_AUTOCORRELATION
    )


def _finding(intention: Intention, change: DetectableChange | None) -> Finding:
    facts = _facts(intention)
    return find(facts, _imagined(change), MARGIN, higher_is_better=True)


def _facts(intention: Intention) -> DesignFacts:
    """State the design as it would be if everything went as planned."""
    return DesignFacts(
        points_before=int(intention.before_and_after),
        points_after=1,
        treated=intention.districts,
        comparison=intention.comparison,
        unit=Unit.CLUSTERS,
        assignment=Assignment.DRAWN_HERE if intention.drawn else Assignment.NOT_RANDOM,
        inference=Inference.WILD,
        response_gap=0.0,
        attrition=0.0,
        attrition_gap=0.0,
        primary_outcome=True,
        self_selected=False,
        scale_comparable=True,
        plan_locked_before_follow_up=True,
        primary_outcome_changed=False,
        instrument_or_mode_changed=False,
        contamination_reported=False,
        effective_n=intention.letters * intention.response / 100,
        baseline_difference=0.0,
        dose=1.0,
    )


def _imagined(change: DetectableChange | None) -> _Imagined:
    if change is None or math.isinf(change.smallest):
        return _Imagined(0.0, -math.inf, math.inf)
    half_width = float(t_quantile(0.95, change.df)) * change.std_error
    estimate = max(change.smallest, MARGIN + half_width)
    return _Imagined(estimate, estimate - half_width, estimate + half_width)


def _joint(intention: Intention) -> list[JointDesign]:
    if not intention.before_and_after:
        return []
    designs = []
    for territories in COMPANIONS:
        together = intention.together_with(territories)
        change = _change(together)
        if change is not None and not math.isinf(change.smallest):
            finding = _finding(together, change)
            designs.append(JointDesign(territories, change.smallest, finding))
    return designs
