"""The plan file: an evaluation as it is planned. docs/reference/plan-file.md shows one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imppulse.evidence.findings.design_facts import Assignment, Unit
from imppulse.evidence.planning.rehearsal_plan import Plausible, RehearsalPlan
from imppulse.tables.entries import Entries, parsed
from imppulse.tables.reading import read_source
from imppulse.tables.table import Source

LANGUAGES = ("en", "fr")
LARGEST = 1e9
SECTIONS = ("outcome", "design", "plausible", "rehearsal", "columns", "values", "facts")
# A file cannot prove that this software drew: whoever drew otherwise signs for it
ASSIGNMENTS = (
    Assignment.NOT_RANDOM.value,
    Assignment.CLAIMED_RANDOM.value,
    Assignment.COUNTERSIGNED.value,
)
REQUIRED_FACTS = (
    "self_selected",
    "scale_comparable",
    "primary_outcome_changed",
    "instrument_or_mode_changed",
    "contamination_reported",
)
ROLES = ("wave", "arm", "area", "person", "weight", "stratum", "cluster", "side")
VALUES = {
    "before": "1",
    "after": "2",
    "pilot": "pilot",
    "comparison": "comparison",
    "population": "population",
}


@dataclass(frozen=True, kw_only=True)
class PlannedOutcome:
    """What is measured; `name` is an index of the question bank, or a column."""

    name: str
    margin: float
    higher_is_better: bool
    phrase: Mapping[str, str]
    unit: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PlannedColumns:
    """Where the file of answers says what; `values` as it writes them."""

    roles: Mapping[str, str]
    compared: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StatedFacts:
    """What the answers cannot say: stated by whoever evaluates."""

    flags: Mapping[str, bool]
    locked_in_time: bool
    response_gap: float
    dose: float | None


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan as its file describes it; a section that is not written is None."""

    name: str
    outcome: PlannedOutcome
    treated: int
    comparison: int
    unit: Unit
    assignment: Assignment
    countersigned_by: str
    waves_before: int
    panel: bool
    rehearsal: RehearsalPlan | None
    draws: int
    seed: int
    columns: PlannedColumns | None
    facts: StatedFacts | None
    source: Source

    def section(self, name: str) -> Entries:
        """Give a section by its name, to say what is missing in it."""
        return Entries(self.source, {}, f"{name}.")

    def needed(self, section: str) -> Any:
        """Give a section that a verb cannot do without."""
        found = {
            "plausible": self.rehearsal,
            "columns": self.columns,
            "facts": self.facts,
        }[section]
        if found is None:
            raise Entries(self.source, {}).missing(section, f"[{section}]")
        return found


def read_plan(origin: Path | str | bytes, *, name: str | None = None) -> PlanFile:
    """Read a plan file, or say which entry is missing, unknown or wrong."""
    source = read_source(origin, name)
    entries = Entries(source, parsed(source)).only(*SECTIONS)
    outcome, design = _outcome(entries), _design(entries)
    played = entries.part("rehearsal") or Entries(source, {}, "rehearsal.")
    played.only("draws", "seed")
    return PlanFile(
        name=source.name,
        outcome=outcome,
        rehearsal=_rehearsal(entries, outcome, design),
        draws=played.whole("draws", 100, 2_000),
        seed=played.whole("seed", 0, 1),
        columns=_columns(entries),
        facts=_facts(entries),
        source=source,
        **design,
    )


def _outcome(entries: Entries) -> PlannedOutcome:
    part = entries.section("outcome")
    part.only("name", "margin", "higher_is_better", "phrase", "unit")
    phrase = part.section("phrase").only(*LANGUAGES)
    unit = part.part("unit") or Entries(part.source, UNIT, "outcome.unit.")
    return PlannedOutcome(
        name=part.text("name"),
        margin=part.number("margin", low=1e-9, high=LARGEST),
        higher_is_better=part.flag("higher_is_better", default=True),
        phrase={code: phrase.text(code) for code in LANGUAGES},
        unit={code: unit.only(*LANGUAGES).text(code) for code in LANGUAGES},
    )


UNIT = {"en": "points of 100", "fr": "points sur 100"}


def _design(entries: Entries) -> dict[str, Any]:
    part = entries.section("design").only(
        "treated", "comparison", "unit", "assignment", "countersigned_by",
        "waves_before", "panel",
    )  # fmt: skip
    assignment = part.choice("assignment", ASSIGNMENTS)
    signed = assignment == Assignment.COUNTERSIGNED.value
    units = tuple(unit.value for unit in Unit)
    return {
        "treated": part.whole("treated", 1),
        "comparison": part.whole("comparison", 0),
        "unit": Unit(part.choice("unit", units, Unit.CLUSTERS.value)),
        "assignment": Assignment(assignment),
        "countersigned_by": part.text("countersigned_by", *([] if signed else [""])),
        "waves_before": part.whole("waves_before", 0, 1),
        "panel": part.flag("panel", default=False),
    }


def _rehearsal(
    entries: Entries, outcome: PlannedOutcome, design: Mapping[str, Any]
) -> RehearsalPlan | None:
    part = entries.part("plausible")
    if part is None:
        return None
    shares = ("response_gap", "intraclass_correlation", "cluster_autocorrelation",
              "person_correlation", "attrition_gap")  # fmt: skip
    numbers = ("sd", "invitations", "weighting_effect", "effect", "response_rate")
    part.only(*numbers, "attrition", *shares)
    stated: dict[str, Any] = {
        name: Plausible(*part.range(name, low=0, high=1))
        for name in shares
        if name in part.values
    }
    areas = design["unit"] == Unit.CLUSTERS
    kept = {name: value for name, value in design.items() if name != "countersigned_by"}
    facts = entries.part("facts")
    return RehearsalPlan(
        **kept,
        margin=outcome.margin,
        higher_is_better=outcome.higher_is_better,
        sd=part.number("sd", low=1e-9, high=LARGEST),
        invitations=part.whole("invitations", 1, *([] if areas else [1])),
        weighting_effect=part.number("weighting_effect", low=1, high=100, default=1.0),
        effect=Plausible(*part.range("effect", low=-LARGEST, high=LARGEST)),
        response_rate=Plausible(*part.range("response_rate", low=0.001, high=1)),
        attrition=Plausible(*part.range("attrition", low=0, high=0.95, default=(0, 0))),
        self_selected=facts is not None and facts.flag("self_selected", default=False),
        **stated,
    )


def _columns(entries: Entries) -> PlannedColumns | None:
    part, values = entries.part("columns"), entries.part("values")
    values = values or Entries(entries.source, {}, "values.")
    values.only(*VALUES)
    if part is None:
        return None
    part.only(*ROLES, "compared")
    compared = part.values.get("compared", [])
    if not isinstance(compared, list) or not all(isinstance(c, str) for c in compared):
        raise part.wrong("compared", 'compared = ["age_group"]')
    written = {role: part.text(role, None) for role in ROLES}
    defaults = {"wave": "wave", "arm": "arm"}
    roles = {role: name for role, name in written.items() if name is not None}
    return PlannedColumns(
        roles=defaults | roles,
        compared=tuple(compared),
        values={name: values.label(name, usual) for name, usual in VALUES.items()},
    )


def _facts(entries: Entries) -> StatedFacts | None:
    part = entries.part("facts")
    if part is None:
        return None
    part.only(
        *REQUIRED_FACTS, "locked_on", "follow_up_ended_on", "response_gap", "dose"
    )
    locked = part.day("locked_on", None)
    ended = part.day("follow_up_ended_on", None)
    return StatedFacts(
        flags={name: part.flag(name) for name in REQUIRED_FACTS},
        locked_in_time=locked is not None and ended is not None and locked <= ended,
        response_gap=part.number("response_gap", low=0, high=1, default=1.0),
        dose=part.number("dose", low=0, high=10, default=None),
    )
