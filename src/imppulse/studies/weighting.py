"""Weights of a closed wave brought to the population: raked, bounded, described."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.calibration import Calibration, rake
from imppulse.evidence.calibration.calibration_targets import Population
from imppulse.evidence.calibration.trimming import Trimming, trim_weights
from imppulse.evidence.calibration.weight_quality import (
    check_effective_n,
    weight_quality,
)
from imppulse.evidence.disclosure.disclosure import (
    PUBLISHED_THRESHOLD,
    suppress,
    with_margins,
)
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.studies import margins
from imppulse.studies.choices import Side
from imppulse.studies.margins import NOT_SAID, UNPLACED, Margins
from imppulse.tables.sentences import sentence

WEIGHT, BEFORE, CALIBRATED = "weight", "weight_before", "weight_calibrated"
PREFIX = "margin_"
OTHER_SIDE = "other_side"
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, np.inf)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Margins, bounds as multiples of the mean weight, and what must be left of the sample."""

    margins: Margins
    minimum_effective_n: int
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Weighted:
    """Columns of weights in the order of the answers, and what they cost."""

    columns: pl.DataFrame
    quality: Mapping[str, Any]


def weighted(frame: pl.DataFrame, wanted: Wanted) -> Weighted:
    """Weigh the population's answers; those of the other sides keep their weights."""
    refuse_unasked(frame, wanted.margins)
    rows = laid_out(frame, wanted.margins)
    people = rows.filter(pl.col("side") == Side.POPULATION)
    try:
        made, cut = computed(people, wanted)
    except EvidenceError as error:
        said = sentence(error, get_language() or "en")
        raise Refused(error.code, said) from error
    final = made.frame if cut is None else cut.frame
    solved = final.select("row", CALIBRATED, pl.col(made_column(cut)).alias(WEIGHT))
    columns = (
        rows.join(solved, on="row", how="left", maintain_order="left")
        .with_columns(pl.col(WEIGHT, CALIBRATED).fill_null(pl.col(BEFORE)))
        .select(
            WEIGHT,
            BEFORE,
            CALIBRATED,
            *(pl.col(c).alias(PREFIX + c) for c in wanted.margins),
        )
    )
    return Weighted(columns, described(made, cut, solved[WEIGHT]))


def refuse_unasked(frame: pl.DataFrame, known: Margins) -> None:
    asked = margins.levels(frame).columns
    for column in known:
        if column not in asked:
            problem = _("The answers of this wave do not say “%(column)s”.")
            raise Refused("margin_unasked", problem % {"column": column})


def laid_out(frame: pl.DataFrame, known: Margins) -> pl.DataFrame:
    """Give every answer the level it counts in, and one level to all other sides."""
    population = pl.col("side") == Side.POPULATION
    return frame.select(
        pl.int_range(pl.len()).alias("row"),
        "side",
        pl.col(WEIGHT).alias(BEFORE),
        *(
            pl.when(~population)
            .then(pl.lit(OTHER_SIDE))
            .when(pl.col(name).is_null() | (pl.col(name) == UNPLACED))
            .then(pl.lit(NOT_SAID))
            .otherwise(pl.col(name))
            .alias(name)
            for name in known
        ),
    )


def computed(
    people: pl.DataFrame, wanted: Wanted
) -> tuple[Calibration, Trimming | None]:
    population(wanted.margins)  # refuses figures that contradict each other
    known = margins.fitted(wanted.margins, silent_apart(margins.levels(people)))
    made = rake(
        people,
        SampleDesign(weight=BEFORE),
        population(known),
        into=CALIBRATED,
        minimum_effective_n=None if bounded(wanted) else wanted.minimum_effective_n,
    )
    if not bounded(wanted):
        return made, None
    cut = trim_weights(
        made.frame,
        made.design,
        lower=wanted.lowest or 0.0,
        upper=wanted.highest or np.inf,
    )
    names = ("n", "effective_n", "weighting_effect", "largest_share", "population")
    quality = weight_quality(n=cut.n, total=1.0, square=1 / cut.effective_n, largest=1)
    quality = replace(quality, **{name: getattr(cut, name) for name in names})
    check_effective_n(quality, minimum=wanted.minimum_effective_n)
    return made, cut


def population(known: Margins) -> Population:
    given: dict[str | tuple[str, ...], Mapping[object, float]] = {
        column: {level: count for level, count in counts.items()}  # noqa: C416 - keys widen
        for column, counts in known.items()
    }
    return Population(margins=given)


def silent_apart(found: margins.Levels) -> margins.Levels:
    """Count apart who stands in the level of those who did not say."""
    return margins.Levels(
        counts={
            column: {level: n for level, n in counts.items() if level != NOT_SAID}
            for column, counts in found.counts.items()
        },
        not_said={c: counts.get(NOT_SAID, 0) for c, counts in found.counts.items()},
    )


def bounded(wanted: Wanted) -> bool:
    return bool(wanted.lowest or wanted.highest)


def made_column(cut: Trimming | None) -> str:
    return CALIBRATED if cut is None else cut.weight


def internal(column: str) -> bool:
    """Tell a column that only the variance of calibrated weights needs."""
    return column in {BEFORE, CALIBRATED} or column.startswith(PREFIX)


def design(columns: list[str], drawn: SampleDesign) -> SampleDesign | CalibratedDesign:
    """Give the design that the columns of weights of a wave allow."""
    if CALIBRATED not in columns:
        return drawn
    return CalibratedDesign(
        design=replace(drawn, weight=BEFORE),
        calibrated=CALIBRATED,
        margins=tuple((name,) for name in columns if name.startswith(PREFIX)),
        trimmed=WEIGHT,
    )


def described(
    made: Calibration, cut: Trimming | None, weights: pl.Series
) -> dict[str, Any]:
    """Say what the weights cost; no count in it stands for fewer than ten people."""
    last = cut or made
    mean = float(weights.sum()) / len(weights)
    return {
        "n": made.n,
        "effective_n": last.effective_n,
        "weighting_effect": last.weighting_effect,
        "smallest": float(weights.to_numpy().min()) / mean,
        "largest": float(weights.to_numpy().max()) / mean,
        "bounded": 0 if cut is None else cut.raised + cut.lowered,
        "levels": list(levels_told(made, cut)),
        "spread": spread(weights.to_numpy() / mean),
    }


def levels_told(made: Calibration, cut: Trimming | None) -> Iterator[dict[str, Any]]:
    after = {} if cut is None else shares_after(made, cut)
    for (margin,) in made.design.margins:
        own = [each for each in made.levels if each.margin == margin]
        hidden = suppress(with_margins([each.n for each in own]), PUBLISHED_THRESHOLD)
        for each, hide in zip(own, hidden, strict=False):
            yield {
                "column": margin,
                "level": each.level,
                "n": None if hide else each.n,
                "before": None if hide else each.share_before,
                "population": each.share_population,
                "after": None
                if hide
                else after.get((margin, each.level), each.share_after),
            }


def shares_after(made: Calibration, cut: Trimming) -> dict[tuple[str, str], float]:
    return {
        (margin, level): total / cut.population
        for (margin,) in made.design.margins
        for level, total in cut.frame.group_by(margin)
        .agg(pl.col(cut.weight).sum())
        .iter_rows()
    }


def spread(weights: np.ndarray[Any, np.dtype[np.float64]]) -> list[dict[str, Any]]:
    """Count answers by weight, as multiples of the mean; small counts join a neighbour."""
    counts = np.histogram(weights, bins=STEPS)[0]
    bars: list[dict[str, Any]] = []
    for k in np.flatnonzero(counts):
        low, high = STEPS[k], min(STEPS[k + 1], float(weights.max()))
        if bars and min(bars[-1]["n"], counts[k]) < PUBLISHED_THRESHOLD:
            bars[-1] |= {"high": high, "n": bars[-1]["n"] + int(counts[k])}
        else:
            bars.append({"low": low, "high": high, "n": int(counts[k])})
    if len(bars) > 1 and bars[-1]["n"] < PUBLISHED_THRESHOLD:
        last = bars.pop()
        bars[-1] |= {"high": last["high"], "n": bars[-1]["n"] + last["n"]}
    return bars
