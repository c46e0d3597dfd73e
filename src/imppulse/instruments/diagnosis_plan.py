"""What the question bank lets a file of answers tell: the plan of its diagnosis."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.diagnosis.diagnosis_plan import (
    DiagnosisPlan,
    FactorMeasure,
    Guess,
)
from imppulse.evidence.scales.scales import Index, add_indices
from imppulse.evidence.survey.design import SampleDesign
from imppulse.instruments import bank
from imppulse.instruments.indices import index_item, indices
from imppulse.instruments.model import Level, Side

IMAGE, LOCAL = Level.IMAGE.value, "local_relation"
ASKED = "asked "  # before the name of an item's column: a construct may share its name
SURVEY = "survey"
CORE = ("population", "police_officers")  # the questionnaires most studies ask


def plan(
    answers: pl.DataFrame,
    *,
    design: SampleDesign | CalibratedDesign,
    force: str | None,
    district: str | None,
    self_selected: bool,
    heard: Mapping[str, tuple[str, ...]] | None = None,
) -> DiagnosisPlan | None:
    """Ask whatever the answers can tell; None when nobody answered enough.

    Items stand in columns named `ASKED` and the item. `heard` names, for a factor, the
    kind of each source beside the survey that speaks of it.
    """
    sides = sides_in(answers)
    guesses = guesses_of(items_in(answers), sides)
    measured = answered_indices([*indices(), *single_items(guesses)], answers)
    names = {index.name for index in measured}
    if not names:
        return None
    both = {IMAGE, LOCAL} <= names
    return DiagnosisPlan(
        indices=measured,
        sides=sides,
        design=design,
        force=force,
        image_index=IMAGE if both else None,
        local_index=LOCAL if both else None,
        guesses=tuple(g for g in guesses if {g.guess, g.actual} <= names),
        factors=factor_measures(names, sides, heard or {}),
        district=district,
        self_selected=self_selected,
    )


def items_in(answers: pl.DataFrame) -> set[str]:
    columns = answers.columns
    return {c.removeprefix(ASKED) for c in columns if c.startswith(ASKED)}


def sides_in(answers: pl.DataFrame) -> tuple[str, ...]:
    answered = set(answers["side"])
    return tuple(side.value for side in Side if side.value in answered)


def left_out(asked: DiagnosisPlan) -> list[str]:
    """Name the indices of the core questionnaires that the answers do not hold in full."""
    measured = {index.name for index in asked.indices}
    core = {name for each in CORE for name in bank.questionnaire(each).items}
    return [
        index.name
        for index in indices()
        if index.name not in measured and core.issuperset(i.name for i in index.items)
    ]


def answered_indices(
    wanted: Iterable[Index], answers: pl.DataFrame
) -> tuple[Index, ...]:
    """Keep the indices whose questions were all asked and that somebody has."""
    asked = items_in(answers)
    possible = [
        _over_answers(index)
        for index in wanted
        if asked.issuperset(item.name for item in index.items)
    ]
    given = add_indices(answers, possible)
    return tuple(index for index in possible if given[index.name].count())


def guesses_of(asked: set[str], sides: tuple[str, ...]) -> tuple[Guess, ...]:
    """Pair each guess that was asked with the answer it guesses."""
    return tuple(
        Guess(
            guess=item.name,
            actual=item.guesses.item,
            guesser=item.sides[0].value,
            target=item.guesses.side.value,
        )
        for item in bank.items()
        if item.guesses
        and {item.name, item.guesses.item} <= asked
        and {item.sides[0].value, item.guesses.side.value} <= set(sides)
    )


def single_items(guesses: Iterable[Guess]) -> list[Index]:
    """Rescale guesses and what they guess, each question on its own."""
    names = dict.fromkeys(name for g in guesses for name in (g.guess, g.actual))
    return [Index(name=name, items=(index_item(name),)) for name in names]


def factor_measures(
    names: set[str], sides: tuple[str, ...], heard: Mapping[str, tuple[str, ...]]
) -> tuple[FactorMeasure, ...]:
    """Measure each factor on each side by what was asked of it there.

    The bank holds more that measures a factor than one questionnaire asks.
    """
    return tuple(
        FactorMeasure(
            code=factor.name,
            indices=measured_by,
            side=side.value,
            sources=(SURVEY, *heard.get(factor.name, ())),
        )
        for factor in bank.factors()
        for side, constructs in factor.measured_by.items()
        if side.value in sides
        and (measured_by := tuple(name for name in constructs if name in names))
    )


def _over_answers(index: Index) -> Index:
    items = (replace(item, name=ASKED + item.name) for item in index.items)
    return replace(index, items=tuple(items))
