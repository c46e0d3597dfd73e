"""The rows of two waves, with their arms and their outcome, and the designs they are read by."""

from dataclasses import dataclass, replace

import polars as pl
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.evaluations.models import Plan
from imppulse.evidence.scales.scales import add_indices
from imppulse.evidence.survey.design import SampleDesign
from imppulse.instruments.indices import index
from imppulse.pilots.choices import Arm
from imppulse.studies import queries
from imppulse.studies.choices import Side
from imppulse.studies.models import Wave

OUTCOME = "outcome measured"  # an item may be called like the construct
KEPT = ("district", "stratum", "cluster", "age_group", "weight")
# What areas of one arm have in common is taken out; the area is the unit.
BY_AREA = SampleDesign(weight="weight", strata="arm", cluster="district")


@dataclass(frozen=True)
class Measured:
    """Answers of the population of the areas that were measured in both waves."""

    rows: pl.DataFrame
    areas: dict[str, int]
    lost: dict[str, float]

    @property
    def compared(self) -> bool:
        return self.areas[Arm.COMPARISON] > 0

    @property
    def area_is_unit(self) -> bool:
        return min(self.areas.values()) >= 2

    @property
    def by_respondent(self) -> SampleDesign:
        """How people were drawn: by district, in clusters where there were any."""
        clustered = self.rows["cluster"].is_not_null().any()
        return SampleDesign(
            weight="weight",
            strata="district" if clustered else "cell",
            cluster="drawn with" if clustered else None,
            lonely="adjust",
        )


def measured(plan: Plan, waves: tuple[Wave, Wave]) -> Measured:
    arms = arms_of(plan)
    answered = pl.concat([answers(plan, wave, arms) for wave in waves])
    rows = add_indices(
        answered, [replace(index(instruments.construct(plan.outcome)), name=OUTCOME)]
    ).filter(pl.col(OUTCOME).is_not_null())
    seen = {wave.number: set(in_wave(rows, wave)["district"]) for wave in waves}
    before, after = (seen[wave.number] for wave in waves)
    kept = rows.filter(pl.col("district").is_in(list(before & after)))
    found = Measured(
        kept.with_columns(drawn_with()),
        areas={arm.value: count(arms, arm, before & after) for arm in Arm},
        lost={
            arm.value: lost(arms, arm, gone=before - after, first=before) for arm in Arm
        },
    )
    if found.areas[Arm.PILOT] == 0:
        raise Refused(
            "not_measured",
            _("No area of the pilot was measured both before and after."),
        )
    return found


def arms_of(plan: Plan) -> dict[str, str]:
    """Give the arm of each district as it was locked, not as it may stand today."""
    return {
        area["code"]: arm
        for arm, areas in plan.document["areas"].items()
        for area in areas
    }


def answers(plan: Plan, wave: Wave, arms: dict[str, str]) -> pl.DataFrame:
    frame = queries.closed_answers(wave)
    items = instruments.construct(plan.outcome).items
    if not set(items) <= set(frame.columns):
        sentence = _("Wave %(number)s did not ask the questions of the outcome.")
        raise Refused("not_measured", sentence % {"number": wave.number})
    force = pl.col("force").fill_null(plan.pilot.force.slug)
    return frame.filter(
        (pl.col("side") == Side.POPULATION.value)
        & (force == plan.pilot.force.slug)
        & pl.col("district").is_in(list(arms))
    ).select(
        *KEPT,
        *items,
        wave=pl.lit(wave.number, pl.Int16),
        arm=pl.col("district").replace_strict(arms, return_dtype=pl.String),
    )


def in_wave(rows: pl.DataFrame, wave: Wave) -> pl.DataFrame:
    return rows.filter(pl.col("wave") == wave.number)


def drawn_with() -> list[pl.Expr]:
    """Name the stratum of each answer, and its cluster; alone where there was none."""
    alone = pl.format("alone {}", pl.int_range(pl.len()))
    stratum = pl.col("stratum").fill_null(pl.col("district"))
    return [
        pl.format("{} {} {}", "wave", "district", stratum).alias("cell"),
        pl.col("cluster").fill_null(alone).alias("drawn with"),
    ]


def count(arms: dict[str, str], arm: Arm, districts: set[str]) -> int:
    return sum(arms[district] == arm for district in districts)


def lost(arms: dict[str, str], arm: Arm, *, gone: set[str], first: set[str]) -> float:
    """Share of an arm's areas that answered before and no longer after."""
    answered = count(arms, arm, first)
    return count(arms, arm, gone) / answered if answered else 0.0
