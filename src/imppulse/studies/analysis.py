"""The only door from waves to the evidence library."""

from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.evidence.design import SampleDesign
from imppulse.evidence.diagnosis import DiagnosisPlan, FactorMeasure, Guess, diagnose
from imppulse.evidence.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.estimates import mean
from imppulse.evidence.scales import Index, add_indices
from imppulse.instruments.indices import index_item, indices
from imppulse.instruments.model import Level
from imppulse.studies import queries
from imppulse.studies.choices import PartKind
from imppulse.studies.models import Wave

# A stratum with one answer takes the deviation from the whole sample: cautious.
DESIGN = SampleDesign(weight="weight", strata="stratum", lonely="adjust")
IMAGE, LOCAL = Level.IMAGE.value, "local_relation"
ASKED = "asked "  # before the name of an item's column: a construct may share its name


def diagnosed(wave: Wave) -> dict[str, Any]:
    """Compute the diagnosis of a closed wave and the estimate of every item."""
    frame = queries.closed_answers(wave)
    items = [item.name for item in instruments.items() if item.name in frame.columns]
    renamed = frame.rename({name: ASKED + name for name in items})
    results = diagnose(renamed, plan(wave, items, renamed))
    return {
        "results": results.to_dict(),
        "items": item_estimates(frame, items, self_selected=wave.self_selected),
        "data_checksum": wave.checksum,
        "library_version": version("imppulse"),
    }


def sides(frame: pl.DataFrame) -> tuple[str, ...]:
    answered = set(frame["side"])
    return tuple(side.value for side in instruments.Side if side.value in answered)


def plan(wave: Wave, items: list[str], frame: pl.DataFrame) -> DiagnosisPlan:
    """Read from the question bank what this wave can tell."""
    answered = sides(frame)
    guesses = guesses_of(items, answered)
    wanted = [*indices(), *single_items(guesses)]
    measured = answered_indices(wanted, items, frame)
    names = {index.name for index in measured}
    guesses = tuple(g for g in guesses if {g.guess, g.actual} <= names)
    if not names:
        raise Refused("nothing_said", _("Nobody answered enough to say anything."))
    both = {IMAGE, LOCAL} <= names
    return DiagnosisPlan(
        indices=measured,
        sides=answered,
        design=DESIGN,
        force=wave.study.force.slug,
        image_index=IMAGE if both else None,
        local_index=LOCAL if both else None,
        guesses=guesses,
        factors=tuple(factor_measures(wave, names, answered)),
        district="district",
        self_selected=wave.self_selected,
    )


def answered_indices(
    wanted: Iterable[Index], items: list[str], frame: pl.DataFrame
) -> tuple[Index, ...]:
    """Keep the indices whose questions were all asked and that somebody has."""
    asked = set(items)
    found = []
    for index in wanted:
        if asked.issuperset(item.name for item in index.items):
            columns = (replace(item, name=ASKED + item.name) for item in index.items)
            renamed = replace(index, items=tuple(columns))
            if add_indices(frame, [renamed])[index.name].count():
                found.append(renamed)
    return tuple(found)


def guesses_of(items: list[str], answered: tuple[str, ...]) -> tuple[Guess, ...]:
    """Pair each guess that was asked with the answer it guesses."""
    guessing = [instruments.item(name) for name in items]
    return tuple(
        Guess(
            guess=item.name,
            actual=item.guesses.item,
            guesser=item.sides[0].value,
            target=item.guesses.side.value,
        )
        for item in guessing
        if item.guesses
        and item.guesses.item in items
        and {item.sides[0].value, item.guesses.side.value} <= set(answered)
    )


def single_items(guesses: Iterable[Guess]) -> list[Index]:
    """Rescale guesses and what they guess, each question on its own."""
    names = dict.fromkeys(name for g in guesses for name in (g.guess, g.actual))
    return [Index(name=name, items=(index_item(name),)) for name in names]


def factor_measures(
    wave: Wave, names: set[str], answered: tuple[str, ...]
) -> Iterable[FactorMeasure]:
    """Measure each factor on each side that was asked, with what else speaks of it."""
    for factor in instruments.factors():
        heard = kinds_of_source(wave, factor.name)
        for side, measured_by in factor.measured_by.items():
            if side.value in answered and measured_by and names.issuperset(measured_by):
                yield FactorMeasure(
                    code=factor.name,
                    indices=measured_by,
                    side=side.value,
                    sources=(PartKind.SURVEY.value, *heard),
                )


def kinds_of_source(wave: Wave, factor: str) -> list[str]:
    """List the kind of each part of the study where the factor was heard."""
    heard = wave.study.parts.filter(excerpts__factor=factor).distinct()
    return list(heard.values_list("kind", flat=True))


def item_estimates(
    frame: pl.DataFrame, items: list[str], *, self_selected: bool
) -> list[dict[str, Any]]:
    """Estimate the mean answer to every item, by side, on the item's own scale."""
    answered = frame.with_columns(
        pl.when(~pl.col(name).is_in(instruments.item(name).missing))
        .then(pl.col(name))
        .alias(name)
        for name in items
    )
    given = [name for name in items if answered[name].count()]
    if not given:
        return []
    return [
        published(row, self_selected=self_selected)
        for row in mean(answered, given, DESIGN, by="side").rows()
        if row["n"]
    ]


def published(row: dict[str, Any], *, self_selected: bool) -> dict[str, Any]:
    """Say nothing under the threshold, and no interval where people chose themselves."""
    hidden = row["n"] < PUBLISHED_THRESHOLD
    interval = () if hidden or self_selected or row["df"] < 1 else ("ci_low", "ci_high")
    shown = () if hidden else ("mean", "n", *interval)
    kept = {name: row[name] for name in ("item", "side")}
    numbers = dict.fromkeys(("mean", "n", "ci_low", "ci_high"))
    return kept | numbers | {name: row[name] for name in shown}
